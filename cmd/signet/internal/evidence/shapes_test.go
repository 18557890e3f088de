package evidence

import (
	"strings"
	"testing"

	"signet/lambda/explain"
)

// shape is something that people paste, and what it is about.
type shape struct {
	name string
	want explain.Code
	fix  string // words of the fix, separated by |
	text string
}

const signedHere = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261124%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20261124T115900Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func wireShapes() []shape {
	return []shape{
		{"curl with HTTP/2", explain.SlowDown, "pauses", `* Connected to b.s3.eu-west-1.amazonaws.com (192.0.2.1) port 443
* ALPN: server accepted h2
* [HTTP/2] [1] OPENED stream for https://b.s3.eu-west-1.amazonaws.com/k
> PUT /k?` + signedHere + ` HTTP/2
> Host: b.s3.eu-west-1.amazonaws.com
> User-Agent: curl/8.5.0
> Content-Length: 5
>
} [5 bytes data]
* upload completely sent off: 5 bytes
< HTTP/2 503
< server: AmazonS3
< date: Tue, 24 Nov 2026 12:00:00 GMT
<
{ [120 bytes data]
<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>
* Connection #0 to host b.s3.eu-west-1.amazonaws.com left intact`},
		{"curl after 100 Continue", explain.Expired, "new URL", `> PUT /k?` + signedHere + ` HTTP/1.1
> Host: b.s3.eu-west-1.amazonaws.com
> Expect: 100-continue
>
< HTTP/1.1 100 Continue
<
< HTTP/1.1 403 Forbidden
< Content-Type: application/xml
< Date: Tue, 24 Nov 2026 13:00:00 GMT
<
<Error><Code>AccessDenied</Code><Message>Request has expired</Message><X-Amz-Expires>900</X-Amz-Expires></Error>`},
		{"curl with times", explain.PreconditionFailed, "If-None-Match", `12:00:00.000001 > PUT /k?` + signedHere + ` HTTP/1.1
12:00:00.000002 > Host: b.s3.eu-west-1.amazonaws.com
12:00:00.000003 >
12:00:00.100001 < HTTP/1.1 412 Precondition Failed
12:00:00.100002 < Server: AmazonS3
12:00:00.100003 <
<Error><Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold</Message><Condition>If-None-Match</Condition></Error>`},
		{"curl that finds no host", explain.WrongHost, "endpoint", `* Could not resolve host: minio
* Closing connection
curl: (6) Could not resolve host: minio`},
		{"curl that is cut off", explain.BodyCut, "", `> PUT /k HTTP/1.1
> Host: minio.lan:9000
>
* Recv failure: Connection reset by peer
* Closing connection
curl: (56) Recv failure: Connection reset by peer`},
		{"a proxy's record of both sides", explain.ACLDisabled, "x-amz-acl", `PUT /k?` + signedHere + ` HTTP/1.1
Host: b.s3.eu-west-1.amazonaws.com
x-amz-acl: public-read

HTTP/1.1 400 Bad Request
Content-Type: application/xml

<Error><Code>AccessControlListNotSupported</Code><Message>The bucket does not allow ACLs</Message></Error>`},
		{"an answer's head and body", explain.WrongRegion, "eu-central-1", `HTTP/1.1 400 Bad Request
x-amz-bucket-region: eu-central-1
Content-Type: application/xml

<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'</Message><Region>eu-central-1</Region></Error>`},
		{"an answer's body", explain.NoSuchUpload, "", `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>NoSuchUpload</Code><Message>The specified upload does not exist.</Message><UploadId>x</UploadId></Error>`},
		{"a body as a browser shows it", explain.KeyMissingOrForbidden, "404", `This XML file does not appear to have any style information associated with it. The document tree is shown below.
<Error>
<Code>AccessDenied</Code>
<Message>User: arn:aws:iam::111122223333:user/u is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::b" because no identity-based policy allows the s3:ListBucket action</Message>
<RequestId>X</RequestId>
</Error>
https://b.s3.eu-west-1.amazonaws.com/k?` + signedHere},
		{"a URL", explain.Expired, "", "https://b.s3.eu-west-1.amazonaws.com/k?" + strings.Replace(signedHere, "20261124T115900Z", "20261124T095900Z", 1)},
		{"aws --debug", explain.Permission, "s3:PutObject|resource-based policy", `2026-11-24 12:00:00,000 - ThreadPoolExecutor-0_0 - botocore.endpoint - DEBUG - Sending http request: <AWSPreparedRequest stream_output=False, method=PUT, url=https://b.s3.eu-west-1.amazonaws.com/k, headers={'User-Agent': b'aws-cli/2.17', 'X-Amz-Date': b'20261124T120000Z', 'X-Amz-Content-SHA256': b'UNSIGNED-PAYLOAD', 'Authorization': b'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261124/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'Content-Length': '5'}>
2026-11-24 12:00:00,100 - ThreadPoolExecutor-0_0 - urllib3.connectionpool - DEBUG - https://b.s3.eu-west-1.amazonaws.com:443 "PUT /k HTTP/1.1" 403 None
2026-11-24 12:00:00,101 - ThreadPoolExecutor-0_0 - botocore.parsers - DEBUG - Response headers: {'x-amz-request-id': 'Z', 'Content-Type': 'application/xml', 'Date': 'Tue, 24 Nov 2026 12:00:00 GMT', 'Server': 'AmazonS3'}
2026-11-24 12:00:00,101 - ThreadPoolExecutor-0_0 - botocore.parsers - DEBUG - Response body:
b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>User: arn:aws:iam::111122223333:user/u is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k" because no resource-based policy allows the s3:PutObject action</Message></Error>'
upload failed: ./k to s3://b/k An error occurred (AccessDenied) when calling the PutObject operation: …`},
	}
}

