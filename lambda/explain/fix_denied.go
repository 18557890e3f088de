package explain

import (
	"fmt"
	"strings"
)

// fixDenied is about rights: who has to allow what, or who has to stop denying it.
func (f *facts) fixDenied(c Cause) string {
	h := f.answer.heard
	switch c.Code {
	case Permission:
		return f.fixPermission()
	case KMSDenied:
		if strings.HasPrefix(h.action, "kms:") {
			return fmt.Sprintf("allow %s on %s to the identity that signs%s, both in the key's policy and, in another account, in its own", h.action, h.object, whom(h.who))
		}
	case BucketPolicyEncryption:
		if name, value := f.encryption(); name != "" {
			return fmt.Sprintf("send what the bucket's policy asks for: this request has %s: %s; leave it out where the bucket's default is meant to apply, or sign and send the one that the policy names (often aws:kms with its key)", name, value)
		}
		return "sign and send the x-amz-server-side-encryption header that the bucket's policy (resource-based policy) asks for, or have its Deny test Null as well, so that the bucket's default encryption counts"
	case ACLDisabled:
		name := f.aclHeader()
		if field, _ := f.carries("acl"); field != "" {
			name = "the form's field acl (and its condition in the policy)"
		}
		if name != "" {
			return fmt.Sprintf("leave out %s, and sign again: new buckets have Object Ownership BucketOwnerEnforced, under which no permission helps; or set it to BucketOwnerPreferred (public files: a bucket policy or CloudFront in place of an ACL)", name)
		}
		return "leave out x-amz-acl (in a form: the field acl), and sign again: new buckets have Object Ownership BucketOwnerEnforced, under which no permission helps; or set it to BucketOwnerPreferred"
	case SSECBlocked:
		if name, _ := f.encryption(); name != "" {
			return fmt.Sprintf("leave out %s and the other two of SSE-C: new buckets block it by default; or take SSE-C out of BlockedEncryptionTypes in the bucket's default encryption", name)
		}
	case KeyMissingOrForbidden:
		return fmt.Sprintf("check the key %q first: S3 says 403 in place of 404 to whoever may not list. To be told 404, allow s3:ListBucket on %s; it is not needed to read what is there", orElse(f.place.key, "that was asked for"), orElse(h.object, "the bucket"))
	}
	return ""
}

func whom(who string) string {
	if who == "" {
		return ""
	}
	return " (" + who + ")"
}

// fixPermission names the policy that S3 names. Where one denies, or an outer one
// does not allow, nothing that is allowed to the identity lifts it.
func (f *facts) fixPermission() string {
	actions, resource := f.needs()
	what := strings.Join(actions, " and ")
	h := f.answer.heard
	switch {
	case f.answer.says("BlockPublic", "block public access"):
		return fmt.Sprintf("S3 Block Public Access refuses what would make %s public: leave out the public ACL or policy and serve public files through CloudFront, or switch that setting off for the bucket and the account", resource)
	case f.answer.says("not entitled"):
		return fmt.Sprintf("use an application key of B2 that has this bucket and the capabilities readFiles, writeFiles and listBuckets (for %s), and leave out ACLs other than private", what)
	case indexFold(h.who, "anonymous") >= 0 && strings.HasPrefix(h.action, "storage."):
		return fmt.Sprintf("send the whole signed URL, in quotes on a command line: the request came without its signature, so that Google takes it for anybody's; only for a public file give allUsers a role with %s", h.action)
	case strings.HasPrefix(h.action, "storage."):
		return fmt.Sprintf("give %s a role with %s on the bucket (roles/storage.objectCreator has create alone; overwriting needs delete too: objectUser)", orElse(strings.TrimSpace(h.who), "the service account of the HMAC key"), h.action)
	case strings.EqualFold(h.who, "anonymous"):
		return fmt.Sprintf("sign the request, which came unsigned (the signed URL's query was lost, or the object is not public); only what shall be everybody's may be allowed to * in the bucket's policy: %s on %s", what, resource)
	case h.policy.explicit:
		return fixDeny(h, what, resource)
	case h.policy.name != "":
		return fixNotAllowed(h, what, resource)
	}
	return f.fixUnnamed(what, resource)
}

