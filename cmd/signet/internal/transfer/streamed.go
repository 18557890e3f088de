package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strings"

	"signet/cmd/signet/internal/crc"
)

// Stream writes an object to a place that only goes forward, such as standard
// output: in order, over one connection, going on where one was lost. Only Size,
// ETag and Sign of the Download count. A checksum that is not S3's is an error
// after all was written, for nothing can be taken back then.
func (e *Engine) Stream(ctx context.Context, d Download, to io.Writer) (Got, error) {
	e.Meter.Expect(d.Size)
	s := &streamed{fetch: fetch{Download: d, engine: e}, to: to, sha256: sha256.New()}
	err := s.goOn(ctx)
	got := Got{Size: s.at, CRC64NVME: crc.Base64(s.sum)}
	if err != nil {
		return got, err
	}
	has, want := got.CRC64NVME, s.want.CRC64NVME
	if want == "" && !strings.Contains(s.want.SHA256, "-") {
		has, want = base64.StdEncoding.EncodeToString(s.sha256.Sum(nil)), s.want.SHA256
	}
	if got.Compared = want != ""; got.Compared && has != want {
		return got, &Error{Code: "BadDigest", Detail: fmt.Sprintf("got bytes of checksum %s, want %s: what was written is not the file, get it again", has, want)}
	}
	return got, nil
}

// streamed is an object on its way to a writer.
type streamed struct {
	fetch
	to     io.Writer
	at     int64
	sum    uint64
	sha256 hash.Hash
}

// goOn makes attempts for as long as each few of them bring it further: over one
// connection a large object outlives more of them than a range does.
func (s *streamed) goOn(ctx context.Context) error {
	for {
		before := s.at
		err := s.retrying(ctx, func(r Request) error { return s.attempt(ctx, r) })
		if remedyOf(err) != Retry || s.at == before || ctx.Err() != nil {
			return err
		}
	}
}

func (s *streamed) attempt(ctx context.Context, r Request) error {
	return s.get(ctx, r, func(h http.Header) {
		if s.at > 0 {
			h.Set("Range", fmt.Sprintf("bytes=%d-", s.at))
		}
	}, func(ctx context.Context, answer *http.Response, stop context.CancelCauseFunc) error {
		if s.at > 0 && answer.StatusCode != http.StatusPartialContent {
			return errNoRanges
		}
		if s.at == 0 {
			s.heard(answer)
		}
		return s.pass(ctx, answer.Body, stop)
	})
}

// pass hands on what arrives.
func (s *streamed) pass(ctx context.Context, body io.Reader, stop context.CancelCauseFunc) error {
	watch := s.engine.watch(stop)
	defer watch.end()
	buffer := make([]byte, chunk)
	for s.at < s.Size {
		n, err := s.read(ctx, body, watch, buffer, s.Size-s.at)
		if n > 0 {
			if _, err := s.to.Write(buffer[:n]); err != nil {
				return err
			}
			s.sum = crc.Update(s.sum, buffer[:n])
			s.sha256.Write(buffer[:n])
			s.at += int64(n)
			s.engine.Meter.Move(int64(n))
			s.engine.Limit.move(int64(n))
		}
		if err != nil && s.at < s.Size {
			return lost(err)
		}
	}
	return nil
}
