package transfer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// Notes is a folder that remembers which unfinished uploads of plain buckets were
// begun here, and for which file: S3 shows of an unfinished upload nothing but
// its key. It is made when it is first needed; where it cannot be, and where it has
// no name, the next run begins anew. Through the API there is no need of it,
// because the key has the file's id.
type Notes string

func (n Notes) name(bucket, key, fileID string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s", bucket, key, fileID))
	return filepath.Join(string(n), hex.EncodeToString(sum[:16]))
}

// read gives the upload id of a note, empty when there is none.
func (n Notes) read(name string) string {
	id, err := os.ReadFile(name)
	if n == "" || err != nil {
		return "" // then the upload begins anew, which loses nothing but time
	}
	return string(id)
}

func (n Notes) write(name, uploadID string) {
	if n != "" && os.MkdirAll(string(n), 0o700) == nil {
		_ = os.WriteFile(name, []byte(uploadID), 0o600) // without a note the next run begins anew
	}
}

func (n Notes) remove(name string) {
	if n == "" {
		return
	}
	_ = os.Remove(name) // one that stays is found out at its next use: its upload is gone
}
