package relay

import (
	"bytes"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// conn is a connection that knows how many bytes followed a request's header. A
// client that sends more than its Content-Length (curl -T with a header of one's
// own does) would else have the beginning of its file stored as the whole, with a
// 201, and the rest taken for its next request. HTTP/2 has such a check itself.
// Under TLS with HTTP/1.1 there is none, because net/http wants the tls.Conn itself;
// who fears for a file sends its checksum.
type conn struct {
	net.Conn
	plain  bool // what passes is HTTP, and not TLS
	places *places
	from   netip.Prefix // whose it is
	idle   time.Time    // since when it waits for a request; zero: it has one. places.mu guards it

	mu      sync.Mutex
	header  bool   // the header has not ended
	tail    []byte // of the header so far: three bytes at most
	pending []byte // read, not handed on
	passed  int64  // bytes handed on after the header
	buffer  [4 << 10]byte
}

// listener makes its connections countable, and gives out places.
type listener struct {
	net.Listener
	places *places
	plain  bool // what passes is HTTP, and not TLS
}

// Accept implements net.Listener.
func (l listener) Accept() (net.Conn, error) {
	for {
		raw, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &conn{Conn: raw, places: l.places, plain: l.plain, header: l.plain}
		if l.places.enter(c) {
			return c, nil
		}
		raw.Close()
	}
}

// Close implements net.Listener.
func (l listener) Close() error {
	l.places.close()
	return l.Listener.Close()
}

// Close implements net.Conn.
func (c *conn) Close() error {
	defer c.places.leave(c)
	return c.Conn.Close()
}

type connKey struct{}

// remember and next are the hooks of http.Server that conn needs.
func remember(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

func next(c net.Conn, state http.ConnState) {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	own, ok := c.(*conn)
	if !ok {
		return
	}
	if own.plain && state == http.StateIdle {
		own.mu.Lock()
		own.header, own.tail, own.passed = true, nil, 0
		own.mu.Unlock()
	}
	own.places.state(own, state)
}

// Read implements net.Conn. A header is handed on to its end and no further, so that
// no buffer of the reader has some of what follows.
func (c *conn) Read(p []byte) (int, error) {
	c.mu.Lock()
	if len(c.pending) == 0 && !c.header {
		c.mu.Unlock()
		n, err := c.Conn.Read(p)
		c.mu.Lock()
		c.passed += int64(n)
		c.mu.Unlock()
		return n, err
	}
	defer c.mu.Unlock()
	if len(c.pending) == 0 {
		c.mu.Unlock()
		n, err := c.Conn.Read(c.buffer[:])
		c.mu.Lock()
		if err != nil {
			return 0, err
		}
		c.pending = c.buffer[:n]
	}
	most := min(len(p), len(c.pending))
	if c.header {
		most = c.endOfHeader(c.pending[:most])
	} else {
		c.passed += int64(most)
	}
	n := copy(p, c.pending[:most])
	c.pending = c.pending[n:]
	return n, nil
}

// endOfHeader is how much of data belongs to the header: up to the empty line, or
// all of it.
func (c *conn) endOfHeader(data []byte) int {
	seen := append(c.tail, data...)
	before := len(c.tail)
	end := -1
	for _, blank := range []string{"\n\r\n", "\n\n"} {
		if at := bytes.Index(seen, []byte(blank)); at >= 0 && (end < 0 || at+len(blank) < end) {
			end = at + len(blank)
		}
	}
	if end < 0 {
		c.tail = append([]byte(nil), seen[max(0, len(seen)-3):]...)
		return len(data)
	}
	c.header, c.tail = false, nil
	return end - before
}

// excess says that more has come than the request declared.
func excess(r *http.Request) bool {
	c, ok := r.Context().Value(connKey{}).(*conn)
	if !ok || r.ContentLength < 0 || r.ProtoMajor != 1 {
		return false
	}
	c.mu.Lock()
	seen := c.passed + int64(len(c.pending))
	c.mu.Unlock()
	return seen > r.ContentLength || seen == r.ContentLength && waiting(c.Conn)
}
