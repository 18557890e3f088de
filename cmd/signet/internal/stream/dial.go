package stream

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// dialer opens connections to S3.
type dialer struct {
	net.Dialer
	buffers sync.Pool // of *[bufferSize]byte
}

// bufferSize is what goes to the kernel at once, in bytes.
const bufferSize = 256 << 10

func newDialer() *dialer {
	d := &dialer{Dialer: net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}}
	d.buffers.New = func() any { return new([bufferSize]byte) }
	return d
}

func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := d.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return wide{c, d}, nil
}

// wide is a connection that takes a body in large pieces. net/http hands it a
// reader, out of which net.TCPConn takes 32 KiB at a time.
type wide struct {
	net.Conn
	dialer *dialer
}

// ReadFrom implements io.ReaderFrom.
func (c wide) ReadFrom(r io.Reader) (n int64, err error) {
	buffer := c.dialer.buffers.Get().(*[bufferSize]byte)
	defer c.dialer.buffers.Put(buffer)
	for {
		got, end := r.Read(buffer[:])
		put, err := c.Write(buffer[:got])
		n += int64(put)
		switch {
		case err != nil:
			return n, err
		case end == io.EOF:
			return n, nil
		case end != nil:
			return n, end
		}
	}
}

// transport has no proxy: S3 is reached by the network's own endpoint.
func transport() *http.Transport {
	return &http.Transport{
		DialContext:         newDialer().DialContext,
		MaxIdleConnsPerHost: 2 * slots, IdleConnTimeout: 20 * time.Second, // S3 closes soon after
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: requestLimit,
		WriteBufferSize: 64 << 10,
		// A PUT that is to be refused is refused before its body: the SDK asks.
		ExpectContinueTimeout: time.Second,
	}
}
