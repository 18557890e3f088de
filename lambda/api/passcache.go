package api

import (
	"context"
	"sync"
	"time"

	"signet/lambda/upload"
)

const (
	// passMemory is how long an instance takes a pass for what it was, and an id that is
	// none for that: a revocation takes as long.
	passMemory = 30 * time.Second
	// maxPasses bounds how many an instance remembers.
	maxPasses = 1000
)

// passCache remembers passes that were read, and ids of which there is none.
type passCache struct {
	mu  sync.Mutex
	all map[string]knownPass
}

// knownPass is a pass, nil for none, until it has to be read again.
type knownPass struct {
	pass  *upload.Pass
	until time.Time
	// opened are hashes of passwords that were right.
	opened map[[32]byte]bool
}

func (c *passCache) get(id string, now time.Time) (knownPass, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.all[id]
	return k, ok && now.Before(k.until)
}

func (c *passCache) keep(id string, k knownPass) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.all) >= maxPasses || c.all == nil {
		c.all = map[string]knownPass{} // the others are read again
	}
	c.all[id] = k
}

// open remembers a password for as long as the pass.
func (c *passCache) open(id string, password [32]byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k, ok := c.all[id]; ok && len(k.opened) < maxPasses {
		opened := map[[32]byte]bool{password: true}
		for other := range k.opened {
			opened[other] = true
		}
		k.opened = opened
		c.all[id] = k
	}
}

// wrong remembers how the wrong passwords of a pass stand.
func (c *passCache) wrong(id string, w upload.Wrong) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k, ok := c.all[id]; ok && k.pass != nil && k.pass.Wrong != w {
		changed := *k.pass // others read the one that there was
		changed.Wrong = w
		k.pass = &changed
		c.all[id] = k
	}
}

// forget makes a pass be read again.
func (c *passCache) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.all, id)
}

// readPass reads a pass as it is now; nil: there is none.
func (h *Handler) readPass(ctx context.Context, id string) (*upload.Pass, error) {
	var record any
	key := upload.PassKey(id)
	err := h.records.retry(func() (err error) {
		record, _, err = h.records.read(ctx, key, func() any { return new(upload.Pass) })
		return err
	})
	if err != nil {
		return nil, err
	}
	pass := record.(*upload.Pass)
	if pass.Made == 0 {
		return nil, nil
	}
	pass.ID = id
	return pass, nil
}

// knownPass is a pass as it was at most 30 seconds ago.
func (h *Handler) knownPass(ctx context.Context, id string) (knownPass, error) {
	now := h.options.Now()
	if k, ok := h.passes.get(id, now); ok {
		return k, nil
	}
	pass, err := h.readPass(ctx, id)
	if err != nil {
		return knownPass{}, err
	}
	k := knownPass{pass: pass, until: now.Add(passMemory)}
	h.passes.keep(id, k)
	return k, nil
}
