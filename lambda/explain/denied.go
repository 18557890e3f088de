package explain

import (
	"fmt"
	"strings"
	"time"
)

// judgeDenied explains AccessDenied. S3 says the same of many things; since 2024
// its message names action, resource and policy within an organisation
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
// It is false when the message is one that stands for itself.
func (f *facts) judgeDenied() bool {
	a := f.answer
	switch {
	case a.says("not valid yet", "not yet valid", "not signed", "Query-string authentication", "object lock", "WORM", "active hold", "retention policy"):
		return false // see phrases
	case a.says("kms:", "customer master key", "KMS key"):
		f.says(KMSDenied, 0.96, "%s", a.said())
		return true
	case a.says("Date or x-amz-date header"):
		f.says(HeaderMissing, 0.93, "%s", a.said())
		f.about(HeaderMissing, "x-amz-date")
		return true
	case a.says("Signature header missing"):
		f.says(HeaderChanged, 0.85, "%s", a.said())
		return true
	case f.judgeHiddenKey():
		return true
	}
	f.judgeQuery()
	f.judgeTemporary()
	f.judgeTokenPlace()
	if f.isForm() && !a.heard.policy.explicit {
		f.judgeForm()
	}
	f.judgePolicy()
	f.judgeCustomerKey()
	f.judgeForeignAuthorization()
	if f.sig.v2() && !a.heard.policy.explicit {
		f.add(SigV2, 0.55, "the request is signed with Signature Version 2")
	}
	return true
}

// judgeHiddenKey: S3 says 403 of a missing key to whoever may not list the bucket.
func (f *facts) judgeHiddenKey() bool {
	reads := f.Method == "GET" || f.Method == "HEAD"
	onKey := f.URL != "" && f.place.key != "" || f.Operation == "GetObject" || f.Operation == "HeadObject"
	if f.answer.heard.action != "s3:ListBucket" || !reads || !onKey {
		return false
	}
	f.says(KeyMissingOrForbidden, 0.94, "%s; the request is a %s of a key, which needs s3:ListBucket only to tell that the key is missing", f.answer.said(), f.Method)
	return true
}

// judgeCustomerKey: new buckets block SSE-C, and say no more than that it is denied.
func (f *facts) judgeCustomerKey() {
	if name, _ := f.encryption(); hasPrefixFold(name, "x-amz-server-side-encryption-customer") {
		f.add(SSECBlocked, 0.78, "the request brings %s, and new buckets block SSE-C by default", name)
	}
}

// judgeForeignAuthorization: a signed URL's signature does not count beside an
// Authorization header, whatever that holds; only Google takes tokens in it.
func (f *facts) judgeForeignAuthorization() {
	scheme, _, _ := strings.Cut(header(f.Headers, "authorization"), " ")
	if scheme == "" || hasPrefixFold(scheme, "AWS") || strings.HasSuffix(f.address.hostname(), "googleapis.com") {
		return
	}
	f.add(HeaderUnsigned, 0.85, "the request brings an Authorization header of the kind %.20s, which is none of S3's", scheme)
	f.about(HeaderUnsigned, "authorization")
}

// judgePolicy weighs which statement denied. Only the request can tell, as S3
// does not name a policy's condition.
func (f *facts) judgePolicy() {
	a := f.answer
	says := a.said()
	k := a.heard.policy
	resource := k.name == "" || k.name == "resource-based policy"
	permission := 0.62
	switch {
	case k.name != "" && !k.explicit, !resource, a.says("BlockPublic", "block public access"), strings.HasPrefix(a.heard.action, "storage."), a.says("not entitled"):
		permission, resource = 0.95, false
	case a.heard.action != "":
		permission = 0.8
	}
	f.addPermission(permission, says)
	if !resource {
		return
	}
	sure := 0.0
	if k.explicit {
		sure = 0.2
	}
	f.judgePlainHTTP(sure)
	f.judgeAge(sure)
	f.judgeEncryption(sure)
	f.judgePart()
}

// isOfUpload tells a request of an upload in parts that was begun already.
func (f *facts) isOfUpload() bool {
	return f.address.has("uploadId") && f.Method != "GET" && f.Method != "DELETE" || f.Operation == "UploadPart" || f.Operation == "UploadPartCopy" || f.Operation == "CompleteMultipartUpload"
}

