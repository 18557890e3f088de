package transfer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"sync"

	"signet/cmd/signet/internal/crc"
	"signet/lambda/upload"
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
	content []byte // of a file that is small enough to be kept
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
	// Each file stays open until it is sent, and so do those of the batches before.
	most := FilesAtOnce(e.Target.Batch(), batchesAtOnce+1)
	for len(batch) < most && held < batchHeld && total < batchBytes {
		s, ok := <-files
		if !ok {
			return batch, false
		}
		f, err := e.prepare(s)
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

// prepare reads a file for its checksum, which is then signed, so that S3 itself
// refuses other bytes: what is once stored under an id that follows from it is the
// file. A file of up to 192 KiB is kept; a larger one is read a second time when it is
// sent, out of the machine's cache.
func (e *Engine) prepare(s *source) (f *single, err error) {
	f = &single{source: s, wish: s.wish()}
	known, digest, also := e.namesByContent(), sha256.New(), io.Discard
	if known {
		also = digest
	}
	var sum uint64
	if s.size <= 3*sample {
		f.content, err = s.content()
		sum = crc.Update(0, f.content)
		_, _ = also.Write(f.content) // neither fails
	} else {
		sum, err = s.sumOf(0, s.size, also)
	}
	if err != nil {
		return nil, err
	}
	f.wish.CRC64NVME = crc.Base64(sum)
	if known {
		whole := [sha256.Size]byte(digest.Sum(nil))
		f.wish.ID, f.wish.SHA256 = upload.ContentID(whole), base64.StdEncoding.EncodeToString(whole[:])
	}
	return f, nil
}

func (e *Engine) namesByContent() bool {
	t, ok := e.Target.(contentNamer)
	return ok && t.ByContent()
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
	e.start(f.Path)
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
	if remedyOf(err) == Exists {
		r.Key = cmp.Or(keyOf(err), r.Key)
		err = f.sameAs(err)
		r.Existed = err == nil
		if named, ok := e.Target.(contentNamer); ok && r.Sent > 0 {
			named.SentInVain()
		}
	}
	switch {
	case r.Existed:
		e.Meter.Move(f.size)
	case err != nil:
		r.Err = err
	default:
		r.ETag, r.CRC64NVME = done.etag, crc.Base64(done.sum)
	}
	return r
}

// sameAs holds what is there to the file. S3 holds the key of known content and its
// bytes together, so there is nothing to compare but where the bucket's owner has put
// something else there.
func (f *single) sameAs(found error) error {
	there, told := thereOf(found)
	if !told || there.size == f.size && (there.checksum.SHA256 == "" || there.checksum.SHA256 == f.wish.SHA256) {
		return nil
	}
	return &Error{Code: "BadDigest", Err: found, Detail: fmt.Sprintf("got %s, which holds other bytes than its id says, and was not put there by Signet: delete it and send the file again", keyOf(found))}
}
