package transfer

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"signet/cmd/signet/internal/crc"
	"signet/lambda/upload"
)

const (
	// PipePart is the part size in bytes of what has no known length: 10,000 of them
	// hold 156 GiB.
	PipePart = 16 << 20
	// pipeHeld bounds the bytes of all parts that are in memory, but for the two
	// that it takes at least: one is sent while the next is read.
	pipeHeld  = 64 << 20
	pipeParts = 4
)

// Piper is a [Target] for what has no known length.
type Piper interface {
	Target
	// BeginPipe begins an upload whose parts, but for the last, have the answer's
	// part size, or fails for what may not be stored. expected is about how many bytes
	// will come. 0: unknown.
	BeginPipe(ctx context.Context, f File, expected int64) (Pipe, error)
}

// Pipe is an upload in parts whose length shows at its end. Its methods may be
// called from several goroutines at once.
type Pipe interface {
	Key() string
	PartSize() int64
	// Part signs part n of size bytes, which is less than PartSize for the last
	// alone; again is as of [Multipart].
	Part(ctx context.Context, n int, size int64, again bool) (Request, error)
	// Complete puts the parts, of size bytes in all, together.
	Complete(ctx context.Context, parts []Part, size int64, crc64nvme string) (Object, error)
	Abort(ctx context.Context) error
}

// Pipe sends what it reads: each part leaves when it is full, and nothing touches
// a disk. An upload that fails, or is stopped, is dropped, for what was read is
// gone. It ends with ctx even where in gives nothing; the read is left to itself.
func (e *Engine) Pipe(ctx context.Context, t Piper, in io.Reader, f File, expected int64) (r Result) {
	r.File = f
	var total counter
	defer func() { r.Sent = total.value() }()
	in = ending(ctx, in)
	size := PipeSize(expected)
	first, err := e.fill(ctx, in, size)
	if err != nil {
		r.Err = err
		return r
	}
	if int64(len(first)) < size {
		r.Size = int64(len(first))
		r.Key, r.ETag, r.CRC64NVME, r.Err = e.pipeWhole(ctx, f, first, &total)
		return r
	}
	var up Pipe
	err = e.retrying(ctx, func(bool) (err error) {
		begin, done := outliving(ctx, lastAnswer)
		defer done()
		up, err = t.BeginPipe(begin, f, expected)
		return err
	})
	if err != nil {
		r.Err = err
		return r
	}
	p := &pipe{engine: e, up: up, total: &total}
	r.Key = up.Key()
	if r.Size, r.ETag, r.CRC64NVME, r.Err = p.run(ctx, in, first); r.Err != nil {
		if aborted := up.Abort(context.WithoutCancel(ctx)); aborted != nil {
			r.Err = fmt.Errorf("%w; its unfinished upload is left: %v", r.Err, aborted)
		}
	}
	return r
}

// lastAnswer is how long the beginning of an upload is waited for after a stop, so that
// what has been begun can be taken away again.
const lastAnswer = 700 * time.Millisecond

// outliving is ctx, but lasts for so much longer.
func outliving(ctx context.Context, longer time.Duration) (context.Context, func()) {
	lasting, end := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(longer, func() { end(context.Cause(ctx)) })
	})
	return lasting, func() {
		stop()
		end(nil)
	}
}

// PipeSize is the part size for about so many bytes: that of a file of that
// length, 16 MiB at least.
func PipeSize(expected int64) int64 {
	plan, err := upload.NewPlan(max(expected, 1))
	if err != nil {
		return PipePart
	}
	return max(PipePart, plan.PartSize)
}

// fill reads a part; a shorter one is the last.
func (e *Engine) fill(ctx context.Context, in io.Reader, size int64) ([]byte, error) {
	var part bytes.Buffer // which grows as it has to: most of what is piped is small
	n, err := io.CopyN(&part, in, size)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("what is piped in could not be read: %w", err)
	}
	e.Meter.Expect(n)
	return part.Bytes(), ctx.Err()
}

