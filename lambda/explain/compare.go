package explain

import (
	"fmt"
	"slices"
	"strings"

	"signet/lambda/presign"
	"signet/lambda/upload"
)

// compare goes through S3's canonical request line by line.
func (f *facts) compare(theirs canonical) {
	if m := f.Request.Method; m != "" && m != theirs.method {
		f.says(WrongMethod, 0.97, "S3 got %s, and the request is %s", theirs.method, m)
	}
	f.comparePath(theirs.path)
	f.compareQuery(theirs.query)
	for _, h := range theirs.headers {
		f.compareHeader(h.Name, h.Value)
	}
	f.compareSignedNames(theirs)
	f.comparePayload(theirs.payload)
}

// compareSignedNames looks for signed headers that S3 does not know of: some
// gateways leave out what did not arrive, AWS lists it as empty.
func (f *facts) compareSignedNames(theirs canonical) {
	if f.sig.kind == formV4 || theirs.signed == "" || len(f.sig.headers) == 0 {
		return
	}
	names := strings.Split(theirs.signed, ";")
	for _, name := range f.sig.headers {
		if !slices.Contains(names, name) {
			f.says(missing(name), 0.965, "%s is signed, and S3 got none", name)
			f.about(missing(name), name)
		}
	}
	for _, name := range names {
		if !f.sig.signs(name) {
			f.says(QueryChanged, 0.9, "S3 takes %s for signed, and the request does not", name)
		}
	}
}

// canonicalPath is the canonical form of a path, however it is escaped.
func canonicalPath(path string) string { return presign.EscapePath(decode(path)) }

// comparePath tells how S3's path differs, and by what kind of mistake.
func (f *facts) comparePath(theirs string) {
	ours := f.address.path
	if theirs == ours || theirs == canonicalPath(ours) {
		return
	}
	what := fmt.Sprintf("S3 got the path %s, and the URL has %s", theirs, ours)
	code, sure := samePath(theirs, ours)
	f.says(code, sure, "%s", what)
}

// samePath finds what would make one path of another.
func samePath(theirs, ours string) (Code, float64) {
	a, b := decode(theirs), decode(ours)
	switch {
	case a == b:
		return WrongKey, 0.85 // the same key, escaped differently
	case decode(a) == b || decode(b) == a || decode(a) == decode(b):
		return DoubleEncoded, 0.97
	case spaced(a) == spaced(b):
		return PlusOrSpace, 0.97
	case isBelow(a, b), isBelow(b, a):
		return WrongHost, 0.9 // one with the bucket in front: path style against virtual host
	}
	return WrongKey, 0.97
}

// isBelow tells whether long is short with one more segment in front.
func isBelow(long, short string) bool {
	return strings.HasSuffix(long, short) && strings.Count(long, "/") == strings.Count(short, "/")+1
}

func spaced(s string) string { return strings.ReplaceAll(s, "+", " ") }

// compareResource compares the path that the store says it saw with the URL's: a
// proxy that takes a prefix off changes what was signed. MinIO and its kin name
// it with the bucket in front, whichever way the bucket was named.
func (f *facts) compareResource() {
	theirs := f.answer.heard.resource
	if theirs == "" || !strings.HasPrefix(theirs, "/") || f.URL == "" {
		return
	}
	ours := decode(f.address.path)
	theirs = decode(theirs)
	switch {
	case theirs == ours, !f.place.pathStyle && theirs == "/"+f.place.bucket+ours, strings.HasSuffix(theirs, ours):
	case strings.HasSuffix(ours, theirs):
		f.says(WrongKey, 0.92, "the store saw the path %s, and the URL has %s: something on the way takes %s off", theirs, ours, strings.TrimSuffix(ours, theirs))
		f.advise(WrongKey, "have the proxy pass the path on as it is, or sign for a host of the store's own: it computes the signature over %s, and the URL was signed for %s", theirs, ours)
	default:
		code, _ := samePath(theirs, ours)
		f.says(code, 0.85, "the store saw the path %s, and the URL has %s", theirs, ours)
	}
}

