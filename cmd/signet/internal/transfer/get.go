package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"signet/cmd/signet/internal/crc"
)

// Download is a file to fetch.
type Download struct {
	// Size is what it is known to have, in bytes.
	Size int64
	// Partial keeps what has arrived; its name must be the object's alone, since
	// what it holds is taken for the object's beginning. To is where the whole file
	// goes.
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

// Get fetches a file: into Partial, from where that ends, and over To's name once
// it is whole and its checksum is S3's. What has arrived stays in Partial
// whatever happens, but for a wrong checksum, which drops it.
func (e *Engine) Get(ctx context.Context, d Download) (got Got, err error) {
	file, err := os.OpenFile(d.Partial, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return got, err
	}
	defer file.Close()
	f := &fetch{engine: e, Download: d, file: file}
	if err := f.readBack(); err != nil {
		return got, err
	}
	got.Resumed = f.at
	e.Meter.Expect(d.Size)
	e.Meter.Move(f.at)
	var r Request
	err = e.retrying(ctx, func(again bool) (err error) {
		if r.URL == "" || again || r.stale() {
			if r, err = d.Sign(ctx); err != nil {
				return err
			}
		}
		return f.attempt(ctx, r)
	})
	if err != nil {
		return got, err
	}
	got.Size, got.CRC64NVME, got.Compared = f.at, crc.Base64(f.sum), f.want != ""
	if f.want != "" && f.want != got.CRC64NVME {
		os.Remove(d.Partial)
		return got, &Error{Code: "BadDigest", Detail: fmt.Sprintf("got crc64nvme %s, want %s: nothing was kept, get it again", got.CRC64NVME, f.want)}
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return got, err
	}
	return got, os.Rename(d.Partial, d.To)
}

// fetch is a download on its way.
type fetch struct {
	Download
	engine *Engine
	file   *os.File
	at     int64  // bytes in the file
	sum    uint64 // of them
	want   string // S3's checksum of the whole; empty: it has none
	asked  bool   // whether want is known
}

// readBack sums what an earlier run has left; more than the object is none of it.
func (f *fetch) readBack() error {
	info, err := f.file.Stat()
	if err != nil {
		return err
	}
	if info.Size() > f.Size {
		return f.file.Truncate(0)
	}
	buffer := make([]byte, chunk)
	for {
		n, err := f.file.Read(buffer)
		f.sum = crc.Update(f.sum, buffer[:n])
		f.at += int64(n)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// attempt fetches what is missing. S3 tells the whole object's checksum with the
// whole object alone, so a rest is asked for twice: first without a range, for
// the header, which ends that request.
func (f *fetch) attempt(ctx context.Context, r Request) error {
	if f.at > 0 && !f.asked {
		if err := f.ask(ctx, r, false, func(*http.Response, context.CancelCauseFunc) error { return nil }); err != nil {
			return err
		}
	}
	if f.at == f.Size && f.asked {
		return nil
	}
	return f.ask(ctx, r, f.at > 0, func(answer *http.Response, stop context.CancelCauseFunc) error {
		if f.at > 0 && answer.StatusCode != http.StatusPartialContent {
			return f.restart()
		}
		return f.copy(answer.Body, stop)
	})
}

// ask makes one request and hands its answer to take, with what cuts it.
func (f *fetch) ask(ctx context.Context, r Request, rest bool, take func(*http.Response, context.CancelCauseFunc) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
	if err != nil {
		return &Error{Code: "InvalidRequest", Detail: "got a signed address that is none: see the service's configuration"}
	}
	for name, value := range r.Headers {
		request.Header.Set(name, value)
	}
	if rest {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", f.at))
	}
	answer, err := f.engine.HTTP.Do(request)
	if err != nil {
		return lost(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		return refused(answer)
	}
	if !rest {
		f.want, f.asked = answer.Header.Get("x-amz-checksum-crc64nvme"), true
	}
	return take(answer, stop)
}

// restart begins anew where a server gives no ranges.
func (f *fetch) restart() error {
	f.engine.Meter.Move(-f.at)
	f.at, f.sum = 0, 0
	if err := f.file.Truncate(0); err != nil {
		return err
	}
	return &Error{Code: "Lost", Detail: "the storage answered with the whole file instead of the rest", Remedy: Retry}
}

// copy writes what arrives; a stretch without any byte cuts it.
func (f *fetch) copy(body io.Reader, stop context.CancelCauseFunc) error {
	stalled := &Error{Code: "Stalled", Detail: "no byte moved for " + Stall.String(), Remedy: Retry}
	timer := time.AfterFunc(Stall, func() { stop(stalled) })
	defer timer.Stop()
	buffer := make([]byte, chunk)
	for f.at < f.Size {
		n, err := body.Read(buffer)
		if n = int(min(int64(n), f.Size-f.at)); n > 0 {
			timer.Reset(Stall)
			if _, err := f.file.WriteAt(buffer[:n], f.at); err != nil {
				return f.full(err)
			}
			f.sum = crc.Update(f.sum, buffer[:n])
			f.at += int64(n)
			f.engine.Meter.Move(int64(n))
		}
		if err != nil && f.at < f.Size {
			return lost(err)
		}
	}
	return nil
}

// full keeps of a write that failed what was written whole.
func (f *fetch) full(err error) error {
	if cut := f.file.Truncate(f.at); cut != nil {
		return errors.Join(err, cut)
	}
	return fmt.Errorf("%w: %d of %d bytes are kept in %s, make room and get it again to go on", err, f.at, f.Size, f.Partial)
}
