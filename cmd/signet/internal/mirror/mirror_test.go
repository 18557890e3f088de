package mirror

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"signet/cmd/signet/internal/filestate"
	"signet/cmd/signet/internal/walk"
)

// world is a folder, a listing and what a comparison would say.
type world struct {
	t        *testing.T
	dir      string
	index    string
	compared []string
	same     map[string]bool
	err      error
	age      time.Duration // of the last file that was written
}

func (w *world) write(rel, content string, age time.Duration) walk.File {
	w.t.Helper()
	path := filepath.Join(w.dir, rel)
	then := time.Now().Add(-age)
	w.age = age
	err := os.WriteFile(path, []byte(content), 0o600)
	if err == nil {
		err = os.Chtimes(path, then, then)
	}
	info, statErr := os.Stat(path)
	if err = errors.Join(err, statErr); err != nil {
		w.t.Fatal(err)
	}
	return walk.File{Path: path, Rel: rel, Info: info}
}

// plan plans, and gives what is put and deleted and what had to be compared.
func (w *world) plan(remote map[string]Object, files ...walk.File) (put, deleted, compared []string) {
	w.t.Helper()
	w.compared = nil
	m := &Mirror{Local: files, Remote: remote, Index: OpenIndex(w.index, "a", "b"),
		Now: func() time.Time { return time.Now().Add(w.age) },
		Same: func(_ context.Context, key, _ string) (bool, error) {
			w.compared = append(w.compared, key) // one at a time: there is one file in doubt
			return w.same[key], w.err
		}}
	p, err := m.Plan(context.Background())
	if !errors.Is(err, w.err) {
		w.t.Errorf("got %v, want %v", err, w.err)
	}
	for _, f := range p.Put {
		put = append(put, f.Rel)
	}
	if p.Same != len(files)-len(p.Put) {
		w.t.Errorf("%d are the same, want %d", p.Same, len(files)-len(p.Put))
	}
	if err := m.Index.Save(); err != nil {
		w.t.Fatal(err)
	}
	return put, p.Delete, w.compared
}

func TestPlan(t *testing.T) {
	w := &world{t: t, dir: t.TempDir(), index: t.TempDir(), same: map[string]bool{"a": true}}
	a := w.write("a", "one", time.Minute)
	want := func(what string, remote map[string]Object, f walk.File, put, deleted, compared []string) {
		t.Helper()
		p, d, c := w.plan(remote, f)
		if !slices.Equal(p, put) || !slices.Equal(d, deleted) || !slices.Equal(c, compared) {
			t.Errorf("%s: put %q, deleted %q, compared %q, want %q, %q, %q", what, p, d, c, put, deleted, compared)
		}
	}
	list := func(etag string) map[string]Object { return map[string]Object{"a": {3, etag}} }
	only := []string{"a"}
	asked := []string{"a"}
	want("not there", map[string]Object{"z": {}, "b": {}}, a, only, []string{"b", "z"}, nil)
	want("another size", map[string]Object{"a": {4, "1"}}, a, only, nil, nil)
	want("in doubt", list("1"), a, nil, nil, asked)
	want("remembered", list("1"), a, nil, nil, nil)
	want("another object", list("2"), a, nil, nil, asked)
	want("remembered again", list("2"), a, nil, nil, nil)

	a = w.write("a", "two", 30*time.Second)
	w.same["a"] = false
	want("another file", list("2"), a, only, nil, asked)
	want("still another", list("2"), a, only, nil, asked)

	// Written again with the time and size that it had: compared all the same.
	w.same["a"] = true
	a = w.write("a", "two", 30*time.Second)
	want("remembered", list("2"), a, nil, nil, asked)
	then := a.Info.ModTime()
	a = w.write("a", "TWO", time.Minute)
	if err := os.Chtimes(a.Path, then, then); err != nil {
		t.Fatal(err)
	}
	a.Info, _ = os.Stat(a.Path)
	w.same["a"] = false
	want("its time was set back", list("2"), a, only, nil, asked)

	// A file that has just changed could change again unseen: not remembered.
	w.same["a"] = true
	a = w.write("a", "now", 0)
	want("young", list("2"), a, nil, nil, asked)
	want("young again", list("2"), a, nil, nil, asked)

	w.err = errors.New("no answer")
	a = w.write("a", "old", time.Hour)
	if p, _, _ := w.plan(list("9"), a); p != nil {
		t.Errorf("put %q although nothing could be compared", p)
	}
}

// An index that cannot be read is an empty one.
func TestBrokenIndex(t *testing.T) {
	w := &world{t: t, dir: t.TempDir(), index: t.TempDir(), same: map[string]bool{"a": true}}
	a, list := w.write("a", "one", time.Minute), map[string]Object{"a": {3, "1"}}
	w.plan(list, a)
	if _, _, compared := w.plan(list, a); compared != nil {
		t.Error("nothing was remembered")
	}
	files, err := filepath.Glob(filepath.Join(w.index, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	if err := os.WriteFile(files[0], []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, compared := w.plan(list, a); len(compared) != 1 {
		t.Errorf("compared %q, want it again", compared)
	}
}

// What was too young is remembered at the end of a run where it is as it was: for a
// folder that was just fetched that is worth a moment's wait.
func TestSettle(t *testing.T) {
	for _, row := range []struct {
		files int
		waits time.Duration // that the run takes besides
		want  bool          // whether it is waited for
	}{{3, 0, false}, {3, 2 * time.Second, false}, {worthWaiting, 0, true}, {worthWaiting, 2 * time.Second, false}} {
		w := &world{t: t, dir: t.TempDir(), index: t.TempDir()}
		now := time.Time{} // as soon as the files are there
		m := &Mirror{Index: OpenIndex(w.index, "a"), Now: func() time.Time { return now }}
		var files []walk.File
		for i := range row.files {
			f := w.write(fmt.Sprint(i), "x", -time.Hour) // whose time lies in the future
			files = append(files, f)
			if last := filestate.Of(f.Info).Last(); last.After(now) {
				now = last
			}
		}
		for _, f := range files {
			m.Remember(f, "1")
		}
		if err := os.WriteFile(files[0].Path, []byte("z"), 0o600); err != nil {
			t.Fatal(err)
		}
		now = now.Add(row.waits)
		waited := time.Duration(0)
		m.Settle(func(d time.Duration) {
			waited = d
			now = now.Add(d)
		})
		if (waited > 0) != row.want || waited > 2*young {
			t.Errorf("%d files after %v: waited %v", row.files, row.waits, waited)
		}
		known := row.want || row.waits > 0
		if err := m.Index.Save(); err != nil {
			t.Fatal(err)
		}
		again := OpenIndex(w.index, "a")
		if again.holds(files[1], "1") != known || again.holds(files[0], "1") {
			t.Errorf("%d files after %v: remembered %v, the changed one %v", row.files, row.waits, again.holds(files[1], "1"), again.holds(files[0], "1"))
		}
	}
}
