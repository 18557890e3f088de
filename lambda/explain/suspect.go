package explain

import (
	"slices"
	"strings"
)

// judgeEncoding looks for escapes that clients and frameworks break.
func (f *facts) judgeEncoding() {
	path := f.address.path
	switch {
	case isEncodedTwice(path):
		f.add(DoubleEncoded, 0.83, "the path has %%25 before hex digits: %s", path)
	case strings.Contains(path, "+"):
		f.add(PlusOrSpace, 0.8, "the path has a bare plus, which signers write as %%2B: %s", path)
	case strings.Contains(path, "%2B"):
		f.add(PlusOrSpace, 0.45, "the path has a plus (%%2B), which may have been a space: %s", path)
	case strings.Contains(path, " "):
		f.add(PlusOrSpace, 0.6, "the path has a bare space: %s", path)
	case strings.Contains(path, "/../") || strings.Contains(path, "/./") || strings.Contains(path, "//"):
		f.add(WrongKey, 0.6, "clients clean paths with empty or dot segments: %s", path)
	case hasOddEscape(path):
		f.add(WrongKey, 0.62, "the path is not escaped as signers do (RFC 3986, upper-case hex, slashes as they are): %s", path)
	case hasCombining(path):
		f.add(WrongKey, 0.57, "the key has decomposed characters (NFD), which some software composes: %s", path)
	}
	for _, p := range f.address.query {
		switch {
		case strings.Contains(p.value, "+") && !strings.EqualFold(p.name, "X-Amz-Signature"):
			f.add(PlusOrSpace, 0.82, "the parameter %s has a bare plus, which stands for a space", p.name)
		case strings.Contains(decode(p.value), " ") && secretParam(p.name):
			f.add(PlusOrSpace, 0.93, "the parameter %s has a space where a plus was", p.name)
		case isEncodedTwice(p.value) && signedParam(p.name):
			f.add(DoubleEncoded, 0.97, "the parameter %s is percent-encoded twice", p.name)
		}
	}
	f.judgeForeignParams()
}

// signedParam tells a parameter that no signer gives a percent sign.
func signedParam(name string) bool { return hasPrefixFold(name, "X-Amz-") }

// hasOddEscape finds escapes that signers do not make: lower-case hex, escaped
// unreserved characters, and an escaped slash.
func hasOddEscape(path string) bool {
	for i := 0; i+2 < len(path); i++ {
		if path[i] != '%' || !isHex(path[i+1:i+3]) {
			continue
		}
		c := unhex(path[i+1])<<4 | unhex(path[i+2])
		if escape := path[i : i+3]; escape != strings.ToUpper(escape) || isLetterOrDigit(c) || strings.IndexByte("-._~/", c) >= 0 {
			return true
		}
	}
	return false
}

// hasCombining finds UTF-8 of the combining diacritics, U+0300 to U+036F.
func hasCombining(path string) bool {
	for _, r := range decode(path) {
		if r >= 0x300 && r <= 0x36f {
			return true
		}
	}
	return false
}

// s3Params lists the parameters that S3 knows besides those with a prefix of its
// own (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html).
func s3Params() []string {
	return strings.Fields("x-id acl append attributes cors delete delimiter encoding-type encryption fetch-owner lifecycle list-type location logging " +
		"marker max-keys max-parts max-uploads key-marker upload-id-marker version-id-marker notification object-lock ownershipcontrols partnumber " +
		"part-number-marker policy policystatus prefix publicaccessblock replication restore requestpayment retention legal-hold select select-type " +
		"start-after continuation-token session tagging torrent uploadid uploads versionid versioning versions website accelerate analytics id inventory " +
		"intelligent-tiering metrics renameobject metadataconfiguration metadatatable expires signature awsaccesskeyid " +
		"content-type content-md5 content-encoding content-disposition content-language cache-control") // headers that SDKs move into the query
}

// judgeForeignParams finds parameters that no signer would have signed for S3,
// and those that came after the signature.
func (f *facts) judgeForeignParams() {
	if f.sig.kind != queryV4 {
		return
	}
	known, at := s3Params(), f.signatureAt()
	for i, p := range f.address.query {
		name := strings.ToLower(p.name)
		signed := strings.HasPrefix(name, "x-amz-") || strings.HasPrefix(name, "response-") || strings.HasPrefix(name, "x-") && i < at
		if signed || slices.Contains(known, name) {
			continue
		}
		f.add(QueryChanged, 0.9, "the parameter %s is none of S3's: something added it after signing", p.name)
		f.about(QueryChanged, p.name)
	}
	if at < 0 || isSorted(f.address.query) {
		return
	}
	for _, p := range f.address.query[at+1:] {
		if !hasPrefixFold(p.name, "X-Amz-") && p.name != "x-id" {
			f.add(QueryChanged, 0.72, "the parameter %s comes after the signature, which signers put last", p.name)
			f.about(QueryChanged, p.name)
		}
	}
}

