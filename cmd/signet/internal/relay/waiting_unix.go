//go:build unix

package relay

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// waiting says whether bytes have come that nobody has read.
func waiting(c net.Conn) bool {
	socket, ok := c.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return false
	}
	n := 0
	err = raw.Control(func(fd uintptr) {
		n, _, _ = unix.Recvfrom(int(fd), make([]byte, 1), unix.MSG_PEEK|unix.MSG_DONTWAIT) // nothing there is an error
	})
	return err == nil && n > 0
}
