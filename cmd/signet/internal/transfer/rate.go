package transfer

import (
	"context"
	"sync"
	"time"

	"signet/cmd/signet/internal/wait"
)

// Rate holds all that an engine moves, up and down, to so many bytes a second. nil
// holds nothing.
type Rate struct {
	perSecond int64
	now       func() time.Time
	wait      func(context.Context, time.Duration) error

	mu   sync.Mutex
	next time.Time // when the next byte may move
}

// NewRate makes one; 0 is none.
func NewRate(perSecond int64) *Rate {
	if perSecond == 0 {
		return nil
	}
	return &Rate{perSecond: perSecond, now: time.Now, wait: wait.For}
}

// most is how many of n bytes move at once: what a tenth of a second has room for.
func (r *Rate) most(n int) int {
	if r == nil {
		return n
	}
	return int(min(int64(n), max(1, r.perSecond/10)))
}

// take waits until n bytes may move. Whoever asks first goes first.
func (r *Rate) take(ctx context.Context, n int) error {
	if r == nil || n == 0 {
		return ctx.Err()
	}
	r.mu.Lock()
	now := r.now()
	turn := r.next
	if turn.Before(now) {
		turn = now
	}
	r.next = turn.Add(time.Duration(float64(n) / float64(r.perSecond) * float64(time.Second)))
	r.mu.Unlock()
	return r.wait(ctx, turn.Sub(now))
}
