package explain

import (
	"strconv"
	"strings"
	"time"

	"signet/lambda/upload"
)

// facts is a request with what follows from it.
type facts struct {
	Request
	address address
	place   place
	answer  answer
	sig     signature
	when    moment
	causes  []Cause
	guessed bool // nobody said the method: it is the likely one
}

func newFacts(r Request) *facts {
	r.Method = strings.ToUpper(r.Method)
	f := &facts{Request: r, address: parseAddress(r.URL)}
	f.place = locate(f.address)
	f.answer = parseAnswer(r)
	f.sig = f.findSignature()
	f.when = f.findMoment()
	if f.Method == "" {
		f.Method, f.guessed = f.likelyMethod(), true
	}
	return f
}

// moment is when S3 saw the request.
type moment struct {
	time.Time
	// sure says that the request or its answer is dated; else it is the time of
	// asking.
	sure bool
}

func (f *facts) findMoment() moment {
	for _, text := range []string{f.answer.element("ServerTime"), header(f.ResponseHeaders, "date")} {
		if t, ok := parseTime(text); ok {
			return moment{t, true}
		}
	}
	if !f.Time.IsZero() {
		return moment{f.Time, true}
	}
	return moment{f.Now, false}
}

// parseTime reads the forms in which S3 and HTTP write a time.
func parseTime(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, amzTime, time.RFC1123, "2006-01-02T15:04:05", "Mon, 02 Jan 2006 15:04:05 MST", time.RFC1123Z} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// sent is a header's value as it was sent; known is false when it is not known
// what was sent.
func (f *facts) sent(name string) (value string, there, known bool) {
	if f.Headers == nil {
		return "", false, false
	}
	for _, h := range f.Headers {
		if strings.EqualFold(h.Name, name) {
			return strings.TrimSpace(h.Value), true, true
		}
	}
	return "", false, true
}

// header is the first value of a name in any case; empty: none.
func header(headers []upload.Header, name string) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			return strings.TrimSpace(h.Value)
		}
	}
	return ""
}

// said is what the request says under a name that may be a header or a query
// parameter, as presigning moves x-amz headers into the query.
func (f *facts) said(name string) string {
	if v := header(f.Headers, name); v != "" {
		return v
	}
	v, _ := f.address.get(name)
	return v
}

// isBodyless tells whether the request is known to have no body.
func (f *facts) isBodyless() bool {
	if f.BodySize != nil {
		return *f.BodySize == 0
	}
	length, there, _ := f.sent("content-length")
	return there && length == "0"
}

// isForm tells whether the request is a form upload, its fields known or not. A
// form that is sent to a URL with a signature of its own is none.
func (f *facts) isForm() bool {
	return (f.Form != nil || f.isMultipart()) && f.sig.kind != queryV4 && f.sig.kind != queryV2
}

func (f *facts) isMultipart() bool {
	return f.Method == "POST" && hasPrefixFold(header(f.Headers, "content-type"), "multipart/form-data")
}

// field is a form field by its name in any case.
func (f *facts) field(name string) (string, bool) {
	for _, h := range f.Form {
		if strings.EqualFold(h.Name, name) {
			return h.Value, true
		}
	}
	return "", false
}

// signature is how a request is signed.
type signature struct {
	kind      signatureKind
	accessKey string
	scope     []string // day, region, service, terminal
	date      time.Time
	dateText  string
	expires   string // seconds, as it stands
	ends      time.Time
	headers   []string // signed ones, lower-case
	value     string
	token     string
	hasToken  bool
}

type signatureKind uint8

const (
	unsigned signatureKind = iota
	queryV4
	headerV4
	formV4
	queryV2
	headerV2
	formV2
)

const (
	amzTime = "20060102T150405Z"
	week    = 7 * 24 * 60 * 60 // seconds, the longest life of a signed URL
)

func (s signature) v2() bool { return s.kind == queryV2 || s.kind == headerV2 || s.kind == formV2 }

// region and service are those of the credential's scope.
func (s signature) region() string  { return s.part(1) }
func (s signature) service() string { return s.part(2) }
func (s signature) part(i int) string {
	if i < len(s.scope) {
		return s.scope[i]
	}
	return ""
}

// temporary tells whether the access key is of temporary credentials.
func (s signature) temporary() bool { return strings.HasPrefix(s.accessKey, "ASIA") }

