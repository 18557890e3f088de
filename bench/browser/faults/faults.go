// Package faults is what can go wrong between a browser and S3, on purpose: a
// reverse proxy that flips a byte of a part, cuts a connection in the middle of
// one, or says SlowDown in S3's place. It keeps a log of each request with the
// body's bytes that came in, so that what was sent twice can be counted.
package faults

import (
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// Kinds of faults that can be armed.
const (
	// Flip changes one bit of the body's byte at Offset.
	Flip = "flip"
	// Cut ends both connections when Offset bytes of the body have come in.
	Cut = "cut"
	// SlowDown answers 503 SlowDown after the body, to Count requests.
	SlowDown = "slowdown"
)

// Fault waits for a part that it can be done to: one of more than Offset bytes.
type Fault struct {
	Kind   string `json:"kind"`
	Offset int64  `json:"offset"` // of Flip and Cut, in bytes
	Count  int    `json:"count"`  // of SlowDown, at least 1
}

// Layer is an http.Handler in front of a server. Create it with New.
type Layer struct {
	// Lag is how long an answer may be on its way back: for so long after its end
	// a request is in flight still, because a fault can lose the answer. Set it
	// before the first request.
	Lag time.Duration

	proxy *httputil.ReverseProxy

	mu       sync.Mutex
	upstream *url.URL
	host     string // that the server sees; empty: as rename says
	rename   bool
	ids      int
	requests []*Request
	events   []*Event
	armed    []Fault
}

// New makes a layer in front of nothing yet: until SetUpstream, connections end
// without an answer. With rename, the server sees its own name as Host, and
// otherwise the client's, which S3's signatures cover.
func New(rename bool) *Layer {
	l := &Layer{rename: rename}
	l.proxy = &httputil.ReverseProxy{
		Rewrite:      l.rewrite,
		Transport:    &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true},
		ErrorHandler: l.failed,
		ModifyResponse: func(r *http.Response) error {
			l.mu.Lock()
			defer l.mu.Unlock()
			if request, ok := r.Request.Context().Value(requestKey{}).(*Request); ok {
				request.Status = r.StatusCode
			}
			return nil
		},
	}
	return l
}

// SetUpstream says where requests go from now on.
func (l *Layer) SetUpstream(u *url.URL) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.upstream = u
}

// SetHost has the server see this as Host, as a distribution that leads to a bucket does.
func (l *Layer) SetHost(host string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.host = host
}

// Arm makes the next fitting part suffer f.
func (l *Layer) Arm(f Fault) error {
	switch {
	case f.Kind != Flip && f.Kind != Cut && f.Kind != SlowDown:
		return fmt.Errorf("got fault %q, want %s, %s or %s", f.Kind, Flip, Cut, SlowDown)
	case f.Offset < 0 || f.Kind == SlowDown && f.Count < 1:
		return fmt.Errorf("got offset %d and count %d, want no offset below 0, and a count for %s", f.Offset, f.Count, SlowDown)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed = append(l.armed, f)
	return nil
}

// take gives the first armed fault that fits a request, and disarms it.
func (l *Layer) take(r *Request) (Fault, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.armed {
		f := &l.armed[i]
		if r.Part == 0 || r.Method != http.MethodPut || r.Length <= f.Offset {
			continue
		}
		taken := *f
		if f.Count--; f.Count < 1 {
			l.armed = append(l.armed[:i], l.armed[i+1:]...)
		}
		return taken, true
	}
	return Fault{}, false
}

type requestKey struct{}

// record is what the log keeps of a request.
func record(r *http.Request) *Request {
	query := r.URL.Query()
	part, _ := strconv.Atoi(query.Get("partNumber")) // 0: no part
	return &Request{Method: r.Method, Path: r.URL.Path, UploadID: query.Get("uploadId"), Part: part, Length: max(r.ContentLength, 0)}
}

func (l *Layer) rewrite(p *httputil.ProxyRequest) {
	l.mu.Lock()
	upstream, host := l.upstream, l.host
	l.mu.Unlock()
	p.SetURL(upstream)
	switch {
	case host != "":
		p.Out.Host = host
	case !l.rename:
		p.Out.Host = p.In.Host
	}
	p.Out.Header["X-Forwarded-For"] = nil
}
