package explain

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"signet/lambda/upload"
)

var at = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

const (
	query = "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261124%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20261124T115900Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	onAWS = "https://bucket.s3.eu-west-1.amazonaws.com/a/b.txt" + query
	// As aws-sdk-js v3 signs a PutObject: sorted, x-amz headers in the query, and by default the checksum of no bytes.
	ofJS = "https://bucket.s3.eu-west-1.amazonaws.com/a/b.jpg?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261124%2Feu-west-1%2Fs3%2Faws4_request" +
		"&X-Amz-Date=20261124T115900Z&X-Amz-Expires=900&X-Amz-Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef&X-Amz-SignedHeaders=host&x-amz-meta-a=b&x-id=PutObject"
	onHTTP = "http://bucket.s3.eu-west-1.amazonaws.com/a/b.txt" + query
	onTemp = "https://bucket.s3.eu-west-1.amazonaws.com/a/b.txt"
	part   = "https://bucket.s3.eu-west-1.amazonaws.com/a/b.txt" + query + "&partNumber=1&uploadId=x"
)

func xmlError(code, message string, elements ...string) string {
	return fmt.Sprintf("<?xml version=\"1.0\"?>\n<Error><Code>%s</Code><Message>%s</Message>%s</Error>", code, message, strings.Join(elements, ""))
}

