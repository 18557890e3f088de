package explain

import (
	"strings"
	"testing"

	"signet/lambda/upload"
)

func fixedStore() []fixed {
	lost := []Attempt{{NetworkError: "net::ERR_CONNECTION_RESET"}}
	again := func(r Request) Request { r.Earlier = lost; return r }
	page := func(r Request, body string) Request { r.Response = body; return r }
	return []fixed{
		{"no bucket", put("NoSuchBucket", "The specified bucket does not exist", "<BucketName>buckte</BucketName>"), NoSuchBucket, "buckte"},
		{"another region", put("PermanentRedirect", "m", "<Endpoint>bucket.s3.us-west-2.amazonaws.com</Endpoint>"), RedirectedRegion, "us-west-2|bucket.s3.us-west-2.amazonaws.com"},
		{"a bucket bound to a region", put("IllegalLocationConstraintException", "The ap-east-1 location constraint is incompatible for the region specific endpoint this request was sent to."), RedirectedRegion, "ap-east-1"},
		{"a bucket to be made", put("IllegalLocationConstraintException", "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to."), RedirectedRegion, "LocationConstraint|us-east-1"},
		{"a bare redirect", answered("PUT", 307, "x-amz-bucket-region: us-west-2"), RedirectedRegion, "us-west-2"},
		{"no upload", put("NoSuchUpload", "m").at(part), NoSuchUpload, "begin again"},
		{"an upload that is done", again(put("NoSuchUpload", "m").as("POST").at(part)), NoSuchUpload, "HEAD|completed"},
		{"a part", put("InvalidPart", "m", "<ETag>abc</ETag><PartNumber>3</PartNumber>").as("POST").at(part), InvalidPart, "part 3|abc"},
		{"R2's parts", put("InvalidPart", "All non-trailing parts must have the same length.").as("POST").at(part), InvalidPart, "same size"},
		{"parts in disorder", put("InvalidPartOrder", "m").as("POST").at(part), InvalidPart, "ascending"},
		{"no parts", put("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema").as("POST").at(part), InvalidPart, "at least one part"},
		{"part 10,001", put("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive").at(part), InvalidPart, "10000"},
		{"no ETag", put("InvalidPart", "m", "<ETag>null</ETag><PartNumber>1</PartNumber>").as("POST").at(part), ETagNotExposed, "ExposeHeaders"},
		{"a small part", put("EntityTooSmall", "m", "<ProposedSize>42</ProposedSize><MinSizeAllowed>5242880</MinSizeAllowed><PartNumber>2</PartNumber>").as("POST").at(part), PartTooSmall, "42|part 2|5 MiB"},
		{"there already", put("PreconditionFailed", "m", "<Condition>If-None-Match</Condition>"), PreconditionFailed, "If-None-Match|another key"},
		{"changed since", put("PreconditionFailed", "m", "<Condition>If-Match</Condition>"), PreconditionFailed, "ETag|If-Match"},
		{"stored by the attempt before", again(put("PreconditionFailed", "m", "<Condition>If-None-Match</Condition>")), PreconditionFailed, "attempt before|checksum"},
		{"two at once", put("ConditionalRequestConflict", "m"), RetryConflict, "again|!another key"},
		{"two Completes at once", put("ConditionalRequestConflict", "m").as("POST").at(part), RetryConflict, "begin the upload anew"},
		{"too large a PUT", put("EntityTooLarge", "m", "<ProposedSize>6000000000</ProposedSize><MaxSizeAllowed>5368709120</MaxSizeAllowed>"), TooLarge, "6000000000|5 GiB|parts"},
		{"nginx", page(answered("PUT", 413), "<html><head><title>413</title></head><body><hr><center>nginx</center></body></html>"), TooLarge, "client_max_body_size"},
		{"Cloudflare", page(answered("PUT", 413, "Server: cloudflare"), "<html><head></head></html>"), TooLarge, "Cloudflare|100 MB"},
		{"metadata", put("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", "<Size>2345</Size><MaxSizeAllowed>2048</MaxSizeAllowed>"), MetadataTooLarge, "2345|2048|2 KiB|!5 GiB"},
		{"a key", put("KeyTooLongError", "Your key is too long", "<Size>1025</Size><MaxSizeAllowed>1024</MaxSizeAllowed>"), KeyTooLong, "1025|1024"},
		{"archived", put("InvalidObjectState", "m", "<StorageClass>DEEP_ARCHIVE</StorageClass>").as("GET"), ObjectArchived, "RestoreObject|DEEP_ARCHIVE"},
		{"a restore", put("RestoreAlreadyInProgress", "m").as("POST"), ObjectArchived, "under way"},
		{"locked", put("AccessDenied", "Access Denied because object protected by object lock.").as("DELETE"), ObjectLocked, "retention|s3:BypassGovernanceRetention"},
		{"locked against writing", put("InvalidRequest", "Object is WORM protected and cannot be overwritten"), ObjectLocked, "another key"},
		{"a marker", Request{Method: "GET", URL: onAWS, Status: 405, Time: at, ResponseHeaders: []upload.Header{{Name: "x-amz-delete-marker", Value: "true"}, {Name: "x-amz-version-id", Value: "v7"}},
			Response: xmlError("MethodNotAllowed", "m", "<Method>GET</Method><ResourceType>DeleteMarker</ResourceType>")}, DeleteMarker, "versionId|v7"},
		{"a marker, by HEAD", answered("HEAD", 404, "x-amz-delete-marker: true"), DeleteMarker, "versionId"},
		{"a tag", put("InvalidTag", "The TagValue you have provided is invalid", "<TagKey>who</TagKey><TagValue>a,b</TagValue>"), InvalidTag, "who|a,b"},
		{"a range", put("InvalidRange", "m", "<RangeRequested>bytes=9-</RangeRequested><ActualObjectSize>4</ActualObjectSize>").as("GET"), InvalidRange, "bytes=9-|4 bytes"},
		{"a class", put("InvalidStorageClass", "m").with("x-amz-storage-class: STANDARD_IA").at(signing("host;x-amz-storage-class")), InvalidStorageClass, "x-amz-storage-class: STANDARD_IA"},
		{"no configuration", put("NoSuchCORSConfiguration", "The CORS configuration does not exist").as("GET"), NotConfigured, "configuration"},
		{"the bucket's state", put("InvalidBucketState", "m"), BucketState, "bucket"},
		{"a quota", put("QuotaExceeded", "m"), QuotaExceeded, "quota"},
		{"a full disk", put("XMinioStorageFull", "m"), QuotaExceeded, "disk"},
		{"a fault", put("InternalError", "We encountered an internal error. Please try again.", "<RequestId>7Q</RequestId>"), ServerError, "again|7Q"},
		{"too fast", put("SlowDown", "Please reduce your request rate."), SlowDown, "pauses"},
		{"a stalled body", put("RequestTimeout", "Your socket connection to the server was not read from or written to within the timeout period."), BodyCut, "20 seconds"},
		{"a short body", put("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header").sized(5), BodyCut, "5"},
		{"a gateway", page(answered("PUT", 502, "Server: nginx/1.25"), "<html><head><title>502 Bad Gateway</title></head></html>"), NotS3, "nginx|log"},
		{"a firewall", page(answered("PUT", 403, "Server: cloudflare"), "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"), NotS3, "Cloudflare"},
		{"CloudFront's key", put("MissingKey", "Missing Key-Pair-Id query parameter or cookie value"), NotS3, "Key-Pair-Id|S3's own host"},
		{"API Gateway", page(answered("PUT", 403, "x-amz-apigw-id: x"), `{"message":"Missing Authentication Token"}`), NotS3, "API Gateway"},
		{"an application", page(answered("PUT", 404), "Cannot PUT /k"), NotS3, ""},
		{"a sign-in page", answered("PUT", 302, "Location: https://login.example.com/?next=/k"), NotS3, "login.example.com"},
		{"a site's fallback", page(answered("PUT", 200), "<!doctype html><html><head></head></html>"), NotS3, "stored nothing"},
		{"https on the same host", answered("PUT", 301, "Location: https://m.lan/b/k").at("http://m.lan/b/k"), BucketPolicyTLS, "https"},
		{"plain HTTP to TLS", page(answered("PUT", 400), "Client sent an HTTP request to an HTTPS server.\n").at("http://m.lan:9000/b/k"), BucketPolicyTLS, "https"},
		{"plain HTTP to nginx's TLS", page(answered("PUT", 400, "Server: nginx"), "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>").at("http://m.lan/b/k"), BucketPolicyTLS, "https"},
		{"a proxy that refuses", Request{URL: onAWS, NetworkError: "net::ERR_TUNNEL_CONNECTION_FAILED"}, NotS3, ""},
		{"a port that browsers block", Request{URL: "http://m.lan:6000/b/k", NetworkError: "net::ERR_UNSAFE_PORT"}, WrongHost, "m.lan:6000"},
		{"too many at once", Request{URL: onAWS, NetworkError: "net::ERR_INSUFFICIENT_RESOURCES"}, BodyCut, "fewer"},
		{"a private address", Request{URL: "http://192.0.2.1/b/k", NetworkError: "net::ERR_BLOCKED_BY_PRIVATE_NETWORK_ACCESS_CHECKS"}, CORSPreflight, "Private-Network"},
		{"CloudFront", page(answered("PUT", 403, "X-Cache: Error from cloudfront"), "<HTML><HEAD><TITLE>ERROR</TITLE></HEAD></HTML>"), NotS3, "CloudFront"},
		{"nothing that parses", Request{NetworkError: "SerializationError: failed to decode S3 XML error response"}, NotS3, "endpoint"},
		{"no TLS there", Request{URL: "https://m.lan:9000/b/k", NetworkError: "SSL routines::wrong version number"}, TLSFailed, "http://|m.lan:9000"},
		{"an authority", Request{URL: "https://m.lan:9000/b/k", NetworkError: "self signed certificate"}, TLSFailed, "authority|m.lan:9000"},
		{"a key that nobody knows, from an SDK", Request{Operation: "PutObject", Response: xmlError("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")}, UnknownAccessKey, "account|!not set"},
		{"a key of AWS's, by its address", put("InvalidAccessKeyId", "m"), UnknownAccessKey, "AKIA…|bucket.s3.eu-west-1.amazonaws.com"},
		{"B2's master key", put("InvalidAccessKeyId", "Malformed Access Key Id").at("https://s3.us-west-004.backblazeb2.com/b/k" + query), UnknownAccessKey, "application key|master key"},
		{"R2's token", put("Unauthorized", "Unauthorized").at("https://a.r2.cloudflarestorage.com/b/k" + query), UnknownAccessKey, "R2 API token|auto"},
		{"a credential without a key", Request{Response: xmlError("AuthorizationHeaderMalformed", `Authorization header is malformed; the authorization component "/20261124/us-east-005/s3/aws4_request" is malformed.`)}, UnknownAccessKey, "environment variable"},
		{"an Authorization without a signature", Request{Response: xmlError("AuthorizationHeaderMalformed", `The authorization header is malformed; the authorization component " Signature=" is malformed.`)}, HeaderChanged, "Signature=|64 hex"},
		{"a credential that is none", Request{Response: xmlError("AuthorizationHeaderMalformed", `The authorization header is malformed; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`)}, HeaderChanged, "ACCESSKEY/YYYYMMDD"},
		{"an endpoint without a scheme", Request{NetworkError: `Head "/s3.lan/b": unsupported protocol scheme ""`}, WrongHost, "https://"},
		{"a part with KMS", Request{Operation: "UploadPart", Status: 403, Headers: []upload.Header{{Name: "x-amz-server-side-encryption", Value: "aws:kms"}}, Response: xmlError("AccessDenied", "Access Denied")}, KMSDenied, "kms:Decrypt"},
		{"a part, perhaps with KMS", put("AccessDenied", "Access Denied").at(part), Permission, "s3:PutObject|kms:Decrypt"},
		{"a gateway's 502, seen by an SDK", Request{Status: 502, Operation: "UploadPart"}, ServerError, "502|proxy"},
		{"no connection", Request{URL: onAWS, NetworkError: "Connect timeout on endpoint URL"}, BodyCut, "bucket.s3.eu-west-1.amazonaws.com|VPC"},
		{"a bucket that nobody named", answered("PUT", 404).at("https://undefined.s3.amazonaws.com/k"), NoSuchBucket, "undefined|not set"},
		{"a body's hash", put("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed."), BadChecksum, "x-amz-content-sha256|hex"},
		{"chunks", put("InvalidArgument", "Transfering payloads in multiple chunks using aws-chunked is not supported."), HeaderUnsupported, "aws-chunked|WHEN_REQUIRED"},
		{"a token of another key", put("InvalidToken", "The provided token is malformed or otherwise invalid.").at(onTemp), QueryChanged, "X-Amz-Security-Token|%2B"},
		{"a port", put("SignatureDoesNotMatch", "m").at("http://m.lan:9000/b/k" + query), WrongSecret, "secret|m.lan:9000"},
		{"nobody, at Google", put("AccessDenied", "Access denied.", "<Details>Anonymous caller does not have storage.objects.create access to b/k</Details>").at("https://storage.googleapis.com/b/k"), Permission, "quotes|allUsers"},
		{"an old certificate", Request{URL: "https://m.lan:9000/b/k", NetworkError: "certificate has expired"}, TLSFailed, "renew"},
	}
}

