// Package faults is what can go wrong between a client and S3, on purpose: a layer
// in front of a server that flips a byte of a body, cuts a connection in the middle
// of one, says SlowDown in S3's place, loses an answer or takes a token for
// expired. It keeps a log of each request with the body's bytes that came in, so
// that what was sent twice can be counted.
//
// The campaign of uploads under faults and signet dev --testing are made of it.
package faults

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Kinds of faults that can be armed.
const (
	// Flip changes one bit of the body's byte at Offset.
	Flip = "flip"
	// Cut ends both connections when Offset bytes of the body have come in.
	Cut = "cut"
	// Offline cuts the whole line when Offset bytes of the body have come in, for
	// Milliseconds.
	Offline = "offline"
	// SlowDown answers 503 SlowDown after the body, to Count requests.
	SlowDown = "503"
	// AnswerLost ends the connection in place of an answer that says that all is well,
	// to Count requests.
	AnswerLost = "answer-lost"
	// TokenExpired has the next bearer token that comes be taken for expired, from then
	// on; Count says how many tokens.
	TokenExpired = "token-expired"
)

// kinds are all of them.
var kinds = []string{Flip, Cut, Offline, SlowDown, AnswerLost, TokenExpired}

// defaultPause is how long Offline lasts where nobody says it.
const defaultPause = time.Second

// Fault waits for a request that it can be done to: one with a body of more than
// Offset bytes, or with a token.
type Fault struct {
	Kind         string `json:"kind"`
	Offset       int64  `json:"offset,omitempty"`       // of Flip, Cut and Offline, in bytes
	Count        int    `json:"count,omitempty"`        // how many requests suffer it; 0: one
	Milliseconds int64  `json:"milliseconds,omitempty"` // of Offline; 0: a second
}

func (f Fault) check() error {
	switch {
	case !slices.Contains(kinds, f.Kind):
		return fmt.Errorf("got fault %q, want one of %s", f.Kind, strings.Join(kinds, ", "))
	case f.Offset < 0 || f.Count < 0 || f.Milliseconds < 0:
		return fmt.Errorf("got offset %d, count %d and %d milliseconds for %s, want none below 0", f.Offset, f.Count, f.Milliseconds, f.Kind)
	}
	return nil
}

// Layer is an http.Handler in front of a server. Create it with New or Around.
type Layer struct {
	// Lag is how long an answer may be on its way back: for so long after its end
	// a request is in flight still, because a fault can lose the answer. Set it
	// before the first request.
	Lag time.Duration
	// Whole has faults be done to files that are sent whole and to forms too, not to
	// parts alone. Set it before the first request.
	Whole bool
	// Lines are what Offline cuts. Set them before the first request.
	Lines Lines

	next http.Handler

	mu       sync.Mutex
	upstream *url.URL // nil: nowhere yet, or next needs none
	host     string   // that the server sees; empty: as rename says
	rename   bool
	inside   bool // next is no proxy
	ids      int
	requests []*Request
	events   []*Event
	armed    []Fault
	expired  map[string]bool // tokens that are taken for expired
}

// New makes a layer in front of nothing yet: until SetUpstream, connections end
// without an answer. With rename, the server sees its own name as Host, and
// otherwise the client's, which S3's signatures cover.
func New(rename bool) *Layer {
	l := &Layer{rename: rename, expired: map[string]bool{}}
	l.next = &httputil.ReverseProxy{
		Rewrite:      l.rewrite,
		Transport:    &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true},
		ErrorHandler: l.failed,
	}
	return l
}

// Around makes a layer in front of a handler of this process.
func Around(next http.Handler) *Layer {
	return &Layer{next: next, inside: true, expired: map[string]bool{}}
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

// Arm makes the next fitting request suffer f.
func (l *Layer) Arm(f Fault) error {
	if err := f.check(); err != nil {
		return err
	}
	f.Count = cmp.Or(f.Count, 1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed = append(l.armed, f)
	return nil
}

// take gives the first armed fault that fits a request, and disarms it.
func (l *Layer) take(fits func(Fault) bool) (Fault, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.armed {
		f := &l.armed[i]
		if !fits(*f) {
			continue
		}
		taken := *f
		taken.Count = 1
		if f.Count--; f.Count < 1 {
			l.armed = append(l.armed[:i], l.armed[i+1:]...)
		}
		return taken, true
	}
	return Fault{}, false
}

// fits says whether a fault can be done to a request's body.
func (l *Layer) fits(f Fault, r *Request) bool {
	part := r.Part > 0 && r.Method == http.MethodPut
	whole := l.Whole && (r.Method == http.MethodPut || r.Method == http.MethodPost)
	return f.Kind != TokenExpired && (part || whole) && r.Length > f.Offset
}

// expire spoils a token that is taken for expired, so that whoever checks it says so.
func (l *Layer) expire(r *http.Request, request *Request) {
	token := r.Header.Get("Authorization")
	if !strings.HasPrefix(token, "Bearer ") {
		return
	}
	l.mu.Lock()
	expired := l.expired[token]
	l.mu.Unlock()
	if !expired {
		if _, expired = l.take(func(f Fault) bool { return f.Kind == TokenExpired }); expired {
			l.mu.Lock()
			l.expired[token] = true
			l.mu.Unlock()
			l.strike(TokenExpired, request)
		}
	}
	if expired {
		r.Header.Set("Authorization", "Bearer expired")
	}
}

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
