package explain

import "strings"

// judgeSpeaker takes what is said by another service than S3, however it looks: of
// STS, which hands out credentials before anything goes to S3, and of CloudFront,
// which has signatures of its own. It is false where neither speaks.
func (f *facts) judgeSpeaker() bool {
	a := f.answer
	_, distributed := f.address.get("Key-Pair-Id")
	switch {
	case a.element("Service") == "KMS" && !a.is("AccessDenied"):
		f.judgeKMS()
	case a.element("Service") == "STS", strings.HasPrefix(a.heard.action, "sts:"), a.says("sts:AssumeRole", "AssumeRoleWith", "OpenIDConnect provider", "web identity token", "WebIdentity"), a.is("InvalidIdentityToken", "IDPRejectedClaim", "IDPCommunicationError"):
		f.judgeSTS()
	case a.is("ResourceNotFoundException"):
		f.says(NotConfigured, 0.75, "%s; that is no word of S3's, but of a service beside it", a.said())
		f.advise(NotConfigured, "create what is missing, or correct its name and region: with Terraform's S3 backend it is the table of DynamoDB that holds the lock (dynamodb_table, with the partition key LockID), in whose place use_lockfile = true takes S3 alone")
	case distributed && f.place.aws:
		f.says(WrongHost, 0.95, "%s; the URL is signed for CloudFront (Key-Pair-Id), and went to S3's own host %s", a.said(), f.address.hostname())
		f.advise(WrongHost, "send it to the distribution's own host (https://….cloudfront.net/… or its alternate name), whose URL has to be the one that is signed: a signature of CloudFront's is worth nothing at S3; for S3's host make a presigned URL of S3's (X-Amz-Signature)")
	case a.is("MissingKey") && f.sig.kind == unsigned:
		f.says(NoCredentials, 0.93, "%s; it is CloudFront that answers, and the URL brings no Key-Pair-Id", a.said())
		f.advise(NoCredentials, "sign the URL for CloudFront (Key-Pair-Id, Signature, and Expires or Policy), each file of a playlist by itself, or set signed cookies for all of them; or take the trusted key group off the behaviour for this path")
	case a.is("InvalidKey", "UnknownKey") && f.sig.kind == unsigned:
		f.says(UnknownAccessKey, 0.95, "%s; it is CloudFront that answers, and means the Key-Pair-Id", a.said())
		f.advise(UnknownAccessKey, "send as Key-Pair-Id the id of a public key in a key group that this CloudFront distribution's behaviour trusts (K…; APKA… only of a trusted signer of old), and sign with the private key that belongs to it")
	default:
		return false
	}
	return true
}

// judgeSTS: without what STS gives there are no credentials, so S3 was not asked yet.
func (f *facts) judgeSTS() {
	a := f.answer
	f.says(NoCredentials, 0.95, "%s; it is STS that refuses, so that there are no credentials to ask S3 with", a.said())
	switch {
	case a.says("failed to unmarshal", "SerializationError", "MethodNotAllowed"):
		f.advise(NoCredentials, "give the client STS's own endpoint: whatever answered is no STS, mostly the store, where one endpoint is set for all services (AWS_ENDPOINT_URL in place of AWS_ENDPOINT_URL_S3); or give it plain credentials, where the store has no roles")
	case a.says("OpenIDConnect provider"):
		f.advise(NoCredentials, "create the OIDC provider with exactly that URL in the account of the role (IAM, identity providers; audience sts.amazonaws.com), and see that the role's ARN is of that account and the role's trust policy names the provider")
	case a.says("WebIdentity", "web identity"), a.is("InvalidIdentityToken", "IDPRejectedClaim"):
		f.advise(NoCredentials, "compare the conditions of the role's trust policy with the token's own claims: sub letter by letter (repo:OWNER/REPO:ref:refs/heads/BRANCH or :environment:NAME; case counts), aud (sts.amazonaws.com); see that the job may ask for a token (GitHub: permissions: id-token: write) and that the role's ARN is right")
	default:
		f.advise(NoCredentials, "allow sts:AssumeRole on the role to whoever asks%s, and name that one in the role's trust policy: both sides have to; where an external id is asked for, send it", whom(a.heard.who))
	}
}
