package gateway

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const (
	testBucket = "uploads"
	testRegion = "ap-northeast-2"
	testKMSKey = "arn:aws:kms:ap-northeast-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	testOrigin = "http://127.0.0.1:8080"
)

// rolePolicy is least privilege, as the deployed role has it.
const rolePolicy = `{"Version":"2012-10-17","Statement":[
 {"Effect":"Allow","Action":["s3:PutObject","s3:GetObject","s3:GetObjectVersion","s3:DeleteObject","s3:AbortMultipartUpload","s3:ListMultipartUploadParts"],
  "Resource":"arn:aws:s3:::uploads/mine/*"},
 {"Effect":"Allow","Action":["s3:ListBucket","s3:ListBucketVersions"],"Resource":"arn:aws:s3:::uploads",
  "Condition":{"StringLike":{"s3:prefix":"mine/*"}}},
 {"Effect":"Allow","Action":"s3:ListBucketMultipartUploads","Resource":"arn:aws:s3:::uploads"}]}`

var reader = User{
	Name: "reader", AccessKeyID: "AKIAREADERREADERREAD", SecretAccessKey: "reader-secret-reader-secret-reader-secret",
	Policy: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`,
}

func TestMain(m *testing.M) {
	if IsChild() {
		os.Exit(RunChild())
	}
	if dir := os.Getenv(testParent); dir != "" {
		os.Exit(runParent(dir))
	}
	// A process under the race detector takes a second to exit otherwise.
	if err := os.Setenv("GORACE", "atexit_sleep_ms=0"); err != nil {
		panic(err)
	}
	m.Run()
}

// testParent makes this test binary a process that starts a gateway, writes its
// address and waits to be killed.
const testParent = "SIGNET_GATEWAY_TEST_PARENT"

func runParent(dir string) int {
	g, err := Start(context.Background(), testConfig(dir))
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println(g.PID(), g.URL())
	select {}
}

// testLog passes what the child says on to the test.
type testLog struct{ t *testing.T }

func (l testLog) Write(p []byte) (int, error) {
	l.t.Logf("%s", p)
	return len(p), nil
}

func testConfig(dir string) Config {
	return Config{
		Dir: dir, Bucket: testBucket, Region: testRegion, KMSKey: testKMSKey, Origins: []string{testOrigin}, MaxAge: time.Hour,
		Role: Role{Policy: rolePolicy}, Users: []User{reader},
	}
}

func launch(t *testing.T, c Config) *Gateway {
	t.Helper()
	c.Logger = slog.New(slog.NewTextHandler(testLog{t}, nil))
	g, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	return g
}

func newGateway(t *testing.T) *Gateway {
	t.Helper()
	return launch(t, testConfig(t.TempDir()))
}

func (g *Gateway) client(creds aws.CredentialsProvider) *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: aws.String(g.URL()), UsePathStyle: true, Region: testRegion, Credentials: creds,
		RetryMaxAttempts: 1, RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
	})
}

// role acts as the session that Credentials gives out.
func (g *Gateway) roleClient() *s3.Client {
	return g.client(aws.CredentialsProviderFunc(g.Credentials))
}

// reader may read everything back, and write too.
func (g *Gateway) readerClient() *s3.Client {
	return g.client(aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return readerKeys(), nil }))
}

func readerKeys() aws.Credentials {
	return aws.Credentials{AccessKeyID: reader.AccessKeyID, SecretAccessKey: reader.SecretAccessKey}
}

// presign returns a request whose URL is signed for a quarter of an hour,
// together with its body's length and its headers.
func (g *Gateway) presign(t *testing.T, method, path, body string, header http.Header) *http.Request {
	t.Helper()
	creds, err := g.Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return presignAs(t, creds, time.Now(), method, g.URL()+path, body, header)
}

func presignAs(t *testing.T, creds aws.Credentials, at time.Time, method, address, body string, header http.Header) *http.Request {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("X-Amz-Expires", "900")
	u.RawQuery = q.Encode()
	req, err := http.NewRequestWithContext(t.Context(), method, u.String(), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	signed, _, err := v4.NewSigner().PresignHTTP(t.Context(), creds, req, "UNSIGNED-PAYLOAD", "s3", testRegion, at,
		func(o *v4.SignerOptions) { o.DisableURIPathEscaping, o.DisableHeaderHoisting = true, true })
	if err != nil {
		t.Fatal(err)
	}
	if req.URL, err = url.Parse(signed); err != nil {
		t.Fatal(err)
	}
	return req
}

// answer is what came back: code is S3's, empty when there was no error.
type answer struct {
	status int
	code   string
	header http.Header
	body   string
}

func send(t *testing.T, req *http.Request) answer {
	t.Helper()
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var fault struct{ Code string }
	if resp.StatusCode >= 300 {
		_ = xml.Unmarshal(body, &fault) // without a body there is no code
	}
	return answer{status: resp.StatusCode, code: fault.Code, header: resp.Header, body: string(body)}
}

func (a answer) want(t *testing.T, status int, code string) {
	t.Helper()
	if a.status != status || a.code != code {
		t.Errorf("got %d %q, want %d %q: %s", a.status, a.code, status, code, a.body)
	}
}

// stored lists all versions of all keys, with their sizes.
func (g *Gateway) stored(t *testing.T) string {
	t.Helper()
	out, err := g.readerClient().ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(testBucket)})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, v := range out.Versions {
		all = append(all, fmt.Sprintf("%s:%d", *v.Key, *v.Size))
	}
	return strings.Join(all, " ")
}

func TestConfigFaults(t *testing.T) {
	for _, c := range []struct {
		name, want string
		change     func(*Config)
	}{
		{"no dir", "Dir", func(c *Config) { c.Dir = "" }},
		{"no bucket", "Bucket", func(c *Config) { c.Bucket = "" }},
		{"address without port", "Addr", func(c *Config) { c.Addr = "127.0.0.1" }},
		{"all interfaces", "Addr", func(c *Config) { c.Addr = ":0" }},
		{"any origin", "origin", func(c *Config) { c.Origins = []string{"*"} }},
		{"wildcard origin", "origin", func(c *Config) { c.Origins = []string{"https://*.example.com"} }},
		{"origin with path", "origin", func(c *Config) { c.Origins = []string{"https://example.com/"} }},
		{"session too short", "SessionLife", func(c *Config) { c.SessionLife = time.Minute - 1 }},
		{"session too long", "SessionLife", func(c *Config) { c.SessionLife = 12*time.Hour + 1 }},
		{"no role policy", "role signet", func(c *Config) { c.Role.Policy = "" }},
		{"role policy without statement", "role signet", func(c *Config) { c.Role.Policy = `{"Version":"2012-10-17"}` }},
		{"user without secret", "lacks", func(c *Config) { c.Users = []User{{Name: "u", AccessKeyID: "a"}} }},
		{"user policy", "user reader", func(c *Config) { c.Users[0].Policy = "{" }},
		{"bucket policy", "bucket policy", func(c *Config) { c.BucketPolicy = `{"Statement":[]}` }},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := testConfig(t.TempDir())
			config.Users = []User{reader}
			c.change(&config)
			g, err := Start(t.Context(), config)
			if err == nil {
				_ = g.Close()
				t.Fatal("got a gateway, want an error")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, want it to name %q", err, c.want)
			}
		})
	}
}
