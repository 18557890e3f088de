// Package stream sends a file into S3 while it arrives: its length need not be
// known, nothing of it touches a disk, and the memory is the same whatever its
// size and however many arrive at once.
//
// The engine of cmd/signet/internal/transfer does not fit here: it reads a file
// as often and at as many places as it likes. What arrives over a line is there
// once, so a part is kept in memory until S3 has it.
package stream

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"hash"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"signet/cmd/signet/internal/crc"
	"signet/lambda/api"
	"signet/lambda/upload"
)

// inFlight is how many parts of one file are on their way at once.
const inFlight = 4

// Wish is what goes with a file.
type Wish struct {
	// AtMost is what the sender declared: the file's length, or something above it.
	// upload.UnknownSize: nothing.
	AtMost int64
	// CRC64NVME is the checksum that the sender gave, as S3 writes it. Empty: none.
	CRC64NVME string
	// Heard gets every piece of the file in order, before it is sent. nil: nobody.
	Heard io.Writer
	// Approve has the last word before the object comes into being. nil: yes.
	Approve func(context.Context) error
	// Known approves a file that was held back whole, below upload.MultipartFrom, under
	// the key that follows from its SHA-256. nil: the file's id has been given.
	Known func(size int64, sha256 [sha256.Size]byte) (upload.Request, error)
	// OnlyKnown refuses a file that is too large for that.
	OnlyKnown bool
}

// HoldsBack says whether the file is held back whole, as long as it stays below
// upload.MultipartFrom.
func (w Wish) HoldsBack() bool { return w.Known != nil && w.AtMost < held }

// held is the least that has to be declared of a file that is not held back: a form
// has a little more than its file.
const held = upload.MultipartFrom + 16<<10

// heldSlots hold a file that is held back; heldSpare stay free when one whose length
// nobody knows grows to be held, for those who need them.
const (
	heldSlots = (upload.MultipartFrom + slotSize - 1) / slotSize
	heldSpare = slots / 2
)

// Sender sends files. It is safe for concurrent use.
type Sender struct {
	Store *Store
	Pool  *Pool
	// Sent hears of every part that S3 took: bytes and time. nil: nobody.
	Sent func(bytes int64, took time.Duration)
	// Log hears of uploads that could not be aborted. Required.
	Log *slog.Logger
}

// Send stores a file under the key that was approved, of which there is either
// the whole object afterwards or nothing. With an error nothing is left of it, be
// it that ctx has ended, that the source failed (its error is handed back as it
// is), or that S3 did.
func (s *Sender) Send(ctx context.Context, approved upload.Stream, from *Source, w Wish) (api.Completed, error) {
	r := &run{Sender: s, ctx: ctx, approved: approved, from: from, wish: w, slots: partSlots(w.AtMost, approved.Most())}
	if w.HoldsBack() {
		r.digest = sha256.New()
	}
	if err := r.heard(from.Head); err != nil {
		return api.Completed{}, err
	}
	if from.ended {
		r.sum = crc.Update(0, from.Head)
		return r.single(bytes.NewReader(from.Head))
	}
	slots := r.slots
	if r.digest != nil && w.AtMost >= 0 {
		slots = max(slots, int((w.AtMost+slotSize-1)/slotSize))
	}
	first, more, err := r.read(from.Head, min(slots, max(heldSlots, r.slots)))
	if err != nil {
		return api.Completed{}, err
	}
	if !more {
		defer first.release()
		return r.single(first.body())
	}
	if w.OnlyKnown {
		first.release()
		return api.Completed{}, errNotHeld()
	}
	r.digest = nil
	return r.inParts(first)
}

// partSlots is how many slots a part has, so that 10,000 of them hold a file of
// the declared length, or of the most that is allowed.
func partSlots(declared, most int64) int {
	if declared >= 0 {
		most = min(most, declared)
	}
	const step = upload.MaxParts * slotSize
	return int(min(max(1, (most+step-1)/step), mostSlots))
}

// run is one file on its way.
type run struct {
	*Sender
	ctx      context.Context
	approved upload.Stream
	from     *Source
	wish     Wish
	slots    int // of each part
	size     int64
	sum      uint64
	digest   hash.Hash // of a file that is held back; nil: it is not

	uploadID string
	failed   atomic.Bool // a part could not be sent
	mu       sync.Mutex
	stored   []types.CompletedPart
}

