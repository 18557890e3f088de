package explain

import "strings"

// phrase is a cause that a message tells; answer narrows it to codes that begin
// so, and words are alternatives.
type phrase struct {
	answer, words string
	code          Code
	confidence    float64
}

// phrases lists what messages say, as AWS, MinIO, Ceph, R2, B2, GCS and versitygw
// word them. One code stands for many things, so the words come before it.
func phrases() []phrase {
	return []phrase{
		{"", "not valid yet|not yet valid", NotYetValid, 0.96},
		{"", "must be less than a week|less than 604800", ExpiresTooLong, 0.97},
		{"", "headers present in the request which were not signed", HeaderUnsigned, 0.97},
		{"", "included in signedheaders, but not in the request", HeaderMissing, 0.96},
		{"", "Please use AWS4-HMAC-SHA256|require AWS Signature Version 4|requires Signature Version 4|signature version you have requested is not supported|Signature Version 2", SigV2, 0.95},
		{"", "Query-string authentication|Signature was not base64 encoded", QueryChanged, 0.95},
		{"", "Only one auth mechanism allowed|mutually exclusive|Unsupported Authorization Type", HeaderUnsigned, 0.96},
		{"", "API Requests must be made to API port|Transfer Acceleration is not|Transfer Acceleration is disabled|S3 Transfer Acceleration|virtual hosted style|virtual-host style|path style", WrongHost, 0.95},
		{"", "does not allow ACLs|ACLs are disabled|ACL not supported|bucket owner enforced|Bucket cannot have ACLs set", ACLDisabled, 0.97},
		{"", "missing Object Lock Configuration|missing ObjectLockConfiguration", NotConfigured, 0.96},
		{"", "WORM protected|protected by object lock|object is locked|under active hold|active legal hold|retention policy", ObjectLocked, 0.96},
		{"", "Checksum Type mismatch|complete request must include the checksum|complete request must use the same checksum|checksum type mismatch|checksum algorithm does not match|Multiple checksum Types|one non-default checksum|single x-amz-checksum- header", ChecksumType, 0.96},
		{"", "blocked encryption type|encryption type is blocked|SSE-C is not allowed|SSE-C is disabled|does not allow SSE-C|customer-provided keys (SSE-C) is|customer provided keys is not allowed|blocks SSE-C|SSE-C has been disabled", SSECBlocked, 0.96},
		{"", "must be made over a secure connection|plain-text request|HTTP request to an HTTPS server|HTTP request was sent to HTTPS port", BucketPolicyTLS, 0.95},
		{"", "requires HTTP header x-amz-server-side-encryption|correct parameters must be provided to retrieve the object|Server Side Encryption with Customer provided keys must|using a form of Server Side Encryption|requests must include the appropriate encryption", SSEHeaderMissing, 0.95},
		{"", "server-side-encryption-customer", SSEHeaderMissing, 0.94},
		{"", "Unsupported header|not implemented|is not supported by this store|header is not supported", HeaderUnsupported, 0.95},
		{"", "invalid/unknown checksum|unknown checksum", HeaderUnsupported, 0.94},
		{"XAmz", "invalid header: x-amz-content-sha256", HeaderUnsupported, 0.94},
		{"", "aws-chunked encoding is not supported|using aws-chunked is not supported|chunked encoding is not supported|Streaming is not supported", HeaderUnsupported, 0.95},
		{"", "Missing required header|must provide the Content-Length|missing a required header|missing required header|no corresponding x-amz-checksum|HTTP header is required|must both be supplied|header is required for|Content-Length must", HeaderMissing, 0.95},
		{"", "shall be encoded as UTF-8 then URLEncoded|TagValue you have provided|TagKey you have provided|Tags with the same key|tags cannot be greater|Tag value you have provided", InvalidTag, 0.96},
		{"", "metadata headers exceed|metadata size limit|metadata is too large", MetadataTooLarge, 0.96},
		{"", "key is too long|key length is too|Object name is too long", KeyTooLong, 0.96},
		{"", "parts must have the same", InvalidPart, 0.96},
		{"", "conflicting conditional operation|conflicting operation|conflicting request", RetryConflict, 0.95},
		{"InvalidArgument", "Part number must be", InvalidPart, 0.95},
		{"", "must specify at least one part", InvalidPart, 0.95},
		{"", "x-amz-content-sha256 must be|x-amz-content-sha256 header is invalid", HeaderChanged, 0.94},
		{"", "security token included in the request is expired|provided token has expired", CredentialsExpired, 0.95},
		{"", "quota exceeded|exceeded your quota|storage cap|cap exceeded|usage limit|insufficient storage|minimum free", QuotaExceeded, 0.95},
		{"", "maximum allowed object size|larger than the maximum|exceeds the maximum", TooLarge, 0.95},
		{"", "Credential access key has length|Malformed Access Key Id", UnknownAccessKey, 0.95},
		{"", "does not have the correct number of bytes|bytes specified by the Content-Length|terminated unexpectedly", BodyCut, 0.95},
		{"", "storage class you specified|Invalid storage class", InvalidStorageClass, 0.96},
		{"", "range is not satisfiable", InvalidRange, 0.96},
		{"", "bucket you are attempting to access must be addressed|re-send this request to the specified temporary endpoint|bucket is in this region", RedirectedRegion, 0.95},
		{"", "reduce your request rate", SlowDown, 0.95},
		{"", "not well-formed or did not validate", InvalidPart, 0.6},
	}
}

// judgePhrases looks for what the message tells. It is false when it tells nothing.
func (f *facts) judgePhrases() bool {
	a := f.answer
	for _, row := range phrases() {
		if row.answer != "" && !hasPrefixFold(a.code, row.answer) || !a.says(strings.Split(row.words, "|")...) {
			continue
		}
		code := row.code
		switch {
		case code == HeaderUnsupported && f.notImplemented():
			return true
		case code == HeaderMissing:
			code = missing(a.heard.header)
		}
		f.says(code, row.confidence, "%s%s", a.said(), f.details(elementsOf(code)))
		if code == HeaderUnsigned && a.heard.header == "" { // MinIO names none
			f.judgeUnsignedHeaders()
		}
		return true
	}
	return false
}

// notImplemented tells a call that a store lacks from a header that it lacks.
func (f *facts) notImplemented() bool {
	a := f.answer
	if a.heard.header == "" && !a.says("header", "chunked", "checksum", "STREAMING-", "trailer") {
		f.says(NotSupported, 0.9, "%s", a.said())
		return true
	}
	return false
}

// elementsOf are what is worth quoting beside a cause.
func elementsOf(code Code) string {
	for _, row := range codes() {
		if row.code == code && row.elements != "" {
			return row.elements
		}
	}
	return ""
}
