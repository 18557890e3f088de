package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/internal/heard"
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
	logs    heard.Buffer
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
