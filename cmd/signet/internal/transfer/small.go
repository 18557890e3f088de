package transfer

import (
	"context"
	"sync"

	"signet/cmd/signet/internal/crc"
)

const (
	// batchHeld bounds the content that a batch holds in memory, batchBytes all
	// that is read for a batch before its first byte is sent.
	batchHeld  = 16 << 20
	batchBytes = 64 << 20
	// batchesAtOnce: one is sent while the next is read and signed.
	batchesAtOnce = 2
)

// single is a file that goes up in one PUT.
type single struct {
	*source
	wish    Wish
	content []byte // of a file that was read whole for its id
	signed  Signed
}

// putSmall gathers files into batches that one call signs.
func (e *Engine) putSmall(ctx context.Context, files <-chan *source, tell func(Result)) {
	places := make(chan struct{}, batchesAtOnce)
	var batches sync.WaitGroup
	defer batches.Wait()
	for open := true; open; {
		var batch []*single
		batch, open = e.gather(files, tell)
		if len(batch) == 0 {
			continue
		}
		places <- struct{}{}
		batches.Go(func() {
			defer func() { <-places }()
			e.putBatch(ctx, batch, tell)
		})
	}
}

// gather reads files until a batch is full; open says that there are more.
func (e *Engine) gather(files <-chan *source, tell func(Result)) (batch []*single, open bool) {
	held, total := 0, int64(0)
	for len(batch) < e.Target.Batch() && held < batchHeld && total < batchBytes {
		s, ok := <-files
		if !ok {
			return batch, false
		}
		f, err := prepare(s)
		if err != nil {
			s.file.Close()
			tell(Result{File: s.File, Size: s.size, Err: err})
			continue
		}
		held += len(f.content)
		total += f.size
		batch = append(batch, f)
	}
	return batch, true
}

// prepare makes a file's id and its checksum, which is then signed, so that S3
// itself refuses other bytes: what is once stored under the id is taken for the
// file. A file that is read whole for its id is kept; a larger one is read a
// second time when it is sent, out of the machine's cache.
func prepare(s *source) (*single, error) {
	f := &single{source: s}
	var err error
	if s.size <= 3*sample {
		f.content, err = s.content()
	}
	if err == nil {
		f.wish, err = s.wish()
	}
	if err != nil {
		return nil, err
	}
	if f.content != nil {
		f.wish.CRC64NVME = crc.Base64(crc.Update(0, f.content))
	} else {
		f.wish.CRC64NVME, err = s.sum()
	}
	return f, err
}

func (e *Engine) putBatch(ctx context.Context, batch []*single, tell func(Result)) {
	err := e.sign(ctx, batch)
	var sending sync.WaitGroup
	for _, f := range batch {
		if err != nil {
			f.file.Close()
			tell(Result{File: f.File, Size: f.size, Err: err})
			continue
		}
		sending.Go(func() {
			defer f.file.Close()
			tell(e.putSingle(ctx, f))
		})
	}
	sending.Wait()
}

// sign signs files in one call.
func (e *Engine) sign(ctx context.Context, files []*single) error {
	wishes := make([]Wish, len(files))
	for i, f := range files {
		wishes[i] = f.wish
	}
	return e.retrying(ctx, func(bool) error {
		signed, err := e.Target.Presign(ctx, wishes)
		for i, s := range signed {
			files[i].signed = s
		}
		return err
	})
}

func (e *Engine) putSingle(ctx context.Context, f *single) Result {
	r := Result{File: f.File, Size: f.size}
	var total counter
	done, err := e.send(ctx, sending{size: f.size, sent: &total,
		address: func(again bool) (Request, error) {
			if again || f.signed.Err == nil && f.signed.stale() {
				if err := e.sign(ctx, []*single{f}); err != nil {
					return Request{}, err
				}
			}
			return f.signed.Request, f.signed.Err
		},
		body: func() *body {
			if f.content != nil {
				return f.bodyOf(f.content)
			}
			return f.body(0, f.size)
		}})
	r.Sent, r.Key = total.value(), f.signed.Key
	switch {
	case remedyOf(err) == Exists:
		r.Existed = true
		e.Meter.Move(f.size)
	case err != nil:
		r.Err = err
	default:
		r.ETag, r.CRC64NVME = done.etag, crc.Base64(done.sum)
	}
	return r
}
