package explain

import "strings"

// concept is a cause that words of any store tell together: one of things and one of
// wrongs, each alternatives. It is for sentences that nobody has listed.
type concept struct {
	things, wrongs string
	code           Code
}

// tells says whether a text has one of the things and one of the wrongs.
func (c concept) tells(text string) bool {
	text = strings.ToLower(text)
	has := func(words string) bool {
		for word := range strings.SplitSeq(words, "|") {
			if strings.Contains(text, word) {
				return true
			}
		}
		return false
	}
	return has(c.things) && has(c.wrongs)
}

func concepts() []concept {
	const header = "header|content-length|content-type|content-md5|x-amz-"
	return []concept{
		{"payload signature|chunk signature", "not match|mismatch|invalid|incorrect", HeaderUnsupported},
		{"trailing data|trailer|trailing checksum", "not well-formed|malformed|not conform|invalid|missing", HeaderUnsupported},
		{"chunked|chunkedencoding|streaming-|trailer|checksum|" + header, "not support|unsupported|not implemented|unknown|not recognized|unrecognized", HeaderUnsupported},
		{header, "not present|missing|is required|must be present|not included|not provided|must be provided|not set", HeaderMissing},
		{"content-type|content type", "not match|mismatch|different", ContentTypeMismatch},
		{"checksum|digest|md5|sha256|crc", "not match|mismatch|incorrect|wrong|invalid", BadChecksum},
		{"signature", "not match|mismatch|incorrect|wrong|invalid", WrongSecret},
		{"token|credential|session", "expired", CredentialsExpired},
		{"authentication|credential|identit|access key|signed request", "requires setting up|not set up|not configured|not enabled|is disabled", UnknownAccessKey},
		{"access key|accesskey|key id|credential", "not exist|unknown|not found|invalid|not known", UnknownAccessKey},
		{"request|url|signature|link", "expired|has ended", Expired},
		{"region", "wrong|mismatch|not match|incorrect|expecting|different", WrongRegion},
		{"object name|object key|key name", "character|too many slashes|segment", WrongKey},
		{"object|key|file", "could not be deleted|failed to delete|could not delete", Permission},
		{"bucket", "wrong account|not in account|another account|other account|owned by", BucketState},
		{"bucket", "not exist|not found|no such|unknown|invalid create", NoSuchBucket},
		{"upload", "not exist|not found|no such|unknown", NoSuchUpload},
		{"part", "not found|missing|invalid|not match|order", InvalidPart},
		{"key|object|file", "not exist|not found|no such", WrongKey},
		{"quota|storage|space|disk", "exceed|full|not enough|insufficient|no more", QuotaExceeded},
		{"size|length|entity|file|body|object", "too large|exceed|larger than|too big|too long", TooLarge},
		{"size|length|entity|file|body|object|part", "too small|smaller than|less than", TooSmall},
		{"request|rate|connection", "too many|throttl|slow down|rate limit|exceeded", SlowDown},
		{"access|permission|action|operation|user|you", "denied|forbidden|not authorized|unauthorized|not allowed|not permitted", Permission},
	}
}

// judgeConcepts reads what a message is about and what it says of that, where a code
// shows that it is a store's. It is false when that is nothing that is known.
func (f *facts) judgeConcepts() bool {
	message := f.answer.message
	if f.answer.code == "" || message == "" || f.answer.isSilent() {
		return false
	}
	for _, c := range concepts() {
		if !c.tells(message) {
			continue
		}
		code := c.code
		if code == HeaderMissing {
			code = missing(f.answer.heard.header)
		}
		f.says(code, 0.72, "%s", f.answer.said())
		return true
	}
	return false
}
