package presign

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/logging"

	"signet/lambda/upload"
)

// FuzzSigner holds our signer against the SDK's, character by character: the
// URL, and for whoever explains it the canonical request and string to sign.
func FuzzSigner(f *testing.F) {
	for _, seed := range seeds() {
		if !seed.fits() {
			f.Fatalf("got seed %+v, want one that can be compared", seed)
		}
		f.Add(seed.key, seed.name, seed.value, seed.header, seed.text, seed.token, seed.region, seed.secret, seed.at, seed.length, seed.path)
	}
	f.Fuzz(func(t *testing.T, key, name, value, header, text, token, region, secret string, at, length int64, pathStyle bool) {
		in := input{key, name, value, header, text, token, region, secret, at, length, pathStyle}
		if !in.fits() {
			return
		}
		ours, canonical, toSign := in.ours()
		theirs, log := in.sdk(t)
		if ours != theirs {
			t.Errorf("URL of %+v\n got %s\nwant %s", in, ours, theirs)
		}
		if want := "-[ CANONICAL STRING  ]-----------------------------\n" + canonical + "\n---[ STRING TO SIGN ]--------------------------------\n" + toSign + "\n---[ SIGNED URL ]-"; !strings.Contains(log, want) {
			t.Errorf("steps of %+v\n got %q\nwant %q", in, log, want)
		}
	})
}

// input is one random request.
type input struct {
	key, name, value    string // the object's key and one parameter
	header, text, token string // one header and the session token
	region, secret      string
	at, length          int64 // Unix seconds and content-length
	path                bool  // path style
}

func seeds() []input {
	base := input{key: "uploads/ada/report~0123456789abcdef.pdf", name: "versionId", value: "v1", header: "content-type", text: "application/pdf",
		region: "eu-central-1", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", at: 1795406400, length: 1}
	var all []input
	add := func(change func(*input)) { in := base; change(&in); all = append(all, in) }
	for _, key := range []string{"a b", "a+b", "a~b", "a//b", "/a", "a/", "a%2Fb", "100%", "%", "ß/ü", "日本語", "😀", "a&b=c?d#e", "e\u0301", "'()*!", "a\tb", "\x00\x7f\xff",
		strings.Repeat("é", 512), "a:b@c", "..", "a/../b", "[x]", "\\", "a;b,c$d", "."} {
		add(func(in *input) { in.key = key })
		add(func(in *input) { in.key, in.path = key, true })
		add(func(in *input) { in.value = key })
	}
	for _, name := range []string{"a", "A", "z", "partNumber", "response-content-disposition", "X-Amz-E", "X-Amz-Z", "a b", "ü", "x-id", "1", "~"} {
		add(func(in *input) { in.name = name })
	}
	for _, text := range []string{"", "*", " padded ", "two  spaces", "a,b", "=?utf-8?b?w58=?=", "tab\tin", "a;b", "   "} {
		add(func(in *input) { in.text = text })
	}
	for _, header := range []string{"a", "zz", "x-amz-meta-a_b", "if-none-match", "x-amz-checksum-crc64nvme", "cache-control", "x-custom!", "host2"} {
		add(func(in *input) { in.header = header })
	}
	for _, token := range []string{"", "a/+=b==", strings.Repeat("FwoGZXIvYXdzE/+=", 75)} {
		add(func(in *input) { in.token = token })
	}
	for _, at := range []int64{0, 1795391999, 1795392000, 951782400, 4102444799} {
		add(func(in *input) { in.at = at })
	}
	for _, length := range []int64{1, 5 << 30, 1<<63 - 1} {
		add(func(in *input) { in.length = length })
	}
	for _, region := range []string{"us-east-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1"} {
		add(func(in *input) { in.region = region })
	}
	add(func(in *input) { in.secret = strings.Repeat("k", 65) })
	return all
}

var ownParameters = []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Security-Token", "X-Amz-Signature", "X-Amz-SignedHeaders"}

// fits says whether the input is a request that can be sent, and that the SDK
// does not change on its own: it leaves out a content-length below 1 and five
// headers by name.
func (in input) fits() bool {
	switch strings.ToLower(in.header) {
	case "host", "content-length", "authorization", "user-agent", "x-amzn-trace-id", "expect", "transfer-encoding", "":
		return false
	}
	token := func(c byte) bool {
		return isUnreserved(c) || strings.IndexByte("!#$&'*+^|`%", c) >= 0
	}
	for i := range len(in.header) {
		if !token(in.header[i]) {
			return false
		}
	}
	if in.header != strings.ToLower(in.header) {
		return false
	}
	for i := range len(in.text) {
		if c := in.text[i]; c < 0x20 && c != '\t' || c >= 0x7f {
			return false
		}
	}
	for i := range len(in.region) {
		if c := in.region[i]; !isUnreserved(c) {
			return false
		}
	}
	return in.key != "" && len(in.key) <= 1024 && in.name != "" && !slices.Contains(ownParameters, in.name) && in.region != "" && in.secret != "" &&
		in.at >= 0 && in.at < 1<<37 && in.length > 0
}

func (in input) credentials() Credentials {
	return Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: in.secret, SessionToken: in.token}
}

