package transfer

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/gateway/gatewaytest"
	"signet/lambda/api"
	"signet/lambda/upload"
)

func TestMain(m *testing.M) { gatewaytest.Main(m) }

const (
	testBucket = "transfer-test"
	testRegion = "us-east-1"
)

// world is S3 behind a proxy that makes trouble, the API, and an engine.
type world struct {
	t     *testing.T
	proxy *proxy
	// gateway is S3's own address, behind the proxy.
	gateway string
	api     *api.Client
	engine  *Engine
	// late is how far back the API's clock is, for signatures of the past.
	late atomic.Int64
}

func newWorld(t *testing.T, change ...func(*upload.Config)) *world {
	t.Helper()
	g := gatewaytest.Start(t, gateway.Config{
		Bucket: testBucket, Region: testRegion, Role: gateway.Role{Policy: gatewaytest.UploadPolicy(t, testBucket, "", testRegion)},
		Users: []gateway.User{gatewaytest.Owner(testBucket)},
	})
	w := &world{t: t, proxy: newProxy(t, g.URL()), gateway: g.URL()}
	config := upload.DefaultConfig()
	config.Resolved = upload.Resolved{Bucket: testBucket, Region: testRegion, Endpoint: w.proxy.URL}
	for _, c := range change {
		c(&config)
	}
	handler := api.New(api.Options{
		Config: config, Subject: func(*http.Request) string { return "alice" }, Log: slog.New(slog.DiscardHandler),
		Now:         func() time.Time { return time.Now().Add(-time.Duration(w.late.Load())) },
		Credentials: g.SigningCredentials,
	})
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	w.api = &api.Client{Base: server.URL + api.Base, Token: func(context.Context) (string, error) { return "token", nil }}
	w.engine = w.newEngine(&API{Client: w.api})
	return w
}

// newEngine makes an engine that does not wait long, and cuts stalls soon.
func (w *world) newEngine(target Target) *Engine {
	return &Engine{
		Target: target, HTTP: NewHTTP(Line{Connections: 8}), Limit: NewLimiter(4, true), Meter: Silent{},
		Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
}

// client is S3 with plain credentials.
func (w *world) client() *s3.Client {
	owner := gatewaytest.Owner(testBucket)
	return s3.New(s3.Options{
		Region: testRegion, BaseEndpoint: &w.proxy.URL, UsePathStyle: true,
		Credentials:                credentials.NewStaticCredentialsProvider(owner.AccessKeyID, owner.SecretAccessKey, ""),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	})
}

// put sends files and gives the results by name.
func (w *world) put(ctx context.Context, files ...File) map[string]Result {
	results := map[string]Result{}
	w.engine.Put(ctx, files, func(r Result) { results[r.File.Name] = r })
	if len(results) != len(files) {
		w.t.Errorf("got %d results of %d files", len(results), len(files))
	}
	return results
}

// one sends one file, which must be stored whole.
func (w *world) one(f File) Result {
	w.t.Helper()
	r := w.put(w.t.Context(), f)[f.Name]
	if r.Err != nil {
		w.t.Fatalf("%s: %v", f.Name, r.Err)
	}
	w.same(f, r.Key)
	return r
}

// same compares an object with its file.
func (w *world) same(f File, key string) {
	w.t.Helper()
	content, err := os.ReadFile(f.Path)
	if err != nil {
		w.t.Fatal(err)
	}
	if got := w.object(key); !bytes.Equal(got, content) {
		w.t.Errorf("%s: the object of %d bytes is not the file of %d", f.Name, len(got), len(content))
	}
}

func (w *world) object(key string) []byte {
	w.t.Helper()
	out, err := w.client().GetObject(w.t.Context(), &s3.GetObjectInput{Bucket: aws.String(testBucket), Key: &key})
	if err != nil {
		w.t.Fatal(err)
	}
	defer out.Body.Close()
	content, err := io.ReadAll(out.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return content
}

// stored counts objects, and unfinished uploads.
func (w *world) stored() (objects, uploads int) {
	w.t.Helper()
	o, err := w.client().ListObjectsV2(w.t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String(testBucket)})
	if err != nil {
		w.t.Fatal(err)
	}
	u, err := w.client().ListMultipartUploads(w.t.Context(), &s3.ListMultipartUploadsInput{Bucket: aws.String(testBucket)})
	if err != nil {
		w.t.Fatal(err)
	}
	return len(o.Contents), len(u.Uploads)
}

// file makes a file of random bytes.
func file(t *testing.T, name string, size int) File {
	t.Helper()
	content := make([]byte, size)
	random := rand.NewChaCha8([32]byte{byte(size), byte(size >> 8), byte(len(name))})
	random.Read(content)
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return File{Path: path, Name: name, Key: "plain/" + name}
}

func contains(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want an error with %q", err, want)
	}
	if err != nil && (strings.Contains(err.Error(), "X-Amz") || strings.Contains(err.Error(), "http://")) {
		t.Errorf("the error shows an address: %v", err)
	}
}
