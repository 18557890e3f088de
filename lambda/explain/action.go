package explain

import (
	"slices"
	"strings"

	"signet/lambda/upload"
)

// needs are the IAM actions and the resource of the request.
func (f *facts) needs() (actions []string, resource string) {
	h := f.answer.heard
	actions = []string{h.action}
	if h.action == "" {
		actions = append([]string{f.action()}, f.further()...)
	}
	if h.action == "" && f.guessed && f.URL == "" && f.Operation == "" && len(f.Form) == 0 && f.Method == "GET" {
		actions = []string{"s3:PutObject (s3:GetObject for a download)"}
	}
	if h.object != "" {
		return actions, h.object
	}
	bucket, key := firstOf(f.place.bucket, h.bucket), firstOf(f.place.key, f.answer.element("Key"))
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
	if other := otherAction(f.Operation); other != "" {
		return other
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

// otherAction is the action of a call of S3's that the table does not have.
func otherAction(operation string) string {
	switch operation {
	case "DeleteObjects":
		return "s3:DeleteObject"
	case "HeadBucket", "ListObjects":
		return "s3:ListBucket"
	case "ListBuckets":
		return "s3:ListAllMyBuckets"
	case "CreateBucket", "DeleteBucket", "RestoreObject", "PutObjectAcl", "GetObjectAcl", "PutObjectTagging", "GetObjectTagging", "GetBucketLocation":
		return "s3:" + operation
	}
	return ""
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
