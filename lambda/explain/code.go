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
	ACLDisabled              Code = "acl-disabled"
	SSECBlocked              Code = "sse-c-blocked"
	ObjectLocked             Code = "object-locked"
	ObjectArchived           Code = "object-archived"
	DeleteMarker             Code = "delete-marker"
	KeyMissingOrForbidden    Code = "key-missing-or-forbidden"
	KeyTooLong               Code = "key-too-long"
	MetadataTooLarge         Code = "metadata-too-large"
	ChecksumType             Code = "checksum-type"
	HeaderUnsupported        Code = "header-unsupported"
	NotSupported             Code = "not-supported"
	InvalidRequest           Code = "invalid-request"
	InvalidTag               Code = "invalid-tag"
	InvalidRange             Code = "invalid-range"
	InvalidStorageClass      Code = "invalid-storage-class"
	NotConfigured            Code = "not-configured"
	BucketState              Code = "bucket-state"
	RetryConflict            Code = "retry-conflict"
	QuotaExceeded            Code = "quota-exceeded"
	AccountProblem           Code = "account-problem"
	ServerError              Code = "server-error"
	NotS3                    Code = "not-s3"
	NoCredentials            Code = "no-credentials"
	TLSFailed                Code = "tls-failed"
	MixedContent             Code = "mixed-content"
	BlockedByCSP             Code = "blocked-by-csp"
	FileChanged              Code = "file-changed"
	Canceled                 Code = "canceled"
	FormInBody               Code = "form-in-body"
	BodyNotReplayable        Code = "body-not-replayable"
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