func sdkShapes() []shape {
	return []shape{
		{"the aws command line, with its line", explain.Permission, "s3:PutObject and s3:PutObjectAcl|arn:aws:s3:::photos/a/b.zip|x-amz-acl (public-read)", "$ aws --profile x s3 cp --acl=public-read ./b.zip s3://photos/a/b.zip\n" +
			"upload failed: ./b.zip to s3://photos/a/b.zip An error occurred (AccessDenied) when calling the PutObject operation: Access Denied"},
		{"the aws command line, --sse alone", explain.BucketPolicyEncryption, "AES256", "aws s3 cp ./b.zip s3://photos/a/b.zip --sse\n" +
			"upload failed: ./b.zip to s3://photos/a/b.zip An error occurred (AccessDenied) when calling the PutObject operation: Access Denied"},
		{"JavaScript v3", explain.ExpiresTooLong, "604800", `AuthorizationQueryParametersError: X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds
    at throwDefaultError (/app/node_modules/@smithy/smithy-client/dist-cjs/index.js:867:20) {
  '$fault': 'client',
  '$metadata': { httpStatusCode: 400, requestId: 'X' },
  Code: 'AuthorizationQueryParametersError'
}`},
		{"JavaScript v3, no such bucket", explain.NoSuchBucket, "buckte", `NoSuchBucket: The specified bucket does not exist
    at de_NoSuchBucketRes (/app/node_modules/@aws-sdk/client-s3/dist-cjs/index.js:4000:21) {
  '$metadata': { httpStatusCode: 404 },
  Code: 'NoSuchBucket',
  BucketName: 'buckte'
}`},
		{"JavaScript v2", explain.WrongSecret, "secret", `SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your key and signing method.
    at Request.extractError (/app/node_modules/aws-sdk/lib/services/s3.js:711:35) {
  code: 'SignatureDoesNotMatch',
  region: null,
  time: 2026-11-24T12:00:00.000Z,
  statusCode: 403
}`},
		{"boto3, with a stack", explain.KMSDenied, "kms:GenerateDataKey|key/1", `Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/boto3/s3/inject.py", line 145, in upload_file
boto3.exceptions.S3UploadFailedError: Failed to upload a to b/k: An error occurred (AccessDenied) when calling the PutObject operation: User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:eu-west-1:111122223333:key/1 because no identity-based policy allows the kms:GenerateDataKey action`},
		{"boto3 without credentials", explain.NoCredentials, "", `botocore.exceptions.NoCredentialsError: Unable to locate credentials`},
		{"boto3 without a connection", explain.WrongHost, "minio:9000", `botocore.exceptions.EndpointConnectionError: Could not connect to the endpoint URL: "http://minio:9000/b/k"`},
		{"minio-py", explain.UnknownAccessKey, "", `minio.error.S3Error: S3 operation failed; code: InvalidAccessKeyId, message: The Access Key Id you provided does not exist in our records., resource: /b/k, request_id: 1, host_id: 2, bucket_name: b, object_name: k`},
		{"Java v1", explain.WrongKey, "", `com.amazonaws.services.s3.model.AmazonS3Exception: The specified key does not exist. (Service: Amazon S3; Status Code: 404; Error Code: NoSuchKey; Request ID: X; S3 Extended Request ID: Y; Proxy: null)
	at com.amazonaws.http.AmazonHttpClient$RequestExecutor.handleErrorResponse(AmazonHttpClient.java:1862)`},
		{"Java v2", explain.Permission, "s3:PutObject", `Exception in thread "main" software.amazon.awssdk.services.s3.model.S3Exception: User: arn:aws:iam::111122223333:user/u is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k" because no identity-based policy allows the s3:PutObject action (Service: S3, Status Code: 403, Request ID: X, Extended Request ID: Y)
	at software.amazon.awssdk.protocols.xml.internal.unmarshall.AwsXmlPredicatedResponseHandler.handle(AwsXmlPredicatedResponseHandler.java:93)`},
		{"Java without a host", explain.WrongHost, "", `Caused by: java.net.UnknownHostException: b.minio: Name or service not known`},
		{"Go v2", explain.BadChecksum, "CRC32", `operation error S3: PutObject, https response error StatusCode: 400, RequestID: X, HostID: Y, api error BadDigest: The CRC32 you specified did not match the calculated checksum.`},
		{"Go v2, no code", explain.Permission, "s3:GetObject", `operation error S3: HeadObject, https response error StatusCode: 403, RequestID: X, HostID: Y, api error Forbidden: Forbidden`},
		{"Go v2, a credential chain", explain.NoCredentials, "", `operation error S3: PutObject, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, request canceled, context deadline exceeded`},
		{"Go v1", explain.RedirectedRegion, "", `BucketRegionError: incorrect region, the bucket is not in 'us-east-2' region at endpoint ''
	status code: 301, request id: , host id: `},
		{"minio-go", explain.QuotaExceeded, "disk", `mc: <ERROR> Failed to copy a.bin. Storage backend has reached its minimum free drive threshold. Please delete a few objects to proceed.`},
		{"PHP", explain.TooLarge, "5 GiB", "Error executing \"PutObject\" on \"https://b.s3.eu-west-1.amazonaws.com/k\"; AWS HTTP error: Client error: `PUT https://b.s3.eu-west-1.amazonaws.com/k` resulted in a `400 Bad Request` response:\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>EntityTooLarge</Code><Message>Your proposed upload exceeds the ma (truncated...)\n EntityTooLarge (client): Your proposed upload exceeds the maximum allowed size - <?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>EntityTooLarge</Code><Message>Your proposed upload exceeds the maximum allowed size</Message><ProposedSize>6000000000</ProposedSize><MaxSizeAllowed>5368709120</MaxSizeAllowed></Error>"},
		{"Ruby", explain.ClockSkew, "NTP", `Aws::S3::Errors::RequestTimeTooSkewed: The difference between the request time and the current time is too large.`},
		{"Ruby, in brackets", explain.ACLDisabled, "x-amz-acl", `Aws::S3::Errors::AccessControlListNotSupported (The bucket does not allow ACLs)`},
		{".NET", explain.SigV2, "Version 4", `Amazon.S3.AmazonS3Exception: The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256. ---> Amazon.Runtime.Internal.HttpErrorResponseException: The remote server returned an error: (400) Bad Request.`},
		{"Rust", explain.PartTooSmall, "5 MiB", `service error: unhandled error (EntityTooSmall): Error { code: "EntityTooSmall", message: "Your proposed upload is smaller than the minimum allowed size", aws_request_id: "X" } CompleteMultipartUpload`},
		{"opendal", explain.RetryConflict, "again", `Unexpected (temporary) at Writer::close => S3Error { code: "ConditionalRequestConflict", message: "The conditional request cannot succeed due to a conflicting operation against this resource.", resource: "", request_id: "X" }`},
		{"rclone", explain.CredentialsExpired, "renew", `2026/11/24 12:00:00 ERROR : a: Failed to copy: ExpiredToken: The provided token has expired.
	status code: 400, request id: X, host id: Y`},
		{"s3cmd", explain.NoSuchBucket, "bucket", `ERROR: S3 error: 404 (NoSuchBucket): The specified bucket does not exist`},
		{"Terraform", explain.RedirectedRegion, "eu-west-1", `Error: error reading S3 Bucket: operation error S3: GetObject, https response error StatusCode: 301, RequestID: X, HostID: Y, api error MovedPermanently: Moved Permanently x-amz-bucket-region: eu-west-1`},
	}
}