func fixedBrowser() []fixed {
	const page = "https://app.example.com"
	refused := unanswered(onAWS, page, "net::ERR_FAILED")
	refused.Preflight = &Preflight{Status: 403, Headers: []upload.Header{{Name: "Origin", Value: page}, {Name: "Access-Control-Request-Method", Value: "PUT"}, {Name: "Access-Control-Request-Headers", Value: "content-type,if-none-match"}},
		Response: xmlError("AccessForbidden", "CORSResponse: This CORS request is not allowed.")}
	unsigned := refused
	unsigned.Preflight = &Preflight{Status: 403, Headers: refused.Preflight.Headers, Response: xmlError("SignatureDoesNotMatch", "m")}
	moved := refused
	moved.Preflight = &Preflight{Status: 307, Headers: refused.Preflight.Headers, Response: xmlError("TemporaryRedirect", "m", "<Endpoint>bucket.s3.eu-central-1.amazonaws.com</Endpoint>")}
	header := refused
	header.Preflight = &Preflight{Status: 200, Headers: refused.Preflight.Headers, ResponseHeaders: []upload.Header{{Name: "Access-Control-Allow-Origin", Value: "*"}, {Name: "Access-Control-Allow-Methods", Value: "PUT"}, {Name: "Access-Control-Allow-Headers", Value: "content-type"}}}
	origin := answered("PUT", 200, "ETag: \"x\"").with("origin: " + page)
	hidden := answered("PUT", 200, "ETag: \"x\"", "Access-Control-Allow-Origin: *").with("origin: " + page)
	stored := answered("PUT", 200, "ETag: \"x\"").with("content-type: multipart/form-data; boundary=b")
	return []fixed{
		{"a refused preflight", refused, CORSPreflight, page + "|PUT|if-none-match"},
		{"a preflight that has to be signed", unsigned, CORSPreflight, "OPTIONS|signature|" + page},
		{"a form's preflight, in Safari", Request{URL: "https://bucket.s3.amazonaws.com/", Browser: true, NetworkError: "XMLHttpRequest cannot load https://bucket.s3.amazonaws.com/. Preflight response is not successful"}, CORSPreflight, "AllowedMethods POST"},
		{"a preflight elsewhere", moved, RedirectedRegion, "eu-central-1|no CORS rule"},
		{"a preflight elsewhere, by hand", answered("OPTIONS", 301).with("origin: " + page).said301(), RedirectedRegion, "bucket.s3.us-west-2.amazonaws.com"},
		{"a header", header, CORSHeader, "if-none-match"},
		{"an origin", origin, CORSOrigin, page},
		{"an ETag", hidden, ETagNotExposed, "ExposeHeaders"},
		{"a form in the body", stored, FormInBody, "FormData"},
		{"http from https", unanswered("http://minio.lan:9000/b/k"+query, page, "net::ERR_FAILED"), MixedContent, "minio.lan:9000|https|no CORS rule"},
		{"http from https, unsaid", unanswered("http://minio.lan:9000/b/k"+query, page, ""), MixedContent, "https"},
		{"a page's policy", unanswered(onAWS, page, "net::ERR_BLOCKED_BY_CSP"), BlockedByCSP, "connect-src|https://bucket.s3.eu-west-1.amazonaws.com"},
		{"a file that changed", unanswered(onAWS, page, "net::ERR_UPLOAD_FILE_CHANGED"), FileChanged, "choose"},
		{"a file that may not be read", unanswered(onAWS, page, "net::ERR_ACCESS_DENIED"), FileChanged, "choose"},
		{"stopped", unanswered(onAWS, page, "net::ERR_ABORTED"), Canceled, "abort"},
		{"an ad blocker", unanswered(onAWS, page, "net::ERR_BLOCKED_BY_CLIENT"), NotS3, "ad blocker|bucket.s3.eu-west-1.amazonaws.com"},
		{"credentials on CORS", unanswered(onAWS, page, "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'."), CORSOrigin, "withCredentials"},
	}
}

