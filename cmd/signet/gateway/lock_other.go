//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package gateway

import (
	"errors"
	"runtime"
)

// lockDir fails: the storage underneath is not made for this system.
func lockDir(string, int) (unlock func(), err error) {
	return nil, errors.New("got operating system " + runtime.GOOS + ", want Linux, macOS or a BSD: run it there or in WSL")
}
