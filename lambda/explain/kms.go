package explain

import "strings"

// judgeKMS explains the errors that S3 passes on from KMS
// (https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html).
func (f *facts) judgeKMS() {
	a := f.answer
	switch {
	case a.says("disabled", "pending deletion", "pending import", "invalid state"),
		strings.Contains(a.code, "Disabled"), strings.Contains(a.code, "InvalidState"):
		f.says(KMSDisabled, 0.97, "%s", a.said())
	case strings.Contains(a.code, "Throttling") || strings.Contains(a.code, "LimitExceeded"):
		f.says(SlowDown, 0.93, "%s", a.said())
	case strings.Contains(a.code, "NotFound"), a.says("does not exist", "Invalid arn", "Invalid keyId"):
		f.says(KMSDenied, 0.95, "%s", a.said())
		f.advise(KMSDenied, "%s", f.missingKeyFix())
	case a.says("not configured"), a.is("KMSNotConfigured"):
		f.says(NotSupported, 0.85, "%s", a.said())
		f.advise(NotSupported, "configure a KMS at the store, or do not ask for x-amz-server-side-encryption")
	case strings.Contains(a.code, "InvalidKeyUsage"):
		f.says(KMSDenied, 0.93, "%s", a.said())
		f.advise(KMSDenied, "name a symmetric key for encryption (KeyUsage ENCRYPT_DECRYPT, KeySpec SYMMETRIC_DEFAULT): S3 takes no other")
	default:
		f.says(KMSDenied, 0.85, "%s", a.said())
	}
}

// missingKeyFix is about a key that KMS does not find where it looks: in the
// bucket's region, and by an alias or id in the account of whoever signed.
func (f *facts) missingKeyFix() string {
	a := f.answer
	_, id := f.carries("x-amz-server-side-encryption-aws-kms-key-id")
	region := orElse(after(a.message, "Invalid arn ", " ."), after(id, "arn:aws:kms:", ":"))
	switch {
	case a.says("aws/s3"), strings.Contains(id, "alias/"):
		return "name the key by its whole ARN (arn:aws:kms:REGION:ACCOUNT:key/…) in the request or the bucket's default encryption: an alias such as aws/s3 is looked up in the account of whoever signs, and its policy lets no other account in"
	case region != "":
		return "name a key of the bucket's own region: the one that was named is of " + region + ", and S3 uses none of another region"
	}
	return "name a key that exists in the bucket's own region, by its ARN where it is another account's; see the spelling in x-amz-server-side-encryption-aws-kms-key-id or the bucket's default encryption"
}
