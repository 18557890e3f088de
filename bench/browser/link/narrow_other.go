//go:build !unix

package link

import "syscall"

// narrow leaves sockets as they are: more is on the line than there should be.
func narrow(_, _ string, _ syscall.RawConn) error { return nil }
