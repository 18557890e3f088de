package transfer

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"time"

	"signet/cmd/signet/internal/crc"
)

// sending is what several attempts at one PUT share.
type sending struct {
	// address gives the signed request; again says that the last one is not to be
	// used any more.
	address func(again bool) (Request, error)
	body    func() *body // from its start
	size    int64
	sent    *counter
}

// sent is a PUT that S3 accepted.
type sent struct {
	Request
	etag string
	sum  uint64
}

// send sends a body through passing trouble and expired signatures, when there
// is a place for it.
func (e *Engine) send(ctx context.Context, s sending) (done sent, err error) {
	err = e.retrying(ctx, func(again bool) error {
		// Signed before a place is taken, so that waiting for it holds up nobody.
		r, err := s.address(again)
		if err != nil {
			return err
		}
		if err := e.Limit.acquire(ctx); err != nil {
			return err
		}
		defer e.Limit.release()
		done, err = e.anyWay(ctx, r, s)
		if remedyOf(err) == Retry && ctx.Err() == nil {
			e.Limit.trouble()
		}
		return err
	})
	return done, err
}

// attempt is one PUT. What it had moved is taken back when it fails.
func (e *Engine) attempt(ctx context.Context, r Request, s sending) (sent, error) {
	digest, err := e.digest(s)
	if err != nil {
		return sent{}, err
	}
	b := s.body()
	b.moved = func(n int64) {
		s.sent.add(n)
		e.Meter.Move(n)
		e.Limit.move(n)
	}
	if e.Rate != nil {
		b.pace = func(n int) (int, error) {
			n = e.Rate.most(n)
			return n, e.Rate.take(ctx, n)
		}
	}
	answer, err := e.put(ctx, r, b, s.size, digest)
	sum, moved, broken := b.finish()
	if broken != nil { // the file's fault, not the line's
		err = broken
	}
	etag := ""
	if answer != nil {
		defer drain(answer.Body)
		etag = answer.Header.Get("ETag")
	}
	if err == nil {
		err = e.follow(accepted(answer, sum))
	}
	if err != nil {
		e.Meter.Move(-moved)
		return sent{}, err
	}
	return sent{Request: r, etag: etag, sum: sum}, nil
}

// follower is a Target that can sign for another region, and by another clock.
type follower interface {
	Follow(region string) bool
	Adjust(skew time.Duration) bool
}

// follow turns a refusal that names the bucket's region, or tells that this machine's
// clock is wrong, into one after which is signed as it should be.
func (e *Engine) follow(err error) error {
	refusal, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	f, ok := e.Target.(follower)
	if ok && (refusal.Region != "" && f.Follow(refusal.Region) || refusal.Skew != 0 && f.Adjust(refusal.Skew)) {
		refusal.Remedy = Resign
	}
	return err
}

// digest is the Content-MD5 of a body, where the store is to compare that: every one
// knows it (RFC 1864). What is in memory or in the machine's cache is read once more.
func (e *Engine) digest(s sending) (string, error) {
	if !e.MD5 {
		return "", nil
	}
	b, h := s.body(), md5.New()
	if _, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{b}, make([]byte, min(s.size+1, chunk))); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil)), nil
}

func (e *Engine) put(ctx context.Context, r Request, b *body, size int64, digest string) (*http.Response, error) {
	request, err := e.request(ctx, http.MethodPut, r, b)
	if err != nil {
		return nil, err
	}
	if digest != "" {
		request.Header.Set("Content-MD5", digest)
	}
	request.ContentLength = size
	if size == 0 {
		request.Body = http.NoBody // else net/http sends it in chunks of unknown number
	}
	client := e.HTTP
	if r.byEdge {
		client = e.Edge
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, lost(err)
	}
	return answer, nil
}

// accepted reads S3's answer; one that names another checksum than that of what
// was sent is trouble of the line. S3 gives whatever it has stored an ETag
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html), so an
// answer without one is somebody else's: a portal's, a proxy's, a web server's.
func accepted(answer *http.Response, sum uint64) error {
	if answer.StatusCode >= 300 {
		return refused(answer)
	}
	if answer.Header.Get("ETag") == "" {
		return errNotS3(answer.StatusCode, "an ETag")
	}
	if stored := answer.Header.Get("x-amz-checksum-crc64nvme"); stored != "" && stored != crc.Base64(sum) {
		return &Error{Status: answer.StatusCode, Code: "BadDigest", Detail: "S3 stored other bytes than were sent: try again", Remedy: Retry}
	}
	return nil
}
