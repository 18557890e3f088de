package api_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// S3 that gives no answer, or a failure of its own: the caller hears that it is neither
// his nor the service's, and when to come again.
func TestUnreachable(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"hangs up": func(w http.ResponseWriter, _ *http.Request) {
			if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
				c.Close()
			}
		},
		"502 of something in between": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"500 of its own": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			io.WriteString(w, `<Error><Code>InternalError</Code><Message>We encountered an internal error. Please try again.</Message></Error>`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // the SDK waits between its three tries
			w := standIn(t, answer)
			r, err := http.NewRequest("GET", w.api+"/files/versions?key="+aliceKey, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer alice")
			got, err := contract{t}.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			var p api.Problem
			if err := json.NewDecoder(got.Body).Decode(&p); err != nil || p.Code != upload.ServiceUnavailable || got.StatusCode != http.StatusServiceUnavailable {
				t.Errorf("got %s %+v (%v), want 503 ServiceUnavailable", got.Status, p, err)
			}
			if got.Header.Get("Retry-After") == "" || !strings.Contains(p.Detail, "S3 does not answer") {
				t.Errorf("got Retry-After %q and %q, want when to come again, and why", got.Header.Get("Retry-After"), p.Detail)
			}
			if log := w.log.String(); !strings.Contains(log, `"error":`) || strings.Contains(log, "alice") {
				t.Errorf("the log should say why, and no key:\n%s", log)
			}
		})
	}
}

// An S3 that takes the request and says nothing is given up before the function is.
func TestSilentS3(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := upload.DefaultConfig()
		config.Resolved = upload.Resolved{Bucket: bucket, Region: region, Endpoint: "http://s3.invalid"}
		silent := &http.Client{Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}
		h := api.New(api.Options{Config: config, Subject: subject, Credentials: fixed, HTTP: silent, Log: slog.New(slog.DiscardHandler)})
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/api/files/versions?key="+aliceKey, nil)
		r.Header.Set("Authorization", "Bearer alice")
		w, began := httptest.NewRecorder(), time.Now()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusServiceUnavailable || time.Since(began) > 28*time.Second {
			t.Errorf("got %d after %v: %s, want 503 before the function's 29 s are over", w.Code, time.Since(began), w.Body)
		}
	})
}

type transportFunc func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
