package evidence

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"signet/lambda/explain"
	"signet/lambda/upload"
)

// What programs leave of a request in their logs, whichever program it is: the line
// that servers and clients write of each request, what a proxy says of one that it
// ended, and headers in a list or a dictionary.
var (
	// "PUT /b/k HTTP/1.1" 403, with the host before it where a client wrote it (urllib3).
	accessLine = regexp.MustCompile(`(?:(https?)://([\w.-]+(?::\d+)?)/? ?)?"(GET|PUT|POST|HEAD|DELETE|OPTIONS) (\S+) HTTP/[\d.]+" (\d{3})\b`)
	// nginx's error log: what happened, of which request.
	proxyLine    = regexp.MustCompile(`\[(?:error|warn|crit)\] \d+#\d+: (?:\*\d+ )?([^\n]*?), client: [^\n]*?request: "([A-Z]+) (\S+) [^"]*"(?:[^\n]*?\bhost: "([^"]+)")?`)
	printedHeads = regexp.MustCompile(`(?i)\b(request|response) headers?:? ?(\{[^\n}]*\})`)
	listedHeads  = regexp.MustCompile(`(?i)(?:\b(\w+) headers?|\bheaders):? ?\{?[ \t]*\n\s*((?:[ \t]*"?:?[A-Za-z][\w-]*"? ?:(?: |\n)?[^\n]*\n?)+)`)
	listedHead   = regexp.MustCompile(`(?m)^[ \t]*"?([A-Za-z][\w-]*)"? ?:(?: |\n)?"?([^\n]*?)"?,?[ \t]*$`)
	// the first lines of a request in a browser's tools
	paneLine = regexp.MustCompile(`(?m)^(Request URL|Request Method|Status Code):?[ \t]*\n?([^\n]+)$`)
)

// traced puts into a request what the log around it shows of it, where it does not say
// that itself.
func traced(text string, r *explain.Request) {
	if g := proxyLine.FindStringSubmatch(text); g != nil && r.Status == 0 {
		if status := proxyStatus(g[1]); status != 0 {
			r.Status, r.Method = status, g[2]
			r.ResponseHeaders = append(r.ResponseHeaders, upload.Header{Name: "Server", Value: "nginx"})
			if r.URL == "" && g[4] != "" {
				r.URL = "https://" + g[4] + g[3]
			}
		}
	}
	if all := accessLine.FindAllStringSubmatch(text, -1); len(all) > 0 {
		g := all[len(all)-1] // what failed last
		if status, _ := strconv.Atoi(g[5]); status >= 300 && (r.Status == 0 || r.Status == status) {
			r.Status, r.Method = status, cmp.Or(r.Method, g[3])
			if host := strings.TrimSuffix(strings.TrimSuffix(g[2], ":443"), ":80"); host != "" && strings.HasPrefix(g[4], "/") {
				r.URL = g[1] + "://" + host + g[4]
			}
		}
	}
	for _, g := range paneLine.FindAllStringSubmatch(text, -1) {
		switch value := strings.TrimSpace(g[2]); g[1] {
		case "Request URL":
			r.URL = value
		case "Request Method":
			r.Method, r.Browser = value, true
		default:
			if status, err := strconv.Atoi(value[:min(3, len(value))]); err == nil {
				r.Status = status
			}
		}
	}
	for _, g := range printedHeads.FindAllStringSubmatch(text, -1) {
		takeHeaders(r, g[1], dictionary(g[2]))
	}
	for _, g := range listedHeads.FindAllStringSubmatch(text, -1) {
		var list []upload.Header
		for _, h := range listedHead.FindAllStringSubmatch(g[2], -1) {
			list = append(list, upload.Header{Name: h[1], Value: h[2]})
		}
		takeHeaders(r, g[1], list)
	}
}

// takeHeaders gives headers to the side that the log says they are of; those of nobody
// are an answer's where only answers have such.
func takeHeaders(r *explain.Request, side string, list []upload.Header) {
	answered := strings.EqualFold(side, "response")
	for _, h := range list {
		answered = answered || strings.EqualFold(h.Name, "server") || strings.HasPrefix(strings.ToLower(h.Name), "x-amz-request-id")
	}
	switch {
	case answered && r.ResponseHeaders == nil:
		r.ResponseHeaders = list
	case strings.EqualFold(side, "request") && r.Headers == nil:
		r.Headers = list
	}
}

