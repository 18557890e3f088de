package evidence

import (
	"strings"

	"signet/lambda/explain"
)

// story reads several requests of one upload as one: a preflight goes with the
// request that it was for, and attempts at the same request with the last of them.
func story(list []explain.Request) []explain.Request {
	list = withPreflights(list)
	last := map[string]int{} // attempt at each request, in list
	followed := map[int]bool{}
	for i := range list {
		same := attemptAt(list[i])
		if before, again := last[same]; again && failed(list[before]) {
			one := list[before]
			list[i].Earlier = append(one.Earlier, explain.Attempt{Status: one.Status, NetworkError: one.NetworkError})
			followed[before] = true
		}
		if same != "" {
			last[same] = i
		}
	}
	var out []explain.Request
	for i, r := range list {
		if !followed[i] {
			out = append(out, r)
		}
	}
	return out
}

func failed(r explain.Request) bool { return r.Status >= 400 || r.Status == 0 }

// withPreflights hands each OPTIONS to the request that follows it.
func withPreflights(list []explain.Request) []explain.Request {
	var out []explain.Request
	for _, r := range list {
		if n := len(out) - 1; n >= 0 && r.Method != "OPTIONS" && r.Preflight == nil && out[n].Method == "OPTIONS" && out[n].URL == r.URL && r.URL != "" {
			p := out[n]
			r.Preflight = &explain.Preflight{Status: p.Status, Headers: p.Headers, ResponseHeaders: p.ResponseHeaders, Response: p.Response}
			r.Browser = true
			out[n] = r
			continue
		}
		out = append(out, r)
	}
	return out
}

// attemptAt says what attempts at one request have in common: method, address, upload and
// part; a new signature does not make it another. Empty: nobody can say.
func attemptAt(r explain.Request) string {
	if r.URL == "" || r.Method == "" || r.Form != nil {
		return ""
	}
	return r.Method + " " + target(r.URL)
}

func target(url string) string {
	path, query, _ := strings.Cut(url, "?")
	out := path
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		if !strings.HasPrefix(strings.ToLower(name), "x-amz-") && name != "Signature" && name != "Expires" {
			out += "&" + part
		}
	}
	return out
}
