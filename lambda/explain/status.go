package explain

import (
	"strings"
	"time"
)

// judgeStatus explains an answer without S3's error: of a HEAD, of a proxy, or
// one that a browser did not keep. The request itself comes first.
func (f *facts) judgeStatus() {
	f.judgeRequest()
	switch f.Status {
	case 301, 302, 307, 308:
		f.add(RedirectedRegion, 0.85, "the answer is %d, to %s", f.Status,
			orUnknown(header(f.ResponseHeaders, "x-amz-bucket-region"), header(f.ResponseHeaders, "location")))
	case 400:
		f.judgeBare400()
	case 401, 403:
		f.judgeBare403()
	case 404:
		f.judgeBare404()
	case 405:
		f.add(WrongMethod, 0.8, "the answer is 405, and the method %s", f.Method)
	case 408:
		f.add(BodyCut, 0.7, "the answer is 408: the request did not arrive in time")
	case 411:
		f.add(HeaderMissing, 0.8, "the answer is 411: Content-Length was not sent")
	case 412:
		f.add(PreconditionFailed, 0.9, "the answer is 412")
	case 413:
		f.add(TooLarge, 0.85, "the answer is 413")
	case 429, 503:
		f.add(SlowDown, 0.8, "the answer is %d", f.Status)
	}
}

// judgeBare400 has little to go by: of temporary credentials it is mostly their
// end, and of others a wrong region or a POST that is none.
func (f *facts) judgeBare400() {
	if region := header(f.ResponseHeaders, "x-amz-bucket-region"); region != "" && f.sig.region() != "" && region != f.sig.region() {
		f.add(WrongRegion, 0.9, "the answer names the bucket's region %s, and the scope has %s", region, f.sig.region())
	}
	if f.sig.hasToken && !f.sig.date.IsZero() && f.when.Sub(f.sig.date) > time.Hour {
		f.add(CredentialsExpired, 0.6, "the answer is 400 to temporary credentials that signed %s before", f.when.Sub(f.sig.date).Round(time.Minute))
	} else if f.sig.hasToken {
		f.add(CredentialsExpired, 0.35, "the answer is 400 to temporary credentials")
	}
}

func (f *facts) judgeBare403() {
	if f.Method == "HEAD" && f.address.has("X-Amz-Signature") {
		f.add(WrongMethod, 0.5, "HEAD needs a URL of its own: one that is signed for GET gets 403")
	}
	f.addPermission(0.45, "the answer is 403, without S3's reason")
	f.judgePlainHTTP(0)
	if f.sig.kind != unsigned {
		f.add(WrongSecret, 0.2, "the answer is 403, without S3's reason")
	}
}

func (f *facts) judgeBare404() {
	switch {
	case f.address.has("uploadId"):
		f.add(NoSuchUpload, 0.6, "the answer is 404, and the URL names an upload")
	case f.place.key == "" || f.Method == "PUT" || f.Method == "POST":
		f.add(NoSuchBucket, 0.6, "the answer is 404 to %s of %s", f.Method, f.place.bucket)
	default:
		f.judgeNoSuchKey("the answer is 404")
	}
}

// judgeNoSuchKey says why a key may not be there: mostly it is another one.
func (f *facts) judgeNoSuchKey(why string) {
	if isEncodedTwice(f.address.path) {
		f.add(DoubleEncoded, 0.8, "%s, and the path has %%25 before hex digits: %s", why, f.address.path)
	}
	if strings.Contains(f.address.path, "+") {
		f.add(PlusOrSpace, 0.7, "%s, and the path has a plus: %s", why, f.address.path)
	}
	f.add(WrongKey, 0.6, "%s: no object is under %s", why, f.place.key)
}

// judgeNetwork explains the client's own words when there is no answer.
func (f *facts) judgeNetwork() {
	for _, row := range []struct {
		words      string
		code       Code
		confidence float64
		why        string
	}{
		{"ERR_NAME_NOT_RESOLVED|ENOTFOUND|no such host|could not resolve", WrongHost, 0.8, "the host's name is not known"},
		{"ERR_CERT|certificate|ERR_TLS_CERT|x509", WrongHost, 0.75, "the certificate is not for this host; dots in a bucket's name break virtual-host style"},
		{"ERR_CONNECTION_REFUSED|ECONNREFUSED|connection refused", WrongHost, 0.6, "nothing listens at this host and port"},
		{"ERR_CONNECTION_RESET|ERR_CONNECTION_CLOSED|ECONNRESET|EPIPE|broken pipe|reset by peer|ERR_EMPTY_RESPONSE|unexpected EOF|socket hang up", BodyCut, 0.75, "the connection ended before an answer"},
		{"ERR_NETWORK_CHANGED|ERR_INTERNET_DISCONNECTED|ERR_TIMED_OUT|ERR_CONNECTION_TIMED_OUT|ETIMEDOUT|timeout|ERR_CONNECTION_ABORTED|ERR_NETWORK_IO_SUSPENDED|ERR_UPLOAD_FILE_CHANGED|ERR_HTTP2|ERR_QUIC|ERR_SSL", BodyCut, 0.6, "the network failed while sending"},
	} {
		for word := range strings.SplitSeq(row.words, "|") {
			if indexFold(f.NetworkError, word) >= 0 {
				f.add(row.code, row.confidence, "%s (%s)", row.why, f.NetworkError)
				return
			}
		}
	}
}
