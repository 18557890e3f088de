package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// exitSignal and the number of the signal that has stopped a command is its exit code,
// as shells have it.
const exitSignal = 128

// stopped is why a context has ended: somebody has stopped the command.
type stopped struct{ syscall.Signal }

// Error implements error.
func (stopped) Error() string { return "stopped" }

// interruptible ends with Ctrl-C, and when the process is asked to end. The second time
// the process is not asked: it ends.
func interruptible() (context.Context, context.CancelFunc) {
	ctx, end := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals)
			number, _ := s.(syscall.Signal) // as all of them are
			end(stopped{number})
		case <-ctx.Done():
			signal.Stop(signals)
		}
	}()
	return ctx, func() { end(context.Canceled) }
}

// ended is the exit code of a command that has come to code: the signal's where it was
// stopped before it was done.
func ended(ctx context.Context, code int) int {
	if s, ok := errors.AsType[stopped](context.Cause(ctx)); ok && code != exitDone {
		return exitSignal + int(s.Signal)
	}
	return code
}
