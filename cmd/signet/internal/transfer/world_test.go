package transfer

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/cmd/signet/gateway"
	"signet/lambda/api"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

func TestMain(m *testing.M) {
	if gateway.IsChild() {
		os.Exit(gateway.RunChild())
	}
	os.Exit(m.Run())
}

const (
	testBucket = "transfer-test"
	testRegion = "us-east-1"
	ownerKey   = "AKIDTRANSFEROWNER"
	ownerValue = "not-a-secret-anywhere-else"
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
	policy, err := upload.PolicyDocument(upload.Grants("arn:aws:s3:::"+testBucket, []string{"uploads/"}, "", testRegion))
	if err != nil {
		t.Fatal(err)
	}
	g, err := gateway.Start(t.Context(), gateway.Config{
		Dir: t.TempDir(), Bucket: testBucket, Region: testRegion, Role: gateway.Role{Policy: string(policy)},
		Users: []gateway.User{{Name: "owner", AccessKeyID: ownerKey, SecretAccessKey: ownerValue,
			Policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::` + testBucket + `","arn:aws:s3:::` + testBucket + `/*"]}]}`}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Close() })
	w := &world{t: t, proxy: newProxy(t, g.URL()), gateway: g.URL()}
	config := upload.DefaultConfig()
	config.Resolved = upload.Resolved{Bucket: testBucket, Region: testRegion, Endpoint: w.proxy.URL}
	for _, c := range change {
		c(&config)
	}
	handler := api.New(api.Options{
		Config: config, Subject: func(*http.Request) string { return "alice" }, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return time.Now().Add(-time.Duration(w.late.Load())) },
		Credentials: func(ctx context.Context) (presign.Credentials, error) {
			c, err := g.Credentials(ctx)
			return presign.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}, err
		},
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
	return s3.New(s3.Options{
		Region: testRegion, BaseEndpoint: &w.proxy.URL, UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: ownerKey, SecretAccessKey: ownerValue}, nil
		}),
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

// proxy stands before S3. What it is told to do with a request, it does.
type proxy struct {
	*httptest.Server
	mu    sync.Mutex
	fault func(put int, r *http.Request) fault // put counts the PUTs from 1
	puts  int
	parts map[string]int // PUTs by part number or key, that were passed on
	ended chan struct{}

	forward http.Handler
}

// fault is what happens to a request; nil: it is passed on.
type fault func(w http.ResponseWriter, r *http.Request)

func newProxy(t *testing.T, to string) *proxy {
	p := &proxy{parts: map[string]int{}, ended: make(chan struct{})}
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	p.forward = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // which is signed
		},
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		if r.Method == http.MethodPut {
			p.puts++
		}
		f := fault(nil)
		if p.fault != nil {
			f = p.fault(p.puts, r)
		}
		if f == nil && r.Method == http.MethodPut {
			p.parts[r.URL.Query().Get("partNumber")]++
		}
		p.mu.Unlock()
		if f != nil {
			f(w, r)
			return
		}
		p.forward.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Server.Close)
	t.Cleanup(func() { close(p.ended) })
	return p
}

// on sets what happens from now on, and forgets what was counted.
func (p *proxy) on(fault func(put int, r *http.Request) fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault, p.puts, p.parts = fault, 0, map[string]int{}
}

// passed counts the PUTs that reached S3.
func (p *proxy) passed() (total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, n := range p.parts {
		total += n
	}
	return total
}

// says answers with an error of S3, once the body has come.
func says(status int, code, message string) fault {
	return func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
		fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, message)
	}
}

// cut closes the connection after so many bytes of the body, with a reset.
func cut(after int64) fault {
	return func(w http.ResponseWriter, r *http.Request) {
		io.CopyN(io.Discard, r.Body, after)
		c, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			c.(*net.TCPConn).SetLinger(0)
			c.Close()
		}
	}
}

// stall takes no byte and says nothing, for as long as the test lasts.
func (p *proxy) stall(w http.ResponseWriter, r *http.Request) { <-p.ended }

// every gives a fault to each nth PUT.
func every(n int, f fault) func(int, *http.Request) fault {
	return func(put int, r *http.Request) fault {
		if r.Method == http.MethodPut && put%n == 0 {
			return f
		}
		return nil
	}
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

// flipped changes the first byte of a body.
type flipped struct {
	io.ReadCloser
	done bool
}

func (f *flipped) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	if n > 0 && !f.done {
		p[0] ^= 1
		f.done = true
	}
	return n, err
}
