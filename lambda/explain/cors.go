package explain

import (
	"fmt"
	"slices"
	"strings"

	"signet/lambda/upload"
)

// judgeCORS explains what a browser's CORS checks refused. It is false when
// something else has to be looked at, too.
func (f *facts) judgeCORS() bool {
	if f.Method == "OPTIONS" {
		f.judgePreflight(Preflight{Status: f.Status, Headers: f.Headers, ResponseHeaders: f.ResponseHeaders, Response: f.Response})
		return len(f.causes) > 0
	}
	if f.Preflight != nil && f.Status == 0 {
		f.judgePreflight(*f.Preflight)
		if len(f.causes) > 0 {
			return true
		}
	}
	switch {
	case f.judgeConsole():
		return true
	case f.answer.is("AccessForbidden") || f.answer.says("CORSResponse"):
		f.says(CORSPreflight, 0.93, "%s", f.answer.said())
		return true
	case f.Status == 0 && f.hiddenByCORS():
		f.judgeHidden()
		return true
	}
	if f.crossOrigin() && !f.allowsOrigin(f.ResponseHeaders) && f.Status != 0 {
		confidence := 0.6
		if f.answer.code != "" {
			confidence = 0.3
		}
		f.add(CORSOrigin, confidence, "the page of %s may not read this answer: %s", f.origin(), allowed(f.ResponseHeaders))
	}
	return false
}

func (f *facts) origin() string { return orElse(header(f.Headers, "origin"), f.Origin) }

// crossOrigin tells whether a script of another origin sent the request and
// wants to read the answer. A form that the browser itself sends does not.
func (f *facts) crossOrigin() bool {
	origin := f.origin()
	if origin == "" || f.ResponseHeaders == nil {
		return false
	}
	mode := header(f.Headers, "sec-fetch-mode")
	if mode != "" && mode != "cors" || mode == "" && f.isForm() {
		return false
	}
	return origin != f.address.scheme+"://"+f.address.host
}

func (f *facts) allowsOrigin(headers []upload.Header) bool {
	value := header(headers, "access-control-allow-origin")
	return value == "*" || value == f.origin()
}

func allowed(headers []upload.Header) string {
	if value := header(headers, "access-control-allow-origin"); value != "" {
		return "Access-Control-Allow-Origin is " + value
	}
	return "it has no Access-Control-Allow-Origin"
}

// hiddenByCORS tells whether the missing answer is one that the browser keeps
// from the page. It gives such answers no error of their own.
func (f *facts) hiddenByCORS() bool {
	for _, word := range []string{"ERR_FAILED", "ERR_BLOCKED_BY_RESPONSE", "CORS", "cross-origin", "Failed to fetch", "NetworkError when"} {
		if indexFold(f.NetworkError, word) >= 0 {
			return true
		}
	}
	return f.NetworkError == "" && f.Browser && f.answer.code == ""
}

func (f *facts) judgeHidden() {
	var unusual []string
	for _, h := range f.Headers {
		name := strings.ToLower(h.Name)
		if strings.HasPrefix(name, "x-amz-") || strings.HasPrefix(name, "if-") || name == "authorization" || name == "content-md5" {
			unusual = append(unusual, name)
		}
	}
	why := fmt.Sprintf("the browser has no answer to show (%s), as of one that CORS keeps from the page", orNone(f.NetworkError))
	if p := f.Preflight; p != nil && p.Status >= 200 && p.Status < 300 {
		f.add(CORSOrigin, 0.62, "%s; the preflight was granted", why)
		f.add(BodyCut, 0.3, "a lost connection looks the same")
		return
	}
	if !f.guessed && (f.Method == "GET" && len(unusual) == 0 || f.Method == "HEAD" || f.Method == "POST") {
		f.add(CORSOrigin, 0.62, "%s; %s needs no preflight", why, f.Method)
		f.add(CORSPreflight, 0.3, "%s", why)
	} else {
		f.add(CORSPreflight, 0.65, "%s; %s needs a preflight", why, f.Method)
		f.add(CORSOrigin, 0.35, "%s", why)
	}
	if len(unusual) > 0 {
		f.add(CORSHeader, 0.3, "the page sends %s", strings.Join(unusual, ", "))
		f.about(CORSHeader, unusual...)
	}
	f.add(BodyCut, 0.15, "a lost connection looks the same")
}

func orNone(text string) string {
	if text == "" {
		return "status 0"
	}
	return text
}

// judgePreflight compares what a browser asked with what it was answered.
func (f *facts) judgePreflight(p Preflight) {
	if p.Status == 0 && p.ResponseHeaders == nil && p.Response == "" {
		return
	}
	said := parseAnswer(Request{Status: p.Status, Response: p.Response, ResponseHeaders: p.ResponseHeaders})
	if p.Status >= 300 || said.code != "" {
		f.judgeRefusedPreflight(p, said)
		return
	}
	if p.ResponseHeaders == nil {
		return
	}
	f.judgeGrant(p)
}

