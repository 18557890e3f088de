package explain

import (
	"fmt"
	"strings"
	"time"

	"signet/lambda/upload"
)

// judgeDenied explains AccessDenied. S3 says the same of many things; since 2024
// its message names action, resource and policy within an organisation
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
func (f *facts) judgeDenied() {
	a := f.answer
	switch {
	case a.says("not valid yet", "not yet valid"):
		f.add(NotYetValid, 0.97, "S3 says %s", a.message)
		return
	case a.says("not signed"):
		f.add(HeaderUnsigned, 0.97, "S3 says %s%s", a.message, f.details("HeadersNotSigned"))
		return
	case a.says("kms:", "customer master key"):
		f.add(KMSDenied, 0.96, "S3 says %s", a.message)
		return
	}
	f.judgeQuery()
	f.judgeTemporary()
	if f.isForm() && !a.says("explicit deny") {
		f.judgeForm()
	}
	f.judgePolicy(a.says("explicit deny"))
	if f.sig.v2() && !a.says("explicit deny") {
		f.add(SigV2, 0.55, "the request is signed with Signature Version 2")
	}
}

// judgePolicy weighs which statement denied. Only the request can tell, as S3
// does not name a policy's condition.
func (f *facts) judgePolicy(explicit bool) {
	says := "S3 says " + f.answer.message
	resource := f.answer.says("resource-based policy") || !f.answer.says("identity-based policy", "service control policy",
		"permissions boundary", "session policy", "VPC endpoint policy", "resource control policy")
	permission := 0.62
	if f.answer.says("not authorized to perform") {
		permission = 0.8
	}
	if !resource {
		permission = 0.95
	}
	if f.answer.says("no identity-based policy allows", "no resource-based policy allows", "no session policy allows",
		"BlockPublic", "block public access") {
		permission, resource = 0.95, false
	}
	f.addPermission(permission, says)
	if !resource {
		return
	}
	sure := 0.0
	if explicit {
		sure = 0.2
	}
	f.judgePlainHTTP(sure)
	f.judgeAge(sure)
	f.judgeEncryption(sure)
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
	if f.isLocal() {
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
	if f.Method != "PUT" && f.Method != "POST" || f.address.has("partNumber") {
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
	const prefix = "x-amz-server-side-encryption"
	lists := [][]upload.Header{f.Headers, f.Form}
	for _, list := range lists {
		for _, h := range list {
			if hasPrefixFold(h.Name, prefix) {
				return strings.ToLower(h.Name), h.Value
			}
		}
	}
	for _, p := range f.address.query {
		if hasPrefixFold(p.name, prefix) {
			return strings.ToLower(p.name), decode(p.value)
		}
	}
	for _, h := range f.sig.headers {
		if hasPrefixFold(h, prefix) {
			return h, "signed"
		}
	}
	return "", ""
}

// addPermission names action and resource: S3's own words, or what the request needs.
func (f *facts) addPermission(confidence float64, why string) {
	action, resource := f.needs()
	fix := fmt.Sprintf("grant %s on %s to the identity that signs, and see that no bucket policy, boundary or public access block denies it",
		action, resource)
	evidence := fmt.Sprintf("%s; the request needs %s on %s", why, action, resource)
	if f.sig.kind == unsigned && !f.isForm() {
		evidence += "; it is not signed at all"
		fix = "sign the request: unsigned ones get only what is public; or " + fix
	}
	f.add(Permission, confidence, "%s", evidence)
	for i := range f.causes {
		if f.causes[i].Code == Permission {
			f.causes[i].Fix = Shorten(fix)
		}
	}
}

// needs is the IAM action and the resource of the request.
func (f *facts) needs() (action, resource string) {
	if said, rest, ok := strings.Cut(f.answer.message, "not authorized to perform: "); ok && said != "" {
		action, rest, _ = strings.Cut(rest, " ")
		if _, after, ok := strings.Cut(rest, "resource: "); ok {
			resource, _, _ = strings.Cut(strings.Trim(after, `"`), " ")
			return action, strings.Trim(resource, `"`)
		}
	}
	if action == "" {
		action = f.action()
	}
	partition := "aws"
	switch {
	case strings.HasPrefix(f.sig.region(), "cn-"):
		partition = "aws-cn"
	case strings.HasPrefix(f.sig.region(), "us-gov-"):
		partition = "aws-us-gov"
	}
	resource = "arn:" + partition + ":s3:::" + f.place.bucket
	key := f.place.key
	if k, ok := f.field("key"); ok {
		key = k
	}
	if key != "" {
		resource += "/" + key
	}
	return action, resource
}

// action finds the request's operation in the table that also grants the role.
func (f *facts) action() string {
	if f.isForm() {
		return "s3:PutObject"
	}
	best, most := "s3:"+f.Method+"Object", -1
	onKey := f.place.key != ""
	for _, o := range upload.Operations() {
		s := o.Spec()
		if o == upload.PostObject || o == upload.CopyObject || s.Method != f.Method || s.OnKey != onKey || len(s.Query) <= most {
			continue
		}
		if f.hasAll(s.Query) {
			best, most = s.Actions[0], len(s.Query)
		}
	}
	if most < 0 && !onKey {
		best = "s3:ListBucket"
	}
	return best
}

func (f *facts) hasAll(query []string) bool {
	for _, name := range query {
		if !f.address.has(name) {
			return false
		}
	}
	return true
}

// judgeKMS explains the errors that S3 passes on from KMS.
func (f *facts) judgeKMS() {
	a := f.answer
	evidence := fmt.Sprintf("S3 says %s: %s", a.code, a.message)
	switch {
	case a.says("disabled", "pending deletion", "pending import", "invalid state"),
		strings.Contains(a.code, "Disabled"), strings.Contains(a.code, "InvalidState"):
		f.add(KMSDisabled, 0.97, "%s", evidence)
	case strings.Contains(a.code, "Throttling") || strings.Contains(a.code, "LimitExceeded"):
		f.add(SlowDown, 0.9, "%s", evidence)
	case strings.Contains(a.code, "NotConfigured"):
		f.add(KMSDisabled, 0.7, "%s", evidence)
	default:
		f.add(KMSDenied, 0.85, "%s", evidence)
	}
}
