package transfer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

// Times after which a request is cut and tried again.
const (
	// Stall is how long no byte may move.
	Stall = 20 * time.Second
	// answers is how many times as long the answer may take once all has left: S3
	// stores it first.
	answers = 3
)

// chunk is how much of a file is read, summed and handed to the kernel at once:
// it stays in the processor's cache from one to the next.
const chunk = 256 << 10

// Line says how S3 is reached.
type Line struct {
	// Connections is how many idle ones are held. Required.
	Connections int
	// Stall cuts a connection on which no byte moves for so long. 0: [Stall].
	Stall time.Duration
	// Dial makes connections. nil: net's own.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Multiplexed lets one connection carry many requests, by HTTP/2, where the other
	// side speaks it. S3 itself does not.
	Multiplexed bool
	// Roots are the authorities to trust. nil: the system's.
	Roots *x509.CertPool
}

// NewHTTP makes a client for S3.
func NewHTTP(l Line) *http.Client {
	stall, dial := l.Stall, l.Dial
	if stall == 0 {
		stall = Stall
	}
	if dial == nil {
		dial = (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}).DialContext
	}
	return &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment,
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				c, err := dial(ctx, network, addr)
				if err != nil {
					return nil, err
				}
				return &conn{Conn: c, stall: stall}, nil
			},
			MaxIdleConnsPerHost: l.Connections, MaxIdleConns: 2 * l.Connections, IdleConnTimeout: 30 * time.Second,
			TLSClientConfig:     &tls.Config{RootCAs: l.Roots},
			TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: answers * stall,
			WriteBufferSize: 16 << 10, ReadBufferSize: 32 << 10, DisableCompression: true,
			// S3 speaks HTTP/1.1 only, and one connection for all would be slower.
			Protocols: protocols(l.Multiplexed),
		},
		// A signature holds for one address.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// request makes a request to an address that the target named, if it may be opened.
func (e *Engine) request(ctx context.Context, method string, r Request, body io.Reader) (*http.Request, error) {
	if e.Trust != nil {
		if err := e.Trust(r.URL); err != nil {
			return nil, &Error{Code: "InvalidRequest", Detail: err.Error()}
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, r.URL, body)
	if err != nil {
		return nil, &Error{Code: "InvalidRequest", Detail: "got a signed address that is none: see the service's configuration"}
	}
	for name, value := range r.Headers {
		if name != "content-length" && name != "host" { // net/http's own, with the same value
			request.Header.Set(name, value)
		}
	}
	return request, nil
}

func protocols(multiplexed bool) *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	p.SetHTTP2(multiplexed)
	return p
}

// conn is a connection on which something has to move.
type conn struct {
	net.Conn
	stall  time.Duration
	buffer []byte // made by the first large body
}

// Write writes all of p; only a stretch without any byte ends it.
func (c *conn) Write(p []byte) (written int, err error) {
	for {
		if err := c.SetWriteDeadline(time.Now().Add(c.stall)); err != nil {
			return written, err
		}
		n, err := c.Conn.Write(p[written:])
		written += n
		if err != nil && os.IsTimeout(err) && n > 0 {
			continue
		}
		if err != nil && os.IsTimeout(err) {
			err = &Error{Code: "Stalled", Detail: "no byte moved for " + c.stall.String(), Remedy: Retry, Err: err}
		}
		return written, err
	}
}

// room is where a body is read into: a chunk that the connection keeps, or as little as
// a small body needs, so that thousands of those cost no memory.
func (c *conn) room(body io.Reader) []byte {
	if l, ok := body.(*io.LimitedReader); ok && l.N < chunk/8 {
		return make([]byte, l.N+1)
	}
	if c.buffer == nil {
		c.buffer = make([]byte, chunk)
	}
	return c.buffer
}

// ReadFrom copies a body in chunks of ours; net/http's own are an eighth of it.
func (c *conn) ReadFrom(r io.Reader) (total int64, err error) {
	buffer := c.room(r)
	for {
		n, err := r.Read(buffer)
		if n > 0 {
			w, err := c.Write(buffer[:n])
			total += int64(w)
			if err != nil {
				return total, err
			}
		}
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}