func consoleShapes() []shape {
	url := "https://b.s3.eu-west-1.amazonaws.com/k?" + signedHere
	return []shape{
		{"Chrome, a header", explain.CORSHeader, "x-amz-meta-by", `Access to fetch at '` + url + `' from origin 'https://app.example.com' has been blocked by CORS policy: Request header field x-amz-meta-by is not allowed by Access-Control-Allow-Headers in preflight response.
app.js:10 PUT ` + url + ` net::ERR_FAILED`},
		{"Chrome, a method", explain.CORSPreflight, "https://app.example.com|PUT", `Access to XMLHttpRequest at '` + url + `' from origin 'https://app.example.com' has been blocked by CORS policy: Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.`},
		{"Chrome, an origin", explain.CORSOrigin, "https://app.example.com", `Access to fetch at '` + url + `' from origin 'https://app.example.com' has been blocked by CORS policy: The 'Access-Control-Allow-Origin' header has a value 'https://www.example.com' that is not equal to the supplied origin.`},
		{"Chrome, no rule", explain.CORSPreflight, "https://app.example.com", `Access to fetch at '` + url + `' from origin 'https://app.example.com' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource. If an opaque response serves your needs, set the request's mode to 'no-cors'.
k:1 Failed to load resource: net::ERR_FAILED`},
		{"Chrome, a redirect", explain.RedirectedRegion, "region|no CORS rule", `Access to fetch at 'https://b.s3.amazonaws.com/k?` + signedHere + `' from origin 'https://app.example.com' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: Redirect is not allowed for a preflight request.`},
		{"Chrome, mixed content", explain.MixedContent, "minio.lan:9000|https", `Mixed Content: The page at 'https://app.example.com/upload' was loaded over HTTPS, but requested an insecure XMLHttpRequest endpoint 'http://minio.lan:9000/b/k?` + signedHere + `'. This request has been blocked; the content must be served over HTTPS.`},
		{"Chrome, a status and S3's words", explain.HeaderUnsigned, "x-amz-acl", `PUT ` + url + ` 403 (Forbidden)
<Error><Code>AccessDenied</Code><Message>There were headers present in the request which were not signed</Message><HeadersNotSigned>x-amz-acl</HeadersNotSigned></Error>`},
		{"Chrome, a name", explain.WrongHost, "minio:9000", `PUT http://minio:9000/b/k?` + signedHere + ` net::ERR_NAME_NOT_RESOLVED`},
		{"Firefox, no header", explain.CORSOrigin, "AllowedOrigins", `Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ` + url + `. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 403.`},
		{"Firefox, a preflight", explain.CORSPreflight, "CORS rule", `Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ` + url + `. (Reason: CORS preflight response did not succeed). Status code: 403.`},
		{"Firefox, a header", explain.CORSHeader, "x-amz-acl", `Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ` + url + `. (Reason: header ‘x-amz-acl’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response).`},
		{"Firefox, a policy", explain.BlockedByCSP, "connect-src|https://b.s3.eu-west-1.amazonaws.com", `Content-Security-Policy: The page’s settings blocked the loading of a resource (connect-src) at ` + url + ` because it violates the following directive: “connect-src 'self'”`},
		{"Firefox, mixed content", explain.MixedContent, "minio.lan:9000", `Blocked loading mixed active content “http://minio.lan:9000/b/k?` + signedHere + `”`},
		{"Safari, an origin", explain.CORSOrigin, "https://app.example.com", `Origin https://app.example.com is not allowed by Access-Control-Allow-Origin. Status code: 403
XMLHttpRequest cannot load ` + url + ` due to access control checks.`},
		{"Safari, a preflight", explain.CORSPreflight, "CORS rule", `Preflight response is not successful. Status code: 403
Fetch API cannot load ` + url + ` due to access control checks.`},
		{"Safari, mixed content", explain.MixedContent, "minio.lan:9000", `[blocked] The page at https://app.example.com/ requested insecure content from http://minio.lan:9000/b/k?` + signedHere + `. This content was blocked and must be served over HTTPS.`},
		{"an ETag", explain.ETagNotExposed, "ExposeHeaders", `Uncaught Error: @uppy/aws-s3: Could not read the ETag header. This likely means CORS is not configured correctly on the S3 Bucket.`},
		{"axios", explain.CORSPreflight, "", `AxiosError {message: 'Network Error', name: 'AxiosError', code: 'ERR_NETWORK', config: {…}}
Access to XMLHttpRequest at '` + url + `' from origin 'http://localhost:3000' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: It does not have HTTP ok status.`},
	}
}