// TestSaid: what S3 and its kin say, in their own words.
func TestSaid(t *testing.T) {
	for _, tt := range []struct {
		method, url string
		status      int
		code        string
		message     string
		want        Code
	}{
		{"PUT", onAWS, 403, "AccessDenied", "Request has expired", Expired},
		{"PUT", onAWS, 400, "ExpiredRequest", "Request has expired", Expired},
		{"PUT", onAWS, 403, "ExpiredPresignRequest", "Request has expired", Expired},
		{"GET", onAWS, 400, "ExpiredToken", "The provided token has expired.", CredentialsExpired},
		{"GET", onAWS, 400, "ExpiredToken", "The provided token has expired. Request signature expired at: 2026-11-24T00:00:00+00:00", Expired},
		{"GET", onAWS, 400, "TokenRefreshRequired", "The provided token must be refreshed.", CredentialsExpired},
		{"PUT", onAWS, 403, "RequestNotReadyYet", "Request is not valid yet", NotYetValid},
		{"PUT", onAWS, 400, "AuthorizationQueryParametersError", "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds", ExpiresTooLong},
		{"PUT", onAWS, 400, "AuthorizationQueryParametersError", "X-Amz-Expires must be non-negative", QueryChanged},
		{"PUT", onAWS, 400, "AuthorizationQueryParametersError", `Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "&lt;YOUR-AKID&gt;/YYYYMMDD/REGION/SERVICE/aws4_request".`, QueryChanged},
		{"PUT", onAWS, 400, "AuthorizationQueryParametersError", "Error parsing the X-Amz-Credential parameter; the region 'us-east-1' is wrong; expecting 'eu-west-1'", WrongRegion},
		{"PUT", onAWS, 400, "AuthorizationHeaderMalformed", "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'", WrongRegion},
		{"PUT", onAWS, 400, "AuthorizationHeaderMalformed", "The authorization header is malformed; the region is wrong; expecting 'us-east-1'.", WrongRegion},
		{"PUT", onAWS, 400, "AuthorizationHeaderMalformed", `The authorization header is malformed; incorrect service "ec2". This endpoint belongs to "s3".`, WrongService},
		{"PUT", onAWS, 400, "InvalidArgument", `the region "us-east-1" is wrong; expecting "eu-west-1"`, WrongRegion},
		{"PUT", onAWS, 400, "AuthorizationQueryParametersError", "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.", QueryChanged},
		{"PUT", onAWS, 403, "InvalidAccessKeyId", "The Access Key Id you provided does not exist in our records.", UnknownAccessKey},
		{"PUT", onAWS, 403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", ClockSkew},
		{"PUT", onAWS, 403, "AccessDenied", "There were headers present in the request which were not signed", HeaderUnsigned},
		{"PUT", onAWS, 400, "UnsignedHeaders", "There were headers present in the request which were not signed", HeaderUnsigned},
		{"PUT", onAWS, 400, "InvalidArgument", "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified", HeaderUnsigned},
		{"PUT", onAWS, 400, "InvalidRequest", "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.", SigV2},
		{"PUT", onAWS, 400, "InvalidArgument", "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.", SigV2},
		{"PUT", onAWS, 400, "BadDigest", "The Content-MD5 you specified did not match what we received.", BadChecksum},
		{"PUT", onAWS, 400, "InvalidDigest", "The Content-MD5 you specified is not valid.", BadChecksum},
		{"PUT", onAWS, 400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.", BadChecksum},
		{"PUT", onAWS, 400, "InvalidRequest", "Value for x-amz-checksum-crc32 header is invalid.", BadChecksum},
		{"PUT", onAWS, 400, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header", BodyCut},
		{"PUT", onAWS, 400, "RequestTimeout", "Your socket connection to the server was not read from or written to within the timeout period.", BodyCut},
		{"PUT", onAWS, 411, "MissingContentLength", "You must provide the Content-Length HTTP header.", HeaderMissing},
		{"PUT", onAWS, 501, "NotImplemented", "A header you provided implies functionality that is not implemented", HeaderMissing},
		{"PUT", onAWS, 412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", PreconditionFailed},
		{"PUT", onAWS, 409, "ConditionalRequestConflict", "The conditional request cannot succeed due to a conflicting operation against this resource.", RetryConflict},
		{"PUT", onAWS, 503, "SlowDown", "Please reduce your request rate.", SlowDown},
		{"PUT", onAWS, 503, "ServiceUnavailable", "Please reduce your request rate.", SlowDown},
		{"PUT", onAWS, 503, "SlowDownWrite", "Resource requested is unwritable, please reduce your request rate", SlowDown},
		{"PUT", onAWS, 400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", TooLarge},
		{"PUT", onAWS, 400, "KMS.DisabledException", "arn:aws:kms:eu-west-1:1:key/2 is disabled.", KMSDisabled},
		{"PUT", onAWS, 400, "KMS.KMSInvalidStateException", "arn:aws:kms:eu-west-1:1:key/2 is pending deletion.", KMSDisabled},
		{"PUT", onAWS, 400, "KMS.NotFoundException", "Key 'arn:aws:kms:eu-west-1:1:key/2' does not exist", KMSDenied},
		{"PUT", onAWS, 403, "AccessDenied", "User: arn:aws:iam::1:user/u is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:eu-west-1:1:key/2 because no resource-based policy allows the kms:GenerateDataKey action", KMSDenied},
		{"PUT", onAWS, 403, "AccessDenied", "User: arn:aws:iam::1:user/u is not authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::bucket/a/b.txt\" because no identity-based policy allows the s3:PutObject action", Permission},
		{"GET", onAWS, 403, "AccessDenied", "User: arn:aws:iam::1:user/u is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::bucket/a/b.txt\" with an explicit deny in a resource-based policy", Permission},
		{"PUT", onAWS, 403, "AccessDenied", "Access Denied", Permission},
		{"PUT", onAWS, 403, "AccessDenied", "Access Denied.", Permission},
		{"PUT", onHTTP, 403, "AccessDenied", "Access Denied", BucketPolicyTLS},
		{"GET", onHTTP, 403, "AccessDenied", "User: arn:aws:iam::1:user/u is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::bucket/a/b.txt\" with an explicit deny in a resource-based policy", BucketPolicyTLS},
		{"PUT", onHTTP, 403, "AccessDenied", "User: arn:aws:iam::1:user/u is not authorized to perform: s3:PutObject on resource: \"x\" because no identity-based policy allows the s3:PutObject action", Permission},
		{"GET", onTemp, 403, "AccessDenied", "Access Denied", Permission},
		{"GET", onAWS, 404, "NoSuchBucket", "The specified bucket does not exist", NoSuchBucket},
		{"PUT", part, 404, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.", NoSuchUpload},
		{"POST", onAWS + "&uploadId=x", 400, "InvalidPart", "One or more of the specified parts could not be found.", InvalidPart},
		{"POST", onAWS + "&uploadId=x", 400, "InvalidPartOrder", "The list of parts was not in ascending order.", InvalidPart},
		{"PUT", part, 400, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive", InvalidPart},
		{"POST", onAWS + "&uploadId=x", 400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", PartTooSmall},
		{"POST", onAWS + "&uploadId=x", 200, "InternalError", "We encountered an internal error. Please try again.", ServerError},
		{"POST", onAWS + "&uploadId=x", 200, "SlowDown", "Please reduce your request rate.", SlowDown},
		{"PUT", onAWS, 301, "PermanentRedirect", "The bucket you are attempting to access must be addressed using the specified endpoint.", RedirectedRegion},
		{"PUT", onAWS, 307, "TemporaryRedirect", "Please re-send this request to the specified temporary endpoint.", RedirectedRegion},
		{"OPTIONS", onAWS, 403, "AccessForbidden", "CORSResponse: This CORS request is not allowed.", CORSPreflight},
		{"OPTIONS", onAWS, 403, "AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.", CORSPreflight},
		{"POST", onTemp, 403, "AccessDenied", "Invalid according to Policy: Policy expired.", FormExpired},
		{"POST", onTemp, 403, "AccessDenied", "Invalid according to Policy: Extra input fields: acl", FormFieldExtra},
		{"POST", onTemp, 403, "AccessDenied", `Invalid according to Policy: Policy Condition failed: ["eq", "$key", "a"]`, FormCondition},
		{"POST", onTemp, 403, "AccessDenied", "Invalid according to Policy: Policy Condition failed: [eq, $key, a]", FormCondition},
		{"POST", onTemp, 400, "InvalidArgument", "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.", FormFieldMissing},
		{"POST", onTemp, 400, "InvalidArgument", "POST requires exactly one file upload per request.", FormFieldMissing},
		{"POST", onTemp, 400, "IncorrectNumberOfFilesInPostRequest", "POST requires exactly one file upload per request.", FormFieldMissing},
		{"PUT", onAWS, 405, "MethodNotAllowed", "The specified method is not allowed against this resource.", WrongMethod},
		{"PUT", onAWS, 400, "InvalidRequest", "S3 Transfer Acceleration is not configured on this bucket", WrongHost},
		{"GET", onAWS, 400, "InvalidRequest", "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.", SSEHeaderMissing},
		{"PUT", onAWS, 400, "InvalidArgument", "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms", SSEHeaderMissing},
		{"PUT", onAWS, 500, "InternalError", "We encountered an internal error. Please try again.", ServerError},
		{"PUT", onAWS, 418, "Teapot", "Short and stout", Unknown},
	} {
		r := Request{Method: tt.method, URL: tt.url, Status: tt.status, Response: xmlError(tt.code, tt.message), Time: at}
		if got := Explain(r); got.Code != tt.want {
			t.Errorf("%s %d %s %q: got %s %q, want %s", tt.method, tt.status, tt.code, tt.message, got.Code, got.Evidence, tt.want)
		}
	}
}

// TestPrinted: an answer in other clothes.
func TestPrinted(t *testing.T) {
	for _, text := range []string{
		"An error occurred (SlowDown) when calling the PutObject operation (reached max retries: 4): Please reduce your request rate.",
		"operation error S3: PutObject, https response error StatusCode: 503, RequestID: X, HostID: Y, api error SlowDown: Please reduce your request rate.",
		`{"name":"SlowDown","Code":"SlowDown","message":"Please reduce your request rate."}`,
		"&lt;Error&gt;&lt;Code&gt;SlowDown&lt;/Code&gt;&lt;Message&gt;m&lt;/Message&gt;&lt;/Error&gt;",
		"<Error><Code>SlowDown</Code><Message>cut of",
		"<Error><Code><![CDATA[SlowDown]]></Code></Error>",
	} {
		if got := Explain(Request{Method: "PUT", URL: onAWS, Status: 503, Response: text, Time: at}); got.Code != SlowDown {
			t.Errorf("%s: got %s %q, want slow-down", text, got.Code, got.Evidence)
		}
	}
}

// TestStatusAlone: what is said when a browser or a HEAD keeps the body away.
func TestStatusAlone(t *testing.T) {
	for _, tt := range []struct {
		name string
		r    Request
		want Code
	}{
		{"late", Request{Method: "PUT", URL: onAWS, Status: 403, Time: at.Add(time.Hour)}, Expired},
		{"in time", Request{Method: "PUT", URL: onAWS, Status: 403, Time: at}, Permission},
		{"a region in the answer", Request{Method: "HEAD", URL: onAWS, Status: 400, Time: at, ResponseHeaders: []upload.Header{{Name: "x-amz-bucket-region", Value: "us-west-2"}}}, WrongRegion},
		{"redirect", Request{Method: "GET", URL: onAWS, Status: 301, Time: at}, RedirectedRegion},
		{"HEAD of a GET's URL", Request{Method: "HEAD", URL: onAWS, Status: 403, Time: at}, WrongMethod},
		{"gone part", Request{Method: "PUT", URL: part, Status: 404, Time: at}, NoSuchUpload},
		{"no bucket", Request{Method: "PUT", URL: onAWS, Status: 404, Time: at}, NoSuchBucket},
		{"no key", Request{Method: "GET", URL: onAWS, Status: 404, Time: at}, WrongKey},
		{"twice encoded", Request{Method: "GET", URL: "https://bucket.s3.eu-west-1.amazonaws.com/a%2520b" + query, Status: 404, Time: at}, DoubleEncoded},
		{"no token", Request{Method: "PUT", URL: strings.Replace(onAWS, "AKIA", "ASIA", 1), Status: 403, Time: at}, SessionTokenMissing},
		{"a form to a signed URL", Request{Method: "POST", URL: onAWS, Status: 403, Time: at, Headers: []upload.Header{{Name: "content-type", Value: "multipart/form-data; boundary=b"}},
			Response: xmlError("SignatureDoesNotMatch", "m")}, WrongMethod},
		{"a type that the client put in", Request{Method: "PUT", URL: strings.Replace(onAWS, "SignedHeaders=host", "SignedHeaders=content-type%3Bhost", 1), Status: 403, Time: at,
			Headers: []upload.Header{{Name: "x", Value: "y"}}, Response: xmlError("SignatureDoesNotMatch", "m",
				"<CanonicalRequest>PUT\n/a/b.txt\n"+strings.Replace(strings.ReplaceAll(query[1:strings.Index(query, "&X-Amz-Signature")], "&", "&amp;"), "SignedHeaders=host", "SignedHeaders=content-type%3Bhost", 1)+
					"\ncontent-type:application/x-www-form-urlencoded\nhost:bucket.s3.eu-west-1.amazonaws.com\n\ncontent-type;host\nUNSIGNED-PAYLOAD</CanonicalRequest>")}, ContentTypeMismatch},
		{"of JavaScript", Request{Method: "PUT", URL: ofJS, Time: at}, OK},
		{"of JavaScript, as GET", Request{Method: "GET", URL: ofJS, Status: 403, Response: xmlError("SignatureDoesNotMatch", "m"), Time: at}, WrongMethod},
		{"of JavaScript, to delete", Request{Method: "DELETE", URL: strings.Replace(ofJS, "PutObject", "DeleteObject", 1), Status: 403, Response: xmlError("SignatureDoesNotMatch", "m"), Time: at}, WrongSecret},
		{"of JavaScript, touched", Request{Method: "PUT", URL: ofJS + "&versionId=3", Status: 403, Response: xmlError("SignatureDoesNotMatch", "m"), Time: at}, QueryChanged},
		{"of JavaScript, untouched", Request{Method: "PUT", URL: ofJS, Status: 403, Response: xmlError("SignatureDoesNotMatch", "m"), Time: at}, WrongSecret},
		{"of JavaScript, with its checksum", Request{Method: "PUT", URL: strings.Replace(ofJS, "&x-amz-meta-a", "&x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-meta-a", 1), Time: at}, EmptyBodyChecksum},
		{"the same of an empty file", Request{Method: "PUT", URL: strings.Replace(ofJS, "&x-amz-meta-a", "&x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-meta-a", 1),
			Headers: []upload.Header{{Name: "content-length", Value: "0"}}, Time: at}, OK},
		{"precondition", Request{Method: "PUT", URL: onAWS, Status: 412, Time: at}, PreconditionFailed},
		{"busy", Request{Method: "PUT", URL: onAWS, Status: 503, Time: at}, SlowDown},
		{"reset", Request{Method: "PUT", URL: onAWS, NetworkError: "net::ERR_CONNECTION_RESET", Time: at}, BodyCut},
		{"no such host", Request{Method: "PUT", URL: onAWS, NetworkError: "net::ERR_NAME_NOT_RESOLVED", Time: at}, WrongHost},
		{"dots", Request{Method: "PUT", URL: onAWS, NetworkError: "net::ERR_CERT_COMMON_NAME_INVALID", Time: at}, WrongHost},
		{"hidden PUT", Request{Method: "PUT", URL: onAWS, NetworkError: "net::ERR_FAILED", Browser: true, Time: at}, CORSPreflight},
		{"hidden PUT, its preflight granted", Request{Method: "PUT", URL: onAWS, NetworkError: "net::ERR_FAILED", Browser: true, Time: at,
			Preflight: &Preflight{Status: 200, ResponseHeaders: []upload.Header{{Name: "Access-Control-Allow-Origin", Value: "*"}, {Name: "Access-Control-Allow-Methods", Value: "PUT"}}}}, CORSOrigin},
		{"hidden PUT, its method not granted", Request{Method: "PUT", URL: onAWS, NetworkError: "net::ERR_FAILED", Browser: true, Time: at,
			Preflight: &Preflight{Status: 200, ResponseHeaders: []upload.Header{{Name: "Access-Control-Allow-Origin", Value: "*"}, {Name: "Access-Control-Allow-Methods", Value: "GET"}}}}, CORSPreflight},
		{"hidden GET", Request{Method: "GET", URL: onAWS, NetworkError: "net::ERR_FAILED", Browser: true, Time: at}, CORSOrigin},
		{"aborted", Request{Method: "PUT", URL: onAWS, NetworkError: "net::ERR_ABORTED", Time: at}, Canceled},
		{"a fault", Request{Method: "PUT", URL: onAWS, Status: 502, Time: at}, ServerError},
		{"nothing known", Request{Method: "PUT", URL: onAWS, Status: 418, Time: at}, Unknown},
		{"a URL alone", Request{URL: onAWS, Time: at}, OK},
		{"a late URL alone", Request{URL: onAWS, Time: at.Add(time.Hour)}, Expired},
		{"an early URL alone", Request{URL: onAWS, Time: at.Add(-time.Hour)}, NotYetValid},
		{"another region's host", Request{URL: strings.Replace(onAWS, "s3.eu-west-1", "s3.us-west-2", 1), Time: at}, WrongRegion},
		{"of SigV2", Request{URL: "https://bucket.s3.amazonaws.com/a?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1795600000&Signature=abc%3D", Time: at}, SigV2},
		{"of SigV2, late", Request{URL: "https://bucket.s3.amazonaws.com/a?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1700000000&Signature=abc%3D", Status: 403, Response: xmlError("AccessDenied", "Request has expired"), Time: at}, Expired},
		{"not modified", Request{Method: "GET", URL: onAWS, Status: 304, Time: at}, OK},
		{"a form's redirect", Request{Method: "POST", URL: onTemp, Status: 303, Time: at}, OK},
	} {
		if got := Explain(tt.r); got.Code != tt.want {
			t.Errorf("%s: got %s %q, want %s", tt.name, got.Code, got.Evidence, tt.want)
		}
	}
}
