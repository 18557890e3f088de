package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

// TestEdge refuses what did not come through CloudFront, once it has a word to be
// known by, and what the backend signs for the API's own host not.
func TestEdge(t *testing.T) {
	config := upload.DefaultConfig()
	config.Resolved = upload.Resolved{Bucket: "b", Region: "eu-west-1"}
	handler := func(word string) http.Handler {
		return api.New(api.Options{
			Config: config, Edge: word, Subject: func(*http.Request) string { return "ada" },
			Credentials: func(context.Context) (presign.Credentials, error) {
				return presign.Credentials{AccessKeyID: "A", SecretAccessKey: "s"}, nil
			},
		})
	}
	for _, row := range []struct {
		word, method, path string
		sent               []string
		want               int
	}{
		{"", "GET", "/api/healthz", nil, 200},
		{"open sesame", "GET", "/api/healthz", []string{"open sesame"}, 200},
		{"open sesame", "GET", "/api/healthz", nil, 403},
		{"open sesame", "GET", "/api/healthz", []string{""}, 403},
		{"open sesame", "GET", "/api/healthz", []string{"open sesam"}, 403},
		{"open sesame", "GET", "/api/healthz", []string{"open sesame "}, 403},
		{"open sesame", "GET", "/api/healthz", []string{"other", "open sesame"}, 403},
		{"open sesame", "POST", "/api/presign", nil, 403},
		{"open sesame", "POST", "/api/presign", []string{"open sesame"}, 200},
		{"open sesame", "GET", "/api/nowhere", nil, 403},
		{"open sesame", "GET", "/api/backendx", nil, 403},
		{"open sesame", "GET", "/api/backend/nowhere", nil, 404},
	} {
		r := httptest.NewRequest(row.method, row.path, strings.NewReader(`{"name": "a.txt", "type": "text/plain", "size": 1}`))
		r.Header.Set("Content-Type", "application/json")
		for _, value := range row.sent {
			r.Header.Add(upload.EdgeHeader, value)
		}
		w := httptest.NewRecorder()
		handler(row.word).ServeHTTP(w, r)
		if w.Code != row.want {
			t.Errorf("%s %s with %q: got %d %s, want %d", row.method, row.path, row.sent, w.Code, w.Body, row.want)
		}
		if w.Code == 403 && (!strings.Contains(w.Body.String(), `"AccessDenied"`) || strings.Contains(w.Body.String(), "sesame")) {
			t.Errorf("%s: got %s, want AccessDenied and nothing of the word", row.path, w.Body)
		}
	}
}
