package doctor

import (
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// neverMatches says why no browser's Origin header can agree with an allowed
// origin: it is scheme, host and port in lower case, with nothing behind, and S3
// compares character by character. Empty: some origin can.
// https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
func neverMatches(allowed string) string {
	before, after, star := strings.Cut(allowed, "*")
	scheme, host, schemed := strings.Cut(allowed, "://")
	switch {
	case allowed == "null", allowed == "*":
		return ""
	case allowed == "" || strings.ContainsAny(allowed, " ,;\"'<>\\"):
		return "is no single origin"
	case !isASCII(allowed):
		return "has letters that browsers send as xn--"
	case strings.ToLower(allowed) != allowed:
		return "has upper case, which browsers do not send"
	case !schemed && !(star && before == ""):
		return "has no scheme"
	case !schemed: // * stands for it
		host = after
	case strings.Contains(scheme, "/"):
		return "is no origin"
	}
	switch {
	case strings.HasSuffix(host, "/") && strings.Count(host, "/") == 1:
		return "ends with a slash, which no Origin header has"
	case strings.ContainsAny(host, "/?#@"):
		return "has a path, which no Origin header has"
	case host == "":
		return "has no host"
	case scheme == "file":
		return "is sent as null"
	case scheme == "https" && strings.HasSuffix(host, ":443"), scheme == "http" && strings.HasSuffix(host, ":80"):
		return "names the scheme's own port, which browsers leave out"
	}
	if _, err := url.Parse("https://" + strings.Trim(strings.ReplaceAll(host, "*", "1"), ".")); err != nil {
		return "has no host and port of that form"
	}
	return ""
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > 0x7e || r < 0x20 }) < 0
}

// anybodys says whether strangers can have an origin that agrees: a * that stands
// for a whole host, for its end, or for a name below a suffix under which anybody
// can register one, such as com or vercel.app.
func anybodys(allowed string) bool {
	_, after, star := strings.Cut(allowed, "*")
	switch {
	case allowed == "null":
		return true
	case !star, portAlone(allowed), strings.Contains(after, "://"): // http*:// is both schemes of one host
		return false
	}
	host, _, _ := strings.Cut(after, ":")
	_, domain, dotted := strings.Cut(host, ".")
	if !dotted || domain == "" {
		return true
	}
	suffix, _ := publicsuffix.PublicSuffix(domain)
	return suffix == domain
}

// portAlone says that a * stands for a port, as in http://localhost:*.
func portAlone(allowed string) bool {
	before, after, star := strings.Cut(allowed, "*")
	_, host, schemed := strings.Cut(before, "://")
	return star && schemed && strings.HasSuffix(host, ":") && !strings.Contains(after, ".")
}