func (f *facts) signatureAt() int {
	return slices.IndexFunc(f.address.query, func(p param) bool { return strings.EqualFold(p.name, "X-Amz-Signature") })
}

func isSorted(query []param) bool {
	return slices.IsSortedFunc(query, func(a, b param) int { return strings.Compare(a.name, b.name) })
}

// judgeHost looks for hosts that are not the one that was signed.
func (f *facts) judgeHost() {
	host := f.address.hostname()
	if sent, there, _ := f.sent("host"); there && !sameHost(sent, f.address) {
		f.add(WrongHost, 0.93, "the Host header %s is not the URL's %s", sent, f.address.host)
	}
	for _, name := range []string{"x-forwarded-host", "forwarded", "x-original-host"} {
		if value, there, _ := f.sent(name); there && value != host {
			f.add(WrongHost, 0.75, "a proxy says that the host was %s (%s)", value, name)
		}
	}
	switch {
	case strings.HasSuffix(host, ".cloudfront.net"), strings.Contains(host, ".execute-api."):
		f.add(WrongHost, 0.85, "the host %s is not S3 but stands before it, and asks S3 with a Host of its own", host)
	case strings.HasPrefix(f.place.kind, "s3-website"):
		f.add(WrongHost, 0.9, "the host %s is a website's, which takes no signatures", host)
	case strings.HasSuffix(f.address.host, ":443") && f.address.scheme == "https" || strings.HasSuffix(f.address.host, ":80") && f.address.scheme == "http":
		f.add(WrongHost, 0.8, "the URL has the default port, which clients leave out of Host")
	}
}

// judgeValues looks at signed headers whose value cannot be, or seldom is, what was signed.
func (f *facts) judgeValues() {
	if value, there, _ := f.sent("content-type"); there && f.sig.signs("content-type") {
		f.judgeContentType(value)
	}
	if value, there, _ := f.sent("content-length"); there && f.BodySize != nil && value != itoa(*f.BodySize) {
		f.add(ContentLengthMismatch, 0.85, "Content-Length is %s, and the body has %d bytes", value, *f.BodySize)
	}
	for _, rule := range []struct {
		name  string
		holds func(string) bool
	}{
		{"if-none-match", func(v string) bool { return v == "*" || strings.HasPrefix(v, `"`) || isHex(v) }},
		{"x-amz-server-side-encryption", func(v string) bool { return v == "AES256" || v == "aws:kms" || v == "aws:kms:dsse" || v == "aws:fsx" }},
		{"x-amz-acl", func(v string) bool { return strings.ToLower(v) == v && !strings.Contains(v, " ") }},
	} {
		if value, there, _ := f.sent(rule.name); there && f.sig.signs(rule.name) && !rule.holds(value) {
			f.add(HeaderChanged, 0.88, "%s is %q, which no signer signs", rule.name, value)
			f.about(HeaderChanged, rule.name)
		}
	}
}