// fixDeny: a Deny wins over every Allow.
func fixDeny(h heard, what, resource string) string {
	lift := "no Allow elsewhere can lift it"
	switch h.policy.name {
	case "service control policy":
		return fmt.Sprintf("a service control policy (SCP) of the organisation denies %s on %s, and %s: its administrators have to except this account or role%s, or the request has to meet the condition (region, encryption, TLS)", what, resource, lift, whom(h.who))
	case "resource control policy":
		return fmt.Sprintf("a resource control policy (RCP) of the organisation that owns the bucket denies %s on %s, and %s: its administrators have to except the caller%s, or the request has to come from within the organisation", what, resource, lift, whom(h.who))
	case "permissions boundary":
		return fmt.Sprintf("the permissions boundary of the role or user%s denies %s, and %s: take that Deny out of the boundary", whom(h.who), what, lift)
	case "session policy":
		return fmt.Sprintf("the session policy that the credentials were made with denies %s, and %s: make the session (AssumeRole) without it", what, lift)
	case "VPC endpoint policy":
		return fmt.Sprintf("the policy of the VPC endpoint that the request came through denies %s on %s, and %s: change the VPC endpoint policy", what, resource, lift)
	case "identity-based policy":
		return fmt.Sprintf("take the Deny of %s out of the identity-based policy of whoever signs%s; %s", what, whom(h.who), lift)
	case "resource-based policy":
		return fmt.Sprintf("the bucket's policy (resource-based policy) denies %s on %s, and %s: find the Deny whose condition this request meets (TLS, encryption, VPC, IP, age of the signature), and meet or change it", what, resource, lift)
	}
	return fmt.Sprintf("a policy denies %s on %s, and %s: look for the Deny in the bucket's policy, then in SCPs and boundaries", what, resource, lift)
}

// fixNotAllowed: each kind of policy that applies has to allow it.
func fixNotAllowed(h heard, what, resource string) string {
	switch h.policy.name {
	case "service control policy":
		return fmt.Sprintf("the organisation's service control policies (SCP) do not allow %s: its administrators have to allow it there, since nothing that is allowed to the identity counts beyond them", what)
	case "resource control policy":
		return fmt.Sprintf("the resource control policies (RCP) of the organisation that owns the bucket do not allow %s on %s: its administrators have to allow it", what, resource)
	case "permissions boundary":
		return fmt.Sprintf("add %s on %s to the permissions boundary of the role or user%s: what its own policies allow counts only within the boundary", what, resource, whom(h.who))
	case "session policy":
		return fmt.Sprintf("make the session (AssumeRole, GetFederationToken) with a session policy that allows %s on %s, or without one: the role's own policies count only within it", what, resource)
	case "VPC endpoint policy":
		return fmt.Sprintf("allow %s on %s in the policy of the VPC endpoint that the request comes through: the VPC endpoint policy does not, whatever the identity may", what, resource)
	case "resource-based policy":
		return fmt.Sprintf("allow %s on %s to %s in the bucket's policy (resource-based policy): from another account both sides have to", what, resource, orElse(h.who, "the caller"))
	}
	return fmt.Sprintf("grant %s on %s to the identity that signs%s, in its identity-based policy", what, resource, whom(h.who))
}

// fixUnnamed is where S3 names no policy: what the request needs, by all that it sends.
func (f *facts) fixUnnamed(what, resource string) string {
	var b strings.Builder
	if f.sig.kind == unsigned && !f.isForm() && f.URL != "" && f.answer.heard.action == "" {
		b.WriteString("sign the request: unsigned ones get only what is public; or ")
	}
	fmt.Fprintf(&b, "grant %s on %s to the identity that signs, and see that no bucket policy, boundary or public access block denies it", what, resource)
	if name, value := f.carries("x-amz-acl"); name != "" {
		fmt.Fprintf(&b, "; or leave out %s (%s), which also fails where public access is blocked", name, orElse(value, "signed"))
	}
	if f.isOfUpload() {
		b.WriteString("; where the bucket encrypts with a KMS key, grant kms:Decrypt on that, too: parts and Complete need it, and beginning the upload did not")
	}
	if !f.isOfUpload() && f.answer.spoke() && f.answer.heard.action == "" && (f.Method == "PUT" || f.Method == "POST" || f.guessed && f.URL == "") && !f.isOther() {
		b.WriteString("; where the bucket encrypts with a KMS key, kms:GenerateDataKey and kms:Decrypt on that, too")
	}
	if f.Method == "HEAD" || f.Method == "GET" {
		b.WriteString("; a missing key gets 403, too, without s3:ListBucket, and a Requester Pays bucket wants x-amz-request-payer: requester")
	}
	return b.String()
}
