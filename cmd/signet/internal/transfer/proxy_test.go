package transfer

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
)

// proxy stands before S3. What it is told to do with a request, it does.
type proxy struct {
	*httptest.Server
	mu    sync.Mutex
	fault func(put int, r *http.Request) fault // put counts the PUTs from 1
	puts  int
	parts map[string]int // PUTs by part number or key, that were passed on
	ended chan struct{}

	forward http.Handler
}

// fault is what happens to a request; nil: it is passed on.
type fault func(w http.ResponseWriter, r *http.Request)

func newProxy(t *testing.T, to string) *proxy {
	p := &proxy{parts: map[string]int{}, ended: make(chan struct{})}
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	p.forward = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // which is signed
		},
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		if r.Method == http.MethodPut {
			p.puts++
		}
		f := fault(nil)
		if p.fault != nil {
			f = p.fault(p.puts, r)
		}
		if f == nil && r.Method == http.MethodPut {
			p.parts[r.URL.Query().Get("partNumber")]++
		}
		p.mu.Unlock()
		if f != nil {
			f(w, r)
			return
		}
		p.forward.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Server.Close)
	t.Cleanup(func() { close(p.ended) })
	return p
}

// on sets what happens from now on, and forgets what was counted.
func (p *proxy) on(fault func(put int, r *http.Request) fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault, p.puts, p.parts = fault, 0, map[string]int{}
}

// passed counts the PUTs that reached S3.
func (p *proxy) passed() (total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, n := range p.parts {
		total += n
	}
	return total
}

// says answers with an error of S3, once the body has come.
func says(status int, code, message string) fault {
	return func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
		fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, message)
	}
}

// cut closes the connection after so many bytes of the body, with a reset.
func cut(after int64) fault {
	return func(w http.ResponseWriter, r *http.Request) {
		io.CopyN(io.Discard, r.Body, after)
		c, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			c.(*net.TCPConn).SetLinger(0)
			c.Close()
		}
	}
}

// stall takes no byte and says nothing, for as long as the test lasts.
func (p *proxy) stall(w http.ResponseWriter, r *http.Request) { <-p.ended }

// every gives a fault to each nth PUT.
func every(n int, f fault) func(int, *http.Request) fault {
	return func(put int, r *http.Request) fault {
		if r.Method == http.MethodPut && put%n == 0 {
			return f
		}
		return nil
	}
}

// flipped changes the first byte of a body.
type flipped struct {
	io.ReadCloser
	done bool
}

func (f *flipped) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	if n > 0 && !f.done {
		p[0] ^= 1
		f.done = true
	}
	return n, err
}