// judgeRewritten finds signed headers that proxies and stores rewrite: whatever
// is sent of them is seldom what arrives.
func (f *facts) judgeRewritten(canonical bool) {
	for _, name := range []string{"accept-encoding", "connection", "transfer-encoding", "expect", "user-agent", "x-forwarded-for", "x-forwarded-proto"} {
		if f.sig.signs(name) && !canonical {
			f.add(HeaderChanged, 0.72, "%s is signed, which proxies such as Cloudflare and Google's front end rewrite", name)
			f.advise(HeaderChanged, "do not sign %s: take it out of the signed headers (SignedHeaders), or send past the proxy that rewrites it", name)
		}
	}
	for _, h := range f.Headers {
		name := strings.ToLower(h.Name)
		if !strings.HasPrefix(name, "x-amz-meta-") || canonical {
			continue
		}
		switch {
		case !isASCII(h.Value):
			f.add(HeaderChanged, 0.85, "%s has characters outside ASCII, which HTTP headers do not carry unchanged", name)
			f.advise(HeaderChanged, "encode the value of %s before signing (percent-encoding or base64), and decode it where it is read", name)
		case strings.Contains(strings.TrimSpace(h.Value), "  "):
			f.add(HeaderChanged, 0.66, "%s has two blanks in a row, which signers and stores join differently", name)
			f.advise(HeaderChanged, "send the value of %s with single blanks, or encode it before signing", name)
		}
	}
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// judgeContentType weighs a signed content type that was sent: by what libraries
// put in by themselves, and by the key's extension.
func (f *facts) judgeContentType(value string) {
	main, _, charset := strings.Cut(value, ";")
	main = strings.ToLower(strings.TrimSpace(main))
	want := typeOf(f.place.key)
	_, own, _ := f.sent("authorization")
	switch {
	case own && f.sig.kind != queryV4: // who signed sends, too
		f.add(ContentTypeMismatch, 0.35, "content-type is signed, and %q was sent", value)
	case value == "", main == "application/x-www-form-urlencoded", main == "multipart/form-data":
		f.add(ContentTypeMismatch, 0.88, "content-type is signed, and %q was sent, which libraries put in by themselves", value)
	case want != "" && main != want && main != "application/octet-stream" && main != "binary/octet-stream":
		f.add(ContentTypeMismatch, 0.72, "content-type is signed, and %q was sent, for a key that looks like %s", value, want)
	case charset:
		f.add(ContentTypeMismatch, 0.68, "content-type is signed, and %q was sent: libraries add charsets", value)
	case want == main:
		f.add(ContentTypeMismatch, 0.38, "content-type is signed, and %q was sent", value)
	case want != "":
		f.add(ContentTypeMismatch, 0.58, "content-type is signed, and %q was sent, for a key that looks like %s", value, want)
	case f.Browser:
		f.add(ContentTypeMismatch, 0.55, "content-type is signed, and %q was sent", value)
	default:
		f.add(ContentTypeMismatch, 0.4, "content-type is signed, and %q was sent", value)
	}
}

// typeOf is the media type of common extensions.
func typeOf(key string) string {
	key = strings.ToLower(key)
	for _, row := range [][2]string{
		{".jpg", "image/jpeg"}, {".jpeg", "image/jpeg"}, {".png", "image/png"}, {".gif", "image/gif"}, {".webp", "image/webp"}, {".svg", "image/svg+xml"},
		{".txt", "text/plain"}, {".csv", "text/csv"}, {".html", "text/html"}, {".css", "text/css"}, {".json", "application/json"}, {".pdf", "application/pdf"},
		{".bin", "application/octet-stream"}, {".xml", "application/xml"}, {".js", "text/javascript"}, {".gz", "application/gzip"}, {".wav", "audio/wav"},
		{".zip", "application/zip"}, {".mp4", "video/mp4"}, {".mov", "video/quicktime"}, {".mp3", "audio/mpeg"}, {".webm", "video/webm"},
	} {
		if strings.HasSuffix(key, row[0]) {
			return row[1]
		}
	}
	return ""
}

// judgeUnsignedAtMismatch: S3 has its own words for unsigned headers, gateways may not.
func (f *facts) judgeUnsignedAtMismatch() {
	before := len(f.causes)
	f.judgeUnsignedHeaders()
	for i := before; i < len(f.causes); i++ {
		f.causes[i].Confidence = min(f.causes[i].Confidence, 0.55)
	}
}

// isUnusual tells a method that URLs are seldom signed for, and that nothing in
// this one asks for.
func (f *facts) isUnusual() bool {
	if f.URL == "" || f.Signed != nil || f.address.has("x-id") || f.address.has("uploads") || f.address.has("uploadId") {
		return false
	}
	return f.Method == "HEAD" || f.Method == "DELETE" || f.Method == "POST" && !f.isForm()
}

// judgeRest weighs what is left when nothing differs: the secret, and what the
// request cannot show.
func (f *facts) judgeRest(canonical bool) {
	if slices.ContainsFunc(f.causes, func(c Cause) bool { return c.Confidence >= 0.9 }) {
		return
	}
	if f.isUnusual() {
		f.add(WrongMethod, 0.64, "%s was sent, and nothing in the URL says that it was signed for that", f.Method)
	}
	why := "S3's error has no CanonicalRequest to compare"
	sure := 0.5
	switch {
	case f.Signed != nil && f.Signed.URL != "" && f.Signed.Headers != nil:
		why, sure = "URL and headers are as the signer gave them away", 0.75
	case canonical:
		why, sure = "S3's CanonicalRequest and StringToSign are those of this very request", 0.56
	}
	f.add(WrongSecret, sure, "%s: what was signed is what was sent, unless one of the below changed before", why)
	for _, name := range f.sig.headers {
		if name != "host" && name != "content-type" {
			f.add(causeOfHeader(name), 0.35, "%s is signed: compare it with what the signer was given", name)
			f.about(causeOfHeader(name), name)
		}
	}
	if f.sig.kind != formV4 {
		unsure := 0.3
		if !canonical && strings.Contains(f.address.path, "/%20") { // signers and stores trim it, or do not
			unsure = 0.55
		}
		f.add(WrongKey, unsure, "compare the path with the key that was signed: %s", f.address.path)
	}
}
