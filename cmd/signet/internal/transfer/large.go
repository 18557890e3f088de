package transfer

import (
	"context"
	"crypto/md5"
	"fmt"
	"hash"
	"io"
	"slices"
	"sync"

	"signet/cmd/signet/internal/crc"
)

// restarts bounds uploads that vanish under a file, or whose checksum is not the
// file's, before it is given up.
const restarts = 2

// large is a file on its way in parts.
type large struct {
	*source
	engine *Engine
	upload Multipart
	total  *counter
	arrived
}

// putLarge sends a file in parts. What S3 holds is the state: each try begins
// with the parts that are stored.
func (e *Engine) putLarge(ctx context.Context, s *source) Result {
	defer s.file.Close()
	e.start(s.Path)
	r := Result{File: s.File, Size: s.size}
	var total counter
	wish, err := s.hinted()
	if err == nil {
		defer e.turn(ctx, wish)()
	}
	for try := 0; err == nil; {
		err = e.tryLarge(ctx, s, wish, &total, &r)
		switch remedy := remedyOf(err); {
		case err == nil:
			r.Sent = total.value()
			return r
		case remedy == Exists:
			if r.Existed, err = e.settle(ctx, s, &wish, err); r.Existed {
				r.Sent, r.CRC64NVME = total.value(), wish.CRC64NVME
				e.Meter.Move(s.size)
				return r
			}
		case remedy == Restart && try < restarts:
			err = e.wait(ctx, pause(try))
			try++
		}
	}
	r.Sent, r.Err = total.value(), err
	return r
}

func (e *Engine) tryLarge(ctx context.Context, s *source, w Wish, total *counter, r *Result) error {
	var up Multipart
	err := e.retrying(ctx, func(bool) (err error) {
		up, err = e.Target.Begin(ctx, w)
		return err
	})
	if err != nil {
		if remedyOf(err) == Exists {
			r.Key = keyOf(err)
		}
		return err
	}
	f := &large{source: s, engine: e, upload: up, total: total}
	r.Key = up.Key()
	r.Resumed, err = f.run(ctx)
	if err == nil {
		err = f.complete(ctx, r)
	}
	if err != nil {
		f.takeBack()
	}
	if codeOf(err) == "Changed" || codeOf(err) == "BadDigest" {
		// Its parts are of no use to anybody, and cost money.
		if aborted := up.Abort(context.WithoutCancel(ctx)); aborted != nil {
			return fmt.Errorf("%w; its unfinished upload is left: %v", err, aborted)
		}
	}
	return err
}

// run stores all parts that are not stored, and reads the others for their
// checksums. It answers the bytes that were stored before.
func (f *large) run(ctx context.Context) (resumed int64, err error) {
	plan := f.upload.Plan()
	f.room(plan.PartCount)
	var stored []Part
	for _, p := range f.upload.Stored() {
		if p.Number < 1 || p.Number > plan.PartCount || p.Size != plan.Length(p.Number) {
			continue // of another file: sent again
		}
		f.parts[p.Number-1] = p
		stored = append(stored, p)
		resumed += p.Size
	}
	f.engine.Meter.Move(resumed)

	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var work sync.WaitGroup
	work.Go(func() { stopOn(stop, f.readBack(ctx, stored)) })
	// No more goroutines than places, each going on with the next part.
	missing := f.missing()
	for range min(f.engine.Limit.most, plan.PartCount) {
		work.Go(func() {
			for n := range missing {
				if ctx.Err() != nil {
					return
				}
				stopOn(stop, f.send(ctx, n))
			}
		})
	}
	work.Wait()
	return resumed, context.Cause(ctx)
}

// stopOn ends the others with the first failure.
func stopOn(stop context.CancelCauseFunc, err error) {
	if err != nil {
		stop(err)
	}
}

// missing gives the numbers of the parts that are not stored.
func (f *large) missing() <-chan int {
	numbers := make(chan int, len(f.parts))
	for i, p := range f.parts {
		if p.Number == 0 {
			numbers <- i + 1
		}
	}
	close(numbers)
	return numbers
}

// readBack sums the stored parts from the file. Where S3 tells a part's checksum, one
// that differs is sent again; else the whole file's shows it at Complete. A store that
// knows no checksums tells a part's MD5.
func (f *large) readBack(ctx context.Context, stored []Part) error {
	plan := f.upload.Plan()
	for _, p := range stored {
		if err := ctx.Err(); err != nil {
			return err
		}
		from := plan.Offset(p.Number)
		digest := md5.New()
		sum, err := f.sumOf(from, from+p.Size, f.engine.also(digest))
		if err != nil {
			return err
		}
		f.sums[p.Number-1] = sum
		other := p.CRC64NVME != "" && p.CRC64NVME != crc.Base64(sum)
		if f.engine.MD5 {
			stored, h := md5Of(p.ETag, 0)
			other = h == nil || !slices.Equal(stored, digest.Sum(nil))
		}
		if other {
			f.engine.Meter.Move(-p.Size)
			if err := f.send(ctx, p.Number); err != nil {
				return err
			}
		}
	}
	return nil
}

// also is what hears of bytes that are read for their checksum.
func (e *Engine) also(digest hash.Hash) io.Writer {
	if e.MD5 {
		return digest
	}
	return io.Discard
}

func (f *large) send(ctx context.Context, n int) error {
	plan := f.upload.Plan()
	from, size := plan.Offset(n), plan.Length(n)
	done, err := f.engine.send(ctx, sending{size: size, sent: f.total,
		address: func(again bool) (Request, error) { return f.upload.Part(ctx, n, again) },
		body:    func() *body { return f.body(from, from+size) },
	})
	if err != nil {
		return err
	}
	f.note(n, size, done)
	return nil
}

func (f *large) complete(ctx context.Context, r *Result) error {
	if err := f.unchanged(); err != nil {
		return err
	}
	whole := f.whole()
	return f.engine.retrying(ctx, func(bool) error {
		object, err := f.upload.Complete(ctx, f.parts, whole)
		if err == nil {
			r.ETag, r.CRC64NVME = object.ETag, whole
		}
		return err
	})
}

// takeBack tells the meter that what is stored so far will be counted again.
func (f *large) takeBack() {
	for _, p := range f.parts {
		if p.Number != 0 {
			f.engine.Meter.Move(-p.Size)
		}
	}
}
