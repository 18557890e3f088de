package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/gateway/gatewaytest"
	"signet/lambda/api"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

const (
	bucket = "uploads-test"
	region = "eu-west-1"
	// stateBucket keeps passes and quotas.
	stateBucket = "state-test"
	kmsKey      = "arn:aws:kms:eu-west-1:" + gateway.AccountID + ":key/test"
)

func TestMain(m *testing.M) {
	gatewaytest.Main(m, func() {
		if g, ok := started(); ok {
			g.Close()
		}
	})
}

// shared is the gateway of all tests here. Its role has the least-privilege
// policy that the deployed one has, so that a missing permission fails here.
var shared struct {
	sync.Mutex
	gateway *gateway.Gateway
}

func started() (*gateway.Gateway, bool) {
	shared.Lock()
	defer shared.Unlock()
	return shared.gateway, shared.gateway != nil
}

func startGateway(t testing.TB, policy string) *gateway.Gateway {
	t.Helper()
	dir, err := os.MkdirTemp("", "signet-api-test-")
	if err != nil {
		t.Fatal(err)
	}
	g, err := gateway.Start(context.Background(), gateway.Config{
		Dir: dir, Bucket: bucket, StateBucket: stateBucket, Region: region, KMSKey: kmsKey, Role: gateway.Role{Policy: policy},
	})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		<-g.Done()
		os.RemoveAll(dir)
	}()
	return g
}

func grants(t testing.TB) string {
	t.Helper()
	return gatewaytest.Policy(t, append(upload.Grants("arn:aws:s3:::"+bucket, []string{"uploads/"}, kmsKey, region), upload.StateGrants("arn:aws:s3:::"+stateBucket)...))
}

func sharedGateway(t testing.TB) *gateway.Gateway {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.gateway == nil {
		shared.gateway = startGateway(t, grants(t))
	}
	return shared.gateway
}

// world is the API in front of a gateway.
type world struct {
	*testing.T
	api string // address with /api
	log *bytes.Buffer
	s3  *s3.Client

	handler http.Handler
}

// service starts the API with the default configuration and the changes given.
func service(t *testing.T, change ...func(*upload.Config)) *world {
	return serviceOn(t, sharedGateway(t), change...)
}

func serviceOn(t *testing.T, g *gateway.Gateway, change ...func(*upload.Config)) *world {
	t.Helper()
	return serviceWith(t, g, func(o *api.Options) {
		for _, f := range change {
			f(&o.Config)
		}
	})
}

// serviceWith is serviceOn for what is no matter of the configuration.
func serviceWith(t *testing.T, g *gateway.Gateway, change func(*api.Options)) *world {
	t.Helper()
	config := upload.DefaultConfig()
	config.Resolved = upload.Resolved{Bucket: bucket, Region: region, KMSKey: kmsKey, Endpoint: g.URL(), StateBucket: stateBucket}
	w := &world{T: t, log: &bytes.Buffer{}}
	options := api.Options{
		Config: config, Subject: subject, Log: slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Credentials: g.SigningCredentials,
	}
	change(&options)
	handler := api.New(options)
	w.handler = handler
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	w.api = server.URL + api.Base
	w.s3 = s3.New(s3.Options{Region: region, BaseEndpoint: aws.String(g.URL()), UsePathStyle: true, Credentials: aws.CredentialsProviderFunc(g.Credentials),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired})
	return w
}

// subject stands for the authorizer: in these tests a token is a subject.
func subject(r *http.Request) string {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if token == "Bearer" { // net/http trims what follows
		return ""
	}
	return token
}

// as is a client of one caller, every exchange of which is held to the OpenAPI
// document.
func (w *world) as(sub string) *api.Client {
	return &api.Client{
		Base:  w.api,
		Token: func(context.Context) (string, error) { return sub, nil },
		HTTP:  &http.Client{Transport: contract{w.T}},
	}
}

// caller is a fresh caller, so that tests do not see each other's files.
func caller(t testing.TB) string {
	return strings.NewReplacer("/", "-", "#", "-").Replace(t.Name()) + rand.Text()[:6]
}

func size(n int64) *int64 { return &n }

// must is for calls that have to work.
func must[T any](w *world) func(T, error) T {
	w.Helper()
	return func(v T, err error) T {
		w.Helper()
		if err != nil {
			w.Fatal(err)
		}
		return v
	}
}

// send sends a body to S3 and gives status, S3's error code and the ETag. A
// connection reset counts as refused, 403: the gateway closes on large bodies
// that it does not want.
func send(t testing.TB, method, url string, headers map[string]string, body []byte) (status int, code, etag string) {
	t.Helper()
	status, text, etag := exchange(t, method, url, headers, body)
	_, code, _ = strings.Cut(string(text), "<Code>")
	code, _, _ = strings.Cut(code, "</Code>")
	return status, code, etag
}

// exchange sends a body to S3 and gives what comes back.
func exchange(t testing.TB, method, url string, headers map[string]string, body []byte) (status int, text []byte, etag string) {
	t.Helper()
	r, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		return http.StatusForbidden, []byte("<Code>reset</Code>"), ""
	}
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err = io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, text, answer.Header.Get("ETag")
}

// fetch downloads what a signed URL gives.
func fetch(t testing.TB, url string) ([]byte, http.Header) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 {
		t.Fatalf("download: status %d, %v: %s", answer.StatusCode, err, body)
	}
	return body, answer.Header
}

// putFile uploads content in one PUT and gives its key.
func (w *world) putFile(sub string, f api.File, content []byte) string {
	w.Helper()
	f.Size = size(int64(len(content)))
	signed := must[api.Presigned](w)(w.as(sub).Presign(w.Context(), f))
	if status, code, _ := send(w, signed.Method, signed.URL, signed.Headers, content); status != 200 {
		w.Fatalf("PUT of %s: status %d %s", f.Name, status, code)
	}
	return signed.Key
}

// sendParts uploads the parts numbered, or all.
func sendParts(t testing.TB, u api.Upload, content []byte, numbers ...int) {
	t.Helper()
	if numbers == nil {
		for n := 1; n <= u.PartCount; n++ {
			numbers = append(numbers, n)
		}
	}
	for _, n := range numbers {
		from := int64(n-1) * u.PartSize
		to := min(from+u.PartSize, int64(len(content)))
		if status, code, _ := send(t, "PUT", partURL(u.Sign, n), nil, content[from:to]); status != 200 {
			t.Fatalf("part %d: status %d %s", n, status, code)
		}
	}
}

func partURL(table presign.Table, n int) string {
	url := table.URL
	if table.Alternate != "" && n%2 == 0 {
		url = table.Alternate
	}
	return fmt.Sprintf("%s&partNumber=%d&X-Amz-Signature=%s", url, n, table.Signatures[n-table.First])
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// wantCode says of an error which code it must have, and that it explains.
func wantCode(t testing.TB, err error, code upload.Code) {
	t.Helper()
	p, ok := err.(*api.Problem)
	if !ok || p.Code != code {
		t.Errorf("got %v, want %s", err, code)
		return
	}
	if !strings.Contains(p.Detail, "got ") || !strings.Contains(p.Detail, "want ") || !strings.Contains(p.Detail, ": ") {
		t.Errorf("%s: %q does not say got, want and the fix", code, p.Detail)
	}
}
