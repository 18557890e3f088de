package explain

// Code names a cause. It is what machines read; [Code.Meaning] and [Code.Fix]
// are for people.
type Code string

// The causes. OK is a request with nothing wrong, Unknown one that failed for a
// reason that nothing here knows.
const (
	OK                       Code = "ok"
	Unknown                  Code = "unknown"
	Expired                  Code = "expired"
	NotYetValid              Code = "not-yet-valid"
	ExpiresTooLong           Code = "expires-too-long"
	CredentialsExpired       Code = "credentials-expired"
	SessionTokenMissing      Code = "session-token-missing"
	UnknownAccessKey         Code = "unknown-access-key"
	WrongSecret              Code = "wrong-secret"
	WrongRegion              Code = "wrong-region"
	WrongService             Code = "wrong-service"
	WrongHost                Code = "wrong-host"
	WrongMethod              Code = "wrong-method"
	WrongKey                 Code = "wrong-key"
	QueryChanged             Code = "query-changed"
	HeaderMissing            Code = "header-missing"
	HeaderChanged            Code = "header-changed"
	HeaderUnsigned           Code = "header-unsigned"
	ContentTypeMismatch      Code = "content-type-mismatch"
	ContentLengthMismatch    Code = "content-length-mismatch"
	EmptyBodyChecksum        Code = "empty-body-checksum"
	BadChecksum              Code = "bad-checksum"
	SSEHeaderMissing         Code = "sse-header-missing"
	DoubleEncoded            Code = "double-encoded"
	PlusOrSpace              Code = "plus-or-space"
	ClockSkew                Code = "clock-skew"
	SigV2                    Code = "sigv2"
	CORSPreflight            Code = "cors-preflight"
	CORSOrigin               Code = "cors-origin"
	CORSHeader               Code = "cors-header"
	ETagNotExposed           Code = "etag-not-exposed"
	RedirectedRegion         Code = "redirected-region"
	Permission               Code = "permission"
	BucketPolicyTLS          Code = "bucket-policy-tls"
	BucketPolicyEncryption   Code = "bucket-policy-encryption"
	BucketPolicySignatureAge Code = "bucket-policy-signature-age"
	KMSDenied                Code = "kms-denied"
	KMSDisabled              Code = "kms-disabled"
	NoSuchBucket             Code = "no-such-bucket"
	NoSuchUpload             Code = "no-such-upload"
	InvalidPart              Code = "invalid-part"
	PartTooSmall             Code = "part-too-small"
	PreconditionFailed       Code = "precondition-failed"
	TooLarge                 Code = "too-large"
	TooSmall                 Code = "too-small"
	FormFieldMissing         Code = "form-field-missing"
	FormFieldExtra           Code = "form-field-extra"
	FormFileNotLast          Code = "form-file-not-last"
	FormExpired              Code = "form-expired"
	FormCondition            Code = "form-condition"
	SlowDown                 Code = "slow-down"
	BodyCut                  Code = "body-cut"
)

// Codes lists all of them, in the order above.
func Codes() []Code {
	list := make([]Code, 0, len(table()))
	for _, row := range table() {
		list = append(list, row.code)
	}
	return list
}

// Meaning says in one clause what went wrong.
func (c Code) Meaning() string { return c.row().meaning }

// Fix says what to do about it.
func (c Code) Fix() string { return c.row().fix }

type row struct {
	code         Code
	meaning, fix string
}

func (c Code) row() row {
	for _, r := range table() {
		if r.code == c {
			return r
		}
	}
	return row{code: c}
}

