package faults

import (
	"net"
	"sync"
)

// Switch is a listener whose line can be cut. While it is off, connections are
// reset, those that are open and those that come, and its port stays its own.
type Switch struct {
	net.Listener

	mu   sync.Mutex
	off  bool
	open map[net.Conn]struct{}
}

// NewSwitch makes a line that is on.
func NewSwitch(l net.Listener) *Switch {
	return &Switch{Listener: l, open: map[net.Conn]struct{}{}}
}

// Accept implements net.Listener.
func (s *Switch) Accept() (net.Conn, error) {
	for {
		c, err := s.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if tracked, ok := s.Track(c); ok {
			return tracked, nil
		}
	}
}

// Track has a connection be cut with those of the listener, until it is closed. ok is
// false where the line is off, and the connection with it.
func (s *Switch) Track(c net.Conn) (tracked net.Conn, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.off {
		reset(c)
		return nil, false
	}
	s.open[c] = struct{}{}
	return &conn{Conn: c, line: s}, true
}

// Offline implements Line.
func (s *Switch) Offline() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.off = true
	s.cut()
}

// Cut resets what is open, and takes what comes.
func (s *Switch) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut()
}

func (s *Switch) cut() {
	for c := range s.open {
		reset(c)
	}
	clear(s.open)
}

// Online implements Line.
func (s *Switch) Online() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.off = false
}

// reset ends a connection so that nothing that was on the line arrives.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a connection that is closed by now needs none
	}
	c.Close()
}

type conn struct {
	net.Conn
	line *Switch
}

// Close implements io.Closer.
func (c *conn) Close() error {
	c.line.mu.Lock()
	delete(c.line.open, c.Conn)
	c.line.mu.Unlock()
	return c.Conn.Close()
}

// CloseWrite lets net/http end an answer before it resets a body that nobody read.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}
