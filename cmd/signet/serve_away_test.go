package main

import (
	"net/http"
	"path/filepath"
	"testing"
)

// An S3 that nobody reaches is neither the caller's fault nor the server's own: 503, when
// to come again, and why.
func TestServeWithoutS3(t *testing.T) {
	keys := filepath.Join(t.TempDir(), "keys.json")
	c := startDev(t, t.TempDir(), "--s3-keys", keys)
	s := serveBefore(t, c, keys, map[string]any{"endpoint": "http://127.0.0.1:1"})
	for _, path := range []string{"/api/files", "/readyz"} {
		r, err := http.NewRequest("GET", s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+s.Token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
			t.Errorf("%s: got %s and Retry-After %q, want 503 and some seconds", path, answer.Status, answer.Header.Get("Retry-After"))
		}
	}
	if status, code, text := s.send(t, "GET", "/api/files", nil, nil); status != http.StatusServiceUnavailable || code != "ServiceUnavailable" {
		t.Errorf("got %d %s, want ServiceUnavailable", status, text)
	}
}
