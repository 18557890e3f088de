package explain

import "signet/lambda/upload"

// fixedByClient are fixes in the words of whatever client showed itself.
func fixedByClient() []fixed {
	const chunks, sum = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER not implemented", "Unsupported header 'x-amz-checksum-crc32' received for this API call."
	by := func(c Client, code, message string) Request {
		return Request{Client: c, Operation: "PutObject", Status: 400, Response: xmlError(code, message)}
	}
	return []fixed{
		{"chunks, by nobody known", by("", "NotImplemented", chunks), HeaderUnsupported, "UNSIGNED-PAYLOAD|WHEN_REQUIRED|chunkedEncodingEnabled(false)|DisablePayloadSigning"},
		{"chunks of .NET", by(ClientDotNet, "NotImplemented", chunks), HeaderUnsupported, "DisablePayloadSigning = true|UseChunkEncoding = false|!chunkedEncodingEnabled"},
		{"chunks of Java", by(ClientJava, "InvalidRequest", chunks), HeaderUnsupported, "chunkedEncodingEnabled(false)|!DisablePayloadSigning"},
		{"chunks of Terraform", by(ClientTerraform, "NotImplemented", chunks), HeaderUnsupported, "skip_s3_checksum = true|!chunkedEncodingEnabled"},
		{"a checksum of Terraform", by(ClientTerraform, "InvalidArgument", sum), HeaderUnsupported, "skip_s3_checksum = true|x-amz-checksum-crc32"},
		{"a checksum of boto", by(ClientPython, "InvalidArgument", sum), HeaderUnsupported, "request_checksum_calculation|AWS_REQUEST_CHECKSUM_CALCULATION=when_required"},
		{"a checksum of Go", by(ClientGo, "InvalidArgument", sum), HeaderUnsupported, "RequestChecksumCalculationWhenRequired"},
		{"a checksum of PHP", by(ClientPHP, "InvalidArgument", sum), HeaderUnsupported, "'request_checksum_calculation' => 'when_required'"},
		{"a checksum of Ruby", by(ClientRuby, "InvalidArgument", sum), HeaderUnsupported, "request_checksum_calculation: 'when_required'"},
		{"a checksum of Hadoop", by(ClientHadoop, "InvalidArgument", sum), HeaderUnsupported, "fs.s3a.checksum.generation"},
		{"a hash that a store wants", by(ClientDotNet, "InvalidArgument", "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, or a valid sha256 value."), HeaderChanged, "DisablePayloadSigning"},
		{"a part's chunks", by(ClientJava, "InvalidRequest", "Bad request: Invalid payload signature"), HeaderUnsupported, "chunkedEncodingEnabled(false)"},
		{"a list of parts with checksums", Request{URL: "https://s3.store.example/b/k?uploadId=1", Method: "POST", Status: 400, Body: "<CompleteMultipartUpload><Part><ChecksumCRC32C>a</ChecksumCRC32C></Part></CompleteMultipartUpload>",
			Response: xmlError("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema.")}, ChecksumType, "PartNumber and ETag alone"},
		{"a part that was stored without its checksum", by("", "InvalidDigest", "Invalid digest: Invalid checksum for part 1: in request = Some(Crc32([9])), uploaded part = None"), ChecksumType, "CRC32|WHEN_REQUIRED"},
	}
}

