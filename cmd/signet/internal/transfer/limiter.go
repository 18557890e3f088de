package transfer

import (
	"context"
	"sync"
	"time"
)

// Limiter says how many requests may be under way at once. It adapts: it starts
// with a few, doubles while that moves clearly more bytes, then adds one at a
// time; trouble (a lost or stalled connection, a 503) halves it.
type Limiter struct {
	most int
	now  func() time.Time

	mu      sync.Mutex
	limit   int
	running int
	waiting []chan struct{} // first come, first served
	fixed   bool

	// The present window: when it began, and the bytes that moved in it.
	began time.Time
	moved int64
	// best is the rate, in bytes a second, of the window before the last growth;
	// before is the limit then.
	best    float64
	before  int
	settled bool      // doubling has ended
	spared  time.Time // no halving before: one spell of trouble counts once
	steady  int       // windows since the last growth
}

const (
	firstLimit = 8
	window     = 500 * time.Millisecond
	// growth is what a larger limit has to gain for it to stay.
	growth = 1.08
	// probeEvery windows the settled limit tries one more.
	probeEvery = 8
)

// NewLimiter makes a limiter that never lets more than most through. fixed lets
// exactly that many through, but for trouble.
func NewLimiter(most int, fixed bool) *Limiter {
	l := &Limiter{most: most, limit: min(most, firstLimit), now: time.Now, fixed: fixed}
	if fixed {
		l.limit, l.settled = most, true
	}
	l.began = l.now()
	return l
}

// Limit is how many may be under way now.
func (l *Limiter) Limit() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.limit
}

// acquire waits for a place.
func (l *Limiter) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	if l.running < l.limit && len(l.waiting) == 0 {
		l.running++
		l.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	l.waiting = append(l.waiting, turn)
	l.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		l.leave(turn)
		return ctx.Err()
	}
}

// leave gives up a place in the queue, or the place itself when it has come.
func (l *Limiter) leave(turn chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, w := range l.waiting {
		if w == turn {
			l.waiting = append(l.waiting[:i], l.waiting[i+1:]...)
			return
		}
	}
	l.running--
	l.admit()
}

func (l *Limiter) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running--
	l.admit()
}

func (l *Limiter) admit() {
	for len(l.waiting) > 0 && l.running < l.limit {
		close(l.waiting[0])
		l.waiting = l.waiting[1:]
		l.running++
	}
}

// trouble halves the limit.
func (l *Limiter) trouble() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if now.Before(l.spared) {
		return
	}
	l.limit = max(1, l.limit/2)
	l.settled, l.before, l.best, l.steady = true, 0, 0, 0
	l.spared = now.Add(time.Second)
	l.began, l.moved = now, 0
}

// move counts bytes and, at a window's end, looks whether the limit is right.
func (l *Limiter) move(bytes int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.moved += bytes
	now := l.now()
	took := now.Sub(l.began)
	if took < window {
		return
	}
	rate := float64(l.moved) / took.Seconds()
	l.began, l.moved = now, 0
	if !l.fixed {
		l.adapt(rate, len(l.waiting) > 0)
		l.admit()
	} else if l.limit < l.most { // trouble is over
		l.limit++
		l.admit()
	}
}

// adapt changes the limit after a window with the given rate. A limit that was
// not filled says nothing.
func (l *Limiter) adapt(rate float64, filled bool) {
	switch {
	case l.before > 0 && rate < l.best*growth:
		// Growing has gained too little: back, and stay for a while.
		l.limit, l.before, l.settled, l.steady = l.before, 0, true, 0
	case !filled:
	case !l.settled:
		l.best, l.before = rate, l.limit
		l.limit = min(l.most, l.limit*2)
	default:
		if l.steady++; l.steady >= probeEvery || l.before > 0 {
			l.best, l.before, l.steady = rate, l.limit, 0
			l.limit = min(l.most, l.limit+max(1, l.limit/8))
		}
	}
	if l.limit == l.before {
		l.before = 0
	}
}
