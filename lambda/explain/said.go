package explain

import (
	"fmt"
	"strings"
	"time"
)

// judgeAnswer explains S3's own error: first those that need a closer look, then
// by the message, since one code stands for many things, then by the code.
func (f *facts) judgeAnswer() {
	a := f.answer
	if f.judgeClosely() {
		return
	}
	for _, row := range byMessage() {
		if (row.answer == "" || hasPrefixFold(a.code, row.answer)) && a.says(strings.Split(row.words, "|")...) {
			f.add(row.code, 0.95, "S3 says %s: %s", a.code, a.message)
			return
		}
	}
	for _, row := range byCode() {
		for code := range strings.SplitSeq(row.answers, " ") {
			if strings.EqualFold(a.code, code) {
				f.add(row.code, row.confidence, "S3 says %s: %s%s", a.code, a.message, f.details(row.elements))
				return
			}
		}
	}
	if f.Status == 503 || f.Status == 429 {
		f.add(SlowDown, 0.7, "the answer is %d %s: %s", f.Status, a.code, a.message)
	}
	if f.Status < 500 { // the request may show what the words do not
		f.judgeRequest()
	}
}

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

// details quotes elements of the answer that say how much or which.
func (f *facts) details(elements string) string {
	var b strings.Builder
	for _, name := range strings.Fields(elements) {
		if v := f.answer.element(name); v != "" {
			fmt.Fprintf(&b, "; %s is %s", name, v)
		}
	}
	return b.String()
}

// judgeClosely takes the codes whose cause depends on the request.
func (f *facts) judgeClosely() bool {
	a := f.answer
	switch {
	case a.says("Policy Condition failed", "Extra input fields", "according to Policy", "Policy expired", "policy has expired"),
		a.says("has expired") && f.isForm() && !f.sig.hasToken:
		f.judgeFormAnswer()
	case a.says("signature expired at"), a.says("has expired") && indexFold(a.code, "token") < 0:
		f.add(Expired, 0.98, "S3 says %s: %s%s", a.code, a.message, f.details("X-Amz-Expires Expires ServerTime"))
	case strings.EqualFold(a.code, "SignatureDoesNotMatch"), strings.EqualFold(a.code, "InvalidSignature"):
		f.judgeMismatch()
	case strings.HasPrefix(a.code, "KMS.") || strings.EqualFold(a.code, "KMSNotConfigured"):
		f.judgeKMS()
	case a.code == "AccessDenied" || a.code == "Forbidden" || a.code == "AllAccessDisabled" || a.code == "AccountProblem":
		f.judgeDenied()
	case strings.HasPrefix(a.code, "Authorization"), a.says("X-Amz-Credential", "is wrong; expecting", "incorrect service",
		"Credential is mal-formed", "incorrect terminal", "incorrect date format"):
		f.judgeMalformed()
	case strings.EqualFold(a.code, "InvalidAccessKeyId"):
		f.judgeUnknownKey()
	case a.code == "InvalidToken" || a.code == "InvalidTokenId" || a.code == "InvalidSecurityToken" || a.code == "InvalidClientTokenId":
		f.judgeToken()
	case strings.Contains(a.code, "Digest"), strings.Contains(a.code, "SHA256Mismatch"), strings.Contains(a.code, "ChecksumMismatch"),
		a.says("x-amz-checksum-") && a.says("is invalid"), a.says("did not match the calculated checksum"):
		f.judgeDigest()
	case a.code == "EntityTooSmall":
		f.judgeTooSmall()
	case a.code == "PermanentRedirect" || a.code == "TemporaryRedirect" || a.code == "Redirect" || a.code == "IllegalLocationConstraintException":
		f.add(RedirectedRegion, 0.97, "S3 says %s: %s%s", a.code, a.message, f.details("Endpoint Region Bucket"))
	case a.code == "NoSuchKey" || a.code == "NoSuchVersion":
		f.judgeNoSuchKey("S3 says " + a.code)
	default:
		return f.judgeFormCodes()
	}
	return true
}

// phrase is a cause that a message tells; answer narrows it to a code, and words
// are alternatives.
type phrase struct {
	answer, words string
	code          Code
}

