package relay

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"signet/cmd/signet/internal/clamd"
	"signet/cmd/signet/internal/stream"
	"signet/lambda/api"
	"signet/lambda/upload"
)

// Stored is the answer of an upload.
type Stored struct {
	api.Completed
	Type string `json:"type"` // that the object has
}

// uploading is one upload, for its log.
type uploading struct {
	body   *body
	bearer upload.Bearer
	byPage bool
	bytes  int64
}

// upload takes a file, and answers when S3 has it.
func (h *Relay) upload(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	control := http.NewResponseController(w)
	_ = control.EnableFullDuplex() // to refuse before the body has ended; HTTP/2 always may
	u := &uploading{}
	u.body = &body{ctx: r.Context(), from: r.Body, control: control, stall: h.options.Stall, timed: r.ProtoMajor > 1, count: func(n int) {
		u.bytes += int64(n)
		h.metrics.received.Add(float64(n))
	}}
	stored, err := h.take(r, u)
	h.finish(r, u, began, err)
	control.SetWriteDeadline(time.Now().Add(callLimit))
	switch {
	case err != nil:
		w.Header().Set("Connection", "close")
		h.refuse(w, r, err)
		linger(w, r)
	case u.byPage:
		h.page.stored(w, r, stored)
	default:
		w.Header().Set("Cache-Control", "no-store")
		write(w, "application/json", http.StatusCreated, stored)
	}
}

func (h *Relay) take(r *http.Request, u *uploading) (Stored, error) {
	leave, err := h.traffic.enter()
	if err != nil {
		return Stored{}, err
	}
	defer leave()
	ctx, cancel := h.traffic.until(r.Context())
	defer cancel()
	u.body.ctx = ctx
	defer u.body.wake()()
	session, err := h.caller(r, u)
	if err != nil {
		return Stored{}, err
	}
	in, err := h.read(r, u)
	if err != nil {
		return Stored{}, err
	}
	if u.byPage && !session.proves(in.csrf) {
		return Stored{}, upload.Errorf(upload.AccessDenied, "got a form that was not of this sign-in, want one of the page: open it again")
	}
	return h.send(ctx, u, in)
}

// caller says whose upload it is: by token, or by the page's cookie, which counts
// for the page's form alone.
func (h *Relay) caller(r *http.Request, u *uploading) (s session, err error) {
	if r.Header.Get("Authorization") == "" && h.page != nil && r.Method == http.MethodPost {
		if s, err = h.page.session(r); err != nil {
			return s, err
		}
		u.byPage = true
		u.bearer, err = s.bearer()
		return s, err
	}
	u.bearer, err = h.tokens.bearer(r)
	return s, err
}

// read takes from the request what comes before the file.
func (h *Relay) read(r *http.Request, u *uploading) (in incoming, err error) {
	if err := h.checkLength(r); err != nil {
		return in, err
	}
	if r.Method == http.MethodPut {
		in, err = raw(r, u.body, len(h.options.Config.Spaces) > 0)
	} else {
		in, err = form(r, u.body)
	}
	if err != nil {
		return in, err
	}
	return in, upload.CheckCRC64NVME(in.crc64nvme)
}

// checkLength refuses by the declared length what would be refused by the real one,
// wherever it is to go. A form has a little more than its file.
func (h *Relay) checkLength(r *http.Request) error {
	largest := h.policy.MostBytes()
	most := min(largest, stream.MostBytes)
	if r.Method == http.MethodPost {
		most += mostFields + mostValue
	}
	if r.ContentLength > most {
		return stream.TooLarge(r.ContentLength, largest)
	}
	return nil
}

