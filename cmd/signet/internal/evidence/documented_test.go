package evidence

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"signet/lambda/explain"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

// Where answers are described that no local gateway gives.
const (
	errorResponses = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
	troubleshoot   = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html"
	kmsErrors      = "https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html"
	redirects      = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html"
	fetchStandard  = "https://fetch.spec.whatwg.org/#http-cors-protocol"
)

// host is where a bucket is reached, and what to sign for there.
type host struct{ base, region, service string }

func (g *generator) hosts() []host {
	b := g.word() + "-bucket"
	return []host{
		{"https://" + b + ".s3.eu-west-1.amazonaws.com", "eu-west-1", ""},
		{"https://s3.us-east-2.amazonaws.com/" + b, "us-east-2", ""},
		{"https://" + b + ".s3.amazonaws.com", "us-east-1", ""},
		{"https://" + b + ".s3-accelerate.amazonaws.com", "eu-central-1", ""},
		{"https://" + b + ".s3.dualstack.ap-northeast-2.amazonaws.com", "ap-northeast-2", ""},
		{"https://" + b + ".s3.us-gov-west-1.amazonaws.com", "us-gov-west-1", ""},
		{"https://" + b + ".s3.cn-north-1.amazonaws.com.cn", "cn-north-1", ""},
		{"https://minio.example.org:9000/" + b, "us-east-1", ""},
		{"https://0123456789abcdef.r2.cloudflarestorage.com/" + b, "auto", ""},
		{"https://" + b + "--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "us-east-1", "s3express"},
	}
}

// awsKeys are temporary credentials of nobody.
func (g *generator) awsKeys() presign.Credentials {
	return presign.Credentials{AccessKeyID: "ASIA" + strings.ToUpper(g.word()) + "EXAMPLE000", SecretAccessKey: "secret-" + g.word(), SessionToken: strings.Repeat("tOkEn+/=", 20+g.random.IntN(20))}
}

// described is an answer as the named page describes it.
type described struct {
	name     string
	want     explain.Code
	status   int
	code     string
	message  string
	elements string // further ones, as XML
	source   string
	change   func(*wish)     // before it is signed
	sends    []upload.Header // besides what was signed
	after    time.Duration
}

func (d described) body(g *generator) string {
	return fmt.Sprintf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>%s</Message>%s<RequestId>%s</RequestId><HostId>%s</HostId></Error>",
		d.code, d.message, d.elements, strings.ToUpper(g.word()), g.word()+g.word())
}

// documented makes each described answer, for a host by turns.
func (g *generator) documented(by string) {
	hosts := g.hosts()
	for i, d := range append(g.describedAccess(), g.describedRest()...) {
		h := hosts[(i+g.random.IntN(2)*3)%7] // those of AWS
		w := wish{method: "PUT", base: h.base, key: g.key(), region: h.region, keys: g.awsKeys()}
		if d.change != nil {
			d.change(&w)
		}
		one := g.sign(by, w)
		r := explain.Request{Method: w.method, URL: one.url, Headers: append(one.headers, d.sends...), Time: time.Now().UTC().Truncate(time.Second).Add(d.after), Status: d.status, Response: d.body(g)}
		if r.Headers == nil {
			r.Headers = []upload.Header{}
		}
		g.samples = append(g.samples, sample{Name: d.name, Want: string(d.want), Signer: by, Answer: fromDocuments, Source: d.source, Request: r})
	}
}

const denied = "User: arn:aws:sts::111122223333:assumed-role/web/i-0 is not authorized to perform: "

