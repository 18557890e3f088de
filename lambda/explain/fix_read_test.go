package explain

import (
	"strings"

	"signet/lambda/upload"
)

// fixedFirst are what threads of others showed that had not been thought of: reading
// first, then a fix for exactly that.
func fixedFirst() []fixed {
	type headers = []upload.Header
	hex64 := strings.Repeat("0f", 32)
	const signed = "&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261124%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20261124T115900Z&X-Amz-Expires=900&X-Amz-SignedHeaders="
	return []fixed{
		{"a stream that is read once", Request{NetworkError: "operation error S3: PutObject, failed to compute payload hash: failed to seek body to start, request stream is not seekable"}, BodyNotReplayable, "buffer|manager.Uploader"},
		{"the endpoint as the bucket", Request{URL: "https://p.fra1.digitaloceanspaces.com/p.fra1.digitaloceanspaces.com?prefix=a", Status: 404, Response: xmlError("NoSuchKey", "")}, WrongHost, "bare name|p.fra1.digitaloceanspaces.com"},
		{"an address as the bucket", Request{URL: "https://s3.eu-west-2.amazonaws.com/https%3A//s3.eu-west-2.amazonaws.com/b/k", Method: "OPTIONS", Status: 400}, WrongHost, "bare name|endpoint"},
		{"a key that looks like a host", Request{URL: "https://s3.eu-west-2.amazonaws.com/example.com/k", Method: "GET", Status: 404, Response: xmlError("NoSuchKey", "m")}, WrongKey, "listing"},
		{"a part without its number", Request{URL: "https://b.s3.eu-west-1.amazonaws.com/k?uploadId=2", Method: "PUT", Status: 405, Response: xmlError("MethodNotAllowed", "m", "<Method>PUT</Method><ResourceType>UPLOAD</ResourceType>")}, WrongMethod, "partNumber"},
		{"an argument without a name", Request{Operation: "UploadPart", Status: 400, Response: xmlError("InvalidArgument", "Invalid Argument.")}, InvalidRequest, "WHEN_REQUIRED|debug log"},
		{"a bad request without a word", Request{Status: 400, Response: xmlError("BadRequest", "null")}, InvalidRequest, "credentials|region"},
		{"two checksums at R2", put("InvalidRequest", "You can only specify one non-default checksum at a time."), ChecksumType, "WHEN_REQUIRED"},
		{"a checksum that a store does not know", put("InvalidArgument", "Invalid arguments provided for b/k: (invalid/unknown checksum sent: invalid checksum)"), HeaderUnsupported, "WHEN_REQUIRED"},
		{"a header unsigned, at MinIO", Request{URL: "http://minio:9000/b/k?x-id=PutObject" + signed + "host&X-Amz-Signature=" + hex64 + "", Method: "PUT", Headers: headers{{Name: "x-amz-meta-owner", Value: "1"}}, Status: 403,
			Response: xmlError("AccessDenied", "There were headers present in the request which were not signed")}, HeaderUnsigned, "x-amz-meta-owner"},
		{"a copy that a gateway cannot make", Request{URL: "http://10.0.0.1/b/k?partNumber=1&uploadId=2", Method: "PUT", Headers: headers{{Name: "x-amz-copy-source", Value: "b/other"}}, Status: 501}, NotSupported, "copy"},
		{"a bucket as a name of this machine", Request{URL: "http://b.localhost:4572/k?x-id=PutObject" + signed + "host&X-Amz-Signature=" + hex64 + "", Method: "PUT", NetworkError: "net::ERR_NAME_NOT_RESOLVED"}, WrongHost, "path style|localhost:4572/b"},
		{"a type that libraries add, and no answer's words", Request{URL: "https://b.s3.eu-west-1.amazonaws.com/a.pdf?x-id=PutObject" + signed + "content-type%3Bhost&X-Amz-Signature=" + hex64 + "", Method: "PUT", Status: 403,
			Headers: headers{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}}, ContentTypeMismatch, "application/x-www-form-urlencoded"},
		{"an answer that is no XML", Request{NetworkError: "char '4' is not expected.:1:1 Deserialization error: to see the raw response"}, NotS3, "$response"},
		{"a form of Version 2 at MinIO", Request{Method: "POST", Form: headers{{Name: "AWSAccessKeyId", Value: "a"}, {Name: "policy", Value: "e30="}}, Status: 403,
			Response: xmlError("AccessDenied", "Access Denied. (Each form field that you specify in a form (except Awsaccesskeyid, Signature) must appear in the list of conditions.)")}, FormFieldExtra, "Version 4"},
		{"a field too many at MinIO", Request{Method: "POST", Form: headers{{Name: "acl", Value: "a"}, {Name: "policy", Value: "e30="}}, Status: 403,
			Response: xmlError("AccessDenied", "Access Denied. (Each form field that you specify in a form (except Acl) must appear in the list of conditions.)")}, FormFieldExtra, "Acl"},
		{"a signed header in the query", Request{URL: "https://b.s3.eu-west-1.amazonaws.com/k?Content-Type=image%2Fpng" + signed + "host%3Bx-amz-acl&X-Amz-Signature=" + hex64 + "&x-amz-acl=public-read", Status: 403,
			Response: xmlError("SignatureDoesNotMatch", "m")}, HeaderMissing, "x-amz-acl"},
		{"an unknown operation", Request{Status: 404, Response: xmlError("UnknownOperationException", "")}, NotS3, "S3"},
		{"parts that are too small, by an SDK", Request{Status: 400, Response: xmlError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")}, PartTooSmall, "5 MiB"},
		{"a key of KMS that nobody named", Request{Operation: "PutObject", Status: 403, Response: xmlError("AccessDenied", "Access Denied")}, Permission, "kms:GenerateDataKey"},
	}
}
