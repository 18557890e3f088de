package evidence

import (
	"net/http"
	"regexp"
	"strings"
	"sync"

	"signet/lambda/explain"
)

// named is how programs print an error's parts under their names, whatever the
// language: code='X', "Code": "X", error=X, Message: Y, message = "Y".
type named struct{ code, message *regexp.Regexp }

var namedParts = sync.OnceValue(func() named {
	const start = `(?i)(?:^|[^a-z])(?:aws ?|s3|error ?|exception ?|err[._-]?)*`
	const sign = `['"]?\s*(?:=>?|:)\s*(?:some\()?`
	return named{
		regexp.MustCompile(start + `(?:code|name|status|error)` + sign + `['"\[(<]?([A-Za-z][A-Za-z0-9]+(?:\.[A-Za-z0-9]+)?)\b`),
		regexp.MustCompile(start + `(?:message|msg|description)` + sign + `(?:'([^'\n]+)'|"((?:[^"\\]|\\.)+)"|([^\n,;{}]+))`),
	}
})

// paired is S3's code where it stands under a name of its own, with the message that
// is named next; empty: there is none.
func paired(text string) (code, message string) {
	p := namedParts()
	for _, at := range p.code.FindAllStringSubmatchIndex(text, -1) {
		code = text[at[2]:at[3]]
		if bare := strings.TrimPrefix(code, "Error"); !isCode(code) && isCode(bare) { // libs3's names
			code = bare
		}
		if !isCode(code) || isWrapper(code) {
			continue
		}
		const near = 600 // bytes between the parts of one error
		if g := p.message.FindStringSubmatch(text[at[1]:min(len(text), at[1]+near)]); g != nil {
			message = g[1] + g[2] + strings.TrimSpace(g[3])
		}
		return code, message
	}
	return "", ""
}

// framed is how an SDK's exception frames what a service said: the class before it,
// service and status behind it, or one of the two.
var framed = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{
		regexp.MustCompile(`(?m)(?:[^\n]*(?:Exception|Error):\s+|^)(?P<message>[^\n]*?)\s*\(Service: [^;,)\n]+[;,] Status Code: (?P<status>\d+)`),
		regexp.MustCompile(`\b(?:Amazon)?S3Exception: (?P<message>[^\n]+)`),
	}
})

// unlisted is an exception whose message is the service's own, in words that nobody
// has listed: its status stands for the code that the SDK did not print.
func unlisted(text string, r *explain.Request) string {
	for _, e := range framed() {
		g := e.FindStringSubmatch(text)
		if g == nil {
			continue
		}
		message := strings.TrimSpace(g[e.SubexpIndex("message")])
		if i := e.SubexpIndex("status"); i >= 0 {
			if status := statusIn("status " + g[i]); status != 0 {
				r.Status = status
			}
		}
		if isSilent(message) { // an answer without a body, as of a HEAD
			return ""
		}
		if response := known(*r, codeFor(r.Status), message, fields(text)); response != "" {
			return response
		}
	}
	return ""
}

// isSilent tells a message that says no more than its status.
func isSilent(message string) bool {
	switch strings.ToLower(strings.Trim(message, " .")) {
	case "", "null", "none", "bad request", "forbidden", "not found", "unknownerror":
		return true
	}
	return strings.HasPrefix(message, "(")
}

// codeFor is the code that a status has where nobody says a closer one.
func codeFor(status int) string {
	switch status {
	case http.StatusForbidden, http.StatusUnauthorized, http.StatusOK: // 200 of many, where some failed
		return "AccessDenied"
	case http.StatusNotFound:
		return "NoSuchKey"
	case http.StatusInternalServerError:
		return "InternalError"
	}
	return "InvalidRequest"
}
