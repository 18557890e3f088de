package evidence

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"signet/lambda/explain"
	"signet/lambda/upload"
)

var (
	debugRequest  = regexp.MustCompile(`AWSPreparedRequest [^\n]*?method=(\w+), url=(\S+), headers=\{([^\n]*)\}>`)
	debugStatus   = regexp.MustCompile(`"(?:GET|PUT|POST|HEAD|DELETE) \S+ HTTP/[\d.]+" (\d{3})`)
	debugHeaders  = regexp.MustCompile(`Response headers: (\{[^\n]*\})`)
	debugBody     = regexp.MustCompile(`Response body:\s*\n?b(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")`)
	debugPair     = regexp.MustCompile(`['"]([^'"]+)['"]: b?(?:'([^']*)'|"([^"]*)")`)
	debugFailed   = regexp.MustCompile(`(?m)^(?:\w+\.)*\w*(?:Error|Exception|Timeout): (.*)$|(Could not connect to the endpoint URL: .*)`)
	debugFinished = regexp.MustCompile(`An error occurred \(([^)]+)\) when calling the (\w+) operation`)
)

// isDebugLog tells what botocore writes for aws --debug.
func isDebugLog(text string) bool { return debugRequest.MatchString(text) }

// found is a piece of the log and where it begins.
type found struct {
	at   int
	take func(*explain.Request)
	new  bool
}

// debugLog reads the requests of a log in their order: what was sent, and what
// came back before the next one was.
func debugLog(text string) []explain.Request {
	var pieces []found
	each := func(e *regexp.Regexp, begins bool, take func(*explain.Request, []string)) {
		for _, at := range e.FindAllStringSubmatchIndex(text, -1) {
			groups := make([]string, len(at)/2)
			for i := range groups {
				if at[2*i] >= 0 {
					groups[i] = text[at[2*i]:at[2*i+1]]
				}
			}
			pieces = append(pieces, found{at[0], func(r *explain.Request) { take(r, groups) }, begins})
		}
	}
	each(debugRequest, true, func(r *explain.Request, g []string) {
		r.Method, r.URL, r.Headers = g[1], strings.TrimSuffix(g[2], ","), dictionary(g[3])
	})
	each(debugStatus, false, func(r *explain.Request, g []string) { r.Status, _ = strconv.Atoi(g[1]); r.NetworkError = "" }) // three digits
	each(debugHeaders, false, func(r *explain.Request, g []string) { r.ResponseHeaders = dictionary(g[1]) })
	each(debugBody, false, func(r *explain.Request, g []string) { r.Response = unquote(g[1] + g[2]) })
	each(debugFinished, false, func(r *explain.Request, g []string) { r.Operation = g[2] })
	each(debugFailed, false, func(r *explain.Request, g []string) {
		if r.Status == 0 && r.NetworkError == "" {
			r.NetworkError = limit(g[0])
		}
	})
	slices.SortFunc(pieces, func(a, b found) int { return cmp.Compare(a.at, b.at) })
	var list []explain.Request
	for _, p := range pieces {
		if p.new {
			list = append(list, explain.Request{})
		}
		if len(list) > 0 {
			p.take(&list[len(list)-1])
		}
	}
	return list
}

// dictionary reads Python's way of printing headers.
func dictionary(text string) []upload.Header {
	list := []upload.Header{}
	for _, g := range debugPair.FindAllStringSubmatch(text, -1) {
		list = append(list, upload.Header{Name: g[1], Value: g[2] + g[3]})
	}
	return list
}

// unquote undoes Python's escapes as far as XML needs.
func unquote(text string) string {
	return strings.NewReplacer(`\n`, "\n", `\r`, "", `\t`, "\t", `\'`, "'", `\"`, `"`, `\\`, `\`).Replace(text)
}
