package relay

import (
	"context"
	"crypto/sha256"

	"signet/cmd/signet/internal/stream"
	"signet/lambda/upload"
)

// How much room is made at a time for a file whose length nobody has said: at first, and
// at least, where so much is not left.
const (
	roomStep  = 64 << 20
	roomLeast = 1 << 20
)

// room is what a file takes of its owner's quota. It is made before S3 gets anything: at
// once for what was declared, and step by step for what was not.
type room struct {
	relay  *Relay
	ctx    context.Context
	bearer upload.Bearer
	key    string // under which it is sent, unless it is one by its content
	held   bool   // it may be held back whole, and then has a key by its content

	heard, made int64
	step        int64
	known       string // the key by its content; empty: it has none
}

func (h *Relay) newRoom(ctx context.Context, b upload.Bearer, key string, held bool) *room {
	return &room{relay: h, ctx: ctx, bearer: b, key: key, held: held, made: -1, step: roomStep}
}

// begin makes room for what was declared, and has the rest made as the file is heard, and
// before it comes into being.
func (r *room) begin(w *stream.Wish, declared int64, known func(int64, [sha256.Size]byte) (upload.Request, error)) error {
	if w.Known != nil {
		w.Known = func(size int64, sum [sha256.Size]byte) (upload.Request, error) {
			request, err := known(size, sum)
			if err == nil {
				err = r.content(request, size)
			}
			return request, err
		}
	}
	w.Heard = r
	before := w.Approve
	w.Approve = func(ctx context.Context) error {
		if err := before(ctx); err != nil {
			return err
		}
		return r.end()
	}
	if declared >= upload.MultipartFrom {
		return r.make(declared)
	}
	return nil
}

// Write implements io.Writer: it hears the file.
func (r *room) Write(p []byte) (int, error) {
	r.heard += int64(len(p))
	if r.isHeld() || r.heard <= r.made {
		return len(p), nil
	}
	err := r.make(r.heard + r.step)
	for upload.CodeOf(err) == upload.QuotaExceeded && r.step > roomLeast {
		r.step /= 2
		err = r.make(r.heard + r.step)
	}
	return len(p), err
}

func (r *room) isHeld() bool { return r.held && r.heard < upload.MultipartFrom }

// make makes room for so many bytes in all.
func (r *room) make(bytes int64) error {
	err := r.relay.rest.Reserve(r.ctx, r.bearer, r.key, bytes)
	if err == nil {
		r.made = bytes
	}
	return err
}

// content makes room for a file that was held back, under the key by its content.
func (r *room) content(request upload.Request, size int64) error {
	if err := r.relay.rest.Reserve(r.ctx, r.bearer, request.Key(), size); err != nil {
		return err
	}
	r.known = request.Key()
	return nil
}

// end makes room for all that was heard, before the object comes into being.
func (r *room) end() error {
	if r.isHeld() || r.heard <= r.made {
		return nil
	}
	return r.make(r.heard)
}

// settle says what came of it, whoever has gone meanwhile.
func (r *room) settle(stored string, err error) {
	ctx := context.WithoutCancel(r.ctx)
	if r.known != "" {
		r.relay.rest.Settle(ctx, r.bearer, r.known, err != nil)
	}
	if r.made < 0 {
		return
	}
	if err != nil || stored != r.key {
		r.relay.rest.Settle(ctx, r.bearer, r.key, true)
		return
	}
	if r.made > r.heard { // what was made too much
		r.relay.rest.Settle(ctx, r.bearer, r.key, true)
		_ = r.relay.rest.Reserve(ctx, r.bearer, r.key, r.heard) // else the next count finds it
	}
	r.relay.rest.Settle(ctx, r.bearer, r.key, false)
}
