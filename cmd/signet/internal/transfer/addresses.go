package transfer

import (
	"context"
	"sync"

	"signet/lambda/api"
)

// addressesAtOnce is how many downloads one call signs: fewer than the API takes, so that
// the first file does not wait for the last one's address, and none ends before its turn.
const addressesAtOnce = 250

// Addresses signs the downloads of many files through the API, hundreds in one call; while
// some are fetched, the next ones are signed. Each address is given once; whoever asks for
// a file again, because the address has expired, has it signed by itself.
type Addresses struct {
	client *api.Client
	keys   []string
	places map[string]int // in keys

	mu    sync.Mutex
	calls []*call // nil: not made, or to be made again
}

// call is one for several addresses.
type call struct {
	done   chan struct{} // closed once it was answered
	err    error
	signed map[string]Signed // of what was not given yet
}

// NewAddresses is for files that are fetched in this order, about.
func NewAddresses(client *api.Client, keys []string) *Addresses {
	a := &Addresses{client: client, keys: keys, places: map[string]int{}}
	a.calls = make([]*call, (len(keys)+addressesAtOnce-1)/addressesAtOnce)
	for i, key := range keys {
		a.places[key] = i
	}
	return a
}

// Sign gives the address of a file's current version.
func (a *Addresses) Sign(ctx context.Context, key string) (Request, error) {
	s, ok, err := a.take(ctx, key)
	switch {
	case err != nil:
		return Request{}, apiError(err)
	case !ok || s.stale():
		return SignGet(ctx, a.client, key, "")
	}
	return s.Request, s.Err
}

// take gives what was signed of a file, once.
func (a *Addresses) take(ctx context.Context, key string) (s Signed, ok bool, err error) {
	if err := ctx.Err(); err != nil {
		return s, false, err
	}
	place, ok := a.places[key]
	if !ok {
		return s, false, nil
	}
	n := place / addressesAtOnce
	c := a.call(ctx, n)
	select {
	case <-c.done:
	case <-ctx.Done():
		return s, false, ctx.Err()
	}
	if c.err != nil {
		a.again(n, c)
		return s, false, c.err
	}
	if n+1 < len(a.calls) {
		a.call(ctx, n+1)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	s, ok = c.signed[key]
	delete(c.signed, key)
	return s, ok, nil
}

// call makes the n-th call, where it is not made yet. It is not its caller's alone, who
// may end before it: others wait for what it brings.
func (a *Addresses) call(ctx context.Context, n int) *call {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.calls[n] == nil {
		c := &call{done: make(chan struct{})}
		a.calls[n] = c
		some := a.keys[n*addressesAtOnce : min((n+1)*addressesAtOnce, len(a.keys))]
		go func() {
			defer close(c.done)
			c.signed, c.err = signedURLs(context.WithoutCancel(ctx), a.client, some)
		}()
	}
	return a.calls[n]
}

// again has a call that failed made anew by whoever asks next.
func (a *Addresses) again(n int, failed *call) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.calls[n] == failed {
		a.calls[n] = nil
	}
}

// signedURLs makes one call. What the answer leaves out is signed by itself later.
func signedURLs(ctx context.Context, client *api.Client, keys []string) (map[string]Signed, error) {
	urls, err := client.CheckedFileURLs(ctx, keys)
	if err != nil {
		return nil, err
	}
	signed := make(map[string]Signed, len(keys))
	for _, f := range urls.Files {
		switch {
		case f.Error != nil:
			signed[f.Key] = Signed{Err: apiError(f.Error)}
		case f.FileURL != nil:
			signed[f.Key] = Signed{Request: Request{Key: f.Key, URL: f.URL, Headers: f.Headers, Expires: f.Expires}}
		}
	}
	return signed, nil
}
