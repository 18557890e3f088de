package explain

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"signet/lambda/upload"
)

// fixed is a failure, the cause that it has, and what the fix has to name: what
// the evidence does. A word after a ! may not stand in it.
type fixed struct {
	name string
	r    Request
	want Code
	fix  string // words, separated by |
}

func put(code, message string, elements ...string) Request {
	return Request{Method: "PUT", URL: onAWS, Status: 403, Time: at, Response: xmlError(code, message, elements...)}
}

func (r Request) with(headers ...string) Request {
	r.Headers = append([]upload.Header{}, r.Headers...)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Headers = append(r.Headers, upload.Header{Name: name, Value: value})
	}
	return r
}

func (r Request) as(method string) Request { r.Method = method; return r }

func (r Request) at(url string) Request { r.URL = url; return r }

// answered leaves the request, and has it answered by a status and headers alone.
func answered(method string, status int, headers ...string) Request {
	r := Request{Method: method, URL: onAWS, Status: status, Time: at}
	r.ResponseHeaders = r.with(headers...).Headers
	return r
}

// unanswered is a request of a page that no answer came to.
func unanswered(url, origin, said string) Request {
	r := Request{Method: "PUT", URL: url, Browser: true, Time: at, NetworkError: said, Origin: origin}
	return r
}

func signing(headers string) string {
	return strings.Replace(onAWS, "SignedHeaders=host", "SignedHeaders="+strings.ReplaceAll(headers, ";", "%3B"), 1)
}

const deniedPut = `User: arn:aws:sts::111122223333:assumed-role/web/i is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k" `

