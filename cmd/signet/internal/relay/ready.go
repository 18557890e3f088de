package relay

import (
	"context"
	"sync"
	"time"
)

const (
	// readyFor is how long an answer about readiness holds: whoever asks, S3, the
	// issuer and clamd are asked once in that time.
	readyFor = 2 * time.Second
	// readyLimit is how long they may take together.
	readyLimit = 5 * time.Second
)

// readiness is the last answer.
type readiness struct {
	mu  sync.Mutex // held while they are asked
	at  time.Time
	err error
}

// Ready says what is in the way of uploads: that the server drains, or that S3, the
// issuer's keys or clamd are, or were two seconds ago, out of reach.
func (h *Relay) Ready() error {
	if h.traffic.draining() {
		return errDraining()
	}
	h.last.mu.Lock()
	defer h.last.mu.Unlock()
	if h.last.at.IsZero() || time.Since(h.last.at) > readyFor {
		// Not the context of who asks: the answer is for others too.
		ctx, cancel := context.WithTimeout(context.Background(), readyLimit)
		defer cancel()
		h.last.err = h.askAll(ctx)
		h.last.at = time.Now()
	}
	return h.last.err
}

func (h *Relay) askAll(ctx context.Context) error {
	if err := h.tokens.ready(ctx); err != nil {
		return unavailable("the issuer's keys are out of reach: see that the issuer answers, or give --jwks", err)
	}
	if err := h.store.Ready(ctx); err != nil {
		return unavailable("the bucket is out of reach: see the network, the role and the configuration", err)
	}
	if h.options.Clamd != "" {
		if err := h.options.Clamd.Ping(ctx); err != nil {
			return unavailable(clamdAway, err)
		}
	}
	return nil
}
