package presign

import (
	"context"
	"strconv"
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
	query := appendQuery(nil, t.query([]upload.Header{{Name: "content-length"}, {Name: "host"}}))
	uploadID := "&uploadId=" + escape(p.UploadID(), false)

	// partNumber and uploadId sort after every X-Amz- parameter, so all before the
	// part number is the same for all parts.
	b := append([]byte("PUT\n"+path+"\n"), query...)
	b = append(b, "&partNumber="...)
	fixed := len(b)
	signatures := make([]string, p.Count())
	for i := range signatures {
		n := p.First() + i
		b = strconv.AppendInt(b[:fixed], int64(n), 10)
		b = append(b, uploadID...)
		b = append(b, "\ncontent-length:"...)
		b = strconv.AppendInt(b, p.Plan().Length(n), 10)
		b = append(b, "\nhost:"...)
		b = append(b, s.endpoint.host...)
		b = append(b, "\n\ncontent-length;host\n"+unsignedPayload...)
		signature := t.signature(t.date, b)
		signatures[i] = string(signature[:])
	}
	return Table{
		URL:        s.endpoint.origin + path + "?" + string(query) + uploadID,
		First:      p.First(),
		Signatures: signatures,
		Expires:    t.ends,
	}, nil
}
