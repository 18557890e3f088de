package main

import (
	"net/http"
	"testing"
)

// A page that somebody develops on this machine may call the API and S3, whatever its
// port; no other that is not configured may.
func TestDevKnowsLocalPages(t *testing.T) {
	c := startDev(t, t.TempDir())
	for _, row := range []struct {
		origin string
		known  bool
	}{
		{"http://localhost:5173", true},
		{"http://127.0.0.1:3000", true},
		{"http://app.localhost:5173", false},
		{"http://localhost.example.com:5173", false},
		{"https://localhost:5173", false},
		{"https://example.com", false},
	} {
		for place, method := range map[string]string{c.API + "/presign": "POST", c.S3 + "/" + c.Bucket + "/uploads/alice/a": "PUT"} {
			r, err := http.NewRequest(http.MethodOptions, place, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Origin", row.origin)
			r.Header.Set("Access-Control-Request-Method", method)
			r.Header.Set("Access-Control-Request-Headers", "content-type")
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if got := answer.Header.Get("Access-Control-Allow-Origin") == row.origin; got != row.known {
				t.Errorf("%s of %s: known is %v, want %v", place, row.origin, got, row.known)
			}
		}
	}
}
