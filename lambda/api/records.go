package api

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"signet/lambda/presign"
	"signet/lambda/upload"
)

// records are the objects of the state bucket: passes and ledgers. Whoever changes one
// reads it, decides, and writes it on the condition that nobody else has meanwhile; else
// it is read again. S3 is the only lock.
//
// Changes of one object that are asked for at the same time on one instance are made in
// one go: they are decided one after the other, and written once.
type records struct {
	signer *presign.Signer // of the state bucket
	http   *http.Client
	limits recordLimits

	mu      sync.Mutex
	waiting map[string][]*change // by key; a key is there while somebody sees to it
}

func newRecords(c upload.Config, o Options) *records {
	return &records{http: o.HTTP, limits: defaultRecords(), signer: presign.New(presign.Options{
		Bucket: c.StateBucket, Region: c.Region, Endpoint: c.Endpoint, VirtualHost: c.VirtualHost, Credentials: o.Credentials, Now: o.Now,
	})}
}

// recordLimits say how long a change is tried for.
type recordLimits struct {
	time  time.Duration // in all
	first time.Duration // the longest first pause; it doubles
	most  time.Duration // the longest pause
}

// A write to S3 takes some 30 ms, so that this many pauses are enough for a hundred
// others, and an answer is there before a person asks again.
func defaultRecords() recordLimits {
	return recordLimits{time: 5 * time.Second, first: 20 * time.Millisecond, most: time.Second}
}

// change is what one call wants of an object.
type change struct {
	// decide changes the record it is given, which is absent at first, and says so; or
	// leaves it alone, and may give an error. It can be asked again, about a newer one.
	decide func(record any) (write bool, err error)
	until  time.Time
	done   chan error
	err    error
}

// errAgain makes a decision be asked again, as if somebody else had written.
var errAgain = errors.New("not yet")

// update changes the record of a key, a *Record, by decide. Its errors are decide's own,
// SlowDown where others keep on writing for too long, and ServiceUnavailable where S3
// does not answer for as long.
func update[Record any](ctx context.Context, r *records, key upload.StateKey, decide func(*Record) (write bool, err error)) error {
	c := &change{
		decide: func(record any) (bool, error) { return decide(record.(*Record)) },
		until:  time.Now().Add(r.limits.time), done: make(chan error, 1),
	}
	r.mu.Lock()
	if r.waiting == nil {
		r.waiting = map[string][]*change{}
	}
	_, busy := r.waiting[key.String()]
	r.waiting[key.String()] = append(r.waiting[key.String()], c)
	r.mu.Unlock()
	if !busy {
		// Others may depend on it by then, so the caller's end does not stop it.
		go r.serve(context.WithoutCancel(ctx), key, func() any { return new(Record) })
	}
	return <-c.done
}

// serve makes the changes of a key until there are none.
func (r *records) serve(ctx context.Context, key upload.StateKey, fresh func() any) {
	var open []*change
	for pause := r.limits.first; ; {
		open = append(open, r.take(key)...)
		open = expire(open, time.Now())
		if len(open) == 0 {
			if r.leave(key) {
				return
			}
			continue
		}
		left, err := r.round(ctx, key, open, fresh)
		if open = left; len(open) == 0 {
			pause = r.limits.first
			continue
		}
		if err != nil && !passing(err) {
			answerAll(open, err)
			open = nil
			continue
		}
		for _, c := range open {
			c.err = cmp.Or(err, c.err)
		}
		time.Sleep(time.Duration(rand.Int64N(int64(pause)))) // full jitter
		pause = min(2*pause, r.limits.most)
	}
}

func (r *records) take(key upload.StateKey) []*change {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.waiting[key.String()]
	r.waiting[key.String()] = nil
	return taken
}

// leave says that nobody waits any more.
func (r *records) leave(key upload.StateKey) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.waiting[key.String()]) > 0 {
		return false
	}
	delete(r.waiting, key.String())
	return true
}

// passing says of an error that it may be gone the next time.
func passing(err error) bool {
	return is(err, upload.ConditionalRequestConflict) || is(err, upload.ServiceUnavailable)
}

func answerAll(all []*change, err error) {
	for _, c := range all {
		c.done <- err
	}
}

// expire answers the changes whose time is over.
func expire(all []*change, now time.Time) (open []*change) {
	for _, c := range all {
		if now.Before(c.until) {
			open = append(open, c)
			continue
		}
		if is(c.err, upload.ServiceUnavailable) {
			c.done <- c.err
			continue
		}
		c.done <- &upload.Error{Code: upload.SlowDown, Err: c.err,
			Detail: "got too many changes of one pass or quota at once, want fewer: nothing was changed, wait a second and try again"}
	}
	return open
}

// round reads, decides and writes once. left are the changes that are to be tried again,
// and err why.
func (r *records) round(ctx context.Context, key upload.StateKey, all []*change, fresh func() any) (left []*change, err error) {
	record, etag, err := r.read(ctx, key, fresh)
	if err != nil {
		return all, err
	}
	write := false
	results := make([]error, len(all))
	for i, c := range all {
		changed, err := c.decide(record)
		write, results[i] = write || changed, err
	}
	if write {
		// What was refused was refused by what is to be written: if that fails, all are
		// decided anew.
		if err := r.write(ctx, key, etag, record); err != nil {
			return all, err
		}
	}
	for i, c := range all {
		if errors.Is(results[i], errAgain) {
			left = append(left, c)
			continue
		}
		c.done <- results[i]
	}
	return left, nil
}

// retry tries something for as long as a change is tried.
func (r *records) retry(do func() error) error {
	until := time.Now().Add(r.limits.time)
	for pause := r.limits.first; ; pause = min(2*pause, r.limits.most) {
		err := do()
		if err == nil || !passing(err) || time.Now().Add(pause).After(until) {
			return err
		}
		time.Sleep(time.Duration(rand.Int64N(int64(pause))))
	}
}