func fixedAccess() []fixed {
	form := func(ends time.Time, fields ...upload.Header) []upload.Header {
		policy := fmt.Sprintf(`{"expiration":%q,"conditions":[{"key":"k"},{"x-amz-algorithm":"a"},{"x-amz-credential":"AKIAIOSFODNN7EXAMPLE/20261124/eu-west-1/s3/aws4_request"},{"x-amz-date":"20261124T115900Z"}]}`, ends.Format(time.RFC3339))
		return append([]upload.Header{{Name: "key", Value: "k"}, {Name: "x-amz-algorithm", Value: "a"}, {Name: "x-amz-credential", Value: "AKIAIOSFODNN7EXAMPLE/20261124/eu-west-1/s3/aws4_request"}, {Name: "x-amz-date", Value: "20261124T115900Z"},
			{Name: "policy", Value: base64.StdEncoding.EncodeToString([]byte(policy))}, {Name: "x-amz-signature", Value: "s"}}, fields...)
	}
	later := Request{Method: "POST", URL: "https://bucket.s3.eu-west-1.amazonaws.com/", Form: form(at, upload.Header{Name: "file"}), Now: at.Add(48 * time.Hour), Status: 403, Response: xmlError("AccessDenied", "Access Denied")}
	laterSignature := later
	laterSignature.Response = xmlError("SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.")
	return []fixed{
		{"an organisation's policy denies", put("AccessDenied", deniedPut+"with an explicit deny in a service control policy"), Permission, "service control policy|SCP|s3:PutObject|arn:aws:s3:::b/k|!grant"},
		{"a resource control policy denies", put("AccessDenied", deniedPut+"with an explicit deny in a resource control policy"), Permission, "resource control policy|RCP|!grant"},
		{"a boundary denies", put("AccessDenied", deniedPut+"with an explicit deny in a permissions boundary"), Permission, "permissions boundary|!grant"},
		{"a boundary does not allow", put("AccessDenied", deniedPut+"because no permissions boundary allows the s3:PutObject action"), Permission, "permissions boundary|s3:PutObject|!grant"},
		{"an endpoint does not allow", put("AccessDenied", deniedPut+"because no VPC endpoint policy allows the s3:PutObject action"), Permission, "VPC endpoint policy|s3:PutObject|!grant"},
		{"an endpoint denies", put("AccessDenied", deniedPut+"with an explicit deny in a VPC endpoint policy"), Permission, "VPC endpoint policy|!grant"},
		{"a session does not allow", put("AccessDenied", deniedPut+"because no session policy allows the s3:PutObject action"), Permission, "session policy|!grant"},
		{"a session denies", put("AccessDenied", deniedPut+"with an explicit deny in a session policy"), Permission, "session policy|!grant"},
		{"no SCP allows", put("AccessDenied", deniedPut+"because no service control policy allows the s3:PutObject action"), Permission, "service control policies|!grant"},
		{"no RCP allows", put("AccessDenied", deniedPut+"because no resource control policy allows the s3:PutObject action"), Permission, "resource control policies|!grant"},
		{"the bucket's policy denies", put("AccessDenied", deniedPut+"with an explicit deny in a resource-based policy").as("DELETE"), Permission, "resource-based policy|Deny|!grant"},
		{"the bucket's policy does not allow", put("AccessDenied", deniedPut+"because no resource-based policy allows the s3:PutObject action"), Permission, "resource-based policy|!grant"},
		{"its own policy denies", put("AccessDenied", deniedPut+"with an explicit deny in an identity-based policy"), Permission, "identity-based policy|Deny|!grant"},
		{"its own policy does not allow", put("AccessDenied", deniedPut+"because no identity-based policy allows the s3:PutObject action"), Permission, "grant s3:PutObject|arn:aws:s3:::b/k|assumed-role/web/i"},
		{"public access is blocked", put("AccessDenied", deniedPut+"because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access."), Permission, "Block Public Access|public|!grant"},
		{"with an ACL", put("AccessDenied", "Access Denied").with("x-amz-acl: public-read").at(signing("host;x-amz-acl")), Permission, "s3:PutObject and s3:PutObjectAcl|x-amz-acl"},
		{"with tags", put("AccessDenied", "Access Denied").with("x-amz-tagging: a=b").at(signing("host;x-amz-tagging")), Permission, "s3:PutObjectTagging"},
		{"nobody in particular", put("AccessDenied", `User: anonymous is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" because no resource-based policy allows the s3:GetObject action`).as("GET").at("https://b.s3.eu-west-1.amazonaws.com/k"), Permission, "sign the request|s3:GetObject"},
		{"of Google", put("AccessDenied", "Access denied.", "<Details>up@p.iam.gserviceaccount.com does not have storage.objects.create access to the Google Cloud Storage object.</Details>"), Permission, "storage.objects.create|up@p.iam.gserviceaccount.com"},
		{"of B2", put("AccessDenied", "not entitled"), Permission, "application key|writeFiles"},
		{"no signature", Request{Method: "GET", URL: onTemp, Status: 403, Response: xmlError("AccessDenied", "Access Denied")}, Permission, "sign the request|s3:GetObject"},
		{"a key that may be missing", put("AccessDenied", `User: arn:aws:iam::111122223333:user/u is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::bucket" because no identity-based policy allows the s3:ListBucket action`).as("GET"), KeyMissingOrForbidden, "a/b.txt|404|s3:ListBucket|!grant"},
		{"no ACLs", put("AccessControlListNotSupported", "The bucket does not allow ACLs").with("x-amz-acl: public-read"), ACLDisabled, "x-amz-acl|BucketOwnerPreferred|!grant"},
		{"no ACLs in a form", Request{Method: "POST", URL: onTemp, Status: 400, Form: form(at.Add(time.Hour), upload.Header{Name: "acl", Value: "public-read"}, upload.Header{Name: "file"}), Time: at, Response: xmlError("AccessControlListNotSupported", "The bucket does not allow ACLs")}, ACLDisabled, "field acl"},
		{"SSE-C is blocked", put("AccessDenied", "Access Denied").with("x-amz-server-side-encryption-customer-algorithm: AES256").at(signing("host;x-amz-server-side-encryption-customer-algorithm")), SSECBlocked, "leave out x-amz-server-side-encryption-customer-algorithm|BlockedEncryptionTypes"},
		{"a form, asked of later", later, Permission, "s3:PutObject"},
		{"a form with another signature, asked of later", laterSignature, WrongSecret, "secret"},
		{"TLS", put("AccessDenied", deniedPut+"with an explicit deny in a resource-based policy").at(onHTTP), BucketPolicyTLS, "https"},
		{"encryption", put("AccessDenied", deniedPut+"with an explicit deny in a resource-based policy").with("x-amz-server-side-encryption: AES256").at(signing("host;x-amz-server-side-encryption")), BucketPolicyEncryption, "x-amz-server-side-encryption: AES256"},
		{"no encryption", put("AccessDenied", deniedPut+"with an explicit deny in a resource-based policy"), BucketPolicyEncryption, "x-amz-server-side-encryption"},
		{"age", Request{Method: "GET", URL: strings.Replace(onAWS, "Expires=900", "Expires=43200", 1), Status: 403, Time: at.Add(time.Hour), Response: xmlError("AccessDenied", deniedPut+"with an explicit deny in a resource-based policy")}, BucketPolicySignatureAge, "s3:signatureAge"},
		{"KMS", put("AccessDenied", "User: arn:aws:sts::1:assumed-role/w/i is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:eu-west-1:1:key/1 because no identity-based policy allows it"), KMSDenied, "kms:GenerateDataKey|key/1"},
		{"a key of another region", put("KMS.NotFoundException", "Invalid arn us-east-1"), KMSDenied, "region|us-east-1|!grant"},
		{"a key by alias", put("KMS.NotFoundException", "Invalid keyId aws/s3"), KMSDenied, "ARN|aws/s3|!grant"},
		{"a disabled key", put("KMS.DisabledException", "key/1 is disabled."), KMSDisabled, "enable"},
		{"the account", put("AllAccessDisabled", "All access to this object has been disabled"), AccountProblem, "bucket's name"},
		{"who pays", put("UserProjectMissing", "Bucket is a requester pays bucket but no user project provided."), AccountProblem, "x-amz-request-payer"},
		{"a suspended user", put("UserSuspended", ""), AccountProblem, "enable"},
		{"an unknown key", put("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."), UnknownAccessKey, "key"},
		{"a key that nobody set", put("InvalidAccessKeyId", "m").at(strings.Replace(onAWS, "AKIAIOSFODNN7EXAMPLE", "undefined", 1)), UnknownAccessKey, "undefined|environment variable"},
		{"no key at all", put("AuthorizationHeaderMalformed", "The authorization header is malformed; a non-empty Access Key (AKID) must be provided in the credential."), UnknownAccessKey, "environment variable"},
		{"a bucket that nobody set", put("NoSuchBucket", "m", "<BucketName>undefined</BucketName>"), NoSuchBucket, "undefined|environment variable"},
		{"no token", put("InvalidAccessKeyId", "m").at(strings.Replace(onAWS, "AKIA", "ASIA", 1)), SessionTokenMissing, "session token"},
		{"a token at the end", put("SignatureDoesNotMatch", "m").at(strings.Replace(onAWS, "AKIA", "ASIA", 1) + "&X-Amz-Security-Token=abcdefgh"), QueryChanged, "session token to the signer"},
		{"credentials that ended", put("ExpiredToken", "The provided token has expired."), CredentialsExpired, "renew"},
		{"no credentials", Request{NetworkError: "CredentialsProviderError: Could not load credentials from any providers"}, NoCredentials, "credentials"},
	}
}

