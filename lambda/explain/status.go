package explain

import (
	"fmt"
	"strings"
	"time"
)

// judgeStatus explains an answer without S3's error: of a HEAD, of a proxy, or
// one that a browser did not keep. The request itself comes first, unless
// somebody else answered.
func (f *facts) judgeStatus() {
	if f.judgeStranger() {
		return
	}
	f.judgeRequest()
	switch {
	case f.answer.heard.marker:
		f.says(DeleteMarker, 0.94, "the answer is %d with x-amz-delete-marker: true", f.Status)
		return
	case f.Status >= 500 && f.Status != 503:
		f.judgeServerStatus()
		return
	}
	switch f.Status {
	case 301, 302, 307, 308:
		f.judgeRedirect(fmt.Sprintf("the answer is %d", f.Status))
	case 400:
		f.judgeBare400()
	case 401, 403:
		f.judgeBare403()
	case 404:
		f.judgeBare404()
	case 405:
		f.add(WrongMethod, 0.8, "the answer is 405, and the method %s", f.Method)
	case 408, 499:
		f.add(BodyCut, 0.7, "the answer is %d: the request did not arrive in time", f.Status)
	case 409:
		f.add(RetryConflict, 0.7, "the answer is 409")
	case 411:
		f.add(HeaderMissing, 0.8, "the answer is 411: Content-Length was not sent")
	case 412:
		f.add(PreconditionFailed, 0.9, "the answer is 412")
	case 413:
		f.add(TooLarge, 0.85, "the answer is 413")
	case 414, 431:
		f.add(MetadataTooLarge, 0.6, "the answer is %d: the URL or the headers are too long", f.Status)
	case 416:
		f.add(InvalidRange, 0.85, "the answer is 416")
	case 429, 503:
		f.add(SlowDown, 0.8, "the answer is %d", f.Status)
	}
}

// judgeServerStatus: 501 is a header or a call, 507 the room, the rest a fault.
func (f *facts) judgeServerStatus() {
	switch f.Status {
	case 501:
		f.add(HeaderMissing, 0.6, "the answer is 501, as of a body that is sent chunked")
		f.add(NotSupported, 0.55, "the answer is 501")
	case 507:
		f.add(QuotaExceeded, 0.85, "the answer is 507")
	default:
		f.add(ServerError, 0.8, "the answer is %d", f.Status)
	}
}

// judgeStranger tells whether somebody other than the store answered: a page of
// HTML, or a proxy's own words. Too large is too large, whoever says it.
func (f *facts) judgeStranger() bool {
	server := f.answer.heard.server
	page := isPage(f.Response)
	ofStore := header(f.ResponseHeaders, "x-amz-request-id") != "" || header(f.ResponseHeaders, "x-amz-bucket-region") != ""
	gateway := f.Status == 502 || f.Status == 504 || f.Status >= 520 && f.Status <= 530
	if ofStore || !page && !(isProxy(server) && (gateway || f.Status == 413)) {
		return false
	}
	who := orElse(server, "a page of HTML")
	why := fmt.Sprintf("the answer is %d from %s, with no error of S3's", f.Status, who)
	switch {
	case f.Status == 413:
		f.says(TooLarge, 0.92, "%s", why)
		f.says(NotS3, 0.6, "%s", why)
	case gateway:
		f.says(NotS3, 0.9, "%s: it did not reach the store in time, or at all", why)
		f.add(ServerError, 0.4, "the store behind it may be down")
	case f.answerIsCORSPage():
		return false
	default:
		f.says(NotS3, 0.9, "%s", why)
		f.judgeRequest()
	}
	return true
}

// answerIsCORSPage leaves the pages of websites' endpoints alone: they name a code.
func (f *facts) answerIsCORSPage() bool { return strings.Contains(f.Response, "<li>Code: ") }

// judgeRedirect: the bucket is elsewhere, or newly made.
func (f *facts) judgeRedirect(why string) {
	h := f.answer.heard
	confidence := 0.85
	if f.answer.spoke() || h.region != "" {
		confidence = 0.97
	}
	where := strings.TrimSpace(h.region + " " + h.endpoint)
	if where != "" {
		where = ", to " + where
	}
	f.says(RedirectedRegion, confidence, "%s%s%s", why, where, f.details("Endpoint Region Bucket"))
}

// judgeBare400 has little to go by: of temporary credentials it is mostly their
// end, and of others a wrong region or a POST that is none.
func (f *facts) judgeBare400() {
	if region := f.answer.heard.region; region != "" && f.sig.region() != "" && region != f.sig.region() {
		f.says(WrongRegion, 0.93, "the answer names the bucket's region %s, and the scope has %s", region, f.sig.region())
	}
	if f.sig.hasToken && !f.sig.date.IsZero() && f.when.Sub(f.sig.date) > time.Hour {
		f.add(CredentialsExpired, 0.6, "the answer is 400 to temporary credentials that signed %s before", f.when.Sub(f.sig.date).Round(time.Minute))
	} else if f.sig.hasToken {
		f.add(CredentialsExpired, 0.35, "the answer is 400 to temporary credentials")
	}
	if indexFold(f.Response, "HTTP request to an HTTPS server") >= 0 || indexFold(f.Response, "plain HTTP request was sent to HTTPS") >= 0 {
		f.says(BucketPolicyTLS, 0.95, "the server says that it got plain HTTP where it speaks TLS")
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
	case f.URL != "" && (f.place.key == "" || f.Method == "PUT" || f.Method == "POST"):
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
	key := firstOf(f.answer.element("Key"), f.place.key, "that key")
	f.add(WrongKey, 0.6, "%s: no object is under %s", why, key)
}