// send sends one file to S3.
func (h *Relay) send(ctx context.Context, u *uploading, in incoming) (stored Stored, err error) {
	place, err := h.policy.AuthorizeUploads(u.bearer, in.at)
	if err != nil {
		return Stored{}, err
	}
	if in.atMost > place.MostBytes()+mostFields+mostValue {
		return Stored{}, stream.TooLarge(in.atMost, place.MostBytes())
	}
	source, err := h.sender.Pool.Open(in.file)
	if err != nil {
		return Stored{}, err
	}
	defer source.Close()
	mediaType, err := decide(place, in.mediaType, source.Head)
	if err != nil {
		return Stored{}, err
	}
	file := upload.File{Name: in.name, Type: mediaType, Size: upload.UnknownSize, ID: in.id, Metadata: in.metadata}
	wish := stream.Wish{AtMost: in.atMost, CRC64NVME: in.crc64nvme, Approve: func(context.Context) error { return in.end() }}
	known := h.known(u.bearer, in.at, file)
	if in.id == "" || upload.IsContentID(in.id) {
		wish.Known, wish.OnlyKnown = known, in.id != ""
		file.ID = "" // of one that turns out to be too large to be held back
	}
	approved, err := h.policy.AuthorizeStream(u.bearer, in.at, file)
	if err != nil {
		return Stored{}, err
	}
	if h.options.Config.Counts() {
		room := h.newRoom(ctx, u.bearer, approved.Object().Key(), wish.HoldsBack())
		defer func() { room.settle(stored.Key, err) }()
		if err := room.begin(&wish, in.declared(), known); err != nil {
			return Stored{}, err
		}
	}
	if h.options.Clamd != "" {
		scan, err := h.options.Clamd.Begin(ctx)
		if err != nil {
			return Stored{}, unavailable(clamdAway, err)
		}
		defer scan.Close()
		wish.Heard = both(wish.Heard, scanned{scan})
		before := wish.Approve
		wish.Approve = func(ctx context.Context) error {
			if err := before(ctx); err != nil {
				return err
			}
			return h.judge(scan.Verdict(ctx))
		}
	}
	done, err := h.sender.Send(ctx, approved, source, wish)
	if errors.Is(err, context.Canceled) {
		err = gone(ctx)
	}
	return Stored{Completed: done, Type: approved.Type()}, err
}

// both hear a file, one after the other; nil is nobody.
func both(first, second io.Writer) io.Writer {
	if first == nil {
		return second
	}
	return io.MultiWriter(first, second)
}

// known approves a file whose bytes are all here under the id that follows from them:
// the same file is the same object whichever way it comes.
func (h *Relay) known(b upload.Bearer, at upload.Place, f upload.File) func(int64, [sha256.Size]byte) (upload.Request, error) {
	return func(size int64, sum [sha256.Size]byte) (upload.Request, error) {
		f.Size, f.SHA256 = size, base64.StdEncoding.EncodeToString(sum[:])
		if f.ID == "" {
			f.ID = upload.ContentID(sum)
		}
		return h.policy.Authorize(b, at, f)
	}
}

const clamdAway = "the virus scanner is out of reach, and nothing goes past it: try again later"

// scanned gives clamd's errors the form of ours.
type scanned struct{ scan *clamd.Scan }

// Write implements io.Writer.
func (s scanned) Write(p []byte) (int, error) {
	n, err := s.scan.Write(p)
	return n, scanError(err)
}

func (h *Relay) judge(err error) error {
	h.metrics.scan(err)
	return scanError(err)
}

func scanError(err error) error {
	found, bad := errors.AsType[*clamd.Found](err)
	switch {
	case err == nil:
		return nil
	case bad:
		return upload.Errorf(MalwareFound, "got a file in which the virus scanner found %.100s, want a clean one: nothing was stored", found.Signature)
	case errors.Is(err, clamd.ErrTooLarge):
		return upload.Errorf(upload.EntityTooLarge, "got a file that is longer than the virus scanner takes, want one below its StreamMaxLength: nothing was stored; the operator may raise it")
	}
	return unavailable(clamdAway, err)
}

// finish counts and logs an upload: no name, key or token.
func (h *Relay) finish(r *http.Request, u *uploading, began time.Time, err error) {
	answer, level := http.StatusCreated, slog.LevelInfo
	attributes := []slog.Attr{
		slog.String("method", r.Method), slog.String("caller", string(u.bearer.Caller)), slog.Bool("page", u.byPage), slog.Int64("bytes", u.bytes),
		slog.Float64("ms", float64(time.Since(began).Microseconds())/1000),
	}
	result := "stored"
	if err != nil {
		p, why := api.ProblemOf(err)
		answer, result = status(p.Code), string(p.Code)
		attributes = append(attributes, slog.String("code", string(p.Code)))
		if why != "" {
			attributes = append(attributes, slog.String("error", why))
		}
		if gone := r.Context().Err() != nil; gone {
			result = "gone"
		} else if answer >= 500 {
			level = slog.LevelError
		}
	}
	h.metrics.upload(result, strings.ToLower(r.Method), time.Since(began))
	h.options.Log.LogAttrs(r.Context(), level, "upload", append(attributes, slog.Int("status", answer))...)
}
