package transfer

import (
	"context"
	"errors"
	"net/http"
	"os"
	"testing"
	"time"
)

// stopped sends a file and stops when so many parts have arrived.
func stopped(w *world, f File, after int) Result {
	ctx, stop := context.WithCancel(w.t.Context())
	defer stop()
	w.proxy.on(func(put int, r *http.Request) fault {
		if put > after {
			stop()
			return cut(0)
		}
		return nil
	})
	r := w.put(ctx, f)[f.Name]
	if !errors.Is(r.Err, context.Canceled) {
		w.t.Fatalf("got %v, want it stopped", r.Err)
	}
	w.proxy.on(nil)
	return r
}

func TestResume(t *testing.T) {
	for name, target := range map[string]func(*world) Target{
		"API":    func(w *world) Target { return &API{Client: w.api} },
		"bucket": func(w *world) Target { return NewBucket(w.client(), testBucket, Notes(w.t.TempDir()), Storage{}) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.engine = w.newEngine(target(w))
			f := file(t, "resumed", 101*mib)
			stopped(w, f, 5)
			r := w.one(f)
			if r.Resumed < 8*mib || r.Sent != r.Size-r.Resumed {
				t.Errorf("%+v, want no part sent twice", r)
			}
			if objects, uploads := w.stored(); objects != 1 || uploads != 0 {
				t.Errorf("%d objects and %d unfinished uploads are left", objects, uploads)
			}
			w.proxy.on(nil)
			if r = w.one(f); !r.Existed || w.proxy.passed() != 0 {
				t.Errorf("again: %+v, want it to be there already", r)
			}
		})
	}
}

// Two runs with other content, but the same name, size, time and samples: the id
// is the same and the parts are not.
func TestResumeOfAnotherFile(t *testing.T) {
	w := newWorld(t)
	f := file(t, "swapped", 96*mib)
	stopped(w, f, 5)
	info, err := os.Stat(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	// Between the samples, in each part.
	for at := int64(mib); at < info.Size(); at += 8 * mib {
		overwrite(t, f.Path, at, "another")
	}
	if err := os.Chtimes(f.Path, time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if r := w.one(f); r.Sent < r.Size {
		t.Errorf("%+v, want all of it sent again", r)
	}
	if _, uploads := w.stored(); uploads != 0 {
		t.Errorf("%d unfinished uploads are left", uploads)
	}
}

func overwrite(t *testing.T, path string, at int64, text string) {
	t.Helper()
	out, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		_, err = out.WriteAt([]byte(text), at)
	}
	if err = errors.Join(err, out.Close()); err != nil {
		t.Fatal(err)
	}
}
