package link

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

// echo answers each connection with what came in, once that has ended.
func echo(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = io.Copy(c, c)
			}()
		}
	}()
	return l.Addr().String()
}

// roundTrip sends size bytes over a new connection and waits for all of them.
func roundTrip(addr string, size int) (time.Duration, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	start := time.Now()
	go func() { _, _ = c.Write(bytes.Repeat([]byte("x"), size)) }()
	_, err = io.ReadFull(c, make([]byte, size))
	return time.Since(start), err
}

func TestShape(t *testing.T) {
	line, err := Open(echo(t))
	if err != nil {
		t.Fatal(err)
	}
	addr := line.Addr()
	for _, row := range []struct {
		shape Shape
		size  int
		least time.Duration // a busy machine may take longer
	}{
		{Shape{}, 1, 0},
		{Shape{RoundTrip: 51 * time.Millisecond}, 1, 51 * time.Millisecond},
		{Shape{BytesPerSecond: 2_000_000}, 1_000_000, 480 * time.Millisecond},
		{Shape{RoundTrip: 50 * time.Millisecond, BytesPerSecond: 1_000_000}, 100_000, 120 * time.Millisecond},
		{Shape{}, 1_000_000, 0},
	} {
		if err := line.Reshape(row.shape); err != nil {
			t.Fatal(err)
		}
		took, err := roundTrip(addr, row.size)
		if err != nil || took < row.least {
			t.Errorf("%+v: %d bytes took %v, %v, want at least %v", row.shape, row.size, took, err, row.least)
		}
	}
	for _, bad := range []Shape{{RoundTrip: -1}, {BytesPerSecond: -1000}, {BytesPerSecond: 1500}} {
		if err := line.Reshape(bad); err == nil {
			t.Errorf("%+v: want it refused", bad)
		}
	}
}

func TestOffline(t *testing.T) {
	line, err := Open(echo(t))
	if err != nil {
		t.Fatal(err)
	}
	open, err := net.Dial("tcp", line.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if _, err := open.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(open, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	line.Offline()
	if err := open.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := open.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v from an open connection, want it cut", err)
	}
	if _, err := roundTrip(line.Addr(), 1); err == nil {
		t.Error("a new connection carries, want it cut")
	}
	if err := line.Reshape(Shape{RoundTrip: time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	if _, err := roundTrip(line.Addr(), 1); err == nil {
		t.Error("a new shape put it online")
	}
	for range 2 {
		line.Online()
	}
	if _, err := roundTrip(line.Addr(), 10); err != nil {
		t.Errorf("online again: %v", err)
	}
}

// What is on its way is far less than a part: a browser that is gone has
// not left megabytes behind.
func TestLittleIsOnTheLine(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	line, err := Open(silent.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := line.Reshape(Shape{BytesPerSecond: 1000}); err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", line.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetWriteDeadline(time.Now().Add(500 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	written, err := c.Write(make([]byte, 32<<20))
	if !errors.Is(err, os.ErrDeadlineExceeded) || written > 3<<20 {
		t.Errorf("the line took in %d bytes, %v, want at most 3 MiB and no end", written, err)
	}
}
