package transfer

import (
	"context"
	"sync"

	"signet/lambda/api"
)

// addressesAtOnce is how many downloads one call signs: fewer than the API takes, so that
// the first file does not wait for the last one's address, and none ends before its turn.
const addressesAtOnce = 250

// Addresses signs the downloads of many files through the API, hundreds in one call. Each
// address is given once; whoever asks for a file again, because the address has expired,
// has it signed by itself.
type Addresses struct {
	client *api.Client

	mu     sync.Mutex
	places map[string]int // of what is not signed yet, in keys
	keys   []string
	signed map[string]Signed
}

// NewAddresses is for files that are fetched in this order, about.
func NewAddresses(client *api.Client, keys []string) *Addresses {
	a := &Addresses{client: client, places: map[string]int{}, keys: keys, signed: map[string]Signed{}}
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

// take gives what was signed of a file, once. Whoever waits for the call of another one
// needs what it brings.
func (a *Addresses) take(ctx context.Context, key string) (s Signed, ok bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, waits := a.places[key]; waits {
		if err := a.more(ctx, a.places[key]); err != nil {
			return s, false, err
		}
	}
	s, ok = a.signed[key]
	delete(a.signed, key)
	return s, ok, nil
}

// more signs the next files from a place on.
func (a *Addresses) more(ctx context.Context, place int) error {
	var some []string
	for _, key := range a.keys[place:] {
		if len(some) == addressesAtOnce {
			break
		}
		if _, waits := a.places[key]; waits {
			some = append(some, key)
		}
	}
	urls, err := a.client.CheckedFileURLs(ctx, some)
	if err != nil {
		return err
	}
	// Whatever the answer leaves out is signed by itself.
	for _, key := range some {
		delete(a.places, key)
	}
	for _, f := range urls.Files {
		switch {
		case f.Error != nil:
			a.signed[f.Key] = Signed{Err: apiError(f.Error)}
		case f.FileURL != nil:
			a.signed[f.Key] = Signed{Request: Request{Key: f.Key, URL: f.URL, Headers: f.Headers, Expires: f.Expires}}
		}
	}
	return nil
}
