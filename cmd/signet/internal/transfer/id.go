package transfer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"golang.org/x/text/unicode/norm"
)

// sample is the bytes of each of a file's samples; a file of up to three is read
// whole for its id.
const sample = 64 << 10

// FileID is a file's id, which every client computes alike:
// frontend/src/engine/id.ts says how and why.
func FileID(r io.ReaderAt, name string, size int64, modified time.Time) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "signet-file-id/1\n%s\n%d\n%d\n", norm.NFC.String(name), size, modified.Unix())
	spans := [][2]int64{{0, size}}
	if size > 3*sample {
		middle := (size - sample) / 2
		spans = [][2]int64{{0, sample}, {middle, sample}, {size - sample, sample}}
	}
	for _, s := range spans {
		if n, err := io.Copy(h, io.NewSectionReader(r, s[0], s[1])); err != nil {
			return "", err
		} else if n != s[1] {
			return "", io.ErrUnexpectedEOF
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}
