// Package mirror finds out what makes a bucket's folder like one of this machine.
//
// A file is the same when its size and its checksum are those of the object. To
// learn an object's checksum costs a request, so what was once compared, or sent,
// is remembered: as long as the file's state and the object's ETag stay as they
// were, the two are still the same.
package mirror

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"sync"
	"time"

	"signet/cmd/signet/internal/filestate"
	"signet/cmd/signet/internal/walk"
)

// comparing is how many objects are asked for their checksum at once.
const comparing = 16

// young is the age, in time since its last change, from which a file is
// remembered: a younger one could change again within one tick of its clock.
const young = time.Second

// Object is an object as a listing shows it. ETag changes when it does: where none is
// ever replaced, its key will do.
type Object struct {
	Size int64
	ETag string
}

// Mirror compares.
type Mirror struct {
	Local  []walk.File
	Remote map[string]Object // by Rel
	Index  *Index
	// Same compares a file with an object by checksum.
	Same func(ctx context.Context, rel, path string) (bool, error)
	Now  func() time.Time
}

// Plan is what has to be done.
type Plan struct {
	Put    []walk.File
	Delete []string // objects that have no file, by Rel, in order
	Same   int
}

// Plan compares all files. An object that cannot be compared is sent again.
func (m *Mirror) Plan(ctx context.Context) (Plan, error) {
	var p Plan
	var doubtful []walk.File
	here := map[string]bool{}
	for _, f := range m.Local {
		here[f.Rel] = true
		object, there := m.Remote[f.Rel]
		switch {
		case !there || object.Size != f.Info.Size():
			p.Put = append(p.Put, f)
		case m.Index.holds(f, object.ETag):
			p.Same++
		default:
			doubtful = append(doubtful, f)
		}
	}
	changed, err := m.compare(ctx, doubtful)
	p.Put = append(p.Put, changed...)
	p.Same += len(doubtful) - len(changed)
	for rel := range m.Remote {
		if !here[rel] {
			p.Delete = append(p.Delete, rel)
		}
	}
	slices.Sort(p.Delete)
	return p, err
}

// compare gives the files whose checksum is not their object's.
func (m *Mirror) compare(ctx context.Context, files []walk.File) (changed []walk.File, err error) {
	var mu sync.Mutex
	var work sync.WaitGroup
	queue := make(chan walk.File)
	for range min(comparing, len(files)) {
		work.Go(func() {
			for f := range queue {
				same, failed := m.Same(ctx, f.Rel, f.Path)
				mu.Lock()
				switch {
				case failed != nil && !errors.Is(failed, fs.ErrPermission) && !errors.Is(failed, fs.ErrNotExist):
					err = failed
				case same && failed == nil:
					m.Remember(f, m.Remote[f.Rel].ETag)
				default: // what cannot be read is reported when it is sent
					changed = append(changed, f)
				}
				mu.Unlock()
			}
		})
	}
	for _, f := range files {
		queue <- f
	}
	close(queue)
	work.Wait()
	return changed, err
}

// Remember notes that a file, as it was found, is what the object of the ETag
// holds.
func (m *Mirror) Remember(f walk.File, etag string) {
	if etag != "" && m.Now().Sub(filestate.Of(f.Info).Last()) > young {
		m.Index.note(f, etag)
	}
}
