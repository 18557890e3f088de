package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// TestPromise signs for twelve hours and wants no more promised than the
// credentials are sure to keep, though the signature itself says twelve.
func TestPromise(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_SESSION_TOKEN", "session")
	config := upload.DefaultConfig()
	config.Expires = upload.Duration(12 * time.Hour)
	config.Resolved = upload.Resolved{Bucket: "files", Region: "eu-west-1"}
	handler := api.New(api.Options{Config: config, Credentials: credentials, Subject: func(*http.Request) string { return "ada" }})
	answer := httptest.NewRecorder()
	before := time.Now()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/api/presign", strings.NewReader(`{"name": "a.txt", "type": "text/plain", "size": 1}`)))
	var signed struct {
		URL     string
		Expires time.Time
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &signed); err != nil || answer.Code != http.StatusOK {
		t.Fatalf("got %d %s, %v", answer.Code, answer.Body, err)
	}
	if left := signed.Expires.Sub(before); left > promised+time.Minute || left < promised-time.Minute {
		t.Errorf("got %s promised, want %s", left, promised)
	}
	if !strings.Contains(signed.URL, "X-Amz-Expires=43200&") {
		t.Errorf("got %s, want it signed for twelve hours", signed.URL)
	}
}
