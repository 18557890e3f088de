package transfer

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"signet/cmd/signet/internal/wait"
)

// As in the browser's engine (frontend/src/engine/retry.ts): with these, about a
// minute of trouble is outlasted.
const (
	attempts  = 8
	basePause = 400 * time.Millisecond
	mostPause = 20 * time.Second
	// patience is how long trouble that rarely passes is tried, unless the engine is
	// Patient.
	patience = 10 * time.Second
	// resigns bounds signatures that expire in a row without success: more means
	// that something else is wrong, such as a clock.
	resigns = 3
)

// pause is how long to wait before attempt n+1: doubling, capped, the upper half
// drawn by chance so that many clients spread out.
func pause(n int) time.Duration {
	full := min(mostPause, basePause<<n)
	return full/2 + rand.N(full/2)
}

// retrying runs attempt until it succeeds, fails for good, or the attempts are
// used up. again tells the attempt to sign anew: after an expiry, and after the
// second lost connection too, because a server that refuses and closes can hide
// its reason behind a reset.
func (e *Engine) retrying(ctx context.Context, attempt func(again bool) error) error {
	again, expiries := false, 0
	began, waited := time.Now(), time.Duration(0)
	for n := 0; ; {
		err := attempt(again)
		switch remedy := remedyOf(err); {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case remedy == Resign && expiries < resigns:
			again = true
			expiries++
			continue
		case remedy != Retry || n+1 >= attempts:
			return err
		}
		n++
		again = n >= 2
		p := pause(n - 1)
		waited += p
		if e.giveUp(err, max(waited, time.Since(began)+p)) {
			return err
		}
		if err := e.wait(ctx, p); err != nil {
			return err
		}
	}
}

// giveUp tells of trouble that rarely passes, once, and says whether to end: after
// has passed since the first attempt when the next one begins.
func (e *Engine) giveUp(err error, after time.Duration) bool {
	trouble, ok := errors.AsType[*Error](err)
	if !ok || !trouble.Lasting {
		return false
	}
	if e.Notice != nil {
		e.told.Do(func() { e.Notice(err) })
	}
	return !e.Patient && after > patience
}

func (e *Engine) wait(ctx context.Context, d time.Duration) error {
	if e.Wait != nil {
		return e.Wait(ctx, d)
	}
	return wait.For(ctx, d)
}