// isOther tells a store that is not AWS's, by its host.
func (f *facts) isOther() bool { return f.URL != "" && !f.place.aws }

// judgePart: who could begin an upload and may send no part of it, lacks what KMS
// wants of parts beyond the beginning.
func (f *facts) judgePart() {
	if !f.isOfUpload() || f.answer.heard.action != "" {
		return
	}
	confidence := 0.45
	if _, value := f.encryption(); strings.Contains(value, "kms") {
		confidence = 0.78
	}
	f.add(KMSDenied, confidence, "the upload could be begun, and a part of it is refused: where KMS encrypts, parts and Complete need kms:Decrypt")
}

// judgePlainHTTP: a bucket of AWS that takes plain HTTP at all mostly denies it;
// an own endpoint may have no TLS.
func (f *facts) judgePlainHTTP(sure float64) {
	if f.address.scheme != "http" {
		return
	}
	if f.place.aws {
		f.add(BucketPolicyTLS, 0.75+sure, "the URL begins with http:, and the answer is %s", f.answer.message)
		return
	}
	confidence := 0.64
	if f.isLocal() || f.address.host != f.address.hostname() { // with a port: an own server
		confidence = 0.35
	}
	f.add(BucketPolicyTLS, confidence+1.2*sure, "the URL begins with http:")
}

// isLocal tells a host of this machine, where plain HTTP is usual.
func (f *facts) isLocal() bool {
	name := f.address.hostname()
	return !strings.Contains(name, ".") || strings.HasSuffix(name, ".localhost") || strings.HasPrefix(name, "127.")
}

// judgeAge: s3:signatureAge counts from X-Amz-Date. Who has such a policy refuses
// some minutes at the least, and notices it with URLs that live much longer.
func (f *facts) judgeAge(sure float64) {
	s := f.sig
	if s.kind != queryV4 || s.date.IsZero() || !f.when.sure || f.when.After(s.ends) {
		return
	}
	age := f.when.Sub(s.date)
	old := age >= 10*time.Minute && s.ends.Sub(s.date) >= 30*time.Minute
	if old && sure > 0 {
		sure = 0.25
	}
	switch {
	case old, sure > 0 && age >= 5*time.Minute:
		f.add(BucketPolicySignatureAge, 0.66+sure, "the signature is %s old, and the URL lives until %s",
			age.Round(time.Second), s.ends.Format(time.RFC3339))
	case age >= time.Minute:
		f.add(BucketPolicySignatureAge, 0.3, "the signature is %s old", age.Round(time.Second))
	}
}

// judgeEncryption: only writes that name or lack an encryption can be refused for it.
func (f *facts) judgeEncryption(sure float64) {
	if f.Method != "PUT" && f.Method != "POST" || f.isOfUpload() {
		return
	}
	name, value := f.encryption()
	switch {
	case name != "":
		f.add(BucketPolicyEncryption, 0.67+sure, "the request asks for %s: %s", name, value)
	case sure > 0:
		f.add(BucketPolicyEncryption, 0.82, "an explicit deny, and the request names no encryption")
	default:
		f.add(BucketPolicyEncryption, 0.3, "the request names no encryption, which a policy may ask for")
	}
}

// encryption is the first encryption header, query parameter or form field.
func (f *facts) encryption() (name, value string) {
	for _, want := range []string{"x-amz-server-side-encryption", "x-amz-server-side-encryption-"} {
		if name, value = f.carries(want); name != "" {
			return name, orElse(value, "signed")
		}
	}
	return "", ""
}

// addPermission names action and resource: S3's own words, or what the request needs.
func (f *facts) addPermission(confidence float64, why string) {
	actions, resource := f.needs()
	evidence := fmt.Sprintf("%s; the request needs %s on %s", why, strings.Join(actions, " and "), resource)
	if f.sig.kind == unsigned && !f.isForm() && f.URL != "" {
		evidence += "; it is not signed at all"
	}
	f.says(Permission, confidence, "%s", evidence)
}