func harEntry(method, url string, headers, response string) string {
	return `{"startedDateTime":"2026-11-24T12:00:00Z","request":{"method":"` + method + `","url":"` + url + `","headers":[` + headers + `],"bodySize":5},"response":` + response + `}`
}

func storyShapes() []shape {
	url := "https://b.s3.eu-west-1.amazonaws.com/k?" + signedHere
	const origin = `{"name":"Origin","value":"https://app.example.com"}`
	asked := origin + `,{"name":"Access-Control-Request-Method","value":"PUT"},{"name":"Access-Control-Request-Headers","value":"content-type"}`
	none := `{"status":0,"statusText":"","headers":[],"content":{"size":0,"mimeType":""}}`
	failed := `{"status":0,"headers":[],"content":{},"_error":"net::ERR_FAILED"}`
	xml := func(status, code, more string) string {
		return `{"status":` + status + `,"headers":[{"name":"Content-Type","value":"application/xml"}],"content":{"text":"<Error><Code>` + code + `</Code><Message>m</Message>` + more + `</Error>"}}`
	}
	har := func(entries ...string) string {
		return `{"log":{"version":"1.2","entries":[` + strings.Join(entries, ",") + `]}}`
	}
	return []shape{
		{"Chrome's HAR, a redirected preflight", explain.RedirectedRegion, "eu-central-1|no CORS rule", har(harEntry("OPTIONS", url, asked, xml("307", "TemporaryRedirect", "<Endpoint>b.s3.eu-central-1.amazonaws.com</Endpoint>")), harEntry("PUT", url, origin, failed))},
		{"Chrome's HAR, a refused preflight", explain.CORSPreflight, "https://app.example.com|PUT|content-type", har(harEntry("OPTIONS", url, asked, xml("403", "AccessForbidden", "")), harEntry("PUT", url, origin, failed))},
		{"Firefox's HAR, without an answer", explain.CORSPreflight, "https://app.example.com", har(harEntry("PUT", url, origin, none))},
		{"Safari's HAR, without an answer", explain.CORSPreflight, "https://app.example.com", har(harEntry("PUT", url, origin, `{"status":0,"statusText":"","httpVersion":"","headers":[],"content":{"size":0}}`))},
		{"Firefox's HAR, mixed content", explain.MixedContent, "minio.lan:9000", har(harEntry("PUT", "http://minio.lan:9000/b/k?"+signedHere, origin, none))},
		{"a lost answer, and again", explain.PreconditionFailed, "attempt before|checksum", har(harEntry("PUT", url, origin, `{"status":0,"headers":[],"content":{},"_error":"net::ERR_CONNECTION_RESET"}`), harEntry("PUT", url, origin, xml("412", "PreconditionFailed", "<Condition>If-None-Match</Condition>")))},
		{"a Complete that was lost, and again", explain.NoSuchUpload, "attempt before|HEAD", har(harEntry("POST", url+"&uploadId=u", origin, `{"status":504,"headers":[{"name":"Server","value":"nginx"}],"content":{"text":"<html><head></head></html>"}}`), harEntry("POST", url+"&uploadId=u", origin, xml("404", "NoSuchUpload", "")))},
		{"curl's preflight and PUT", explain.CORSPreflight, "https://app.example.com", "> OPTIONS /k HTTP/1.1\n> Host: b.s3.eu-west-1.amazonaws.com\n> Origin: https://app.example.com\n> Access-Control-Request-Method: PUT\n>\n< HTTP/1.1 403 Forbidden\n< Content-Type: application/xml\n<\n<Error><Code>AccessForbidden</Code><Message>CORSResponse: This CORS request is not allowed.</Message></Error>"},
	}
}