func (s signature) signs(name string) bool {
	for _, h := range s.headers {
		if h == name {
			return true
		}
	}
	return false
}

func (f *facts) findSignature() signature {
	authorization := header(f.Headers, "authorization")
	switch {
	case f.address.has("X-Amz-Signature") || f.address.has("X-Amz-Credential") || f.address.has("X-Amz-Algorithm"):
		return f.readSignature(queryV4, func(name string) (string, bool) { return f.address.get(name) })
	case f.address.has("AWSAccessKeyId") && f.address.has("Signature"):
		return f.readV2()
	case hasField(f, "x-amz-signature") || hasField(f, "x-amz-credential"):
		return f.readSignature(formV4, f.field)
	case hasField(f, "AWSAccessKeyId"):
		s := signature{kind: formV2, accessKey: first(f.field("AWSAccessKeyId"))}
		s.token, s.hasToken = f.field("x-amz-security-token")
		return s
	case strings.HasPrefix(authorization, "AWS4-"):
		return f.readAuthorization(authorization)
	case strings.HasPrefix(authorization, "AWS "):
		key, _, _ := strings.Cut(strings.TrimPrefix(authorization, "AWS "), ":")
		s := signature{kind: headerV2, accessKey: key}
		s.token, s.hasToken = f.headerToken()
		return s
	}
	return signature{}
}

func hasField(f *facts, name string) bool {
	_, ok := f.field(name)
	return ok
}

func (f *facts) readSignature(kind signatureKind, get func(string) (string, bool)) signature {
	s := signature{kind: kind}
	s.readCredential(first(get("X-Amz-Credential")))
	s.value = first(get("X-Amz-Signature"))
	s.dateText = first(get("X-Amz-Date"))
	s.date, _ = time.Parse(amzTime, s.dateText)
	s.token, s.hasToken = get("X-Amz-Security-Token")
	if !s.hasToken {
		s.token, s.hasToken = f.headerToken()
	}
	if kind == queryV4 {
		s.expires = first(get("X-Amz-Expires"))
		if seconds, err := strconv.ParseInt(s.expires, 10, 32); err == nil && !s.date.IsZero() {
			s.ends = s.date.Add(time.Duration(seconds) * time.Second)
		}
		s.headers = strings.FieldsFunc(strings.ToLower(first(get("X-Amz-SignedHeaders"))), func(r rune) bool { return r == ';' })
	}
	return s
}

func first(value string, _ bool) string { return value }

func (f *facts) headerToken() (string, bool) {
	for _, name := range []string{"x-amz-security-token", "x-amz-s3session-token"} {
		if v := header(f.Headers, name); v != "" {
			return v, true
		}
	}
	v, ok := f.address.get("X-Amz-S3session-Token")
	return v, ok
}

func (s *signature) readCredential(credential string) {
	parts := strings.Split(credential, "/")
	s.accessKey = parts[0]
	if n := len(parts); n > 5 { // an access key may hold slashes off AWS
		s.accessKey, parts = strings.Join(parts[:n-4], "/"), append([]string{""}, parts[n-4:]...)
	}
	s.scope = parts[1:]
}

// readAuthorization reads the Authorization header of Signature Version 4.
func (f *facts) readAuthorization(value string) signature {
	s := signature{kind: headerV4}
	_, rest, _ := strings.Cut(value, " ")
	for part := range strings.SplitSeq(rest, ",") {
		name, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Credential":
			s.readCredential(v)
		case "SignedHeaders":
			s.headers = strings.Split(strings.ToLower(v), ";")
		case "Signature":
			s.value = v
		}
	}
	s.dateText = header(f.Headers, "x-amz-date")
	s.date, _ = time.Parse(amzTime, s.dateText)
	s.token, s.hasToken = f.headerToken()
	return s
}

// readV2 reads the query of Signature Version 2.
func (f *facts) readV2() signature {
	s := signature{kind: queryV2}
	s.accessKey, _ = f.address.get("AWSAccessKeyId")
	s.value, _ = f.address.get("Signature")
	s.expires, _ = f.address.get("Expires")
	s.token, s.hasToken = f.address.get("x-amz-security-token")
	if seconds, err := strconv.ParseInt(s.expires, 10, 64); err == nil {
		s.ends = time.Unix(seconds, 0).UTC()
	}
	return s
}
