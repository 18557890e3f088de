package doctor_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
)

// A read whose line is cut is sent again: every third request of the doctor's meets a
// reset, as of a server that restarts or a network that changes, and all is read. What
// is sent again comes through: it would be a chance else whether a read has any.
func TestReadsSurviveCutLines(t *testing.T) {
	c := startCloud(t)
	w := c.make(t, order{Template: "full"})
	behind, err := url.Parse(c.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	seen := map[string]bool{}
	asked, cut := 0, 0
	pass := httputil.NewSingleHostReverseProxy(behind)
	before := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		what := strings.Join([]string{r.Method, r.URL.String(), r.Header.Get("X-Amz-Target"), string(body)}, "\n")
		mu.Lock()
		asked++
		falls := !seen[what] && len(seen)%3 == 0
		seen[what] = true
		if falls {
			cut++
		}
		mu.Unlock()
		if !falls {
			pass.ServeHTTP(rw, r)
			return
		}
		line, _, err := rw.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_ = line.(*net.TCPConn).SetLinger(0)
		line.Close()
	}))
	defer before.Close()
	target := facts.Target{Bucket: w.Bucket, Role: w.Role, Config: intended(t), Now: time.Now()}
	want := pick(examine(t, target), doctor.Unknown)
	t.Setenv("AWS_ENDPOINT_URL", before.URL)
	got := pick(examine(t, target), doctor.Unknown)
	if cut < 10 || len(got) > len(want) {
		t.Errorf("%d of %d requests were cut: %v could not be read, want no more than without: %v", cut, asked, got, want)
	}
}
