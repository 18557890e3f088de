package presign

import (
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"errors"
	"hash"
	"strconv"
	"strings"
	"time"

	"signet/lambda/upload"
)

// Table holds the signatures of a run of parts of one upload. The URL of part n
// is
//
//	URL + "&partNumber=" + n + "&X-Amz-Signature=" + Signatures[n-First]
//
// to be used with PUT, and each part's exact content-length is signed. 10,000
// whole URLs with a session token would be 15 MB; the table of them is 0.7 MB.
type Table struct {
	URL        string    `json:"url"`
	First      int       `json:"first"`
	Signatures []string  `json:"signatures"` // 64 hex digits each
	Expires    time.Time `json:"-"`          // as of [URL]
}

// Parts signs a run of parts. Errors are those of [Signer.URL].
func (s *Signer) Parts(ctx context.Context, p upload.Parts) (Table, error) {
	if p.Key() == "" || p.UploadID() == "" || p.Count() < 1 {
		return Table{}, upload.Errorf(upload.InvalidRequest, "got %d parts of an upload without key or id, want a run that a policy approved: ask for it there", p.Count())
	}
	t, err := s.start(ctx, p.Expires())
	if err != nil {
		return Table{}, err
	}
	path := s.endpoint.keyPath + EscapePath(p.Key())
	query := string(t.appendQuery(nil, nil, []upload.Header{{Name: "content-length"}, {Name: "host"}}))
	uploadID := "&uploadId=" + escape(p.UploadID(), false)
	signatures, err := t.signParts(p, parts{
		head: "PUT\n" + path + "\n" + query + "&partNumber=",
		mid:  uploadID + "\ncontent-length:",
		tail: "\nhost:" + s.endpoint.host + "\n\ncontent-length;host\n" + unsignedPayload,
	})
	return Table{URL: s.endpoint.origin + path + "?" + query + uploadID, First: p.First(), Signatures: signatures, Expires: t.ends}, err
}

// parts is the canonical request of every part of an upload: the part number
// goes between head and mid, its content-length between mid and tail. That the
// number comes so late is its name's doing: partNumber and uploadId sort after
// every X-Amz- parameter.
type parts struct{ head, mid, tail string }

// signParts signs the run. What is the same for all parts is hashed once: the
// head with the session token in it, the derived key's two blocks, and the
// string to sign up to the hash. The loop allocates nothing.
func (t ticket) signParts(p upload.Parts, c parts) ([]string, error) {
	h := newRewinder()
	request := h.mark([]byte(c.head))
	inner := h.mark(t.appendStringToSign(t.inner[:], t.date[:]))
	outer := h.mark(t.outer[:])

	var all strings.Builder
	all.Grow(p.Count() * hexSize)
	rest := make([]byte, 0, len(c.mid)+len(c.tail)+32)
	sum := make([]byte, 0, sha256.Size)
	digits := make([]byte, hexSize)
	for n := p.First(); n < p.First()+p.Count(); n++ {
		rest = strconv.AppendInt(rest[:0], int64(n), 10)
		rest = append(rest, c.mid...)
		rest = strconv.AppendInt(rest, p.Plan().Length(n), 10)
		rest = append(rest, c.tail...)
		sum = h.sum(sum[:0], request, rest)
		hex.Encode(digits, sum)
		sum = h.sum(sum[:0], inner, digits)
		sum = h.sum(sum[:0], outer, sum)
		hex.Encode(digits, sum)
		all.Write(digits)
	}
	signatures := make([]string, p.Count())
	for i := range signatures {
		signatures[i] = all.String()[i*hexSize : (i+1)*hexSize]
	}
	return signatures, h.err
}

// rewinder is SHA-256 that can go back to where it was.
type rewinder struct {
	hash hash.Hash
	err  error
}

func newRewinder() *rewinder { return &rewinder{hash: sha256.New()} }

// mark hashes data and keeps the state.
func (r *rewinder) mark(data []byte) (state []byte) {
	r.hash.Reset()
	r.hash.Write(data)
	state, err := r.hash.(encoding.BinaryAppender).AppendBinary(nil)
	r.err = errors.Join(r.err, err)
	return state
}

// sum appends the hash of what was marked, followed by data.
func (r *rewinder) sum(b, state, data []byte) []byte {
	if err := r.hash.(encoding.BinaryUnmarshaler).UnmarshalBinary(state); err != nil {
		r.err = err
	}
	r.hash.Write(data)
	return r.hash.Sum(b)
}