// byMessage lists what messages say, as S3, MinIO, R2 and versitygw word them.
func byMessage() []phrase {
	return []phrase{
		{"", "not valid yet|not yet valid", NotYetValid},
		{"", "must be less than a week|less than 604800", ExpiresTooLong},
		{"", "headers present in the request which were not signed", HeaderUnsigned},
		{"", "Please use AWS4-HMAC-SHA256|require AWS Signature Version 4|signature version you have requested is not supported|Signature Version 2", SigV2},
		{"", "Only one auth mechanism allowed|mutually exclusive|Unsupported Authorization Type", HeaderUnsigned},
		{"", "Transfer Acceleration is not|Transfer Acceleration is disabled|S3 Transfer Acceleration", WrongHost},
		{"", "requires HTTP header x-amz-server-side-encryption|correct parameters must be provided to retrieve the object|Server Side Encryption with Customer provided keys must|using a form of Server Side Encryption", SSEHeaderMissing},
		{"", "server-side-encryption-customer", SSEHeaderMissing},
		{"", "Missing required header|must provide the Content-Length|missing a required header|no corresponding x-amz-checksum", HeaderMissing},
		{"NotImplemented", "header you provided implies", HeaderMissing},
		{"InvalidArgument", "Part number must be", InvalidPart},
		{"InvalidRequest", "must specify at least one part|complete request must include the checksum|complete request must use the same checksum", InvalidPart},
		{"InvalidArgument", "x-amz-content-sha256 must be", HeaderChanged},
		{"", "security token included in the request is expired|provided token has expired", CredentialsExpired},
		{"", "maximum allowed object size|larger than the maximum", TooLarge},
		{"", "Credential access key has length|Malformed Access Key Id", UnknownAccessKey},
		{"", "does not have the correct number of bytes|bytes specified by the Content-Length|terminated unexpectedly", BodyCut},
		{"", "reduce your request rate", SlowDown},
	}
}

// answered is a cause that a code tells by itself.
type answered struct {
	answers    string // codes, separated by blanks
	code       Code
	confidence float64
	elements   string // of the answer, worth quoting
}

func byCode() []answered {
	return []answered{
		{"ExpiredToken TokenRefreshRequired ExpiredTokenException RequestExpiredToken", CredentialsExpired, 0.97, ""},
		{"ExpiredPresignRequest ExpiredRequest RequestExpired", Expired, 0.97, "Expires ServerTime"},
		{"RequestNotReadyYet", NotYetValid, 0.95, ""},
		{"RequestTimeTooSkewed", ClockSkew, 0.98, "RequestTime ServerTime MaxAllowedSkewMilliseconds"},
		{"MaximumExpires", ExpiresTooLong, 0.97, ""},
		{"UnsignedHeaders", HeaderUnsigned, 0.97, "HeadersNotSigned"},
		{"SignatureVersionNotSupported", SigV2, 0.95, ""},
		{"NoSuchBucket InvalidBucketName", NoSuchBucket, 0.97, "BucketName"},
		{"NoSuchUpload", NoSuchUpload, 0.98, "UploadId"},
		{"InvalidPart InvalidPartOrder InvalidPartNumber", InvalidPart, 0.97, "PartNumber ETag"},
		{"MalformedXML", InvalidPart, 0.6, ""},
		{"PreconditionFailed", PreconditionFailed, 0.97, "Condition"},
		{"ConditionalRequestConflict", PreconditionFailed, 0.8, "Condition"},
		{"EntityTooLarge MaxMessageLengthExceeded MetadataTooLarge RequestHeaderSectionTooLarge RequestEntityTooLarge", TooLarge, 0.97, "ProposedSize MaxSizeAllowed"},
		{"KeyTooLongError InvalidURI InvalidObjectName", WrongKey, 0.7, ""},
		{"MethodNotAllowed", WrongMethod, 0.9, "Method ResourceType"},
		{"MissingContentLength MissingSecurityHeader", HeaderMissing, 0.9, "MissingHeaderName"},
		{"SlowDown SlowDownRead SlowDownWrite ServiceUnavailable TooManyRequests RequestLimitExceeded Throttling ThrottlingException RequestThrottled BandwidthLimitExceeded", SlowDown, 0.95, ""},
		{"IncompleteBody RequestTimeout UnexpectedEOF", BodyCut, 0.96, ""},
		{"NegativeExpires MalformedExpires MalformedPresignedDate CredMalformed InvalidQueryParams InvalidQuerySignatureAlgo MalformedDate", QueryChanged, 0.85, ""},
		{"InvalidEncryptionAlgorithmError", HeaderChanged, 0.7, ""},
		{"AccessControlListNotSupported Unauthorized", Permission, 0.6, ""},
	}
}