func (in input) signer() *Signer {
	options := Options{
		Bucket: "bucket", Region: in.region,
		Credentials: func(context.Context) (Credentials, error) { return in.credentials(), nil },
		Now:         func() time.Time { return time.Unix(in.at, 0) },
	}
	if in.path {
		options.Endpoint = "http://127.0.0.1:7070"
	}
	return New(options)
}

// ours signs with the engine under [Signer.URL], then takes the URL apart again
// for the steps that lead to its signature.
func (in input) ours() (signed, canonical, toSign string) {
	s := in.signer()
	t, err := s.start(context.Background(), 15*time.Minute)
	if err != nil {
		panic(err)
	}
	headers := mergeHeaders([]upload.Header{{Name: "content-length", Value: strconv.FormatInt(in.length, 10)}, {Name: in.header, Value: in.text}})
	signed = s.sign(t, s.endpoint, "PUT", s.endpoint.keyPath, in.key, []upload.Header{{Name: in.name, Value: in.value}}, headers)

	u, err := url.Parse(signed)
	if err != nil {
		return signed, "", err.Error()
	}
	m := Message{Method: "PUT", Path: u.EscapedPath(), Headers: append(headers, upload.Header{Name: "Host", Value: u.Host})}
	for name, values := range u.Query() {
		if name != "X-Amz-Signature" {
			m.Query = append(m.Query, upload.Header{Name: name, Value: values[0]})
		}
	}
	canonical = m.CanonicalRequest()
	scope := Scope{Time: time.Unix(in.at, 0), Region: in.region}
	toSign = scope.StringToSign(canonical)
	if signature := in.credentials().Sign(scope, toSign); signature != u.Query().Get("X-Amz-Signature") {
		return signed, canonical, "another signature, " + signature
	}
	return signed, canonical, toSign
}

// sdk signs the same with the SDK's v4 signer as its S3 client sets it up, but
// for the hoisting of headers into the query.
func (in input) sdk(t *testing.T) (signed, log string) {
	e := in.signer().endpoint
	request := &http.Request{Method: "PUT", Header: http.Header{http.CanonicalHeaderKey(in.header): {in.text}}, ContentLength: in.length, Host: e.host,
		URL: &url.URL{Scheme: strings.SplitN(e.origin, ":", 2)[0], Host: e.host, Path: e.keyPath + in.key, RawPath: e.keyPath + EscapePath(in.key),
			RawQuery: "X-Amz-Expires=900&" + url.QueryEscape(in.name) + "=" + url.QueryEscape(in.value)}}
	logger := logging.LoggerFunc(func(_ logging.Classification, format string, v ...any) { log += fmt.Sprintf(format, v...) })
	signed, _, err := v4.NewSigner().PresignHTTP(context.Background(),
		aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: in.secret, SessionToken: in.token},
		request, "UNSIGNED-PAYLOAD", "s3", in.region, time.Unix(in.at, 0), func(o *v4.SignerOptions) {
			o.DisableURIPathEscaping, o.DisableHeaderHoisting = true, true
			o.LogSigning, o.Logger = true, logger
		})
	if err != nil {
		t.Fatal(err)
	}
	return signed, log
}
