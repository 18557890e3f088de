package transfer

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"

	"signet/lambda/upload"
)

// md5Of reads an ETag that may be the MD5 of the bytes, or of the MD5s of the parts
// into which Signet cuts so many: it is, unless a key of KMS or the customer's own
// encrypts them, and then no file has it
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html).
func md5Of(etag string, size int64) ([]byte, hash.Hash) {
	digits, parts, inParts := strings.Cut(strings.Trim(etag, `"`), "-")
	sum, err := hex.DecodeString(digits)
	if err != nil || len(sum) != md5.Size {
		return nil, nil
	}
	if !inParts {
		return sum, md5.New()
	}
	plan, err := upload.NewPlan(size)
	if err != nil || parts != fmt.Sprint(plan.PartCount) {
		return nil, nil // of another tool's parts
	}
	return sum, &partsMD5{size: plan.PartSize, Hash: md5.New(), part: md5.New()}
}

// partsMD5 is the MD5 of the MD5s of parts.
type partsMD5 struct {
	hash.Hash       // of the parts that are whole
	size      int64 // of a part
	part      hash.Hash
	at        int64 // within it
}

// Write implements io.Writer.
func (p *partsMD5) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		fits := min(int64(len(b)), p.size-p.at)
		p.part.Write(b[:fits])
		b, p.at = b[fits:], p.at+fits
		if p.at == p.size {
			p.end()
		}
	}
	return n, nil
}

func (p *partsMD5) end() {
	p.Hash.Write(p.part.Sum(nil))
	p.part.Reset()
	p.at = 0
}

// Sum implements hash.Hash; nothing may be written after it.
func (p *partsMD5) Sum(b []byte) []byte {
	if p.at > 0 {
		p.end()
	}
	return p.Hash.Sum(b)
}