// heard takes note of a piece of the file.
func (r *run) heard(piece []byte) error {
	if r.size += int64(len(piece)); r.size > min(r.approved.Most(), MostBytes) {
		return TooLarge(r.size, r.approved.Most())
	}
	if r.digest != nil {
		r.digest.Write(piece)
	}
	if r.wish.Heard != nil && len(piece) > 0 {
		_, err := r.wish.Heard.Write(piece)
		return err
	}
	return nil
}

// TooLarge is the error of a file of size bytes, or of so many and more, where
// allowed is what the policy allows.
func TooLarge(size, allowed int64) error {
	if allowed <= MostBytes {
		return upload.Errorf(upload.EntityTooLarge, "got %d bytes or more, want at most %d: choose a smaller file, or raise maxObjectSize", size, allowed)
	}
	return upload.Errorf(upload.EntityTooLarge, "got %d bytes or more, want at most %d through a server: send it straight to S3 (POST /uploads)", size, int64(MostBytes))
}

// read takes the next part, which begins with head and has at least so many slots, and
// says whether more follows. One that may be held back gets what is free.
func (r *run) read(head []byte, slots int) (p *part, more bool, err error) {
	if p, err = r.Pool.part(r.ctx, slots, r.from.slow()); err != nil {
		return nil, false, context.Cause(r.ctx)
	}
	p.begin(head)
	before := r.from.reading
	heard := func(piece []byte) error {
		if r.from.reading-before > patience && !p.turnSlow() {
			return errTooManySlow()
		}
		return r.heard(piece)
	}
	err = p.fill(r.from, heard)
	for err == nil && (p.count < quickSlots && r.from.quick() && p.grow(0) || p.count < heldSlots && r.digest != nil && p.grow(heldSpare)) {
		err = p.fill(r.from, heard)
	}
	switch err {
	case nil:
		more, err = r.from.more()
	case io.EOF:
		err = nil
	}
	if err != nil {
		p.release()
		return nil, false, err
	}
	r.sum = crc.Combine(r.sum, p.sum, p.size)
	return p, more, nil
}

// patience is how long a part of a quick upload may take to fill.
const patience = slotSize / slowRate * time.Second

func errTooManySlow() error {
	return upload.Errorf(upload.SlowDown, "got one slow upload too many at once: nothing was stored, try again later or on a better line")
}

// single sends a file as one PUT.
func (r *run) single(body io.ReadSeeker) (api.Completed, error) {
	if err := r.approve(); err != nil {
		return api.Completed{}, err
	}
	began := time.Now()
	done, err := r.put(body)
	if err == nil {
		r.sent(r.size, began)
	}
	return done, err
}

// inParts sends a file in parts, of which the first has been read.
func (r *run) inParts(first *part) (done api.Completed, err error) {
	if r.uploadID, err = r.Store.create(r.ctx, r.approved); err != nil {
		first.release()
		return done, err
	}
	if err = r.sendAll(first); err == nil {
		err = r.approve()
	}
	if err == nil {
		if done, err = r.Store.complete(r.ctx, r.approved, r.uploadID, r.stored, r.size, crc.Base64(r.sum)); err == nil {
			return done, nil
		}
		done, err = r.Store.there(r.ctx, r.approved, r.size, crc.Base64(r.sum), err)
	}
	if abort := r.Store.abort(r.ctx, r.approved.Object().Key(), r.uploadID); abort != nil {
		_, why := api.ProblemOf(abort)
		r.Log.Error("an upload is left unfinished, until the bucket's lifecycle aborts it", "error", why)
	}
	return done, err
}

// sendAll sends part after part, a few at once. It returns when none is on its
// way: a part that arrives while its upload is aborted could stay.
func (r *run) sendAll(p *part) (err error) {
	var sending errgroup.Group
	sending.SetLimit(inFlight)
	more := true
	for number := 1; ; number++ {
		full := p // the reader goes on meanwhile
		sending.Go(func() error { return r.send(full, number) })
		if !more || r.failed.Load() {
			break
		}
		if p, more, err = r.read(nil, r.slots); err != nil {
			break
		}
	}
	return cmp.Or(sending.Wait(), err)
}

func (r *run) send(p *part, number int) error {
	defer p.release()
	began := time.Now()
	stored, err := r.Store.part(r.ctx, r.approved.Object().Key(), r.uploadID, number, p)
	if err != nil {
		r.failed.Store(true)
		return err
	}
	r.sent(p.size, began)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stored = append(r.stored, stored)
	return nil
}

func (s *Sender) sent(bytes int64, began time.Time) {
	if s.Sent != nil {
		s.Sent(bytes, time.Since(began))
	}
}
