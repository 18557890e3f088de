package transfer

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"signet/lambda/upload"
)

// withSite is a world with an edge: its site leads on to S3 unless it is faulty.
func withSite(t *testing.T, faulty func(http.ResponseWriter, *http.Request) bool) (w *world, asked *atomic.Int64) {
	t.Helper()
	asked = new(atomic.Int64)
	var upstream *url.URL
	site := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if faulty != nil && faulty(rw, r) {
			return
		}
		(&httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(upstream)
			p.Out.URL.Path, p.Out.URL.RawPath, p.Out.URL.RawQuery = p.In.URL.Path, p.In.URL.RawPath, p.In.URL.RawQuery
			p.Out.Host = testBucket + ".s3.localhost"
		}}).ServeHTTP(rw, r)
	}))
	t.Cleanup(site.Close)
	w = newWorld(t, func(c *upload.Config) { c.Site, c.EdgeEndpoint = site.URL, "http://s3.localhost" })
	upstream, _ = url.Parse(w.gateway)
	w.engine.Edge = NewHTTP(Line{Connections: 64, Multiplexed: true, Stall: time.Second})
	return w, asked
}

func (w *world) putMany(t *testing.T, n int) {
	t.Helper()
	dir := t.TempDir()
	var files []File
	for i := range n {
		name := fmt.Sprint(i, ".txt")
		if err := os.WriteFile(filepath.Join(dir, name), bytes.Repeat([]byte{byte(i)}, 1000+i), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, File{Path: filepath.Join(dir, name), Name: name})
	}
	keys := map[string]bool{}
	w.engine.Put(t.Context(), files, func(r Result) {
		if r.Err != nil || r.Existed {
			t.Errorf("%s: %v, existed %v", r.File.Name, r.Err, r.Existed)
		}
		keys[r.Key] = true
	})
	if len(keys) != n {
		t.Errorf("got %d keys, want %d", len(keys), n)
	}
}

// Both ways are tried, and the faster one has the rest.
func TestFasterWay(t *testing.T) {
	for _, row := range []struct {
		slow         string
		least, most  int64
		edge, direct time.Duration
	}{
		{"the edge", probes, probes + 8, 60 * time.Millisecond, 0},
		{"the direct way", 60, 200, 0, 60 * time.Millisecond},
	} {
		w, asked := withSite(t, func(http.ResponseWriter, *http.Request) bool {
			time.Sleep(row.edge)
			return false
		})
		w.proxy.fault = func(int, *http.Request) fault {
			return func(rw http.ResponseWriter, r *http.Request) {
				time.Sleep(row.direct)
				w.proxy.forward.ServeHTTP(rw, r)
			}
		}
		w.putMany(t, 150)
		if n := asked.Load(); n < row.least || n > row.most {
			t.Errorf("%s is slow: got %d of 150 files by the edge, want %d to %d", row.slow, n, row.least, row.most)
		}
	}
}

// An edge that fails by itself is left, and every file is stored directly.
func TestFaultyEdge(t *testing.T) {
	for name, faulty := range map[string]func(http.ResponseWriter, *http.Request){
		"403":  func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) },
		"405":  func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusMethodNotAllowed) },
		"HTML": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<title>Sign in</title>") },
		"S3's 403": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(403)
			fmt.Fprint(w, "<Error><Code>AccessDenied</Code><Message>There were headers that were not signed</Message></Error>")
		},
		"cut": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"nothing": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // else nobody sees that the client is gone
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, asked := withSite(t, func(rw http.ResponseWriter, r *http.Request) bool {
				faulty(rw, r)
				return true
			})
			w.putMany(t, 40)
			if n := asked.Load(); n == 0 || n > probes {
				t.Errorf("got %d files by the edge, want the first ones alone", n)
			}
		})
	}
}
