package gateway

import "syscall"

// childAttributes makes the kernel kill the child with its parent, besides the
// child's own watch over its input.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
