package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"strings"
	"sync"
	"time"

	"signet/cmd/signet/internal/crc"
)

// rangeSize is the bytes of a range that one request fetches, and mostRanges as
// many as a file is cut into: of a file above 78 GiB each is larger.
const (
	rangeSize  = 8 << 20
	mostRanges = 10_000
)

// Download is a file to fetch.
type Download struct {
	// Size is what it is known to have, in bytes.
	Size int64
	// Ask gives S3's checksum of the whole, for a file of more than one range. nil: it
	// is taken from a request for the whole that is cut, of which some bytes arrive in
	// vain.
	Ask func(ctx context.Context) (Checksum, error)
	// ETag is the object's, so that nothing else is mixed in. Empty: Sign names a
	// version, which does the same.
	ETag string
	// Modified becomes the file's time of modification. Zero: what put has noted with
	// the object, else now.
	Modified time.Time
	// Partial keeps what has arrived; its name must be the object's alone, since
	// what it holds is taken for a part of it. To is where the whole file goes.
	Partial, To string
	// Sign gives an address; it is asked again when one has expired.
	Sign func(ctx context.Context) (Request, error)
}

// Got says what a download came to.
type Got struct {
	Size      int64
	Resumed   int64  // bytes that an earlier run had fetched
	CRC64NVME string // base64, as computed here
	Compared  bool   // S3 had a checksum, and it is the same
}

// Get fetches a file, in ranges and with as many requests at once as the line is
// worth: into Partial, where what has arrived stays whatever happens, and over
// To's name once it is whole and its checksum is S3's. Two calls for one file, of
// one process or two, do not meet. What an earlier run left and is not what S3 has
// is dropped, and the file fetched anew.
func (e *Engine) Get(ctx context.Context, d Download) (Got, error) {
	p, err := openPartial(d.Partial, d.Size, max(rangeSize, (d.Size+mostRanges-1)/mostRanges))
	if err != nil {
		return Got{}, placeError(err, d.To)
	}
	p.like(d.To)
	e.Meter.Expect(d.Size)
	e.start(d.To)
	got, err := e.getInto(ctx, d, p)
	return got, errors.Join(err, p.close())
}

// placeError is an error of the partial's, told of the file that was asked for.
func placeError(err error, to string) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return &fs.PathError{Op: e.Op, Path: to, Err: e.Err}
	}
	return err
}

func (e *Engine) getInto(ctx context.Context, d Download, p *partial) (Got, error) {
	resumed, err := p.readBack(ctx)
	if err != nil {
		return Got{}, err
	}
	got := Got{Size: d.Size, Resumed: resumed}
	e.Meter.Move(resumed)
	f := &fetch{Download: d, engine: e, partial: p}
	if err := f.run(ctx); err != nil {
		return got, err
	}
	got.CRC64NVME = crc.Base64(p.sum())
	has, want, err := f.compared(got.CRC64NVME)
	if err != nil {
		return got, err
	}
	got.Compared = want != ""
	switch {
	case has == want:
		return got, p.finish(d.To, f.Modified)
	case resumed > 0:
		// What was left was not the file's beginning.
		if err := p.restart(); err != nil {
			return got, err
		}
		e.Meter.Move(-d.Size)
		return e.getInto(ctx, d, p)
	}
	wrong := &Error{Code: "BadDigest", Detail: fmt.Sprintf("got bytes of checksum %s, want %s: nothing was kept, get it again", has, want)}
	return got, errors.Join(wrong, p.drop())
}

// fetch is a download on its way.
type fetch struct {
	Download
	engine  *Engine
	partial *partial

	sha256 hash.Hash // of the hashed first bytes; nil: of none
	hashed int64

	mu      sync.Mutex // of what follows
	request Request
	want    Checksum // S3's of the whole
	asked   bool     // whether want is known
}

// Checksum is what S3 has of a whole object, base64; of one that was sent in one
// piece by its content's name it is SHA-256. Empty: none.
type Checksum struct{ CRC64NVME, SHA256 string }

// compared gives the checksum of what has arrived beside the one that it should
// have; both are empty where S3 has none.
func (f *fetch) compared(crc64nvme string) (has, want string, err error) {
	c := f.want
	switch {
	case c.CRC64NVME != "":
		return crc64nvme, c.CRC64NVME, nil
	case c.SHA256 == "" || strings.Contains(c.SHA256, "-"): // of parts' checksums
		return "", "", nil
	}
	h := f.sha256
	if h == nil || f.hashed != f.Size {
		h = sha256.New()
		buffer, done := f.engine.buffers.take()
		defer done()
		_, err = io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{io.NewSectionReader(f.partial.file, 0, f.Size)}, buffer)
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil)), c.SHA256, err
}

// run fetches all pieces that are missing, and asks for the checksum.
func (f *fetch) run(ctx context.Context) error {
	if f.Ask != nil && len(f.partial.pieces) > 1 {
		err := f.engine.retrying(ctx, func(bool) (err error) {
			f.want, err = f.Ask(ctx)
			return err
		})
		if err != nil {
			return err
		}
		f.asked = true
	}
	err := f.inRanges(ctx)
	if errors.Is(err, errNoRanges) {
		if err = f.partial.restart(); err == nil {
			err = f.inOrder(ctx)
		}
	}
	if err == nil && !f.known() {
		err = f.retrying(ctx, func(r Request) error { return f.ask(ctx, r, nil, 0) })
	}
	return err
}

func (f *fetch) known() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}

// inRanges fetches the pieces, several at once.
func (f *fetch) inRanges(ctx context.Context) error {
	missing := make(chan *piece, len(f.partial.pieces))
	for i := range f.partial.pieces {
		if p := &f.partial.pieces[i]; !p.whole() {
			missing <- p
		}
	}
	close(missing)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var work sync.WaitGroup
	for range min(f.engine.Limit.most, len(missing)) {
		work.Go(func() {
			for p := range missing {
				if ctx.Err() != nil {
					return
				}
				stopOn(stop, f.piece(ctx, p))
			}
		})
	}
	work.Wait()
	return context.Cause(ctx)
}

// inOrder fetches the whole in one request, from a server that gives no ranges.
func (f *fetch) inOrder(ctx context.Context) error {
	return f.retrying(ctx, func(r Request) error {
		moved := int64(0)
		for i := range f.partial.pieces {
			moved += f.partial.pieces[i].at
		}
		f.engine.Meter.Move(-moved)
		if err := f.partial.restart(); err != nil {
			return err
		}
		return f.whole(ctx, r)
	})
}

// retrying makes attempts at one request, signed anew where it has expired.
func (f *fetch) retrying(ctx context.Context, attempt func(Request) error) error {
	return f.engine.retrying(ctx, func(again bool) error {
		r, err := f.sign(ctx, again)
		if err != nil {
			return err
		}
		if err := f.engine.Limit.acquire(ctx); err != nil {
			return err
		}
		defer f.engine.Limit.release()
		err = attempt(r)
		if remedyOf(err) == Retry && ctx.Err() == nil {
			f.engine.Limit.trouble()
		}
		return err
	})
}

// sign gives the address, which all requests share until it has expired.
func (f *fetch) sign(ctx context.Context, again bool) (Request, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.request.URL != "" && !again && !f.request.stale() {
		return f.request, nil
	}
	r, err := f.Sign(ctx)
	if err == nil {
		f.request = r
	}
	return r, err
}