// judgeRefusedPreflight: what S3 says of the bucket's place comes before its CORS
// rules, which nobody has asked then.
func (f *facts) judgeRefusedPreflight(p Preflight, said answer) {
	what := strings.TrimSpace(strings.Join(strings.Fields(said.code+" "+said.message), " "))
	switch {
	case p.Status == 301, p.Status == 302, p.Status == 307, p.Status == 308, said.is("PermanentRedirect", "TemporaryRedirect"):
		f.answer.heard = said.heard
		if next := parseAddress(header(p.ResponseHeaders, "location")); f.address.scheme == "http" && next.scheme == "https" && next.hostname() == f.address.hostname() {
			f.says(BucketPolicyTLS, 0.93, "the preflight got %d, to the same host over https, and browsers follow no redirect of a preflight", p.Status)
			return
		}
		f.says(RedirectedRegion, 0.95, "the preflight got %d %s, and browsers follow no redirect of a preflight: %s", p.Status, what,
			orUnknown(said.heard.endpoint, said.heard.region, header(p.ResponseHeaders, "location")))
		f.add(CORSPreflight, 0.3, "the preflight got %d", p.Status)
		return
	case said.is("NoSuchBucket", "InvalidBucketName"):
		f.says(NoSuchBucket, 0.95, "the preflight got %d %s", p.Status, what)
		return
	case isPage(p.Response) && !strings.Contains(p.Response, "<li>Code: ") || p.Status >= 500 && said.code == "":
		f.says(NotS3, 0.88, "the preflight got %d from %s, with no answer of S3's", p.Status, orElse(said.heard.server, "a page of HTML"))
		f.add(CORSPreflight, 0.6, "the preflight got %d", p.Status)
		return
	}
	f.says(CORSPreflight, 0.94, "the preflight got %d %s", p.Status, what)
	if said.is("SignatureDoesNotMatch", "AuthorizationHeaderMalformed", "InvalidAccessKeyId", "MissingSecurityHeader") {
		f.advise(CORSPreflight, "have the store answer a preflight by the bucket's CORS rules alone: this one (or a proxy before it) looks for a signature on OPTIONS, which no browser can send, so answer OPTIONS in a proxy or use another store or version; then allow %s, %s and %s there", orElse(f.askedOrigin(), "the page's origin"), f.askedMethod(), f.askedNames())
	}
	f.add(CORSOrigin, 0.4, "the origin asked for is %s", orUnknown(header(p.Headers, "origin"), f.origin()))
	if asked := header(p.Headers, "access-control-request-headers"); asked != "" {
		f.add(CORSHeader, 0.35, "the headers asked for are %s", asked)
		f.about(CORSHeader, words(asked)...)
	}
}

func orUnknown(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return "not known"
}

// judgeGrant examines a preflight's good answer.
func (f *facts) judgeGrant(p Preflight) {
	origin := header(p.Headers, "origin")
	if origin == "" {
		origin = f.origin()
	}
	if got := header(p.ResponseHeaders, "access-control-allow-origin"); got != "*" && (got == "" || origin != "" && got != origin) {
		f.says(CORSOrigin, 0.92, "the preflight asked for %s: %s", orUnknown(origin), allowed(p.ResponseHeaders))
		return
	}
	method := header(p.Headers, "access-control-request-method")
	if method == "" && f.Method != "OPTIONS" {
		method = f.Method
	}
	methods := words(header(p.ResponseHeaders, "access-control-allow-methods"))
	if simple := method == "" || method == "GET" || method == "HEAD" || method == "POST"; !simple && !contains(methods, method) {
		f.says(CORSPreflight, 0.92, "the preflight allows the methods %q, and the page sends %s", strings.Join(methods, ", "), method)
	}
	granted := words(header(p.ResponseHeaders, "access-control-allow-headers"))
	for _, name := range f.askedHeaders(p) {
		if !contains(granted, name) {
			f.says(CORSHeader, 0.94, "the preflight allows the headers %q, and the page sends %s", strings.Join(granted, ", "), name)
			f.about(CORSHeader, name)
		}
	}
}

// askedHeaders lists the headers that the preflight asked for, or that it must
// have asked for.
func (f *facts) askedHeaders(p Preflight) []string {
	if asked := header(p.Headers, "access-control-request-headers"); asked != "" {
		return words(asked)
	}
	var list []string
	if f.Method == "OPTIONS" {
		return nil
	}
	for _, h := range f.Headers {
		if name := strings.ToLower(h.Name); strings.HasPrefix(name, "x-amz-") || name == "if-none-match" || name == "if-match" || name == "authorization" {
			list = append(list, name)
		}
	}
	return list
}

func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

func contains(list []string, word string) bool {
	return slices.ContainsFunc(list, func(w string) bool { return w == "*" || strings.EqualFold(w, word) })
}
