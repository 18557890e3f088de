package explain

import (
	"slices"
	"strings"
	"time"
)

// skew is how far S3 lets a request's clock be off
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, RequestTimeTooSkewed).
const skew = 15 * time.Minute

// judgeRequest examines a request by itself. It only says what is wrong for
// sure, since most requests are right.
func (f *facts) judgeRequest() {
	f.judgeTime()
	f.judgeShape()
	f.judgeSentHeaders()
	f.judgeUnsignedHeaders()
	f.judgeMethod()
	f.judgeEmptyChecksum()
	if f.isForm() {
		f.judgeForm()
	}
	if f.sig.v2() {
		f.add(SigV2, 0.8, "the request carries %s of Signature Version 2", v2Marks(f.sig.kind))
	}
	if host, there, _ := f.sent("host"); there && !sameHost(host, f.address) {
		f.add(WrongHost, 0.9, "the Host header %s is not the URL's %s", host, f.address.host)
	}
}

func v2Marks(kind signatureKind) string {
	switch kind {
	case queryV2:
		return "AWSAccessKeyId, Signature and Expires"
	case formV2:
		return "the form fields AWSAccessKeyId and signature"
	}
	return "an Authorization header"
}

// sameHost compares hosts, a default port left out as clients do.
func sameHost(host string, a address) bool {
	return stripPort(strings.ToLower(host), a.scheme) == stripPort(a.host, a.scheme)
}

func stripPort(host, scheme string) string {
	switch scheme {
	case "http":
		return strings.TrimSuffix(host, ":80")
	case "https":
		return strings.TrimSuffix(host, ":443")
	}
	return host
}

// judgeTime compares the life of the signature with the time.
func (f *facts) judgeTime() {
	if seconds, ok := tooLong(f.sig); ok {
		f.add(ExpiresTooLong, 0.97, "X-Amz-Expires is %s seconds, of at most 604800", seconds)
	}
	if f.when.IsZero() || !f.when.sure && f.answer.code != "" {
		return // an answer may be read long after it came
	}
	confidence := 0.93
	if !f.when.sure {
		confidence = 0.75
	}
	at := f.when.UTC().Format(time.RFC3339)
	switch s := f.sig; {
	case !s.ends.IsZero() && f.when.After(s.ends):
		f.add(Expired, confidence, "the URL ended at %s, and the request is of %s", s.ends.Format(time.RFC3339), at)
	case !s.date.IsZero() && s.date.After(f.when.Add(skew)) && s.kind == headerV4:
		f.add(ClockSkew, confidence, "X-Amz-Date is %s, and the time is %s", s.dateText, at)
	case !s.date.IsZero() && s.date.After(f.when.Add(skew)):
		f.add(NotYetValid, confidence, "X-Amz-Date is %s, and the request is of %s", s.dateText, at)
	case s.kind == headerV4 && !s.date.IsZero() && f.when.sure && f.when.Sub(s.date) > skew:
		f.add(ClockSkew, 0.7, "X-Amz-Date is %s, and the time is %s", s.dateText, at)
	}
}

// tooLong tells of a life that S3 refuses.
func tooLong(s signature) (string, bool) {
	if s.kind != queryV4 || strings.Trim(s.expires, "0123456789") != "" {
		return "", false
	}
	digits := strings.TrimLeft(s.expires, "0")
	return s.expires, len(digits) > 6 || len(digits) == 6 && digits > "604800"
}

// judgeShape finds what no signer makes.
func (f *facts) judgeShape() {
	if key := f.sig.accessKey; f.sig.kind == formV4 && key != "" && isUnset(key) {
		f.add(UnknownAccessKey, 0.9, "the access key in the form's credential is %q, which is what a variable prints that is not set", key)
	}
	f.judgeQuery()
	f.judgeScope()
	f.judgeTemporary()
}

// judgeTemporary looks for the token that temporary credentials need.
func (f *facts) judgeTemporary() {
	if f.sig.temporary() && !f.sig.hasToken {
		f.add(SessionTokenMissing, 0.92, "the access key is of temporary credentials (ASIA…), and no X-Amz-Security-Token came along")
	}
}

