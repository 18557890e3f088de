package explain

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"signet/lambda/upload"
)

// judgeDenied explains AccessDenied. S3 says the same of many things; since 2024
// its message names action, resource and policy within an organisation
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
// It is false when the message is one that stands for itself.
func (f *facts) judgeDenied() bool {
	a := f.answer
	switch {
	case a.says("not valid yet", "not yet valid", "not signed", "object lock", "WORM", "active hold", "retention policy"):
		return false // see phrases
	case a.says("kms:", "customer master key", "KMS key"):
		f.says(KMSDenied, 0.96, "%s", a.said())
		return true
	case a.says("Signature header missing", "Date or x-amz-date header"):
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

// needs are the IAM actions and the resource of the request.
func (f *facts) needs() (actions []string, resource string) {
	h := f.answer.heard
	actions = []string{h.action}
	if h.action == "" {
		actions = append([]string{f.action()}, f.further()...)
	}
	if h.object != "" {
		return actions, h.object
	}
	bucket, key := firstOf(f.place.bucket, h.bucket), f.place.key
	if k, ok := f.field("key"); ok {
		key = k
	}
	if bucket == "" {
		return actions, "the bucket and key in question"
	}
	partition := "aws"
	switch {
	case strings.HasPrefix(f.sig.region(), "cn-"):
		partition = "aws-cn"
	case strings.HasPrefix(f.sig.region(), "us-gov-"):
		partition = "aws-us-gov"
	}
	resource = "arn:" + partition + ":s3:::" + bucket
	if key != "" {
		resource += "/" + key
	}
	return actions, resource
}

// further are the actions that headers and parameters ask for besides the call's own
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html).
func (f *facts) further() []string {
	var list []string
	for _, row := range [][2]string{
		{"x-amz-acl", "s3:PutObjectAcl"}, {"acl", "s3:PutObjectAcl"}, {"x-amz-grant-", "s3:PutObjectAcl"}, {"x-amz-tagging", "s3:PutObjectTagging"}, {"tagging", "s3:PutObjectTagging"},
		{"x-amz-object-lock-mode", "s3:PutObjectRetention"}, {"x-amz-object-lock-legal-hold", "s3:PutObjectLegalHold"}, {"x-amz-bypass-governance-retention", "s3:BypassGovernanceRetention"},
	} {
		if name, _ := f.carries(row[0]); name != "" && !slices.Contains(list, row[1]) {
			list = append(list, row[1])
		}
	}
	if f.address.has("versionId") && (f.Method == "GET" || f.Method == "HEAD") {
		list = append(list, "s3:GetObjectVersion")
	}
	return list
}

// carries finds a header of that name, or that begins so where it ends in a
// hyphen, among headers, form fields, the query's signed parameters, and what is
// signed. A bare word such as acl can only be a form's field.
func (f *facts) carries(want string) (name, value string) {
	is := func(name string) bool {
		return strings.EqualFold(name, want) || strings.HasSuffix(want, "-") && hasPrefixFold(name, want)
	}
	for _, h := range f.Form {
		if is(h.Name) {
			return strings.ToLower(h.Name), h.Value
		}
	}
	if !strings.HasPrefix(want, "x-amz-") {
		return "", ""
	}
	for _, h := range f.Headers {
		if is(h.Name) {
			return strings.ToLower(h.Name), h.Value
		}
	}
	for _, p := range f.address.query {
		if is(p.name) {
			return strings.ToLower(p.name), decode(p.value)
		}
	}
	for _, h := range f.sig.headers {
		if is(h) {
			return h, ""
		}
	}
	return "", ""
}

// action finds the request's operation in the table that also grants the role.
func (f *facts) action() string {
	if f.isForm() {
		return "s3:PutObject"
	}
	for _, o := range upload.Operations() {
		if s := o.Spec(); s.Name == f.Operation {
			return s.Actions[0]
		}
	}
	best, most := "s3:"+f.Method+"Object", -1
	onKey := f.place.key != "" || f.URL == ""
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
		best = f.bucketAction()
	}
	return best
}

// bucketAction is the action of a request for a bucket's settings, or its listing
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html).
func (f *facts) bucketAction() string {
	verb := "Get"
	if f.Method == "PUT" || f.Method == "DELETE" {
		verb = "Put"
	}
	for _, row := range [][2]string{
		{"acl", "BucketAcl"}, {"policy", "BucketPolicy"}, {"cors", "BucketCORS"}, {"lifecycle", "LifecycleConfiguration"}, {"tagging", "BucketTagging"}, {"versioning", "BucketVersioning"},
		{"encryption", "EncryptionConfiguration"}, {"website", "BucketWebsite"}, {"notification", "BucketNotification"}, {"logging", "BucketLogging"}, {"object-lock", "BucketObjectLockConfiguration"},
		{"location", "BucketLocation"}, {"publicAccessBlock", "BucketPublicAccessBlock"}, {"ownershipControls", "BucketOwnershipControls"},
	} {
		if f.address.has(row[0]) {
			return "s3:" + verb + row[1]
		}
	}
	if f.Method == "PUT" && f.URL != "" {
		return "s3:CreateBucket"
	}
	return "s3:ListBucket"
}

func (f *facts) hasAll(query []string) bool {
	for _, name := range query {
		if !f.address.has(name) {
			return false
		}
	}
	return true
}