func (g *generator) describedAccess() []described {
	plainHTTP := func(w *wish) { w.base = strings.Replace(w.base, "https:", "http:", 1) }
	long := func(w *wish) { w.expires = 43200 }
	encrypted := func(w *wish) { w.headers = []upload.Header{{Name: corpusSSE, Value: "AES256"}} }
	object := `s3:PutObject on resource: "arn:aws:s3:::b/k" `
	return []described{
		{name: "expired", want: explain.Expired, status: 403, code: "AccessDenied", message: "Request has expired", elements: "<X-Amz-Expires>900</X-Amz-Expires><Expires>2026-01-01T00:00:00Z</Expires><ServerTime>2026-01-01T00:10:00Z</ServerTime>", source: errorResponses},
		{name: "dated ahead", want: explain.NotYetValid, status: 403, code: "AccessDenied", message: "Request is not valid yet", source: errorResponses},
		{name: "no policy allows it", want: explain.Permission, status: 403, code: "AccessDenied", message: denied + object + "because no identity-based policy allows the s3:PutObject action", source: troubleshoot},
		{name: "an organisation's policy", want: explain.Permission, status: 403, code: "AccessDenied", message: denied + object + "with an explicit deny in a service control policy", source: troubleshoot},
		{name: "denied over plain HTTP", want: explain.BucketPolicyTLS, status: 403, code: "AccessDenied", message: denied + object + "with an explicit deny in a resource-based policy", source: troubleshoot, change: plainHTTP},
		{name: "denied over plain HTTP, shortly", want: explain.BucketPolicyTLS, status: 403, code: "AccessDenied", message: "Access Denied", source: troubleshoot, change: plainHTTP},
		{name: "denied for its age", want: explain.BucketPolicySignatureAge, status: 403, code: "AccessDenied", message: denied + object + "with an explicit deny in a resource-based policy", source: troubleshoot, change: long, after: time.Hour},
		{name: "denied for its encryption", want: explain.BucketPolicyEncryption, status: 403, code: "AccessDenied", message: denied + object + "with an explicit deny in a resource-based policy", source: troubleshoot, change: encrypted},
		{name: "denied", want: explain.Permission, status: 403, code: "AccessDenied", message: "Access Denied", source: troubleshoot},
		{name: "the key's policy", want: explain.KMSDenied, status: 403, code: "AccessDenied", message: denied + "kms:GenerateDataKey on resource: arn:aws:kms:eu-west-1:111122223333:key/1 because no identity-based policy allows the kms:GenerateDataKey action", source: troubleshoot},
		{name: "a disabled key", want: explain.KMSDisabled, status: 400, code: "KMS.DisabledException", message: "arn:aws:kms:eu-west-1:111122223333:key/1 is disabled.", source: kmsErrors},
		{name: "a key about to be deleted", want: explain.KMSDisabled, status: 400, code: "KMS.KMSInvalidStateException", message: "arn:aws:kms:eu-west-1:111122223333:key/1 is pending deletion.", source: kmsErrors},
		{name: "a token that has ended", want: explain.CredentialsExpired, status: 400, code: "ExpiredToken", message: "The provided token has expired.", source: errorResponses},
		{name: "a key that is gone", want: explain.UnknownAccessKey, status: 403, code: "InvalidAccessKeyId", message: "The AWS Access Key Id you provided does not exist in our records.", source: errorResponses},
		{name: "a region that is another", want: explain.WrongRegion, status: 400, code: "AuthorizationQueryParametersError", message: "Error parsing the X-Amz-Credential parameter; the region 'us-east-1' is wrong; expecting 'eu-west-1'", elements: "<Region>eu-west-1</Region>", source: errorResponses},
		{name: "a service that is another", want: explain.WrongService, status: 400, code: "AuthorizationQueryParametersError", message: `Error parsing the X-Amz-Credential parameter; incorrect service "s4". This endpoint belongs to "s3".`, source: errorResponses},
	}
}

func (g *generator) describedRest() []described {
	empty := func(w *wish) {
		w.headers = []upload.Header{{Name: "x-amz-checksum-crc32", Value: "AAAAAA=="}}
	}
	return []described{
		{name: "the bucket's other region", want: explain.RedirectedRegion, status: 301, code: "PermanentRedirect", message: "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.", elements: "<Endpoint>b.s3-eu-central-1.amazonaws.com</Endpoint><Bucket>b</Bucket>", source: redirects},
		{name: "a new bucket", want: explain.RedirectedRegion, status: 307, code: "TemporaryRedirect", message: "Please re-send this request to the specified temporary endpoint. Continue to use the original request endpoint for future requests.", elements: "<Endpoint>b.s3.eu-central-1.amazonaws.com</Endpoint>", source: redirects},
		{name: "too fast", want: explain.SlowDown, status: 503, code: "SlowDown", message: "Please reduce your request rate.", source: errorResponses},
		{name: "cut", want: explain.BodyCut, status: 400, code: "RequestTimeout", message: "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.", source: errorResponses},
		{name: "short", want: explain.BodyCut, status: 400, code: "IncompleteBody", message: "You did not provide the number of bytes specified by the Content-Length HTTP header", source: errorResponses},
		{name: "too large", want: explain.TooLarge, status: 400, code: "EntityTooLarge", message: "Your proposed upload exceeds the maximum allowed size", elements: "<ProposedSize>6000000000</ProposedSize><MaxSizeAllowed>5368709120</MaxSizeAllowed>", source: errorResponses},
		{name: "another MD5", want: explain.BadChecksum, status: 400, code: "BadDigest", message: "The Content-MD5 you specified did not match what we received.", source: errorResponses},
		{name: "the CRC32 of nothing", want: explain.EmptyBodyChecksum, status: 400, code: "BadDigest", message: "The CRC32 you specified did not match the calculated checksum.", source: errorResponses, change: empty},
		{name: "an old signature version", want: explain.SigV2, status: 400, code: "InvalidRequest", message: "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.", source: errorResponses},
		{name: "acceleration is off", want: explain.WrongHost, status: 400, code: "InvalidRequest", message: "S3 Transfer Acceleration is not configured on this bucket", source: errorResponses},
		{name: "encryption with a key of one's own", want: explain.SSEHeaderMissing, status: 400, code: "InvalidRequest", message: "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.", source: errorResponses},
		{name: "the app's own token", want: explain.HeaderUnsigned, status: 400, code: "InvalidArgument", message: "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified", elements: "<ArgumentName>Authorization</ArgumentName>", source: errorResponses, sends: []upload.Header{{Name: "Authorization", Value: "Bearer x"}}},
		{name: "there already", want: explain.PreconditionFailed, status: 412, code: "PreconditionFailed", message: "At least one of the pre-conditions you specified did not hold", elements: "<Condition>If-None-Match</Condition>", source: errorResponses},
		{name: "a fault of S3's own", want: explain.ServerError, status: 500, code: "InternalError", message: "We encountered an internal error. Please try again.", source: errorResponses},
		{name: "something unheard of", want: explain.Unknown, status: 400, code: "Odd", message: "An odd thing happened.", source: errorResponses},
	}
}

