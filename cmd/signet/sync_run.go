package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"signet/cmd/signet/internal/mirror"
	"signet/cmd/signet/internal/transfer"
	"signet/cmd/signet/internal/wait"
	"signet/cmd/signet/internal/walk"
)

// syncing is a run: what lies here and there, and what has to be done.
type syncing struct {
	*syncFlags
	shelf shelf
	out   *tally
	*mirror.Mirror
	plan mirror.Plan
	root *os.Root // of the folder that is here, when it is written to
	// older are files there that only a deletion touches, by path. nil: what is sent
	// takes the place of what was there.
	older map[string][]string
	// kept are keys that this run has found to hold what is here.
	kept map[string]bool
	// called is what files are called here whose path is written otherwise there.
	called map[string]string
}

func (f *syncFlags) run(ctx context.Context, c *console) (int, error) {
	there, err := f.shelf(ctx)
	if err != nil {
		return 0, err
	}
	out := newTally(c)
	local, filtered := f.local(out)
	local, called := formed(local, there.form, out)
	if filtered && !f.down {
		return c.usage("%v", errFiltered), nil
	}
	absolute, err := filepath.Abs(f.dir)
	if err != nil {
		return 0, err
	}
	index := mirror.OpenIndex(cacheDir("sync"), append(there.name(), absolute)...)
	s := &syncing{syncFlags: f, shelf: there, out: out, kept: map[string]bool{}, called: called}
	s.Mirror = &mirror.Mirror{Local: local, Now: time.Now, Index: index, Same: there.same}
	left := 0
	s.Remote, s.older, err = there.list(ctx, func(rel string) bool {
		if f.rules.Wants(rel) {
			return true
		}
		left++
		return false
	})
	switch {
	case err != nil:
		return 0, err
	case f.down && len(s.Remote) == 0 && left > 0:
		return c.usage("%v", errFiltered), nil
	case f.down && len(s.Remote) == 0:
		out.note("there is nothing in %s", printable(there.label("")))
	case !f.down && len(local) == 0 && out.failed == 0:
		out.note("there is nothing in %s", printable(f.dir))
	}
	if s.plan, err = s.Plan(ctx); err != nil {
		return 0, err
	}
	out.all += s.plan.Same
	if f.down {
		s.fetch(ctx)
	} else {
		s.send(ctx)
	}
	s.Settle(func(d time.Duration) { _ = wait.For(ctx, d) })
	if err := index.Save(); err != nil && !c.quiet && !f.dryRun {
		// Only time is lost: the next run compares all again.
		out.note("what was compared is not remembered: %v", err)
	}
	return out.end(ctx), nil
}

// formed has files called as they are there, and tells what those are called here whose
// path differs. Two of one path are a fault: each run would put the other in its place.
func formed(local []walk.File, form func(string) string, out *tally) (kept []walk.File, called map[string]string) {
	called, kept = map[string]string{}, local[:0]
	at := make(map[string]string, len(local))
	for _, file := range local {
		rel := form(file.Rel)
		if other, twice := at[rel]; twice {
			out.tell(transfer.Result{File: transfer.File{Path: file.Path},
				Err: fmt.Errorf("got %q and %q, which are both called %q there: rename one of them, or leave it out", other, file.Path, rel)})
			continue
		}
		if at[rel] = file.Path; rel != file.Rel {
			called[rel] = file.Rel
		}
		file.Rel = rel
		kept = append(kept, file)
	}
	return kept, called
}

// local finds the files that are here; filtered says that there were some and the
// filters left none. A folder that is yet to be made has none.
func (f *syncFlags) local(out *tally) (found []walk.File, filtered bool) {
	if f.down && !isFolder(f.dir) {
		return nil, false
	}
	o := f.walk(true)
	fault := func(path string, err error) { out.tell(transfer.Result{File: transfer.File{Path: path}, Err: err}) }
	o.Walk(f.dir, func(file walk.File) {
		if !transfer.IsLeftover(file.Path) {
			found = append(found, file)
		}
	}, fault)
	if len(found) > 0 || out.failed > 0 || len(o.Rules) == 0 {
		return found, false
	}
	o.Rules = nil
	o.Walk(f.dir, func(walk.File) { filtered = true }, func(string, error) {})
	return nil, filtered
}

