package events

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"signet/lambda/notify"
)

// lanes are how many batches are on their way at once. What was tried before gets half
// of them at most, so that a receiver that hangs for some holds up no new ones.
const lanes = 16

// tick is how often the files are looked at without having been told.
const tick = time.Second

// run plays Lambda's poller of the queue until ctx ends.
func (l *Local) run(ctx context.Context) {
	var busy, retrying int
	done := make(chan bool, lanes)
	for {
		l.look()
		for busy < lanes && ctx.Err() == nil {
			batch, retries := l.queue.receive(false), false
			if len(batch) == 0 && retrying < lanes/2 {
				batch, retries = l.queue.receive(true), true
			}
			if len(batch) == 0 {
				break
			}
			busy++
			if retries {
				retrying++
			}
			l.ended.Go(func() {
				l.deliver(ctx, batch)
				done <- retries
			})
		}
		select {
		case <-ctx.Done():
			return
		case <-l.told:
		case retries := <-done:
			busy--
			if retries {
				retrying--
			}
		case <-time.After(l.wait()):
		}
	}
}

// wait is how long nothing can become due.
func (l *Local) wait() time.Duration {
	at, ok := l.queue.next()
	if !ok {
		return tick
	}
	return min(tick, max(time.Until(at), 10*time.Millisecond))
}

// look takes up what others have left in the folder, and marks the time, by which the
// next start knows until when this one has seen everything.
func (l *Local) look() {
	if err := l.queue.fill(); err != nil {
		l.log.Error("events", "error", err)
	}
	if now := time.Now(); now.Sub(l.seen) >= tick {
		l.seen = now
		if err := os.WriteFile(aliveFile(l.dir), nil, 0o600); err != nil {
			l.log.Error("events", "error", err)
		}
	}
	if os.Remove(redriveFile(l.dir)) == nil {
		if _, err := l.queue.redrive(); err != nil {
			l.log.Error("events", "error", err)
		}
	}
}

// deliver hands a batch to the function as Lambda does, which carries nothing but JSON.
func (l *Local) deliver(ctx context.Context, batch []*message) {
	var sent notify.Batch
	for _, m := range batch {
		sent.Records = append(sent.Records, m.asMessage())
	}
	var received notify.Batch
	_ = json.Unmarshal(line(sent), &received) // it was marshalled just now
	failures, err := l.notifier.Handle(ctx, received)
	if ctx.Err() != nil {
		l.queue.back(batch)
		return
	}
	if err == nil {
		err = l.queue.settle(batch, failures)
	}
	if err != nil {
		l.log.Error("events", "error", err)
	}
}
