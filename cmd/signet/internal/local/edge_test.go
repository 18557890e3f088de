package local

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"signet/lambda/upload"
)

// What reaches S3 by the edge is what was sent, path and query to the letter, but for
// the host, who asks, and CloudFront's mark.
func TestEdgeForwards(t *testing.T) {
	var got *http.Request
	var body string
	s3 := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		text, _ := io.ReadAll(r.Body)
		body = string(text)
		w.Header().Set("ETag", `"e"`)
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", "default-src *")
	}))
	defer s3.Close()
	config := upload.DefaultConfig()
	config.Bucket, config.Site = "b", "http://127.0.0.1:8080"
	config.EdgeEndpoint = strings.Replace(s3.URL, "127.0.0.1", "s3.localhost", 1)
	handler, err := withEdge(config, s3.URL, slog.New(slog.DiscardHandler), http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(handler)
	defer site.Close()

	const path = "/uploads/alice/a%20b%2Bc~%E3%81%82%25~hq3k.txt?X-Amz-Credential=A%2FB&a=%7e&b&X-Amz-SignedHeaders=content-length%3Bhost"
	r, err := http.NewRequest("PUT", site.URL+path, strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	headers := map[string]string{
		"If-None-Match": "*", "Content-Type": "text/plain", "X-Amz-Checksum-Sha256": "x", "X-Amz-Meta-A": "b", "Origin": "https://site", "User-Agent": "browser",
		"Cookie": "session=secret", "Authorization": "Bearer secret", "X-Amz-Cf-Id": "forged",
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if got.RequestURI != path || got.Method != "PUT" || body != "hello" || got.ContentLength != 5 {
		t.Errorf("got %s %s of %d bytes %q, want %s", got.Method, got.RequestURI, got.ContentLength, body, path)
	}
	if want := "b." + strings.TrimPrefix(config.EdgeEndpoint, "http://"); got.Host != want {
		t.Errorf("got host %s, want %s", got.Host, want)
	}
	for name, value := range headers {
		switch is := got.Header.Get(name); name {
		case "Cookie", "Authorization":
			if is != "" {
				t.Errorf("got %s: %s at S3", name, is)
			}
		case "X-Amz-Cf-Id":
			if is == value || len(is) < 50 {
				t.Errorf("got %s: %q, want a mark of our own", name, is)
			}
		default:
			if is != value {
				t.Errorf("got %s: %q, want %q", name, is, value)
			}
		}
	}
	for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded"} {
		if got.Header.Get(name) != "" {
			t.Errorf("got %s: %s at S3", name, got.Header.Get(name))
		}
	}
	if policy := answer.Header.Values("Content-Security-Policy"); len(policy) != 1 || !strings.HasPrefix(policy[0], "sandbox;") || answer.Header.Get("ETag") == "" {
		t.Errorf("got the answer's headers %v, want S3's with a sandbox", answer.Header)
	}
}

// Where S3 is gone, the answer is none of S3's.
func TestEdgeWithoutS3(t *testing.T) {
	config := upload.DefaultConfig()
	config.Bucket, config.Site, config.EdgeEndpoint = "b", "http://127.0.0.1:8080", "http://s3.localhost:1"
	handler, err := withEdge(config, "http://127.0.0.1:1", slog.New(slog.DiscardHandler), http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("PUT", "/uploads/a", strings.NewReader("a")))
	if w.Code != http.StatusBadGateway || strings.Contains(w.Body.String(), "<Code>") {
		t.Errorf("got %d %q, want 502", w.Code, w.Body)
	}
}
