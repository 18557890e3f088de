package api

import (
	"context"
	"sync"

	"signet/lambda/upload"
)

// mostLookups is how many HEAD requests go to S3 at once for one caller, however many
// calls he makes: each may name a thousand files.
const mostLookups = 64

// lookups gives each caller places for requests to S3.
type lookups struct {
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
func (l *lookups) of(caller upload.Caller) (t *turns, done func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t = l.all[caller]; t == nil {
		t = &turns{places: make(chan struct{}, mostLookups)}
		if l.all == nil {
			l.all = map[upload.Caller]*turns{}
		}
		l.all[caller] = t
	}
	t.users++
	return t, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if t.users--; t.users == 0 {
			delete(l.all, caller)
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