// pipeWhole sends what was less than a part by one PUT.
func (e *Engine) pipeWhole(ctx context.Context, f File, content []byte, total *counter) (key, etag, sum string, err error) {
	sum = crc.Base64(crc.Update(0, content))
	wish := Wish{File: f, Size: int64(len(content)), CRC64NVME: sum}
	var signed Signed
	sign := func() error {
		return e.retrying(ctx, func(bool) error {
			all, err := e.Target.Presign(ctx, []Wish{wish})
			if err == nil {
				signed = all[0]
			}
			return err
		})
	}
	if err := sign(); err != nil {
		return "", "", "", err
	}
	done, err := e.send(ctx, sending{size: wish.Size, sent: total,
		address: func(again bool) (Request, error) {
			if again || signed.Err == nil && signed.stale() {
				if err := sign(); err != nil {
					return Request{}, err
				}
			}
			return signed.Request, signed.Err
		},
		body: func() *body { return held(content) }})
	return signed.Key, done.etag, sum, err
}

// pipe is an upload on its way.
type pipe struct {
	engine *Engine
	up     Pipe
	total  *counter
	arrived
}

func (p *pipe) run(ctx context.Context, in io.Reader, part []byte) (size int64, etag, sum string, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var work sync.WaitGroup
	places := make(chan struct{}, max(1, min(pipeParts, pipeHeld/p.up.PartSize())-1))
	for n := 1; len(part) > 0; n++ {
		if err = p.fits(n, size+int64(len(part))); err != nil {
			break
		}
		size += int64(len(part))
		content := part
		p.arrived.room(n)
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
		}
		if err = context.Cause(ctx); err != nil {
			break
		}
		work.Go(func() {
			defer func() { <-places }()
			stopOn(stop, p.send(ctx, n, content))
		})
		if int64(len(part)) < p.up.PartSize() {
			break
		}
		if part, err = p.engine.fill(ctx, in, p.up.PartSize()); err != nil {
			break
		}
	}
	if err != nil {
		stop(err)
	}
	work.Wait()
	if err := context.Cause(ctx); err != nil {
		return size, "", "", err
	}
	etag, sum, err = p.complete(ctx, size)
	return size, etag, sum, err
}

// fits fails for more parts than S3 takes.
func (p *pipe) fits(n int, size int64) error {
	if n <= upload.MaxParts {
		return nil
	}
	return fmt.Errorf("got %d bytes and more, want at most %d in parts of %d: say with --expected-size how many will come", size, upload.MaxParts*p.up.PartSize(), p.up.PartSize())
}

func (p *pipe) send(ctx context.Context, n int, content []byte) error {
	size := int64(len(content))
	done, err := p.engine.send(ctx, sending{size: size, sent: p.total,
		address: func(again bool) (Request, error) { return p.up.Part(ctx, n, size, again) },
		body:    func() *body { return held(content) }})
	if err != nil {
		return err
	}
	p.note(n, size, done)
	return nil
}

func (p *pipe) complete(ctx context.Context, size int64) (etag, sum string, err error) {
	sum = p.whole()
	err = p.engine.retrying(ctx, func(bool) error {
		object, err := p.up.Complete(ctx, p.parts, size, sum)
		etag = object.ETag
		return err
	})
	return etag, sum, err
}

// held is a body that is in memory and nobody's file.
func held(content []byte) *body {
	return &body{from: bytes.NewReader(content), end: int64(len(content))}
}

// ending makes reads end with a context: one that waits for a terminal or a pipe
// does not by itself.
func ending(ctx context.Context, in io.Reader) io.Reader {
	from, to := io.Pipe()
	go func() {
		_, err := io.CopyBuffer(struct{ io.Writer }{to}, struct{ io.Reader }{in}, make([]byte, chunk))
		to.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { to.CloseWithError(context.Cause(ctx)) })
	return from
}
