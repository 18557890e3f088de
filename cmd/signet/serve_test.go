package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/cmd/signet/gateway"
	"signet/lambda/api"
)

// relayFull makes the tests of signet serve take the sizes and numbers that are
// promised, in minutes: make test-relay. Without it they are the same with less.
func relayFull() bool { return os.Getenv("SIGNET_TEST_RELAY") == "full" }

// either is the number for make test-relay, or the one for make test.
func either[T any](full, short T) T {
	if relayFull() {
		return full
	}
	return short
}

// server is a running `signet serve` before a cloud of its own.
type server struct {
	Address, Metrics string
	*cloud
	url     string
	process *exec.Cmd
	logs    lockedBuffer
}

// lockedBuffer is written by a process and read by a test.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// startServe starts a cloud and a server that has the access keys of a user with the
// role's rights. settings are put over its configuration.
func startServe(t *testing.T, settings map[string]any, args ...string) *server {
	t.Helper()
	file := filepath.Join(t.TempDir(), "keys.json")
	return serveBefore(t, startDev(t, t.TempDir(), "--s3-keys", file), file, settings, args...)
}

func serveBefore(t *testing.T, c *cloud, keysFile string, settings map[string]any, args ...string) *server {
	t.Helper()
	text, err := os.ReadFile(keysFile)
	if err != nil {
		t.Fatal(err)
	}
	var keys struct{ AccessKeyID, SecretAccessKey string }
	if err := json.Unmarshal(text, &keys); err != nil {
		t.Fatal(err)
	}
	s := &server{cloud: c, process: signet(append([]string{"serve", "--json", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"}, args...)...)}
	s.process.Env = append(s.process.Env, "SIGNET_CONFIG="+serveConfig(t, c, settings), "AWS_ACCESS_KEY_ID="+keys.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY="+keys.SecretAccessKey, "AWS_SESSION_TOKEN=", "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null")
	s.process.Stderr = &s.logs
	out, err := s.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.process.Process.Kill()
		s.process.Wait()
		if t.Failed() {
			t.Logf("log of the server:\n%s", &s.logs)
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("no ready line: %v\n%s", err, &s.logs)
	}
	if err := json.Unmarshal(line, s); err != nil {
		t.Fatalf("ready line %s: %v", line, err)
	}
	s.url = "http://" + s.Address
	return s
}

func serveConfig(t *testing.T, c *cloud, settings map[string]any) string {
	t.Helper()
	config := map[string]any{
		"bucket": c.Bucket, "region": "us-east-1", "endpoint": c.S3, "kmsKey": "arn:aws:kms:us-east-1:" + gateway.AccountID + ":key/signet",
		"auth": map[string]any{"issuer": c.Site + "/oidc", "audience": []string{"signet"}},
	}
	for name, value := range settings {
		config[name] = value
	}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// stored is an upload's answer.
type stored struct {
	Key  string
	Size int64
	Type string
}

// send does a request with the token, and gives status, problem code and body.
func (s *server) send(t *testing.T, method, path string, header map[string]string, body io.Reader) (int, string, []byte) {
	t.Helper()
	r, err := http.NewRequest(method, s.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.Token)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	if n := header["Content-Length"]; n != "" {
		if r.ContentLength, err = strconv.ParseInt(n, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var problem api.Problem
	_ = json.Unmarshal(text, &problem) // another body has no code
	return answer.StatusCode, string(problem.Code), text
}

// wantStored reads an answer, which is that of a success.
func wantStored(t *testing.T, status int, body []byte, size int64) stored {
	t.Helper()
	var s stored
	if err := json.Unmarshal(body, &s); err != nil || status != http.StatusCreated || s.Size != size {
		t.Fatalf("got %d %s (%v), want 201 and %d bytes", status, body, err, size)
	}
	return s
}

// sha256Of downloads an object by way of a signed URL.
func (s *server) sha256Of(t *testing.T, key string) string {
	t.Helper()
	status, _, text := s.send(t, "GET", "/api/files/url?key="+url.QueryEscape(key), nil, nil)
	var signed struct{ URL string }
	if err := json.Unmarshal(text, &signed); err != nil || status != http.StatusOK {
		t.Fatalf("got %d %s, want a signed URL", status, text)
	}
	answer, err := http.Get(signed.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	h := sha256.New()
	if _, err := io.Copy(h, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("got %d (%v) for %s, want the object", answer.StatusCode, err, key)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// wantNothing sees that the bucket has no object of the caller's, and no unfinished
// upload.
func (s *server) wantNothing(t *testing.T) {
	t.Helper()
	for path, empty := range map[string]string{"/api/files": `{"folders":[],"files":[],"complete":true}`, "/api/uploads": `{"uploads":[]}`} {
		if status, _, text := s.send(t, "GET", path, nil, nil); status != http.StatusOK || strings.TrimSpace(string(text)) != empty {
			t.Errorf("got %d %s for %s, want %s", status, text, path, empty)
		}
	}
}

// figure reads a metric.
func (s *server) figure(t *testing.T, name string) float64 {
	t.Helper()
	status, text, _ := get(t, "http://"+s.Metrics+"/metrics")
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			x, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
	}
	t.Fatalf("got %d and no %s among the metrics, want it", status, name)
	return 0
}

// wantSoon waits until something holds.
func wantSoon(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: it is not so within 30 s", what)
		}
	}
}

// bytesOf are n bytes that no type is known of, different for each seed.
func bytesOf(seed byte, n int) []byte {
	p := make([]byte, n)
	for at, x := 0, uint32(seed)*2654435761+1; at < n; at++ {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		p[at] = byte(x) | 0x80 // no text
	}
	return p
}

func hexSum(p []byte) string {
	sum := sha256.Sum256(p)
	return hex.EncodeToString(sum[:])
}

// The API is the Lambda's, and the two health paths say what they are for.
func TestServeAPI(t *testing.T) {
	s := startServe(t, nil)
	for _, c := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/api/healthz", 200}, {"GET", "/readyz", 200}, {"GET", "/api/openapi.json", 200}, {"GET", "/api/relay/openapi.json", 200},
		{"GET", "/api/files", 200}, {"GET", "/api/relay", 405}, {"DELETE", "/api/relay/x", 405}, {"GET", "/nowhere", 404}, {"GET", "/relay", 404},
	} {
		if status, _, text := s.send(t, c.method, c.path, nil, nil); status != c.want {
			t.Errorf("%s %s: got %d %s, want %d", c.method, c.path, status, text, c.want)
		}
	}
	status, _, text := s.send(t, "POST", "/api/presign", nil, strings.NewReader(`{"name":"a.txt","size":1}`))
	if status != 200 || !strings.Contains(string(text), "X-Amz-Signature") {
		t.Errorf("got %d, want a signed URL", status)
	}
	if x := s.figure(t, "signet_relay_uploads_under_way"); x != 0 {
		t.Errorf("got %v uploads under way, want 0", x)
	}
}

// A PUT and a form of sizes around the head, a slot and its multiples arrive as they
// were sent, of known and of unknown length.
func TestServeSizes(t *testing.T) {
	s := startServe(t, nil)
	for i, n := range []int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 5<<20 - 1, 5 << 20, 5<<20 + 1, 10 << 20, 10<<20 + 1, 33 << 20} {
		content := bytesOf(byte(i), n)
		for way, send := range map[string]func() (int, string, []byte){
			"put": func() (int, string, []byte) {
				return s.send(t, "PUT", "/api/relay/a.bin", nil, bytes.NewReader(content))
			},
			"chunked": func() (int, string, []byte) {
				return s.send(t, "PUT", "/api/relay/a.bin", nil, io.MultiReader(bytes.NewReader(content)))
			},
			"form": func() (int, string, []byte) {
				body, kind := formOf("a.bin", "", content)
				return s.send(t, "POST", "/api/relay", map[string]string{"Content-Type": kind}, bytes.NewReader(body))
			},
		} {
			status, _, text := send()
			done := wantStored(t, status, text, int64(n))
			if got := s.sha256Of(t, done.Key); got != hexSum(content) {
				t.Errorf("%s of %d bytes: got other bytes back", way, n)
			}
		}
	}
}

// formOf writes a form with one file.
func formOf(name, kind string, content []byte) (body []byte, contentType string) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n", name)
	if kind != "" {
		fmt.Fprintf(&b, "Content-Type: %s\r\n", kind)
	}
	b.WriteString("\r\n")
	b.Write(content)
	b.WriteString("\r\n--frontier--\r\n")
	return b.Bytes(), "multipart/form-data; boundary=frontier"
}

// The same id with the same bytes is the same file, and with others it is refused.
func TestServeAgain(t *testing.T) {
	s := startServe(t, nil)
	for _, n := range []int{100, 6 << 20} {
		path := fmt.Sprintf("/api/relay/a.bin?id=again-%d", n)
		status, _, text := s.send(t, "PUT", path, nil, bytes.NewReader(bytesOf(1, n)))
		first := wantStored(t, status, text, int64(n))
		status, _, text = s.send(t, "PUT", path, nil, bytes.NewReader(bytesOf(1, n)))
		if again := wantStored(t, status, text, int64(n)); again != first {
			t.Errorf("got %v, want %v again", again, first)
		}
		status, code, _ := s.send(t, "PUT", path, nil, bytes.NewReader(bytesOf(2, n)))
		if status != 412 || code != "PreconditionFailed" {
			t.Errorf("got %d %s for other bytes, want 412", status, code)
		}
		if got := s.sha256Of(t, first.Key); got != hexSum(bytesOf(1, n)) {
			t.Error("the first file was replaced")
		}
	}
	if _, _, text := s.send(t, "GET", "/api/uploads", nil, nil); strings.TrimSpace(string(text)) != `{"uploads":[]}` {
		t.Errorf("got %s, want no unfinished upload", text)
	}
}