func (r Request) said301() Request {
	r.Response = xmlError("PermanentRedirect", "m", "<Endpoint>bucket.s3.us-west-2.amazonaws.com</Endpoint>")
	return r
}

func fixedForms() []fixed {
	form := func(response string, fields ...string) Request {
		r := Request{Method: "POST", URL: onTemp, Status: 403, Time: at, Form: []upload.Header{}, Response: response}
		r.Form = r.with(fields...).Headers
		return r
	}
	return []fixed{
		{"a field more", form(xmlError("AccessDenied", "Invalid according to Policy: Extra input fields: acl"), "key: k", "acl: private", "policy: e30="), FormFieldExtra, "field acl"},
		{"a field more, at Google", form(xmlError("InvalidPolicyDocument", "The content of the form does not meet the conditions specified in the policy document.", "<Details>Policy did not reference these fields: submit</Details>"), "key: k", "submit: go"), FormFieldExtra, "submit"},
		{"a field less", form(xmlError("AccessDenied", `Invalid according to Policy: Policy Condition failed: ["eq", "$x-amz-meta-by", "ada"]`), "key: k"), FormFieldMissing, "x-amz-meta-by"},
		{"another value", form(xmlError("AccessDenied", `Invalid according to Policy: Policy Condition failed: ["starts-with", "$key", "up/"]`), "key: k"), FormCondition, "key"},
		{"a late field", form(xmlError("InvalidArgument", "Bucket POST must contain a field named 'policy'.  If it is specified, please check the order of the fields."), "key: k", "file: ", "policy: e30="), FormFileNotLast, "policy"},
		{"an old form", form(xmlError("AccessDenied", "Invalid according to Policy: Policy expired."), "key: k"), FormExpired, "new form"},
		{"too large a file", form(xmlError("EntityTooLarge", "m", "<ProposedSize>101</ProposedSize><MaxSizeAllowed>100</MaxSizeAllowed>"), "key: k"), TooLarge, "content-length-range|100|101"},
		{"a file in another field, at MinIO", form(xmlError("EntityTooLarge", "Data size larger than expected"), "key: k"), TooLarge, "field named file"},
		{"too small a file", form(xmlError("EntityTooSmall", "m", "<ProposedSize>1</ProposedSize><MinSizeAllowed>2</MinSizeAllowed>"), "key: k"), TooSmall, "2 bytes"},
	}
}

