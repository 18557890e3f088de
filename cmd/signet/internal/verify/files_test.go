package verify

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"signet/lambda/upload"
)

// What is not read before it was scanned is read when it was, and is never waited for
// where the configuration does not say so.
func TestUnscanned(t *testing.T) {
	strict, plain := upload.DefaultConfig(), upload.DefaultConfig()
	strict.MalwareScan, strict.MalwareStrict = true, true
	for _, row := range []struct {
		name    string
		config  *upload.Config
		refused int // how often, before it is read
		scan    time.Duration
		want    Status
		asked   int
	}{
		{"clean at last", &strict, 2, time.Minute, Pass, 3},
		{"never", &strict, 9, 0, Fail, 1},
		{"no scan", &plain, 2, time.Minute, Fail, 1},
		{"not known", nil, 2, time.Minute, Fail, 1},
	} {
		asked := 0
		s3 := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if asked++; asked <= row.refused {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			w.Header().Set("Content-Disposition", "attachment")
			_, _ = w.Write([]byte("content"))
		}))
		c := &conversation{Target: Target{HTTP: s3.Client(), Config: row.config}, scan: row.scan, poll: time.Millisecond}
		if err := c.fetch(t.Context(), signed{URL: s3.URL}, []byte("content")); outcome(err) != row.want || asked != row.asked {
			t.Errorf("%s: got %v after %d requests, want %s after %d", row.name, err, asked, row.want, row.asked)
		}
		s3.Close()
	}
}

// A call that the API's throttle refuses is made again.
func TestThrottled(t *testing.T) {
	asked := 0
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked == 1 {
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	defer site.Close()
	c := &conversation{Target: Target{Site: site.URL, HTTP: site.Client()}}
	if err := c.api(t.Context(), http.MethodGet, "/files", nil, nil); err != nil || asked != 2 {
		t.Errorf("got %v after %d requests, want a success after 2", err, asked)
	}
}
