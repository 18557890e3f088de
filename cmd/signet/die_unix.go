//go:build unix

package main

import (
	"os/signal"
	"syscall"
	"time"
)

// die ends the process by the signal of an exit code, so that a shell sees that it was
// stopped and does not go on with the next round of its loop. It returns for other exit
// codes.
func die(code int) {
	if code <= exitSignal {
		return
	}
	s := syscall.Signal(code - exitSignal)
	signal.Reset(s)
	if syscall.Kill(syscall.Getpid(), s) == nil {
		time.Sleep(time.Second) // it arrives before that
	}
}
