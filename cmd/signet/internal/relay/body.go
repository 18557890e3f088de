package relay

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"signet/lambda/upload"
)

// stride is what has to arrive within Options.Stall.
const stride = 32 << 10

// body reads a request's body under the one rule on time: that it moves. A limit on
// the whole would kill the honest on a slow line, and a limit on silence alone would
// let a byte a minute hold a place for ever.
type body struct {
	ctx     context.Context // which may end while a read waits
	from    io.Reader
	control *http.ResponseController
	stall   time.Duration
	count   func(int)
	// timed says that a deadline counts between reads too, as it does for the streams
	// of HTTP/2: what passes there is our own slowness, with memory or with S3.
	timed bool

	left   int           // bytes of the stride that are to come
	waited time.Duration // for the stride so far, in reads alone
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.left, b.waited = stride, 0
	}
	began := time.Now()
	b.control.SetReadDeadline(began.Add(b.stall - b.waited))
	if b.ctx.Err() != nil {
		return 0, gone(b.ctx)
	}
	n, err := b.from.Read(p)
	b.waited += time.Since(began)
	b.left -= n
	b.count(n)
	if b.timed {
		b.control.SetReadDeadline(time.Time{})
	}
	switch {
	case err == nil:
		return n, nil
	case err == io.EOF:
		b.control.SetReadDeadline(time.Time{}) // what comes now takes S3's time
		return n, err
	case ended(b.ctx):
		return n, gone(b.ctx)
	case errors.Is(err, os.ErrDeadlineExceeded): // with which net/http ends the context too
		return n, upload.Errorf(RequestTimeout, "got less than %d bytes within %s, want as much at least: try again on a better line", stride, b.stall)
	}
	return n, &upload.Error{Code: IncompleteBody, Detail: "got a body that was cut, want all of it: nothing was stored, send it again", Err: err}
}

// ended says that a context has ended because the server does.
func ended(ctx context.Context) bool {
	_, ours := errors.AsType[*upload.Error](context.Cause(ctx))
	return ours
}

// gone says why a context has ended: by the server's end, or the sender's.
func gone(ctx context.Context) error {
	if ended(ctx) {
		return context.Cause(ctx)
	}
	return &upload.Error{Code: IncompleteBody, Detail: "got a connection that was closed, want all of the file: nothing was stored, send it again", Err: context.Cause(ctx)}
}

// wake ends a read that waits when ctx ends. stop has to be called before the handler
// returns: what belongs to its request may not be touched afterwards.
func (b *body) wake() (stop func()) {
	done := make(chan struct{})
	forget := context.AfterFunc(b.ctx, func() {
		defer close(done)
		b.control.SetReadDeadline(time.Unix(1, 0))
	})
	return func() {
		if !forget() {
			<-done
		}
	}
}

// budget bounds what a form has before its file: fields, and the headers of parts.
type budget struct {
	from io.Reader
	left int // negative: there is no bound any more
}

const mostFields = 64 << 10

// Read implements io.Reader.
func (b *budget) Read(p []byte) (int, error) {
	if b.left < 0 {
		return b.from.Read(p)
	}
	if b.left == 0 {
		return 0, upload.Errorf(upload.InvalidRequest,
			"got no file within %d bytes of the form, want it there: see that the boundary of content-type is the body's, and leave headers and fields out", mostFields)
	}
	n, err := b.from.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// lift ends the bound.
func (b *budget) lift() { b.left = -1 }

// linger takes what the sender still sends after a refusal, for a while: to close
// at once would have his system throw the answer away unread.
func linger(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	if control.Flush() != nil {
		return
	}
	end := time.Now().Add(lingerLimit)
	control.SetReadDeadline(end)
	buffer := make([]byte, 32<<10)
	for time.Now().Before(end) {
		if _, err := r.Body.Read(buffer); err != nil {
			return
		}
	}
}

const lingerLimit = 5 * time.Second
