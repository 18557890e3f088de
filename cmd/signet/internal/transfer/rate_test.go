package transfer

import (
	"context"
	"testing"
	"time"
)

// A rate gives turns in order, none sooner than the bytes before it may have moved.
func TestRate(t *testing.T) {
	now, slept := time.Unix(0, 0), time.Duration(0)
	r := NewRate(1000)
	r.now = func() time.Time { return now }
	r.wait = func(_ context.Context, d time.Duration) error {
		slept += max(0, d)
		now = now.Add(max(0, d))
		return nil
	}
	if got := r.most(5000); got != 100 {
		t.Errorf("%d bytes at once", got)
	}
	for range 50 {
		if err := r.take(t.Context(), 100); err != nil {
			t.Fatal(err)
		}
	}
	if slept != 4900*time.Millisecond {
		t.Errorf("waited %v for 5,000 bytes", slept)
	}
	now = now.Add(time.Hour) // what was not used is not saved up
	r.take(t.Context(), 100)
	r.take(t.Context(), 100)
	if slept != 5*time.Second {
		t.Errorf("waited %v in all", slept)
	}
	none := NewRate(0)
	if none != nil || none.most(7) != 7 || none.take(t.Context(), 1<<40) != nil {
		t.Error("a rate of 0 holds something")
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	slow := NewRate(1)
	slow.take(ctx, 1)
	if slow.take(ctx, 1) == nil {
		t.Error("goes on when it is stopped")
	}
}

// All that an engine moves together, up and down, keeps to its rate.
func TestLimitedRate(t *testing.T) {
	w := newWorld(t)
	w.engine.Rate = NewRate(400 << 10)
	files := []File{file(t, "a", 100<<10), file(t, "b", 150<<10), file(t, "c", 150<<10)}
	began := time.Now()
	results := w.put(t.Context(), files...)
	if took := time.Since(began); took < 800*time.Millisecond {
		t.Errorf("400 KiB at 400 KiB/s took %v", took)
	}
	for _, f := range files {
		if r := results[f.Name]; r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	began = time.Now()
	for _, f := range files {
		key, to := results[f.Name].Key, t.TempDir()+"/to"
		d := Download{Size: results[f.Name].Size, Partial: to + ".partial", To: to, Sign: func(ctx context.Context) (Request, error) { return SignGet(ctx, w.api, key, "") }}
		if _, err := w.engine.Get(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took < 800*time.Millisecond {
		t.Errorf("400 KiB at 400 KiB/s took %v to fetch", took)
	}
}
