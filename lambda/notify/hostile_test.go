package notify

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostile answers what a receiver may who means harm, or is one no longer.
func hostile() *http.ServeMux {
	mux := http.NewServeMux()
	raw := func(path string, write func(c net.Conn, gone <-chan struct{})) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			c, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			defer c.Close()
			write(c, r.Context().Done())
		})
	}
	endless := func(head, more string, every time.Duration) func(net.Conn, <-chan struct{}) {
		return func(c net.Conn, _ <-chan struct{}) {
			_, err := io.WriteString(c, head)
			for err == nil {
				_, err = io.WriteString(c, more)
				time.Sleep(every)
			}
		}
	}
	raw("/10-gigabytes", endless("HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n", strings.Repeat("x", 64<<10), 0))
	raw("/chunks", endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", time.Millisecond))
	raw("/one-endless-header", endless("HTTP/1.1 200 OK\r\nX: ", strings.Repeat("x", 4<<10), 0))
	raw("/headers", endless("HTTP/1.1 200 OK\r\n", "X-More: "+strings.Repeat("x", 1000)+"\r\n", 0))
	raw("/early-hints", endless("", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 0))
	raw("/continue", endless("", "HTTP/1.1 100 Continue\r\n\r\n", 0))
	raw("/header-by-header", endless("HTTP/1.1 200 OK\r\n", "X: y\r\n", 50*time.Millisecond))
	raw("/byte-by-byte", endless("HTTP/1.1 200 OK\r\nX: ", "x", 50*time.Millisecond))
	raw("/silence", func(_ net.Conn, gone <-chan struct{}) { time.Sleep(3 * time.Second) })
	raw("/no-http", func(c net.Conn, _ <-chan struct{}) { fmt.Fprint(c, "SSH-2.0-OpenSSH_9.6\r\n") })
	raw("/two-lengths", func(c net.Conn, _ <-chan struct{}) {
		fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 9\r\n\r\nxxxxxxxxx")
	})
	raw("/999", func(c net.Conn, _ <-chan struct{}) { fmt.Fprint(c, "HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n") })
	raw("/another-protocol", func(c net.Conn, _ <-chan struct{}) {
		fmt.Fprint(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n")
	})
	mux.HandleFunc("/packed", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.CopyN(z, zeros{}, 1<<30)
		z.Close()
	})
	mux.HandleFunc("/escapes", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, "\x1b]0;owned\x07\r\nlevel=ERROR forged line\u202e")
	})
	mux.HandleFunc("/after-a-year", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "31536000")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	return mux
}

type zeros struct{}

// Read implements io.Reader.
func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// TestHostile: whatever a receiver answers, it is done with in time, costs little memory,
// and nothing of it goes further than a short line. true: it counts as taken, for its
// status says so.
func TestHostile(t *testing.T) {
	server := httptest.NewServer(hostile())
	defer server.Close()
	for path, taken := range map[string]bool{
		"/10-gigabytes": true, "/chunks": true, "/packed": true, "/one-endless-header": false, "/headers": false, "/early-hints": false, "/continue": false, "/header-by-header": false, "/byte-by-byte": false,
		"/silence": false, "/no-http": false, "/two-lengths": false, "/999": false, "/another-protocol": false, "/escapes": false, "/after-a-year": false,
	} {
		t.Run(path[1:], func(t *testing.T) {
			p := NewPoster(server.URL+path, func(context.Context) ([]Secret, error) { return []Secret{Secret(strings.Repeat("a", 32))}, nil }, true, nil)
			p.client.Timeout = 2 * time.Second
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			a := p.Send(ctx, &Event{ID: "msg_1"})
			runtime.ReadMemStats(&after)
			if ctx.Err() != nil {
				t.Fatal("got no end within a minute, want it given up")
			}
			if (a.Err == nil) != taken {
				t.Errorf("got %+v, want taken %v", a, taken)
			}
			if len(a.Text) > 200 || strings.ContainsAny(a.Text, "\r\n\x1b\x07\u202e") || a.Err != nil && strings.ContainsAny(a.Err.Error(), "\r\n\x1b") {
				t.Errorf("got the text %q (%v), want a short clean line", a.Text, a.Err)
			}
			if a.After > 24*time.Hour {
				t.Errorf("got a pause of %v, want a day at most", a.After)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; path != "/packed" && path != "/10-gigabytes" && grown > 64<<20 {
				t.Errorf("got %d bytes allocated, want little: the server's share is in it", grown)
			}
		})
	}
}
