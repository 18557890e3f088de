package mirror

import (
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"signet/cmd/signet/internal/filestate"
	"signet/cmd/signet/internal/walk"
)

// Index remembers which files were found to be the same as which objects.
type Index struct {
	path  string
	known map[string]entry // by Rel
	fresh map[string]entry // of this run, which alone is saved: what is gone is forgotten
}

// entry is a file and an object that were the same.
type entry struct {
	State filestate.State
	ETag  string
}

// OpenIndex reads the index of a pair of folder and place, kept in dir. One that
// is not there, or cannot be read, is empty: then all is compared again. Without
// dir nothing is remembered.
func OpenIndex(dir string, pair ...string) *Index {
	if dir == "" {
		return &Index{fresh: map[string]entry{}}
	}
	sum := sha256.Sum256([]byte(strings.Join(pair, "\n")))
	i := &Index{path: filepath.Join(dir, hex.EncodeToString(sum[:16])), fresh: map[string]entry{}}
	if file, err := os.Open(i.path); err == nil {
		defer file.Close()
		if gob.NewDecoder(file).Decode(&i.known) != nil {
			i.known = nil
		}
	}
	return i
}

func (i *Index) holds(f walk.File, etag string) bool {
	e, ok := i.known[f.Rel]
	if ok = ok && e == (entry{filestate.Of(f.Info), etag}); ok {
		i.fresh[f.Rel] = e
	}
	return ok
}

func (i *Index) note(f walk.File, etag string) {
	i.fresh[f.Rel] = entry{filestate.Of(f.Info), etag}
}

// Save keeps what this run found.
func (i *Index) Save() error {
	if i.path == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(i.path), 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(i.path), "index-*")
	if err != nil {
		return err
	}
	err = errors.Join(gob.NewEncoder(file).Encode(i.fresh), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), i.path)
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return err
}