// TestShapes reads what people paste: the cause and the fix come out of it, and no
// signature.
func TestShapes(t *testing.T) {
	for _, list := range [][]shape{wireShapes(), wrappedShapes(), sdkShapes(), consoleShapes(), storyShapes()} {
		for _, s := range list {
			requests, err := Read([]byte(s.text), threadNow)
			if err != nil {
				t.Errorf("%s: %v", s.name, err)
				continue
			}
			report := Explain(requests)
			if len(report.Requests) == 0 {
				t.Errorf("%s: got no request", s.name)
				continue
			}
			got := report.Requests[0]
			if got.Code != s.want {
				t.Errorf("%s: got %s (%.2f) %q, want %s", s.name, got.Code, got.Confidence, got.Evidence, s.want)
				continue
			}
			for word := range strings.SplitSeq(s.fix, "|") {
				if !strings.Contains(got.Fix, word) {
					t.Errorf("%s: got the fix %q, want %q in it", s.name, got.Fix, word)
				}
			}
			var printed strings.Builder
			if err := report.JSON(&printed); err != nil || strings.Contains(printed.String(), "0123456789abcdef0123456789abcdef") || strings.Contains(printed.String(), "AKIAIOSFODNN7EXAMPLE") {
				t.Errorf("%s: a secret is printed, or %v", s.name, err)
			}
		}
	}
}

