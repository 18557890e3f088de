package wait

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestFor(t *testing.T) {
	for _, d := range []time.Duration{-time.Second, 0, time.Millisecond} {
		began := time.Now()
		if err := For(t.Context(), d); err != nil || time.Since(began) < d {
			t.Errorf("%v: got %v after %v", d, err, time.Since(began))
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	for _, d := range []time.Duration{0, 24 * time.Hour} {
		if err := For(ended, d); !errors.Is(err, context.Canceled) {
			t.Errorf("%v: got %v, want the context's error", d, err)
		}
	}
}
