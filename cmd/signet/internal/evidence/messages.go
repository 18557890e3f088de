package evidence

import "strings"

// sentence is how S3 words an error, by which it is known where an SDK or a person
// leaves its code out.
type sentence struct{ words, code string }

// sentences lists what AWS says for its codes
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html), and what
// others say in other words. Those that package explain tells by their message
// are not among them.
func sentences() []sentence {
	return []sentence{
		{"multipart upload does not exist", "NoSuchUpload"},
		{"specified upload does not exist", "NoSuchUpload"},
		{"specified key does not exist", "NoSuchKey"},
		{"specified version does not exist", "NoSuchVersion"},
		{"specified bucket does not exist", "NoSuchBucket"},
		{"specified bucket is not valid", "InvalidBucketName"},
		{"access key id you provided does not exist", "InvalidAccessKeyId"},
		{"access key id does not exist", "InvalidAccessKeyId"},
		{"signature we calculated does not match", "SignatureDoesNotMatch"},
		{"socket connection to the server was not read from or written to", "RequestTimeout"},
		{"difference between the request time and the", "RequestTimeTooSkewed"},
		{"specified parts could not be found", "InvalidPart"},
		{"list of parts was not in ascending order", "InvalidPartOrder"},
		{"smaller than the minimum allowed", "EntityTooSmall"},
		{"exceeds the maximum allowed size", "EntityTooLarge"},
		{"data size larger than expected", "EntityTooLarge"}, // MinIO's log
		{"pre-conditions you specified did not hold", "PreconditionFailed"},
		{"operation is not valid for the object's", "InvalidObjectState"},
		{"operation is not valid for the current state of the object", "InvalidObjectState"},
		{"restore is already in progress", "RestoreAlreadyInProgress"},
		{"method is not allowed against this resource", "MethodNotAllowed"},
		{"x-amz-content-sha256' header does not match", "XAmzContentSHA256Mismatch"},
		{"content-sha256 you specified did not match", "XAmzContentSHA256Mismatch"},
		{"content-md5 you specified", "BadDigest"},
		{"you specified did not match the calculated checksum", "BadDigest"},
		{"provided token has expired", "ExpiredToken"},
		{"security token included in the request is expired", "ExpiredToken"},
		{"provided token is malformed", "InvalidToken"},
		{"security token included in the request is invalid", "InvalidClientTokenId"},
		{"all access to this", "AllAccessDisabled"},
		{"account is not signed up", "NotSignedUp"},
		{"encountered an internal error", "InternalError"},
		{"reduce your request rate", "SlowDown"},
		{"did not provide the number of bytes", "IncompleteBody"},
		{"encryption method specified is not supported", "InvalidEncryptionAlgorithmError"},
		{"body of your post request is not well-formed", "MalformedPOSTRequest"},
		{"condition specified in the policy", "AccessDenied"},
		{"bucket name is not available", "BucketAlreadyExists"},
		{"authorization header is malformed", "AuthorizationHeaderMalformed"},
		{"access denied", "AccessDenied"},
	}
}

// codeOf is the code that S3 gives with a message; empty: not known.
func codeOf(message string) string {
	message = strings.ToLower(message)
	for _, s := range sentences() {
		if strings.Contains(message, s.words) {
			return s.code
		}
	}
	return ""
}