func table() []row {
	return []row{
		{OK, "nothing is wrong with what is known of the request", "nothing to do"},
		{Unknown, "the request failed for a reason that is not known here", "give the whole error body with --response, and the sent headers with --header; else ask with S3's request id"},
		{Expired, "the signed URL has run out", "sign a new URL right before it is used, or with a longer life"},
		{NotYetValid, "the URL is dated in the future", "set the clock of the machine that signs, by NTP"},
		{ExpiresTooLong, "the URL asks for more than seven days", "sign with an X-Amz-Expires of at most 604800 seconds"},
		{CredentialsExpired, "the credentials that signed have ended, and the URL with them", "renew the credentials, then sign again; a URL never outlives them"},
		{SessionTokenMissing, "temporary credentials signed, and their session token did not come along", "sign with the session token too, and send X-Amz-Security-Token as it was signed"},
		{UnknownAccessKey, "S3 does not know the access key", "sign with a key of the account and partition that the endpoint belongs to, and see that it is active"},
		{WrongSecret, "the request is what was signed, but another secret signed it", "check the secret access key for a cut end, a blank or another key's secret, and sign again"},
		{WrongRegion, "the signature is for another region than the bucket's", "sign for the bucket's own region"},
		{WrongService, "the signature is for another service", "sign for the service s3"},
		{WrongHost, "the request went to another host than was signed", "send to exactly the host of the signed URL, past any proxy that rewrites Host; for path style, acceleration or an own domain, sign for that host"},
		{WrongMethod, "the request was sent with another method than was signed", "send with the method that was signed, or sign for the one that is sent"},
		{WrongKey, "the path is not the one that was signed", "use the signed URL as it stands: neither another key nor another encoding of it"},
		{QueryChanged, "the query is not the one that was signed", "use the signed URL as it stands: add, drop, cut or re-escape no parameter"},
		{HeaderMissing, "a header that was signed was not sent", "send each header of X-Amz-SignedHeaders with the value that was signed"},
		{HeaderChanged, "a signed header arrived with another value", "send the header with the value that was signed, and look for a proxy or library that changes it"},
		{HeaderUnsigned, "a header was sent that the signature does not cover", "sign the header too, or do not send it"},
		{ContentTypeMismatch, "the Content-Type sent is not the one that was signed", "send exactly the Content-Type that was signed; libraries and browsers add their own or a charset when none is set"},
		{ContentLengthMismatch, "the body has another length than was signed", "send exactly as many bytes as were signed, or sign again for this file's size"},
		{EmptyBodyChecksum, "the signer added the checksum of an empty body, and the body is not empty", "tell the SDK to add checksums only when required (requestChecksumCalculation: WHEN_REQUIRED), and sign again"},
		{BadChecksum, "what arrived does not have the checksum that was given", "compute the checksum over the very bytes that are sent, in the header's own form (base64), and send again"},
		{SSEHeaderMissing, "an encryption header that is needed was not sent", "send the x-amz-server-side-encryption headers that were signed"},
		{DoubleEncoded, "something was percent-encoded twice", "encode the key once: hand the plain key to the signer and the signed URL untouched to the client"},
		{PlusOrSpace, "a plus sign was taken for a space, or the other way round", "write a space as %20 and a plus as %2B, in the path and in the query"},
		{ClockSkew, "the clock of the signer is more than 15 minutes off", "set the clock by NTP, then sign again"},
		{SigV2, "the request is signed with Signature Version 2", "sign with Signature Version 4 (signature_version s3v4), for the bucket's region"},
		{CORSPreflight, "the bucket's CORS rules refuse the browser's preflight", "add a CORS rule with this origin, method and these headers to the bucket"},
		{CORSOrigin, "the answer does not allow the page's origin to read it", "add the page's exact origin (scheme, host, port) to AllowedOrigins of the bucket's CORS rule"},
		{CORSHeader, "the bucket's CORS rules do not allow a header that the page sends", "add the header to AllowedHeaders of the bucket's CORS rule, or do not send it"},
		{ETagNotExposed, "the upload succeeded, but the page may not read its ETag", "add ETag to ExposeHeaders of the bucket's CORS rule"},
		{RedirectedRegion, "the bucket is in another region, or has another endpoint", "sign for the bucket's own region and send to that endpoint"},
		{Permission, "whoever signed may not do this", "grant the action on the resource to the identity that signs, and see that no bucket policy, boundary or public access block denies it"},
		{BucketPolicyTLS, "a policy refuses requests without TLS", "send over https"},
		{BucketPolicyEncryption, "a policy refuses this encryption", "sign and send the x-amz-server-side-encryption headers that the policy asks for, or leave them out where the bucket's default is meant to apply"},
		{BucketPolicySignatureAge, "a policy refuses signatures of this age, though the URL still lives", "sign right before use, or raise s3:signatureAge in the bucket's policy"},
		{KMSDenied, "whoever signed may not use the KMS key", "grant kms:GenerateDataKey (upload) and kms:Decrypt (download, parts) on the key, in the key's policy and the identity's"},
		{KMSDisabled, "the KMS key is disabled or about to be deleted", "enable the key or cancel its deletion, or encrypt with another one"},
		{NoSuchBucket, "there is no such bucket", "correct the bucket's name, and see that the host names it once (path or virtual-host style)"},
		{NoSuchUpload, "the multipart upload is gone: completed, aborted, or never begun under this key", "list the unfinished uploads, and begin again"},
		{InvalidPart, "the list of parts does not match what is stored", "list the stored parts, and complete with their numbers and ETags, ascending; upload what is missing"},
		{PartTooSmall, "a part other than the last has less than 5 MiB", "send parts of at least 5 MiB; only the last may be smaller"},
		{PreconditionFailed, "the request's condition does not hold: usually the object is already there", "take the stored object, or upload under another key"},
		{TooLarge, "the upload is larger than allowed", "send less, raise the form's content-length-range, or upload in parts above 5 GiB"},
		{TooSmall, "the upload is smaller than the form's policy allows", "send at least as many bytes as its content-length-range says"},
		{FormFieldMissing, "the form lacks a field", "send every field that the signer returned, each before the file"},
		{FormFieldExtra, "the form has a field that its policy does not know", "send only the fields that the signer returned, or add a condition for the field to the policy"},
		{FormFileNotLast, "a field comes after the file, where S3 does not read it", "append the file as the form's last field"},
		{FormExpired, "the form's policy has run out", "ask for a new form"},
		{FormCondition, "a field does not meet the form's policy", "send the field with the value that the policy's condition wants"},
		{SlowDown, "S3 asks for fewer requests", "wait and try again with growing pauses; spread keys over more prefixes"},
		{BodyCut, "the connection ended before the whole body arrived", "send again; see that no proxy or timeout cuts long uploads"},
	}
}