// proxyStatus is what the client gets of what a proxy's log complains of; 0: nothing
// that is known.
func proxyStatus(said string) int {
	if strings.Contains(said, "could not be resolved") { // which says more than any status
		return 0
	}
	for _, row := range []struct {
		words  string
		status int
	}{
		{"too large body", 413},
		{"timed out", 504},
		{"connect() failed|no live upstreams|prematurely closed|reset by peer|SSL_do_handshake", 502},
	} {
		for word := range strings.SplitSeq(row.words, "|") {
			if strings.Contains(said, word) {
				return row.status
			}
		}
	}
	return 0
}

// hostNamed is how clients name the host that they could not reach or trust: its first
// group is the host, with its port where that stands beside it.
var hostNamed = []*regexp.Regexp{
	regexp.MustCompile(`([\w-]+(?:\.[\w-]+)+) could not be resolved`), // nginx
	regexp.MustCompile(`(?i)(?:could(?:n't| not) resolve host:?|hostname|target host name) u?['"]?([a-z0-9-]+(?:\.[a-z0-9-]+)+)`),
	regexp.MustCompile(`\b([a-z0-9][a-z0-9.-]*\.s3[.-][a-z0-9.-]*\.?amazonaws\.com(?:\.cn)?)\b`),
	regexp.MustCompile(`\bHost: ([\w.-]+?)\.? is not in the cert`),
	regexp.MustCompile("[Ii]naccessible host: [`'\"]([\\w.-]+)"),
	regexp.MustCompile(`\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH) ([A-Za-z0-9][\w.-]*(?::\d+)?)`),
	regexp.MustCompile(`\bdial tcp (\[[0-9a-f:]+\]:\d+|[\w.-]+:\d+): connect`),
	regexp.MustCompile(`\blookup ([\w.-]+)(?: on [^\n:]+:\d+)?: `),
	regexp.MustCompile(`(?:UnknownHostException|Failed to connect to|[Cc]onnect to):? ([A-Za-z0-9][\w-]*(?:\.[\w-]+)+(?::\d+)?)`),
}

// hostIn is the host that a client says it could not reach; empty: none.
func hostIn(text string) string {
	for _, e := range hostNamed {
		if host := first(e, text); host != "" {
			return strings.TrimRight(host, ".")
		}
	}
	return ""
}

// pooled is how urllib3 names where it asked.
var pooled = regexp.MustCompile(`HTTP(S?)ConnectionPool\(host='([^']+)', port=(\d+)\)(?:[^\n]*?with url: (\S+))?`)

// pooledURL is that as an address; empty: none.
func pooledURL(text string) string {
	g := pooled.FindStringSubmatch(text)
	if g == nil {
		return ""
	}
	host, path := g[2], g[4]
	if g[3] != "443" && g[3] != "80" {
		host += ":" + g[3]
	}
	if !strings.HasPrefix(path, "/") {
		path = "/"
	}
	return "http" + strings.ToLower(g[1]) + "://" + host + path
}

// serviceSaid is how SDKs name the service that refused; S3 calls others, too.
var serviceSaid = []*regexp.Regexp{
	regexp.MustCompile(`\(Service: (?:AWS|Amazon ?)?([A-Za-z][A-Za-z ]*?)[;,]`),
	regexp.MustCompile(`\boperation error ([A-Za-z]+): `),
	regexp.MustCompile(`\bcom\.amazonaws\.services\.([a-z]+)\.`),
}

// serviceIn is the service that speaks, where it is another than S3: KMS or STS.
// Empty: S3, or nobody says.
func serviceIn(text string) string {
	for _, e := range serviceSaid {
		switch strings.ToLower(strings.ReplaceAll(first(e, text), " ", "")) {
		case "kms":
			return "KMS"
		case "sts", "securitytoken", "securitytokenservice":
			return "STS"
		case "s3":
			return ""
		}
	}
	return ""
}