// TestFixes: each cause and each sub-case has its cause, and a fix that names what
// the evidence did. What S3 says itself, or two things show, may be above 90 %.
func TestFixes(t *testing.T) {
	seen := map[Code]bool{OK: true, Unknown: true}
	for _, list := range [][]fixed{fixedAccess(), fixedRequest(), fixedStore(), fixedBrowser(), fixedForms(), fixedFirst(), fixedByClient(), fixedBySpeaker()} {
		for _, tt := range list {
			got := Explain(tt.r)
			seen[got.Code] = true
			if got.Code != tt.want {
				t.Errorf("%s: got %s (%.2f) %q, want %s", tt.name, got.Code, got.Confidence, got.Evidence, tt.want)
				continue
			}
			for word := range strings.SplitSeq(tt.fix, "|") {
				unwanted, not := strings.CutPrefix(word, "!")
				if strings.Contains(got.Fix, unwanted) == not {
					t.Errorf("%s: got the fix %q, want %q in it", tt.name, got.Fix, word)
				}
			}
			for _, c := range got.Causes {
				if c.Confidence > oneWitness && c.witnesses < 2 {
					t.Errorf("%s: %s has %.2f by one witness", tt.name, c.Code, c.Confidence)
				}
			}
		}
	}
	for _, c := range Codes() {
		if !seen[c] {
			t.Errorf("no case has the cause %s", c)
		}
	}
}
