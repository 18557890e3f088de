//go:build unix

package link

import "syscall"

const (
	// waiting bounds, in bytes, what waits where the line begins; Linux doubles it,
	// for its own bookkeeping. What the sender's socket holds follows from it, at
	// several times as much.
	waiting = 48 << 10
	// segment is that of Ethernet. With a loopback's 64 KiB, the sender's socket,
	// which holds a number of segments, would hold megabytes.
	segment = 1460
)

// narrow sets the sizes of a socket that listens, which its connections inherit.
func narrow(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		if failed = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, waiting); failed == nil {
			failed = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_MAXSEG, segment)
		}
	})
	if err != nil {
		return err
	}
	return failed
}
