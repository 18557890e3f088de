package upload

import (
	"encoding/base64"
	"encoding/hex"
)

// contentDigits is how much of a file's SHA-256 its key holds: with a client's
// id of 32 characters and a hyphen that makes the 64 that an id may have. 124 bits
// leave nobody a second content of the same key.
const contentDigits = 31

// AuthorizeContent approves a POST upload of one file whose SHA-256 is known. A
// form cannot carry If-None-Match, and it can be sent again while it lives. So the
// form takes these bytes alone, and unless overwriting is allowed a part of their
// SHA-256 stands in the key behind the client's id: whatever is sent later under
// the same key has the same content. Errors are those of [Policy.Authorize], and
// InvalidDigest.
func (p *Policy) AuthorizeContent(caller Caller, f File) (Form, error) {
	if f.Size > MaxPutSize && f.Size <= int64(p.config.MaxObjectSize) {
		return Form{}, Errorf(EntityTooLarge, "got size %d, want at most %d for a form: use POST /uploads, which sends it in parts", f.Size, int64(MaxPutSize))
	}
	sum, err := base64.StdEncoding.Strict().DecodeString(f.SHA256)
	if err != nil || len(sum) != 32 {
		return Form{}, Errorf(InvalidDigest, "got sha256 %s, want the base64 of the file's 32 bytes: a form takes known content alone", quote(f.SHA256))
	}
	plain, headers, err := p.file(caller, f)
	if err != nil {
		return Form{}, err
	}
	object := plain
	if f.ID != "" && !p.config.Overwrite {
		if len(f.ID) > 32 {
			return Form{}, Errorf(InvalidArgument, "got id %s, want at most 32 characters for a form: shorten it", quote(f.ID))
		}
		f.ID += "-" + hex.EncodeToString(sum)[:contentDigits]
		if object.key, err = p.key(caller, f); err != nil {
			return Form{}, err
		}
	}
	sortHeaders(headers)
	fields := []Header{{"key", object.key}, {"Content-Type", headerValue(headers, "content-type")}, {"success_action_status", "201"}}
	for _, h := range headers {
		if h.Name != "content-type" {
			fields = append(fields, h)
		}
	}
	fields = append(fields, Header{"x-amz-checksum-sha256", f.SHA256})
	return Form{key: object.key, plain: plain, fields: fields, min: f.Size, max: f.Size, expires: p.expires()}, nil
}
