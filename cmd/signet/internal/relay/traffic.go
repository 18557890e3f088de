package relay

import (
	"context"
	"sync"
)

// traffic knows the uploads under way, so that a server that is to stop can let them
// end.
type traffic struct {
	mu     sync.Mutex
	closed bool // to new ones
	count  int64
	empty  chan struct{} // closed when there are none any more
	end    context.Context
	stop   context.CancelCauseFunc // ends all that are left
}

func newTraffic() *traffic {
	t := &traffic{empty: make(chan struct{})}
	t.end, t.stop = context.WithCancelCause(context.Background())
	return t
}

// enter lets an upload in. leave must be called at its end.
func (t *traffic) enter() (leave func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil, errDraining()
	}
	t.count++
	return t.leave, nil
}

func (t *traffic) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.count--; t.count == 0 && t.closed {
		close(t.empty)
	}
}

func (t *traffic) draining() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.closed
}

func (t *traffic) underWay() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.count
}

// until is ctx, which also ends when the wait for uploads is over.
func (t *traffic) until(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	forget := context.AfterFunc(t.end, func() { cancel(context.Cause(t.end)) })
	return ctx, func() {
		forget()
		cancel(nil)
	}
}

// Drain refuses new uploads and waits for those under way until ctx ends; then they
// are ended, and leave nothing behind. It says how many those were. It may be called
// once.
func (h *Relay) Drain(ctx context.Context) int64 {
	t := h.traffic
	t.mu.Lock()
	t.closed = true
	if t.count == 0 {
		close(t.empty)
	}
	t.mu.Unlock()
	select {
	case <-t.empty:
		return 0
	case <-ctx.Done():
	}
	left := t.underWay()
	t.stop(errDraining())
	<-t.empty
	return left
}