// TestOneStory: attempts at the same become one, and a preflight goes with its request.
func TestOneStory(t *testing.T) {
	for _, s := range storyShapes() {
		requests, err := Read([]byte(s.text), threadNow)
		if err != nil || len(requests) != 1 {
			t.Errorf("%s: got %d requests and %v, want one", s.name, len(requests), err)
		}
	}
}

// TestNothingToRead: what tells of no request is an error, and quotes nothing.
func TestNothingToRead(t *testing.T) {
	for _, text := range []string{"", "hello", "{}", "[1, 2]", "all went well\nreally\n", "-- \nme"} {
		if list, err := Read([]byte(text), threadNow); err == nil {
			t.Errorf("%q: got %+v, want an error", text, list)
		}
	}
}

// TestLongLog: of a log that is longer than is worth reading, the end counts.
func TestLongLog(t *testing.T) {
	text := strings.Repeat("An error occurred (NoSuchBucket) when calling the PutObject operation: m\n"+strings.Repeat("all went well\n", 9), 5000) +
		strings.Repeat("all went well\n", 30000) + "An error occurred (SlowDown) when calling the PutObject operation: Please reduce your request rate.\n"
	requests, err := Read([]byte(text), threadNow)
	if err != nil || len(requests) != 1 {
		t.Fatalf("got %d requests and %v, want one", len(requests), err)
	}
	if got := Explain(requests).Requests[0].Code; got != explain.SlowDown {
		t.Errorf("got %s, want %s", got, explain.SlowDown)
	}
}