// send makes there what is here.
func (s *syncing) send(ctx context.Context) {
	if s.dryRun {
		for _, file := range s.plan.Put {
			s.out.would("put", file.Path, s.shelf.label(file.Rel))
			s.keep(s.shelf.held(file.Path, s.older[file.Rel]))
		}
	} else {
		s.transmitAll(ctx)
	}
	rels, keys := slices.DeleteFunc(slices.Clone(s.plan.Delete), func(rel string) bool { return s.kept[s.Remote[rel].ETag] }), s.superseded()
	if !s.mayDelete(ctx, len(rels)+len(keys)) {
		return
	}
	if s.dryRun {
		for _, rel := range rels {
			s.out.would("delete", "", s.shelf.label(rel))
		}
		for _, key := range keys {
			s.out.would("delete", "", key)
		}
		return
	}
	s.shelf.remove(ctx, rels, keys, s.out.deleted)
}

func (s *syncing) transmitAll(ctx context.Context) {
	byPath := map[string]walk.File{}
	var files []transfer.File
	var again []string
	for _, file := range s.plan.Put {
		byPath[file.Path] = file
		f := s.shelf.file(file)
		if f.Type = s.contentType; f.Type == "" {
			f.Type = mediaType(file.Rel)
		}
		files = append(files, f)
	}
	s.transmit(ctx, s.shelf.target(), files, s.out, func(r transfer.Result) {
		if r.Err != nil {
			return
		}
		file := byPath[r.File.Path]
		s.keep(r.Key)
		s.Remember(file, s.shelf.mark(r))
		if newest, there := s.Remote[file.Rel]; r.Existed && s.older != nil && there && newest.ETag != r.Key {
			again = append(again, r.Key)
		}
	})
	for _, key := range again {
		if err := s.shelf.renew(ctx, key); err != nil {
			s.out.refused()
			s.out.trouble("%s is there, but a newer file of its name is what is meant by it: %v", printable(key), shown(err))
		}
	}
}

func (s *syncing) keep(key string) {
	if key != "" {
		s.kept[key] = true
	}
}

// superseded are the keys of older files of a name: those that were there, and the one
// that was the newest where another was sent. What holds what is here is none of them,
// however old it is.
func (s *syncing) superseded() []string {
	if s.older == nil {
		return nil
	}
	for _, file := range s.plan.Put {
		if o, there := s.Remote[file.Rel]; there {
			s.older[file.Rel] = append(s.older[file.Rel], o.ETag)
		}
	}
	keys := slices.Concat(slices.Collect(maps.Values(s.older))...)
	return slices.DeleteFunc(keys, func(key string) bool { return s.kept[key] })
}

// mayDelete says whether n files may be deleted: not when anything has failed, for
// what cannot be read is not gone, and what was renamed and not sent has no copy yet.
func (s *syncing) mayDelete(ctx context.Context, n int) bool {
	switch {
	case !s.delete || n == 0 || ctx.Err() != nil:
		return false
	case s.down && len(s.Remote) == 0:
		s.out.refused()
		s.out.trouble("nothing is deleted: got %s, in which there is nothing: it may be misspelt, or not for you to see any more", printable(s.shelf.label("")))
		return false
	case s.out.failed > 0:
		s.out.trouble("nothing is deleted, because not all could be read and stored")
		return false
	case s.maxDelete >= 0 && n > s.maxDelete:
		s.out.refused()
		s.out.trouble("nothing is deleted: got %d files to delete, want at most the %d of --max-delete: see --dry-run", n, s.maxDelete)
		return false
	}
	return true
}
