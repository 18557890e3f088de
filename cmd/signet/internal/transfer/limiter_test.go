package transfer

import (
	"context"
	"sync"
	"testing"
	"time"
)

// line plays a line on which n connections move rate(n) bytes a second, and runs
// it for some windows.
func line(l *Limiter, windows int, rate func(n int) float64) {
	now := time.Unix(0, 0)
	l.now = func() time.Time { return now }
	l.began = now
	l.waiting = []chan struct{}{make(chan struct{})} // there is always more to do
	l.running = 1 << 20
	for range windows {
		now = now.Add(window)
		l.move(int64(rate(l.limit) * window.Seconds()))
	}
}

// Where each connection adds its own share, all are used; where a few fill the
// line, there are not many more.
func TestLimiterFindsTheLine(t *testing.T) {
	l := NewLimiter(64, false)
	line(l, 6, func(n int) float64 { return float64(n) * 8e6 })
	if l.limit != 64 {
		t.Errorf("got %d connections of 8 MB/s each, want all 64", l.limit)
	}
	l = NewLimiter(64, false)
	line(l, 40, func(n int) float64 { return min(float64(n), 10) * 8e6 })
	if l.limit < 8 || l.limit > 18 {
		t.Errorf("got %d connections for a line that 10 fill", l.limit)
	}
	l = NewLimiter(4, false)
	line(l, 10, func(n int) float64 { return float64(n) })
	if l.limit != 4 {
		t.Errorf("got %d, want at most 4", l.limit)
	}
}

// Trouble halves, once for each spell of it, and never to nothing.
func TestLimiterTrouble(t *testing.T) {
	l := NewLimiter(64, true)
	now := time.Unix(0, 0)
	l.now = func() time.Time { return now }
	for _, row := range []struct {
		pass time.Duration
		want int
	}{{0, 32}, {0, 32}, {500 * time.Millisecond, 32}, {time.Second, 16}, {2 * time.Second, 8}, {2 * time.Second, 4}, {2 * time.Second, 2}, {2 * time.Second, 1}, {2 * time.Second, 1}} {
		now = now.Add(row.pass)
		if l.trouble(); l.limit != row.want {
			t.Errorf("got %d, want %d", l.limit, row.want)
		}
	}
}

// No more than the limit are under way, all get their turn, and whoever gives up
// takes no place.
func TestLimiterCounts(t *testing.T) {
	l := NewLimiter(3, true)
	var mu sync.Mutex
	running, most := 0, 0
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			if i%5 == 0 {
				time.AfterFunc(time.Millisecond, stop)
			}
			if l.acquire(ctx) != nil {
				return
			}
			defer l.release()
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			time.Sleep(time.Millisecond)
			mu.Lock()
			running--
			mu.Unlock()
		})
	}
	all.Wait()
	if most > 3 || l.running != 0 || len(l.waiting) != 0 {
		t.Errorf("%d at once, %d left, %d waiting, want at most 3 and none", most, l.running, len(l.waiting))
	}
}
