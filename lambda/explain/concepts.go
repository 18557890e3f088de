package explain

import "strings"

// concept is a cause that words of any store tell together: one of things and one of
// wrongs, each alternatives, written as [worded] has them. It is for sentences that
// nobody has listed.
type concept struct {
	things, wrongs string
	code           Code
}

// tells says whether a text, as worded has it, has one of the things and one of the wrongs.
func (c concept) tells(text string) bool { return hasOne(text, c.things) && hasOne(text, c.wrongs) }

func hasOne(text, words string) bool {
	for word := range strings.SplitSeq(words, "|") {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// concepts are those of a store's words: first what is said of a request's pieces, then
// of whoever asks, then of what it asks for, and last what any refusal may say.
func concepts() []concept {
	const (
		header  = "header|content length|content type|content md5| x amz "
		key     = "kms|encryption key| cmk |master key|key arn"
		missing = "not exist|not found|no such|unknown"
	)
	return []concept{
		{"payload signature|chunk signature", "not match|mismatch|invalid|incorrect", HeaderUnsupported},
		{"trailing data|trailer|trailing checksum", "not well formed|malformed|not conform|invalid|missing", HeaderUnsupported},
		{" acl | acls |acl ", "unsupported|not support|invalid|not allow|not implement|unknown|not recogni|disabled", ACLDisabled},
		{"clock|timestamp|request time|x amz date|date header", "skew|too large|too far|too old|in the future|differ|drift|out of sync", ClockSkew},
		{"chunked|chunkedencoding|streaming |trailer|checksum|" + header, "not support|unsupported|not implemented|unknown|not recogni|unrecogni", HeaderUnsupported},
		{header, "not present|missing|is required|must be present|not included|not provided|must be provided|not set|not specified|must be specified", HeaderMissing},
		{"content type", "not match|mismatch|different", ContentTypeMismatch},
		{"checksum|digest| md5|sha256| crc", "not match|mismatch|incorrect|wrong|invalid|differ", BadChecksum},
		{"signature", "not match|mismatch|incorrect|wrong|invalid|differ|not verif", WrongSecret},
		{"token|credential|session", "expired", CredentialsExpired},
		{"authentication|credential|identit|access key|signed request", "requires setting up|not set up|not configured|not enabled|disabled", UnknownAccessKey},
		{"access key|accesskey|key id|credential|api key", missing + "|invalid|not known|not recogni|malformed|revoked|inactive", UnknownAccessKey},
		{" policy| form ", "expired", FormExpired},
		{"request|url|signature|link", "expired|has ended|no longer valid", Expired},
		{"versioning|object lock|replication|website|notification", "not enabled|is enabled on|must be enabled|not configured|be enabled", NotConfigured},
		{"region|location constraint", "wrong|mismatch|not match|incorrect|expecting|different|missing|is required|not set|not specified|empty", WrongRegion},
		{"hostname|host name|host header|virtual host", "invalid|not match|not allow|not recogni|malformed|wrong|incorrect", WrongHost},
		{key, "disabled|pending|not enabled|invalid state", KMSDisabled},
		{key, missing + "|invalid|denied|not authori|not permit|not allow", KMSDenied},
		{"retention|worm |immutable|object lock|legal hold", "not delete|not overwrit|not modif|protected|locked|until", ObjectLocked},
		{"archive|glacier|cold storage", "restore|not available|not readable|not active|offline", ObjectArchived},
		{"metadata", "too large|exceed|too long|too big", MetadataTooLarge},
		{"object name|object key|key length|the key ", "too long|maximum length", KeyTooLong},
		{"object name|object key|key name", "character|too many slashes|segment", WrongKey},
		{" tag | tags |tagging", "invalid|too many|not allow|duplicate|exceed", InvalidTag},
		{"storage class", "invalid|not support|unsupported|unknown|not allow", InvalidStorageClass},
		{"object|key|file", "not deleted|not delete", Permission},
		{"bucket", "wrong account|not in account|another account|other account|owned by", BucketState},
		{"bucket", missing + "|invalid create", NoSuchBucket},
		{"upload", missing, NoSuchUpload},
		{" part", "not found|missing|invalid|not match|order", InvalidPart},
		{"precondition|if match|if none match", "not hold|failed|not met|not satisf", PreconditionFailed},
		{"key|object|file", "not exist|not found|no such", WrongKey},
		{"quota|storage|space|disk|capacity", "exceed|full|not enough|insufficient|no more|no space", QuotaExceeded},
		{"size|length|entity|file|body|object", "too large|exceed|larger than|too big|too long", TooLarge},
		{"size|length|entity|file|body|object|part", "too small|smaller than|less than", TooSmall},
		{"request|rate|connection", "too many|throttl|slow down|rate limit|exceeded", SlowDown},
		{"account|subscription|billing|payment", "suspend|overdue|inactive|frozen|not active", AccountProblem},
		{"access|permission|action|operation|user| you", "denied|forbidden|not authori|unauthori|not allow|not permit|insufficient", Permission},
		{"method", "not allow|not support|unsupported", WrongMethod},
		{"server|backend|disk|drive|node|quorum|service", "internal error|unavailable|offline|not enough|try again later", ServerError},
	}
}

// judgeConcepts reads what a message is about and what it says of that, where a code
// shows that it is a store's. It is false when that is nothing that is known.
func (f *facts) judgeConcepts() bool {
	message := f.answer.message
	if f.answer.code == "" || message == "" || f.answer.isSilent() {
		return false
	}
	text := worded(message)
	for _, c := range concepts() {
		if !c.tells(text) {
			continue
		}
		code := c.code
		if code == HeaderMissing {
			code = missing(f.answer.heard.header)
		}
		f.says(code, 0.72, "%s", f.answer.said())
		if code == NotConfigured {
			f.advise(code, "switch on what the message names (aws s3api put-bucket-versioning, put-object-lock-configuration, … on the bucket), then try again: %s", shortOf(message))
		}
		return true
	}
	return false
}
