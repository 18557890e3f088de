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
	"os"
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

	young []waiting
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
// holds. One that is too young for it waits for Settle.
func (m *Mirror) Remember(f walk.File, etag string) {
	switch {
	case etag == "":
	case m.isYoung(f):
		m.young = append(m.young, waiting{f, etag})
	default:
		m.Index.note(f, etag)
	}
}

func (m *Mirror) isYoung(f walk.File) bool { return m.Now().Sub(filestate.Of(f.Info).Last()) <= young }

// waiting is a file that was too young to be remembered.
type waiting struct {
	file walk.File
	etag string
}

// worthWaiting is how many files have to be too young for a wait of a second: each costs
// the next run a request.
const worthWaiting = 100

// Settle looks once more, at the end of a run, at the files that were too young: those
// that are as they were are remembered now. Of a folder that was just fetched all are.
// wait passes time; it may end early.
func (m *Mirror) Settle(wait func(time.Duration)) {
	still := slices.DeleteFunc(slices.Clone(m.young), func(w waiting) bool { return !m.isYoung(w.file) })
	if len(still) >= worthWaiting {
		last := time.Time{}
		for _, w := range still {
			if at := filestate.Of(w.file.Info).Last(); at.After(last) {
				last = at
			}
		}
		wait(min(last.Add(young).Sub(m.Now()), young) + time.Millisecond)
	}
	for _, w := range m.young {
		info, err := os.Stat(w.file.Path)
		if err == nil && filestate.Of(info) == filestate.Of(w.file.Info) && !m.isYoung(w.file) {
			m.Index.note(w.file, w.etag)
		}
	}
	m.young = nil
}
