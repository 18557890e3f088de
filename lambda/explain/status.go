package explain

import (
	"fmt"
	"slices"
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
		if f.Method == "POST" && !f.address.has("uploads") && !f.address.has("uploadId") && !f.address.has("delete") {
			f.add(NotSupported, 0.85, "the answer is 501 to a POST of a form")
			return
		}
		if _, copies, _ := f.sent("x-amz-copy-source"); copies {
			f.add(NotSupported, 0.85, "the answer is 501 to a copy (x-amz-copy-source)")
			f.advise(NotSupported, "have the client send the bytes in place of a copy: this store cannot copy so (a part from an object, UploadPartCopy); look for the client's setting for multipart copies, or another store or version")
			return
		}
		if name := f.aclHeader(); name != "" && (f.isOther() || strings.HasPrefix(f.place.kind, "s3express")) {
			f.add(HeaderUnsupported, 0.8, "the answer is 501 to a request with %s, and stores and directory buckets without ACLs say so", name)
			f.about(HeaderUnsupported, name)
		}
		f.add(HeaderMissing, 0.6, "the answer is 501, as of a body that is sent chunked")
		f.add(NotSupported, 0.55, "the answer is 501")
	case 507:
		f.add(QuotaExceeded, 0.85, "the answer is 507")
	default:
		f.add(ServerError, 0.8, "the answer is %d", f.Status)
	}
}

// aclHeader is the header by which the request sets an ACL; empty: none.
func (f *facts) aclHeader() string {
	name, _ := f.carries("x-amz-acl")
	if name == "" {
		name, _ = f.carries("x-amz-grant-")
	}
	return name
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
	if len(f.causes) == 0 && f.sig.kind == unsigned && !f.isForm() && !f.answer.spoke() {
		f.judgeUnseen400()
	}
}

// judgeUnseen400: what was sent is not known, and a HEAD has no words. S3 refuses so
// what is signed for another region, or with a version that the region does not take.
func (f *facts) judgeUnseen400() {
	const why = "the answer is 400 without S3's reason, as of a HEAD"
	if region := f.place.region; region != "" && !takesV2(region) {
		f.add(SigV2, 0.62, "%s, and the region %s takes Signature Version 4 alone", why, region)
	}
	f.add(WrongRegion, 0.5, "%s: mostly a signature for another region than the bucket's, or of Version 2", why)
	f.advise(WrongRegion, "give the client the bucket's own region (aws s3api get-bucket-location) and that region's endpoint, and have it sign with Signature Version 4, which regions since 2014 take alone; temporary credentials that have ended or came without their token look the same, so renew those; a GET in place of the HEAD tells which")
	f.add(CredentialsExpired, 0.4, "%s: temporary credentials that have ended look so, too", why)
}

// takesV2 tells the regions that still know Signature Version 2: those of before 2014.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv2.html
func takesV2(region string) bool {
	return slices.Contains([]string{"us-east-1", "us-west-1", "us-west-2", "eu-west-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "sa-east-1", "us-gov-west-1"}, region)
}

// judgeLikelyValues notes what a request's headers make likelier than a missing
// right, which every 403 may be.
func (f *facts) judgeLikelyValues() {
	before := slices.Clone(f.causes)
	f.judgeValues()
	f.causes = slices.DeleteFunc(f.causes, func(c Cause) bool {
		return c.Confidence < 0.6 && !slices.ContainsFunc(before, func(old Cause) bool { return old.Code == c.Code })
	})
}

func (f *facts) judgeBare403() {
	if f.Method == "HEAD" && f.address.has("X-Amz-Signature") {
		f.add(WrongMethod, 0.5, "HEAD needs a URL of its own: one that is signed for GET gets 403")
	}
	f.judgeLikelyValues()
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
