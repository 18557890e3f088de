package main

import (
	"io"
	"net"
	"strings"
	"sync/atomic"
)

// meter stands before S3 and counts the bytes that go to it and come from it.
type meter struct {
	url      string
	listener net.Listener
	up, down atomic.Int64
}

func newMeter(s3 string) (*meter, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	m := &meter{url: "http://" + l.Addr().String(), listener: l}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return // closed
			}
			go m.pass(c, strings.TrimPrefix(s3, "http://"))
		}
	}()
	return m, nil
}

func (m *meter) pass(from net.Conn, to string) {
	defer from.Close()
	s3, err := net.Dial("tcp", to)
	if err != nil {
		return // the tool sees its connection end
	}
	defer s3.Close()
	go func() {
		count(from, s3, &m.down)
		from.Close()
	}()
	count(s3, from, &m.up)
}

// count copies until either ends.
func count(to io.Writer, from io.Reader, bytes *atomic.Int64) {
	buffer := make([]byte, 256<<10)
	for {
		n, err := from.Read(buffer)
		bytes.Add(int64(n))
		if _, failed := to.Write(buffer[:n]); err != nil || failed != nil {
			return
		}
	}
}

func (m *meter) reset() {
	m.up.Store(0)
	m.down.Store(0)
}

func (m *meter) sent() int64    { return m.up.Load() }
func (m *meter) fetched() int64 { return m.down.Load() }
func (m *meter) close()         { m.listener.Close() }
