package session

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// What the service is too busy for is asked again, with its body; what transfers ask, and
// what may have been done, is not.
func TestPatient(t *testing.T) {
	for _, row := range []struct {
		method, path string
		status       int
		after        string
		want         int // calls
	}{
		{"GET", "/api/files", 503, "1", 3},
		{"GET", "/api/files", 429, "", 3},
		{"GET", "/api/files", 503, "", 3},
		{"GET", "/api/files", 502, "", 3},
		{"GET", "/api/files", 504, "", 3},
		{"POST", "/api/files/delete", 503, "", 1},
		{"POST", "/api/files/delete", 502, "", 1},
		{"GET", "/api/files", 503, "3600", 1},
		{"GET", "/api/files", 500, "1", 1},
		{"POST", "/api/files/delete", 503, "0", 3},
		{"POST", "/api/presign", 503, "1", 1},
		{"POST", "/api/passes", 503, "1", 1},
	} {
		calls := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			calls++
			if body, _ := io.ReadAll(r.Body); string(body) != "body" {
				t.Errorf("%+v: call %d has the body %q", row, calls, body)
			}
			if calls < 3 {
				if row.after != "" {
					w.Header().Set("Retry-After", row.after)
				}
				w.WriteHeader(row.status)
			}
		}))
		r, err := http.NewRequestWithContext(t.Context(), row.method, server.URL+row.path, strings.NewReader("body"))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := (&http.Client{Transport: patient{http.DefaultTransport, func(context.Context, time.Duration) error { return nil }}}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		server.Close()
		if want := map[bool]int{true: 200, false: row.status}[row.want == 3]; calls != row.want || answer.StatusCode != want {
			t.Errorf("%+v: %d calls, status %d", row, calls, answer.StatusCode)
		}
	}
}
