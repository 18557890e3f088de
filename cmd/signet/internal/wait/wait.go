// Package wait lets time pass for somebody who may be told to stop.
package wait

import (
	"context"
	"time"
)

// For returns after a duration, or with the context's error as soon as that has ended.
func For(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