// fixedBySpeaker are answers of services that are not S3, and what is about the host
// or parameter that somebody named.
func fixedBySpeaker() []fixed {
	const signed = "?Expires=1796040000&Signature=abc__&Key-Pair-Id=APKAIOSFODNN7EXAMPLE"
	network := func(said string) Request { return Request{NetworkError: said} }
	return []fixed{
		{"STS, of a workflow", Request{Response: xmlError("", "Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity")}, NoCredentials, "trust policy|sub|id-token: write|!s3:"},
		{"STS, without a provider", Request{Response: xmlError("", "No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com")}, NoCredentials, "provider|account"},
		{"STS, of a role", Request{Status: 403, Response: xmlError("AccessDenied", "User: arn:aws:iam::111122223333:user/ci is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::999988887777:role/r")}, NoCredentials, "sts:AssumeRole|arn:aws:iam::111122223333:user/ci|trust policy"},
		{"CloudFront's signature at S3", Request{URL: "https://b.s3.amazonaws.com/a" + signed, Method: "GET", Status: 403, Response: xmlError("AccessDenied", "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters")}, WrongHost, "cloudfront.net"},
		{"a key that CloudFront does not know", Request{URL: "https://d1.cloudfront.net/a" + signed, Method: "GET", Status: 403, Response: xmlError("InvalidKey", "Unknown Key")}, UnknownAccessKey, "Key-Pair-Id|key group"},
		{"CloudFront without a signature", Request{URL: "https://d1.cloudfront.net/a", Method: "GET", Status: 403, Response: xmlError("MissingKey", "Missing Key-Pair-Id query parameter or cookie value")}, NoCredentials, "Key-Pair-Id|cookies"},
		{"S3's signature at CloudFront", Request{URL: "https://d1.cloudfront.net/a" + query, Method: "GET", Status: 403, Response: xmlError("MissingKey", "Missing Key-Pair-Id query parameter or cookie value")}, NotS3, "S3's own host"},
		{"a date in another form", Request{Status: 400, Response: xmlError("AuthorizationQueryParametersError", `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`)}, QueryChanged, "X-Amz-Date|20060102T150405Z"},
		{"seconds that are none", Request{Status: 400, Response: xmlError("AuthorizationQueryParametersError", "X-Amz-Expires should be a number")}, QueryChanged, "X-Amz-Expires|604800"},
		{"a bare 400 in a new region", Request{URL: "https://s3.eu-central-1.amazonaws.com/b/k", Method: "HEAD", Status: 400}, SigV2, "Version 4"},
		{"a bare 400", Request{Operation: "HeadObject", Status: 400}, WrongRegion, "region|Version 4|temporary credentials"},
		{"a bucket before a host", Request{URL: "https://b.store.example.org/", NetworkError: "Could not resolve host: b.store.example.org"}, WrongHost, "path style|https://store.example.org/b/"},
		{"a scheme within a host", Request{URL: "https://b.https/", NetworkError: "Couldn't resolve host 'b.https'"}, WrongHost, "scheme"},
		{"a certificate, in no sentence that is listed", network("[60] SSL peer certificate or SSH remote key was not OK"), TLSFailed, "authority"},
		{"no answer, in no sentence that is listed", network("The target server failed to respond"), BodyCut, "again"},
		{"no credentials, in no sentence that is listed", network("WebIdentityErr: failed to retrieve credentials"), NoCredentials, "credentials"},
		{"libcurl's number and no words", network("Error uploading a.jpg to S3: [curl] 77:  [url] https://b.s3.amazonaws.com/a.jpg"), TLSFailed, "authority"},
		{"no endpoint, in no sentence that is listed", network("MissingEndpoint 'Endpoint' configuration is required for this service"), WrongHost, "endpoint"},
		{"a connection that nobody takes", network("Connect to b.s3.amazonaws.com:443 failed: connect timed out"), BodyCut, "network reaches"},
		{"an action that CloudFormation names", Request{Response: xmlError("AccessDenied", "API: s3:CreateBucket Access Denied.")}, Permission, "s3:CreateBucket"},
		{"a table that is not there", Request{Response: xmlError("ResourceNotFoundException", "Requested resource not found")}, NotConfigured, "DynamoDB"},
		{"a page by its type alone", answered("PUT", 400, "Content-Type: text/html"), NotS3, "endpoint"},
		{"many are to go", Request{Operation: "DeleteObjects", Status: 200, Response: xmlError("AccessDenied", "One or more objects could not be deleted")}, Permission, "s3:DeleteObject"},
		{"a bucket's HEAD", Request{Operation: "HeadBucket", Status: 403}, Permission, "s3:ListBucket"},
		{"a server without keys", Request{Status: 400, Response: xmlError("InvalidRequest", "Signed request requires setting up SeaweedFS S3 authentication")}, UnknownAccessKey, "server"},
		{"a form sent to a key", Request{URL: "https://store.example/b/k", Method: "POST", Form: []upload.Header{{Name: "policy", Value: "e30="}}, Status: 405, Response: xmlError("MethodNotAllowed", "m")}, WrongMethod, "https://store.example/b"},
	}
}
