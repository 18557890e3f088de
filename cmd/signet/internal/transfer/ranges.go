package transfer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"signet/cmd/signet/internal/crc"
)

// errNoRanges is a server that answers a range with the whole.
var errNoRanges = errors.New("the storage gives no ranges")

// piece fetches one, from where an earlier attempt has come to, and writes down
// what is there, also when it fails.
func (f *fetch) piece(ctx context.Context, p *piece) error {
	err := f.retrying(ctx, func(r Request) error { return f.ask(ctx, r, p, p.at) })
	return errors.Join(err, f.partial.note(p))
}

// ask makes one request: for what is missing of a piece, or, without a piece, for
// the headers alone. S3 tells the whole object's checksum with the whole object
// alone, so the beginning is asked for without a range while it is not known, and
// cut off where the piece ends.
func (f *fetch) ask(ctx context.Context, r Request, p *piece, at int64) error {
	ranged := p != nil && (p.start+at > 0 || f.known() && p.length < f.Size)
	return f.get(ctx, r, func(h http.Header) {
		if ranged {
			h.Set("Range", fmt.Sprintf("bytes=%d-%d", p.start+at, p.start+p.length-1))
		}
	}, func(ctx context.Context, answer *http.Response, stop context.CancelCauseFunc) error {
		switch {
		case ranged && answer.StatusCode != http.StatusPartialContent:
			return errNoRanges
		case ranged && !strings.HasPrefix(answer.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", p.start+at)):
			return &Error{Code: "Lost", Detail: "the storage answered with another range than was asked for", Remedy: Retry}
		case f.otherSize(answer, ranged):
			return &Error{Status: answer.StatusCode, Code: "Changed", Detail: fmt.Sprintf("got another size than the %d bytes that were listed: somebody has replaced it meanwhile, get it again", f.Size)}
		case !ranged:
			f.heard(answer)
		}
		f.dated(answer)
		if p == nil {
			return nil
		}
		return f.copy(ctx, answer.Body, stop, p)
	})
}

// otherSize says that the object is not as long as it was: of one without a checksum
// nothing else would show it.
func (f *fetch) otherSize(answer *http.Response, ranged bool) bool {
	if !ranged {
		return answer.ContentLength >= 0 && answer.ContentLength != f.Size
	}
	_, whole, _ := strings.Cut(answer.Header.Get("Content-Range"), "/")
	return whole != "*" && whole != strconv.FormatInt(f.Size, 10)
}

// heard keeps the checksum that comes with the whole object.
func (f *fetch) heard(answer *http.Response) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.asked {
		f.want = Checksum{answer.Header.Get("x-amz-checksum-crc64nvme"), answer.Header.Get("x-amz-checksum-sha256")}
		f.asked = true
	}
}

// dated keeps the time that put has noted of a file.
func (f *fetch) dated(answer *http.Response) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Modified.IsZero() {
		f.Modified = Modified(answer.Header.Get("x-amz-meta-" + modifiedName))
	}
}

// whole fetches all pieces by one request.
func (f *fetch) whole(ctx context.Context, r Request) error {
	return f.get(ctx, r, func(http.Header) {}, func(ctx context.Context, answer *http.Response, stop context.CancelCauseFunc) error {
		f.heard(answer)
		f.dated(answer)
		for i := range f.partial.pieces {
			p := &f.partial.pieces[i]
			if err := f.copy(ctx, answer.Body, stop, p); err != nil {
				return err
			}
			if err := f.partial.note(p); err != nil {
				return err
			}
		}
		return nil
	})
}

// get makes a request and hands its answer to take, with what cuts it.
func (f *fetch) get(ctx context.Context, r Request, set func(http.Header), take func(context.Context, *http.Response, context.CancelCauseFunc) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	request, err := f.engine.request(ctx, http.MethodGet, r, nil)
	if err != nil {
		return err
	}
	if f.ETag != "" {
		request.Header.Set("If-Match", f.ETag)
	}
	set(request.Header)
	answer, err := f.engine.HTTP.Do(request)
	if err != nil {
		return lost(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		return f.engine.follow(refused(answer))
	}
	if answer.Header.Get("ETag") == "" {
		return errNotS3(answer.StatusCode, "an ETag")
	}
	return take(ctx, answer, stop)
}

// copy writes what arrives of a piece; a stretch without any byte cuts it.
func (f *fetch) copy(ctx context.Context, body io.Reader, stop context.CancelCauseFunc, p *piece) error {
	watch := f.engine.watch(stop)
	defer watch.end()
	buffer, done := f.engine.buffers.take()
	defer done()
	for p.at < p.length {
		n, err := f.read(ctx, body, watch, buffer, p.length-p.at)
		if n > 0 {
			written, full := f.partial.file.WriteAt(buffer[:n], p.start+p.at)
			p.sum = crc.Update(p.sum, buffer[:written])
			f.hash(p, buffer[:written])
			p.at += int64(written)
			f.engine.Meter.Move(int64(written))
			f.engine.Limit.move(int64(written))
			if full == nil && p.overdue() {
				full = f.partial.note(p)
			}
			if full != nil {
				return fmt.Errorf("%w: what has arrived is kept in %s, make room and get it again to go on", full, f.partial.file.Name())
			}
		}
		if err != nil && p.at < p.length {
			return lost(err)
		}
	}
	return nil
}

// read reads at most so many of the bytes that are left, when they may move. Only the
// line is watched: what the bytes wait for here, a disk or whoever reads standard
// output, may take as long as it will.
func (f *fetch) read(ctx context.Context, body io.Reader, watch stall, buffer []byte, left int64) (n int, err error) {
	watch.begin()
	n, err = body.Read(buffer[:f.engine.Rate.most(int(min(int64(len(buffer)), left)))])
	watch.end()
	if n > 0 {
		err = errors.Join(err, f.engine.Rate.take(ctx, n))
	}
	return n, err
}

// hash has the SHA-256 made in the same pass of a file that arrives in one request, as
// those do that have no other checksum.
func (f *fetch) hash(p *piece, arrived []byte) {
	if p.length < f.Size || f.want.CRC64NVME != "" || p.at != f.hashed {
		return
	}
	if f.sha256 == nil {
		f.sha256 = sha256.New()
	}
	f.sha256.Write(arrived)
	f.hashed += int64(len(arrived))
}

// stall cuts a request on which no byte arrives for so long.
type stall struct {
	timer *time.Timer
	after time.Duration
}

// watch makes one, which begins when it is told to.
func (e *Engine) watch(stop context.CancelCauseFunc) stall {
	after := cmp.Or(e.Stall, Stall)
	cause := &Error{Code: "Stalled", Detail: "no byte moved for " + after.String(), Remedy: Retry}
	s := stall{time.AfterFunc(after, func() { stop(cause) }), after}
	s.end()
	return s
}

func (s stall) begin() { s.timer.Reset(s.after) }
func (s stall) end()   { s.timer.Stop() }