// more are samples that fit no table.
func (g *generator) more(by string) {
	w := wish{method: "PUT", base: g.hosts()[0].base, key: g.key(), region: "eu-west-1", keys: g.awsKeys()}
	one := g.sign(by, w)
	granted := []upload.Header{{Name: "Access-Control-Allow-Origin", Value: corpusOrigin}, {Name: "Access-Control-Allow-Methods", Value: "PUT"}, {Name: "Access-Control-Allow-Headers", Value: "content-type"}}
	asked := []upload.Header{{Name: "Origin", Value: corpusOrigin}, {Name: "Access-Control-Request-Method", Value: "PUT"}, {Name: "Access-Control-Request-Headers", Value: "content-type,x-amz-meta-by"}}
	r := explain.Request{Method: "PUT", URL: one.url, Headers: asked[:1], Time: time.Now().UTC().Truncate(time.Second), NetworkError: "net::ERR_FAILED", Browser: true,
		Preflight: &explain.Preflight{Status: 200, Headers: asked, ResponseHeaders: granted}}
	g.samples = append(g.samples, sample{Name: "a header that CORS does not allow", Want: string(explain.CORSHeader), Signer: by, Answer: fromDocuments, Source: fetchStandard, Request: r})

	r = explain.Request{Method: "PUT", URL: one.url, Time: r.Time, NetworkError: "net::ERR_CONNECTION_RESET", Browser: true}
	g.samples = append(g.samples, sample{Name: "a connection that broke", Want: string(explain.BodyCut), Signer: by, Answer: fromDocuments, Source: fetchStandard, Request: r})
	w.at = time.Now().Add(24 * time.Hour)
	if by != byBotocore {
		r = explain.Request{Method: "PUT", URL: g.sign(by, w).url, Time: r.Time}
		g.samples = append(g.samples, sample{Name: "a URL of tomorrow", Want: string(explain.NotYetValid), Signer: by, Answer: withoutAnswer, Request: r})
	}
}

// byHeader are requests that the SDK signs in the Authorization header.
func (g *generator) byHeader() {
	send := func(at time.Time, key presign.Credentials) explain.Request {
		w := g.put(g.main)
		r, err := http.NewRequest("PUT", w.address(), strings.NewReader(content))
		if err != nil {
			g.t.Fatal(err)
		}
		r.Header.Set("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
		keys := aws.Credentials{AccessKeyID: key.AccessKeyID, SecretAccessKey: key.SecretAccessKey, SessionToken: key.SessionToken}
		err = v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }).SignHTTP(g.t.Context(), keys, r, "UNSIGNED-PAYLOAD", "s3", corpusRegion, at)
		if err != nil {
			g.t.Fatal(err)
		}
		one := signed{method: "PUT", url: w.address(), body: content}
		for name := range r.Header {
			one.headers = append(one.headers, upload.Header{Name: name, Value: r.Header.Get(name)})
		}
		return g.ask(one)
	}
	keys := g.keys(g.main)
	g.failed("PUT signed in the header", explain.OK, bySDK, send(time.Now(), keys))
	g.failed("a clock an hour late", explain.ClockSkew, bySDK, send(time.Now().Add(-time.Hour), keys))
	keys.SecretAccessKey += "x"
	g.failed("another secret, in the header", explain.WrongSecret, bySDK, send(time.Now(), keys))
}
