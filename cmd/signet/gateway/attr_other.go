//go:build !linux

package gateway

import "syscall"

// childAttributes is empty: the child watches over its input, that must do.
func childAttributes() *syscall.SysProcAttr { return nil }
