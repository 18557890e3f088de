package transfer

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// sample is the bytes of each of a file's samples; a file of up to three is read
// whole for its hint.
const sample = 64 << 10

// hintDigits are the digits of a hint behind its p.
const hintDigits = 25

// HintID is the id of a file in parts, which every client computes alike:
// frontend/src/engine/id.ts says how and why. Another file may have the same one: it
// finds an unfinished upload, and says nothing of what is stored. name may be a path,
// of which what stands behind the last slash counts.
func HintID(r io.ReaderAt, name string, size int64, modified time.Time) (string, error) {
	h := sha256.New()
	own := name[strings.LastIndexAny(name, `/\`)+1:]
	fmt.Fprintf(h, "signet-file-id/2\n%s\n%d\n%d\n", norm.NFC.String(own), size, modified.Unix())
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
	digits := base32.StdEncoding.EncodeToString(h.Sum(nil))
	return "p" + strings.ToLower(digits[:hintDigits]), nil
}
