package evidence

import (
	"strings"

	"signet/lambda/explain"
)

// story reads several requests of one upload as one: a preflight goes with the
// request that it was for, and attempts at the same request with the last of them.
func story(list []explain.Request) []explain.Request {
	list = withPreflights(list)
	var out []explain.Request
	for _, r := range list {
		i := lastAttempt(out, r)
		if i < 0 || !failed(out[i]) {
			out = append(out, r)
			continue
		}
		r.Earlier = append(out[i].Earlier, explain.Attempt{Status: out[i].Status, NetworkError: out[i].NetworkError})
		out = append(append(out[:i:i], out[i+1:]...), r)
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

// lastAttempt finds the attempt before r at the same: method, address, upload
// and part; a new signature does not make it another.
func lastAttempt(list []explain.Request, r explain.Request) int {
	if r.URL == "" || r.Method == "" || r.Form != nil {
		return -1
	}
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Method == r.Method && target(list[i].URL) == target(r.URL) {
			return i
		}
	}
	return -1
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