// judgeMalformed explains a credential that S3 will not even try.
func (f *facts) judgeMalformed() {
	a := f.answer
	evidence := fmt.Sprintf("S3 says %s: %s%s", a.code, a.message, f.details("Region"))
	switch {
	case a.says("the region ") || a.says("region is wrong") || a.element("Region") != "":
		f.add(WrongRegion, 0.97, "%s", evidence)
	case a.says("incorrect service", "belongs to"):
		f.add(WrongService, 0.96, "%s", evidence)
	case a.says("less than a week", "604800"):
		f.add(ExpiresTooLong, 0.97, "%s", evidence)
	case a.says("not valid yet", "not yet valid"):
		f.add(NotYetValid, 0.96, "%s", evidence)
	case f.sig.kind == headerV4:
		f.add(HeaderChanged, 0.85, "%s", evidence)
	default:
		f.judgeShape()
		f.add(QueryChanged, 0.85, "%s", evidence)
	}
}

func (f *facts) judgeUnknownKey() {
	evidence := fmt.Sprintf("S3 says %s: %s", f.answer.code, f.answer.message)
	if f.sig.temporary() && !f.sig.hasToken || !f.sig.hasToken && strings.HasPrefix(f.answer.element("AWSAccessKeyId"), "ASIA") {
		f.add(SessionTokenMissing, 0.97, "%s; the access key is of temporary credentials (ASIA…), and no session token came along", evidence)
		return
	}
	f.add(UnknownAccessKey, 0.95, "%s", evidence)
	if !f.sig.hasToken && !strings.HasPrefix(f.sig.accessKey, "AKIA") {
		f.add(SessionTokenMissing, 0.3, "no session token came along, which the key may need")
	}
}

// judgeToken explains a session token that S3 cannot read.
func (f *facts) judgeToken() {
	evidence := fmt.Sprintf("S3 says %s: %s", f.answer.code, f.answer.message)
	switch {
	case !f.sig.hasToken || f.sig.token == "":
		f.add(SessionTokenMissing, 0.9, "%s; no session token came along", evidence)
	case strings.Contains(f.sig.token, " ") || f.hasBarePlus("X-Amz-Security-Token"):
		f.add(PlusOrSpace, 0.9, "%s; a plus in X-Amz-Security-Token is not escaped as %%2B", evidence)
	case strings.Contains(f.sig.token, "%"):
		f.add(DoubleEncoded, 0.9, "%s; X-Amz-Security-Token is percent-encoded twice", evidence)
	case f.answer.says("expired"):
		f.add(CredentialsExpired, 0.9, "%s", evidence)
	default:
		f.add(QueryChanged, 0.6, "%s; the token is not the one that the credentials came with, or was cut", evidence)
		ended := 0.45
		if !f.sig.date.IsZero() && f.when.Sub(f.sig.date) > time.Hour {
			ended = 0.65
		}
		f.add(CredentialsExpired, ended, "%s; gateways say so of ended sessions, too", evidence)
		f.add(UnknownAccessKey, 0.3, "%s; the token may be of another key", evidence)
	}
}

// hasBarePlus tells whether a parameter's value has a plus that is not escaped.
func (f *facts) hasBarePlus(name string) bool {
	for _, p := range f.address.query {
		if strings.EqualFold(p.name, name) && strings.Contains(p.value, "+") {
			return true
		}
	}
	return false
}

// judgeTooSmall tells a part from a form: S3 has one code for both.
func (f *facts) judgeTooSmall() {
	evidence := fmt.Sprintf("S3 says %s: %s%s", f.answer.code, f.answer.message, f.details("ProposedSize MinSizeAllowed PartNumber"))
	least := f.answer.element("MinSizeAllowed")
	part := f.address.has("uploadId") || f.answer.element("PartNumber") != "" || f.answer.element("ETag") != "" || least == "5242880"
	if part && !f.isForm() {
		f.add(PartTooSmall, 0.97, "%s", evidence)
		return
	}
	f.add(TooSmall, 0.96, "%s", evidence)
}