// compareQuery tells which parameters differ.
func (f *facts) compareQuery(theirs []param) {
	for _, t := range theirs {
		ours, there := f.address.get(t.name)
		value := decode(t.value)
		switch {
		case strings.EqualFold(t.name, "X-Amz-SignedHeaders"): // see compareSignedNames
		case !there:
			f.addParam(t.name, "S3 got the parameter %s, which the URL does not have", t.name)
		case ours != value:
			f.compareParam(t.name, ours, value)
		}
	}
	for _, p := range f.address.query {
		if strings.EqualFold(p.name, "X-Amz-Signature") || has(theirs, p.name) {
			continue
		}
		f.addParam(p.name, "S3 did not get the parameter %s of the URL", p.name)
	}
}

func has(list []param, name string) bool {
	for _, p := range list {
		if strings.EqualFold(p.name, name) {
			return true
		}
	}
	return false
}

func (f *facts) addParam(name, format string, args ...any) {
	if strings.EqualFold(name, "X-Amz-Security-Token") {
		f.says(SessionTokenMissing, 0.97, format, args...)
		return
	}
	f.says(QueryChanged, 0.95, format, args...)
	f.about(QueryChanged, name)
}

func (f *facts) compareParam(name, ours, theirs string) {
	what := fmt.Sprintf("S3 got %s=%s, and the URL has %s", name, theirs, ours)
	if secretParam(name) {
		what = "S3 got another value of " + name + " than the URL has"
	}
	switch {
	case spaced(ours) == spaced(theirs):
		if f.hasBarePlus(name) && strings.Contains(theirs, " ") && !secretParam(name) {
			f.says(PlusOrSpace, 0.8, "%s", what)
			return
		}
		f.says(PlusOrSpace, 0.96, "%s", what)
	case decode(ours) == theirs || decode(theirs) == ours:
		f.says(DoubleEncoded, 0.96, "%s", what)
	default:
		f.says(QueryChanged, 0.96, "%s", what)
		f.about(QueryChanged, name)
	}
}

func secretParam(name string) bool {
	return hasPrefixFold(name, "X-Amz-Security-Token") || hasPrefixFold(name, "X-Amz-Credential") || hasPrefixFold(name, "X-Amz-Signature")
}

// compareHeader tells whether S3 got a signed header as it was sent.
func (f *facts) compareHeader(name, theirs string) {
	name = strings.ToLower(name)
	if name == "host" {
		f.compareHost(theirs)
		return
	}
	ours, there, known := f.sent(name)
	ours = strings.Join(strings.Fields(ours), " ")
	switch {
	case theirs == "" && (!there || ours != ""):
		f.says(missing(name), 0.95, "%s is signed, and S3 got none", name)
		f.about(missing(name), name)
	case known && there && ours != strings.Join(strings.Fields(theirs), " "):
		f.addHeader(name, 0.96, "S3 got %s: %s, and it was to be %s", name, theirs, ours)
	case known && !there && name == "content-type" && !f.Browser:
		f.addHeader(name, 0.9, "S3 got %s: %s, which the client put in by itself", name, theirs)
	}
}

func (f *facts) compareHost(theirs string) {
	if ours, there, _ := f.sent("host"); there && !strings.EqualFold(ours, theirs) {
		f.says(WrongHost, 0.96, "S3 got the host %s, and the request has %s", theirs, ours)
	} else if !there && f.address.host != "" && !strings.EqualFold(theirs, f.address.host) && !sameHost(theirs, f.address) {
		f.says(WrongHost, 0.96, "S3 got the host %s, and the URL has %s", theirs, f.address.host)
	}
}

