package api

import (
	"net"
	"net/http"
	"path"
	"strconv"
	"time"

	"signet/lambda/upload"
)

// The headers of a guest. The token of a pass stands in no path and no query, where logs
// and other pages would find it. By the third, which a client makes up, one who goes on
// is told from a new guest.
const (
	passHeader  = "Signet-Pass"
	guestHeader = "Signet-Guest"
)

// pausedError is a SlowDown that says after which time.
type pausedError struct{ after time.Duration }

func (e *pausedError) Error() string { return e.Unwrap().Error() }

// Unwrap gives the error that is answered.
func (e *pausedError) Unwrap() error {
	return upload.Errorf(upload.SlowDown, "got too many wrong passwords for this pass, want a pause of %d seconds more: wait and try again", e.seconds())
}

func (e *pausedError) seconds() int { return int(e.after/time.Second) + 1 }

// retryAfter is the Retry-After of an error, in seconds.
func retryAfter(err error) string {
	for ; err != nil; err = unwrap(err) {
		if paused, ok := err.(*pausedError); ok {
			return strconv.Itoa(paused.seconds())
		}
	}
	return "1"
}

func unwrap(err error) error {
	if u, ok := err.(interface{ Unwrap() error }); ok {
		return u.Unwrap()
	}
	return nil
}

// guest is the bearer of a request's pass, and the pass. What is no token, and an id that
// is known to be none, costs no request; all else that is wrong is the same 404.
func (h *Handler) guest(r *http.Request, begins bool) (upload.Bearer, *upload.Pass, error) {
	nobody := upload.Bearer{}
	token, ok := upload.ParsePassToken(r.Header.Get(passHeader))
	if !ok {
		return nobody, nil, upload.ErrNoSuchPass()
	}
	k, err := h.knownPass(r.Context(), token.ID)
	if err != nil {
		return nobody, nil, err
	}
	if k.pass == nil {
		return nobody, nil, upload.ErrNoSuchPass()
	}
	if err := k.pass.Open(token, h.options.Now()); err != nil {
		return nobody, nil, err
	}
	if err := h.checkPassword(r.Context(), k, r.Header.Get(passwordHeader)); err != nil {
		return nobody, nil, err
	}
	if err := h.beginGuest(r, k.pass, begins); err != nil {
		return nobody, nil, err
	}
	return k.pass.Bearer(), k.pass, nil
}

// beginGuest counts a guest of a pass that is for so many. Who says nothing of himself is
// known by where he comes from, and looking at the pass makes him a new one.
func (h *Handler) beginGuest(r *http.Request, pass *upload.Pass, begins bool) error {
	if pass.Uses == 0 {
		return nil
	}
	guest := r.Header.Get(guestHeader)
	anew := begins && guest == ""
	if guest == "" {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			host = r.RemoteAddr
		}
		guest = host + "\n" + r.UserAgent()
	}
	if !anew && pass.Guests[upload.HashOf(guest)] {
		return nil
	}
	defer h.passes.forget(pass.ID)
	return update(r.Context(), h.records, upload.PassKey(pass.ID), func(p *upload.Pass) (bool, error) {
		if p.Made == 0 {
			return false, upload.ErrNoSuchPass()
		}
		return p.BeginGuest(guest, anew)
	})
}

// showPass says what a pass is for. One by which nothing new can come is gone, once
// nothing is on its way any more.
func (h *Handler) showPass(x *exchange) (any, error) {
	pass := x.pass
	if pass.Counted() {
		var err error
		if pass, err = h.readPass(x.ctx(), pass.ID); err != nil {
			return nil, err
		}
		if pass == nil || pass.UsedUp() && !pass.Busy(h.options.Now()) {
			return nil, upload.ErrNoSuchPass()
		}
	}
	types, largest, files, ok := h.policy.PassLimits(pass)
	if !ok {
		return nil, upload.ErrNoSuchPass()
	}
	out := &GuestPass{
		Do: pass.Do, Title: pass.Title, Expires: time.Unix(pass.Expires, 0).UTC(), AllowedTypes: types,
		MaxObjectSize: int64(largest), MaxFiles: files, Show: pass.Show, Metadata: len(pass.Metadata) > 0,
	}
	if pass.Do == upload.DoRead && pass.Folder != "" {
		out.Name = path.Base(pass.Folder)
	}
	if pass.Counted() {
		out.Left = &GuestLeft{}
		if pass.Files != 0 {
			left := max(0, pass.Files-pass.Used.Files)
			out.Left.Files = &left
		}
		if pass.Bytes != 0 {
			left := max(0, int64(pass.Bytes)-pass.Used.Bytes)
			out.Left.Bytes = &left
		}
	}
	return out, nil
}
