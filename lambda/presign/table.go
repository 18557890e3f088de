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
// to be used with PUT, and each part's exact content-length is signed. Where
// Alternate is not empty it stands in URL's place for even n: their signatures
// are for the bucket's other host. Where Edge is not empty it may stand in URL's place
// for every n, as a way to send that part by: with the signature out of EdgeSignatures
// where there are any, else with the same one. 10,000 whole URLs with a session token
// would be 15 MB; the table of them is 0.7 MB.
type Table struct {
	URL        string   `json:"url"`
	Alternate  string   `json:"alternate,omitempty"`
	Edge       string   `json:"edge,omitempty"`
	First      int      `json:"first"`
	Signatures []string `json:"signatures"` // 64 hex digits each
	// EdgeSignatures are there when Edge leads to another host than Signatures are for.
	EdgeSignatures []string  `json:"edgeSignatures,omitempty"`
	Expires        time.Time `json:"-"` // as of [URL]
}

// Hosts says which hosts of a bucket parts are signed for, besides the first one.
type Hosts struct {
	Both bool // even parts for the second host, if there is one
	Edge bool // every part for the way by the site too, if there is one
}

// Parts signs a run of parts for the bucket's first host. Errors are those of
// [Signer.URL].
func (s *Signer) Parts(ctx context.Context, p upload.Parts) (Table, error) {
	return s.PartsOn(ctx, p, Hosts{})
}

// PartsOn signs as Parts does, for the hosts that are named.
func (s *Signer) PartsOn(ctx context.Context, p upload.Parts, on Hosts) (Table, error) {
	var second, edge *endpoint
	if on.Both {
		second = s.second
	}
	if on.Edge {
		edge = s.edge
	}
	if p.Key() == "" || p.UploadID() == "" || p.Count() < 1 {
		return Table{}, upload.Errorf(upload.InvalidRequest, "got %d parts of an upload without key or id, want a run that a policy approved: ask for it there", p.Count())
	}
	t, err := s.start(ctx, p.Expires())
	if err != nil {
		return Table{}, err
	}
	query := string(t.appendQuery(nil, nil, []upload.Header{{Name: "content-length"}, {Name: "host"}}))
	uploadID := "&uploadId=" + escape(p.UploadID(), false)
	odd, url := partsAt(s.endpoint, p.Key(), query, uploadID)
	table := Table{URL: url, First: p.First(), Expires: t.ends}
	even := odd
	if second != nil {
		even, table.Alternate = partsAt(*second, p.Key(), query, uploadID)
	}
	table.Signatures, err = t.signParts(p, [2]parts{even, odd})
	if err != nil || edge == nil {
		return table, err
	}
	by, url := partsAt(*edge, p.Key(), query, uploadID)
	if len(url) > longestEdgeURL-len("&partNumber=10000"+signatureParam)-hexSize {
		return table, nil
	}
	table.Edge = url
	if second != nil || !s.endpoint.same(*edge) {
		table.EdgeSignatures, err = t.signParts(p, [2]parts{by, by})
	}
	return table, err
}

// parts is the canonical request of every part of an upload on one host: the
// part number goes between head and mid, its content-length between mid and tail.
// That the number comes so late is its name's doing: partNumber and uploadId sort
// after every X-Amz- parameter.
type parts struct{ head, mid, tail string }

// partsAt is what all parts of an upload share on one host, and what their URLs do.
func partsAt(e endpoint, key, query, uploadID string) (parts, string) {
	path := e.keyPath + EscapePath(key)
	return parts{
		head: "PUT\n" + path + "\n" + query + "&partNumber=",
		mid:  uploadID + "\ncontent-length:",
		tail: "\nhost:" + e.host + "\n\ncontent-length;host\n" + unsignedPayload,
	}, e.origin + path + "?" + query + uploadID
}

// signParts signs the run, even parts by the first canonical request and odd
// ones by the second. What is the same for all parts is hashed once: the heads
// with the session token in them, the derived key's two blocks, and the string to
// sign up to the hash. The loop allocates nothing.
func (t ticket) signParts(p upload.Parts, c [2]parts) ([]string, error) {
	h := newRewinder()
	requests := [2][]byte{h.mark([]byte(c[0].head)), h.mark([]byte(c[1].head))}
	inner := h.mark(t.appendStringToSign(t.inner[:], t.date[:]))
	outer := h.mark(t.outer[:])

	var all strings.Builder
	all.Grow(p.Count() * hexSize)
	rest := make([]byte, 0, len(c[0].mid)+max(len(c[0].tail), len(c[1].tail))+32)
	sum := make([]byte, 0, sha256.Size)
	digits := make([]byte, hexSize)
	for n := p.First(); n < p.First()+p.Count(); n++ {
		host := n % 2
		rest = strconv.AppendInt(rest[:0], int64(n), 10)
		rest = append(rest, c[host].mid...)
		rest = strconv.AppendInt(rest, p.Plan().Length(n), 10)
		rest = append(rest, c[host].tail...)
		sum = h.sum(sum[:0], requests[host], rest)
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
