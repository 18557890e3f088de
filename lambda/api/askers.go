package api

import (
	"context"
	"sync"

	"signet/lambda/upload"
)

// askers gives each caller places for his look-ups at S3.
type askers struct {
	mu  sync.Mutex
	all map[upload.Caller]*turns
}

// turns are the places of one caller, while somebody uses them.
type turns struct {
	places chan struct{}
	users  int
}

// of gives a caller's places, and what has to be called when they are not used any
// more.
func (a *askers) of(caller upload.Caller) (t *turns, done func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t = a.all[caller]; t == nil {
		t = &turns{places: make(chan struct{}, lookups)}
		if a.all == nil {
			a.all = map[upload.Caller]*turns{}
		}
		a.all[caller] = t
	}
	t.users++
	return t, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if t.users--; t.users == 0 {
			delete(a.all, caller)
		}
	}
}

// take waits for a place, or for the caller to have gone.
func (t *turns) take(ctx context.Context) error {
	select {
	case t.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return &upload.Error{Code: upload.SlowDown, Detail: "the call has ended before S3 was asked about all of its files: send it again, with fewer", Err: ctx.Err()}
	}
}

func (t *turns) leave() { <-t.places }
