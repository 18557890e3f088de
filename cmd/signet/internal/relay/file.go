package relay

import (
	"os"
	"sync"
	"time"
)

// file is what a file holds, read again when it has changed: certificates and keys
// are renewed while the server runs.
type file[T any] struct {
	path  string
	parse func() (T, error)

	mu      sync.Mutex
	changed time.Time // as of value
	value   T
}

// get gives what the file holds. A new content that cannot be read leaves the old
// one in use, until it can.
func (f *file[T]) get() (T, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.path)
	if err == nil && info.ModTime().Equal(f.changed) {
		return f.value, nil
	}
	if err == nil {
		var value T
		if value, err = f.parse(); err == nil {
			f.value, f.changed = value, info.ModTime()
		}
	}
	if err != nil && f.changed.IsZero() {
		return f.value, err
	}
	return f.value, nil
}