func fixedRequest() []fixed {
	return []fixed{
		{"expired", put("AccessDenied", "Request has expired"), Expired, "new URL"},
		{"early", put("AccessDenied", "Request is not valid yet"), NotYetValid, "NTP"},
		{"too long a life", put("AuthorizationQueryParametersError", "X-Amz-Expires must be less than a week (in seconds)"), ExpiresTooLong, "604800"},
		{"a clock", put("RequestTimeTooSkewed", "m", "<RequestTime>20261124T113900Z</RequestTime><ServerTime>2026-11-24T12:00:00Z</ServerTime>"), ClockSkew, "NTP|21m0s|right before sending"},
		{"a clock ahead", put("RequestTimeTooSkewed", "m", "<RequestTime>20261124T123900Z</RequestTime><ServerTime>2026-11-24T12:00:00Z</ServerTime>"), ClockSkew, "NTP|!waited"},
		{"another secret", put("SignatureDoesNotMatch", "m"), WrongSecret, "secret"},
		{"another region", put("AuthorizationQueryParametersError", "Error parsing the X-Amz-Credential parameter; the region 'eu-west-1' is wrong; expecting 'us-east-2'", "<Region>us-east-2</Region>"), WrongRegion, "us-east-2|eu-west-1"},
		{"R2's region", put("InvalidRegionName", "The region name 'us-east-1' is not valid. Must be one of: wnam, enam, weur, eeur, apac, auto"), WrongRegion, "auto"},
		{"many keys without MD5", put("InvalidRequest", "Missing required header for this request: Content-MD5").as("POST"), HeaderMissing, "Content-MD5|base64"},
		{"a URL that the shell cut", put("AccessDenied", "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters").at("https://bucket.s3.amazonaws.com/a?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE"), QueryChanged, "quotes|&"},
		{"no date", put("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header"), HeaderMissing, "x-amz-date"},
		{"two checksums", put("InvalidRequest", "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."), ChecksumType, "one x-amz-checksum-"},
		{"OSS's chunks", put("InvalidArgument", "aws-chunked encoding is not supported with the specified x-amz-content-sha256 value."), HeaderUnsupported, "x-amz-content-sha256|WHEN_REQUIRED"},
		{"half a lock", put("InvalidArgument", "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied"), HeaderMissing, "x-amz-object-lock"},
		{"no lock", put("InvalidRequest", "Bucket is missing Object Lock Configuration"), NotConfigured, "configuration"},
		{"the bucket in host and path", put("NoSuchKey", "The specified key does not exist.").as("GET").at("https://bucket.s3.eu-west-1.amazonaws.com/bucket/a" + query), WrongKey, "bucket stands in both"},
		{"the bucket twice in the host", unanswered("https://media.media.ams3.digitaloceanspaces.com/a"+query, "", "net::ERR_NAME_NOT_RESOLVED"), WrongHost, "endpoint|media"},
		{"too large a copy", put("InvalidRequest", "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120"), TooLarge, "UploadPartCopy"},
		{"another service", put("AuthorizationQueryParametersError", `incorrect service "s4". This endpoint belongs to "s3".`), WrongService, "s3"},
		{"version 2", put("InvalidRequest", "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."), SigV2, "Version 4"},
		{"the console's port", put("InvalidArgument", "S3 API Requests must be made to API port.").at("http://m.lan:9001/b/k" + query), WrongHost, "API port|m.lan:9001"},
		{"acceleration", put("InvalidRequest", "S3 Transfer Acceleration is not configured on this bucket"), WrongHost, "Transfer Acceleration"},
		{"path style", put("SecondLevelDomainForbidden", "Please use virtual hosted style to access.").at("https://oss-cn-shanghai.aliyuncs.com/b/k" + query), WrongHost, "https://b.oss-cn-shanghai.aliyuncs.com"},
		{"a website", answered("PUT", 405).at("https://b.s3-website-eu-west-1.amazonaws.com/k" + query).said405(), WrongHost, "REST host"},
		{"dots", unanswered("https://a.b.s3.eu-west-1.amazonaws.com/k"+query, "https://app.example.com", ""), WrongHost, "path style|https://s3.eu-west-1.amazonaws.com/a.b/"},
		{"dots and a certificate", unanswered("https://a.b.s3.eu-west-1.amazonaws.com/k"+query, "", "net::ERR_CERT_COMMON_NAME_INVALID"), WrongHost, "path style"},
		{"a container's name", unanswered("http://minio:9000/b/k"+query, "http://localhost:3000", "net::ERR_NAME_NOT_RESOLVED"), WrongHost, "minio:9000|public endpoint"},
		{"another method", Request{Method: "PUT", URL: strings.Replace(ofJS, "PutObject", "GetObject", 1), Status: 403, Time: at, Response: xmlError("SignatureDoesNotMatch", "m")}, WrongMethod, "send GET|x-id=GetObject|PUT"},
		{"a proxy that takes a prefix off", put("SignatureDoesNotMatch", "m", "<Resource>/b/k</Resource>").at("https://files.example.com/minio/b/k" + query), WrongKey, "proxy|/b/k|/minio/b/k"},
		{"an escaped slash", put("SignatureDoesNotMatch", "m").at(strings.Replace(onAWS, "a/b", "a%2Fb", 1)), WrongKey, "%2F"},
		{"no key", put("NoSuchKey", "The specified key does not exist.", "<Key>a/b.txt</Key>").as("GET"), WrongKey, "a/b.txt|listing"},
		{"a parameter more", put("SignatureDoesNotMatch", "m").at(onAWS + "&utm_source=x"), QueryChanged, "utm_source"},
		{"twice encoded", put("SignatureDoesNotMatch", "m").at(strings.Replace(onAWS, "a/b", "a%2520b", 1)), DoubleEncoded, "once"},
		{"a plus", put("SignatureDoesNotMatch", "m").at(strings.Replace(onAWS, "a/b", "a+b", 1)), PlusOrSpace, "%2B"},
		{"chunked", put("NotImplemented", "A header you provided implies functionality that is not implemented", "<Header>Transfer-Encoding</Header>"), HeaderMissing, "Content-Length|chunked"},
		{"no length", put("MissingContentLength", "You must provide the Content-Length HTTP header."), HeaderMissing, "Content-Length|chunked"},
		{"411", answered("PUT", 411), HeaderMissing, "Content-Length"},
		{"a lock wants a checksum", put("InvalidRequest", "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters"), HeaderMissing, "x-amz-checksum-|Content-MD5|Object Lock"},
		{"Google's signed header", put("MalformedSecurityHeader", "Your request has a malformed header.", "<ParameterName>x-amz-acl</ParameterName><Details>Header was included in signedheaders, but not in the request.</Details>"), HeaderMissing, "x-amz-acl"},
		{"a signed header", put("SignatureDoesNotMatch", "m").with("a: b").at(signing("host;x-amz-meta-by")), HeaderMissing, "x-amz-meta-by"},
		{"what proxies rewrite", put("SignatureDoesNotMatch", "m").with("accept-encoding: identity").at(signing("accept-encoding;host")), HeaderChanged, "accept-encoding"},
		{"metadata outside ASCII", put("SignatureDoesNotMatch", "m").with("x-amz-meta-name: 사진").at(signing("host;x-amz-meta-name")), HeaderChanged, "x-amz-meta-name|encode"},
		{"metadata with two blanks", put("SignatureDoesNotMatch", "m").with("x-amz-meta-name: a  b").at(signing("host;x-amz-meta-name")), HeaderChanged, "x-amz-meta-name|blanks"},
		{"an unsigned header", put("AccessDenied", "There were headers present in the request which were not signed", "<HeadersNotSigned>x-amz-acl</HeadersNotSigned>"), HeaderUnsigned, "x-amz-acl"},
		{"the app's token", put("InvalidArgument", "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter…"), HeaderUnsigned, "do not send an Authorization|!sign the header"},
		{"another type", put("SignatureDoesNotMatch", "m").with("content-type: application/x-www-form-urlencoded").at(signing("content-type;host")), ContentTypeMismatch, "application/x-www-form-urlencoded"},
		{"another length", put("SignatureDoesNotMatch", "m").sized(7).with("content-length: 9").at(signing("content-length;host")), ContentLengthMismatch, "7 bytes"},
		{"a checksum of nothing", put("BadDigest", "The CRC32 you specified did not match the calculated checksum.").at(strings.Replace(ofJS, "&x-amz-meta-a", "&x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-meta-a", 1)), EmptyBodyChecksum, "x-amz-checksum-crc32|WHEN_REQUIRED"},
		{"another checksum", put("BadDigest", "The CRC64NVME you specified did not match the calculated checksum."), BadChecksum, "CRC64NVME"},
		{"a digest in hex", put("InvalidDigest", "The Content-MD5 you specified is not valid."), BadChecksum, "base64"},
		{"an encryption header", put("InvalidRequest", "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.").as("GET"), SSEHeaderMissing, "x-amz-server-side-encryption-customer-"},
		{"B2's header", put("InvalidArgument", "Unsupported header 'x-amz-checksum-crc32' received for this API call."), HeaderUnsupported, "x-amz-checksum-crc32|WHEN_REQUIRED"},
		{"another header", put("NotImplemented", "A header you provided implies functionality that is not implemented", "<Header>x-amz-website-redirect-location</Header>"), HeaderUnsupported, "x-amz-website-redirect-location"},
		{"a checksum's type", put("InvalidRequest", "Checksum Type mismatch occurred, expected checksum Type: null, actual checksum Type: crc32c"), ChecksumType, "CRC32C|CreateMultipartUpload"},
		{"a Complete without checksums", put("InvalidRequest", "The upload was created using a sha256 checksum. The complete request must include the checksum for each part.").as("POST"), ChecksumType, "SHA256|Complete"},
		{"a call that is not there", put("NotImplemented", "Not Implemented").as("GET"), NotSupported, "documentation"},
		{"a value", put("InvalidArgument", "Argument max-keys must be an integer", "<ArgumentName>max-keys</ArgumentName><ArgumentValue>x</ArgumentValue>").as("GET"), InvalidRequest, "max-keys|x"},
	}
}

func (r Request) said405() Request {
	r.Response = xmlError("MethodNotAllowed", "The specified method is not allowed against this resource.")
	return r
}

func (r Request) sized(n int64) Request { r.BodySize = &n; return r }