// addHeader names the cause of a header with another value.
func (f *facts) addHeader(name string, confidence float64, format string, args ...any) {
	f.says(causeOfHeader(name), confidence, format, args...)
	f.about(causeOfHeader(name), name)
}

// causeOfHeader is the cause of a signed header with another value.
func causeOfHeader(name string) Code {
	code := HeaderChanged
	switch name {
	case "content-type":
		code = ContentTypeMismatch
	case "content-length":
		code = ContentLengthMismatch
	case "host":
		code = WrongHost
	case "x-amz-security-token":
		code = SessionTokenMissing
	}
	return code
}

func (f *facts) comparePayload(theirs string) {
	ours := f.said("x-amz-content-sha256")
	if theirs == "" || ours == "" || strings.EqualFold(ours, theirs) {
		return
	}
	if f.sig.kind == queryV4 && !f.sig.signs("x-amz-content-sha256") {
		f.says(HeaderChanged, 0.5, "S3 took another hash of the body than x-amz-content-sha256 says")
		return
	}
	f.says(HeaderChanged, 0.9, "S3 took another hash of the body than x-amz-content-sha256 says")
}

// compareScope compares the time and scope of S3's StringToSign with the request's.
func (f *facts) compareScope() {
	lines := strings.Split(f.answer.element("StringToSign"), "\n")
	if len(lines) < 4 || f.sig.v2() {
		return
	}
	if date := strings.TrimSpace(lines[1]); f.sig.dateText != "" && date != f.sig.dateText {
		f.says(QueryChanged, 0.93, "S3 got the time %s, and the request has %s", date, f.sig.dateText)
	}
	scope := strings.Split(strings.TrimSpace(lines[2]), "/")
	if len(scope) != 4 || len(f.sig.scope) != 4 {
		return
	}
	for i, code := range []Code{QueryChanged, WrongRegion, WrongService, QueryChanged} {
		if scope[i] != f.sig.scope[i] {
			f.says(code, 0.95, "S3 got %s in the scope, and the request has %s", scope[i], f.sig.scope[i])
		}
	}
}

// judgeProvided compares the signature and the key that S3 says it got.
func (f *facts) judgeProvided() {
	if got := f.answer.element("SignatureProvided"); got != "" && f.sig.value != "" && got != f.sig.value {
		f.says(QueryChanged, 0.9, "the signature that S3 got is not the URL's")
	}
	if got := f.answer.element("AWSAccessKeyId"); got != "" && f.sig.accessKey != "" && got != f.sig.accessKey && f.sig.kind != formV4 {
		f.says(QueryChanged, 0.9, "the access key that S3 got is not the URL's")
	}
}

// compareOldString reads the StringToSign of Signature Version 2, Google's among
// them: method, MD5, type and time, a line each. A type in it was sent, and a URL
// that was signed without one does not fit.
func (f *facts) compareOldString() {
	lines := strings.Split(strings.ReplaceAll(f.answer.stringToSign(), "\r", ""), "\n")
	if len(lines) < 5 || strings.Contains(lines[0], "4-") {
		return
	}
	for _, line := range lines[4:] { // what came of the headers, a line each
		if name, value, ok := strings.Cut(line, ":"); ok && hasPrefixFold(name, "x-amz-") {
			if _, there, _ := f.sent(name); !there {
				f.Headers = append(slices.Clip(f.Headers), upload.Header{Name: name, Value: value})
			}
		}
	}
	if method := lines[0]; !f.guessed && method != "" && method != f.Method {
		f.says(WrongMethod, 0.95, "S3 got %s, and the request is %s", method, f.Method)
	}
	if sent := lines[2]; sent != "" {
		f.says(ContentTypeMismatch, 0.8, "S3 takes the Content-Type %q that was sent into the signature, and the signer may have had none or another", sent)
		f.advise(ContentTypeMismatch, "give the signer the Content-Type that is sent (%q), or send none: libraries and browsers add their own", shortOf(sent))
	}
}