func (f *facts) judgeQuery() {
	if i := slices.IndexFunc(f.address.query, func(p param) bool { return strings.HasPrefix(p.name, "amp;") }); i >= 0 {
		f.add(QueryChanged, 0.97, "the URL was escaped as HTML: &amp; stands where & was")
		return
	}
	if f.sig.kind != queryV4 {
		return
	}
	if !f.address.has("X-Amz-Region-Set") {
		for _, name := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"} {
			if !f.address.has(name) {
				f.add(QueryChanged, 0.95, "the parameter %s is missing", name)
			}
		}
	}
	seen := map[string]bool{}
	for _, p := range f.address.query {
		if seen[p.name] && strings.HasPrefix(p.name, "X-Amz-") {
			f.add(QueryChanged, 0.93, "the parameter %s comes twice", p.name)
		}
		seen[p.name] = true
	}
	algorithm, _ := f.address.get("X-Amz-Algorithm")
	if algorithm == "AWS4-HMAC-SHA256" && f.sig.value != "" && (len(f.sig.value) != 64 || !isHex(f.sig.value)) {
		f.add(QueryChanged, 0.95, "X-Amz-Signature has %d characters that should be 64 hex digits", len(f.sig.value))
	}
	if f.sig.dateText != "" && f.sig.date.IsZero() {
		f.add(QueryChanged, 0.93, "X-Amz-Date is %q, and should look like 20060102T150405Z", f.sig.dateText)
	}
	if strings.Trim(f.sig.expires, "0123456789") != "" {
		f.add(QueryChanged, 0.93, "X-Amz-Expires is %q, and should be a number of seconds", f.sig.expires)
	}
}

// judgeScope compares the credential's scope with date and host.
func (f *facts) judgeScope() {
	s := f.sig
	if s.kind != queryV4 && s.kind != headerV4 && s.kind != formV4 || len(s.scope) != 4 {
		f.judgeCredentialForm()
		return
	}
	if !s.date.IsZero() && s.part(0) != s.dateText[:8] {
		f.add(QueryChanged, 0.9, "the credential's day is %s, and X-Amz-Date is %s", s.part(0), s.dateText)
	}
	if want := f.service(); s.service() != want {
		f.add(WrongService, 0.95, "the credential's scope has the service %q, want %q", s.service(), want)
	}
	if f.place.region != "" && f.place.region != s.region() {
		f.add(WrongRegion, 0.88, "the credential's scope has the region %q, and the host %s is of %q",
			s.region(), f.address.hostname(), f.place.region)
	}
}

// judgeCredentialForm finds a credential that is not key/day/region/service/aws4_request.
func (f *facts) judgeCredentialForm() {
	s := f.sig
	if s.kind != queryV4 || len(s.scope) == 4 || f.address.has("X-Amz-Region-Set") || !f.address.has("X-Amz-Credential") {
		return
	}
	if strings.Contains(s.accessKey, "%2F") {
		f.add(DoubleEncoded, 0.96, "X-Amz-Credential is percent-encoded twice")
		return
	}
	f.add(QueryChanged, 0.93, "X-Amz-Credential is not key/day/region/service/aws4_request")
}

// service is the one that the host wants in the scope.
func (f *facts) service() string {
	switch {
	case strings.HasPrefix(f.place.kind, "s3express-"):
		return "s3express"
	case strings.HasPrefix(f.place.kind, "s3-object-lambda"):
		return "s3-object-lambda"
	case strings.HasPrefix(f.place.kind, "s3-outposts"):
		return "s3-outposts"
	}
	return "s3"
}

// judgeSentHeaders looks for signed headers that were not sent. Host and length
// every client sends by itself.
func (f *facts) judgeSentHeaders() {
	for _, name := range f.sig.headers {
		if name == "host" || name == "content-length" || f.sig.kind == formV4 {
			continue
		}
		if _, there, known := f.sent(name); known && !there {
			f.add(missing(name), 0.95, "%s is signed, and was not sent", name)
			f.about(missing(name), name)
		}
	}
}

// missing is the cause when a header of that name was not sent.
func missing(name string) Code {
	if strings.HasPrefix(name, "x-amz-server-side-encryption") {
		return SSEHeaderMissing
	}
	return HeaderMissing
}

// judgeUnsignedHeaders looks for headers that S3 refuses unless they are signed
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html).
func (f *facts) judgeUnsignedHeaders() {
	if f.sig.kind != queryV4 {
		return
	}
	for _, h := range f.Headers {
		name := strings.ToLower(h.Name)
		switch {
		case name == "authorization" && h.Value != "":
			f.add(HeaderUnsigned, 0.93, "an Authorization header was sent along with a signed URL: S3 takes one of them")
			f.about(HeaderUnsigned, name)
		case name == "x-amz-content-sha256", name == "x-amz-security-token", name == "x-amz-date": // of the signature itself
		case strings.HasPrefix(name, "x-amz-") && !f.sig.signs(name):
			f.add(HeaderUnsigned, 0.87, "%s was sent, and is not among the signed headers %s", name, strings.Join(f.sig.headers, ";"))
			f.about(HeaderUnsigned, name)
		}
	}
}
