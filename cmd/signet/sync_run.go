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
	"signet/cmd/signet/internal/walk"
	"signet/lambda/api"
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
}

func (f *syncFlags) run(ctx context.Context, c *console) (int, error) {
	there, err := f.shelf(ctx)
	if err != nil {
		return 0, err
	}
	out := newTally(c)
	local, filtered := f.local(out)
	for i := range local {
		local[i].Rel = there.form(local[i].Rel)
	}
	if filtered && !f.down {
		return c.usage("%v", errFiltered), nil
	}
	absolute, err := filepath.Abs(f.dir)
	if err != nil {
		return 0, err
	}
	index := mirror.OpenIndex(cacheDir("sync"), append(there.name(), absolute)...)
	s := &syncing{syncFlags: f, shelf: there, out: out}
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
	s.Settle(func(d time.Duration) {
		select {
		case <-time.After(d):
		case <-ctx.Done():
		}
	})
	if err := index.Save(); err != nil && !c.quiet && !f.dryRun {
		// Only time is lost: the next run compares all again.
		out.note("what was compared is not remembered: %v", err)
	}
	return out.end(ctx), nil
}

// local finds the files that are here; filtered says that there were some and the
// filters left none. A folder that is yet to be made has none.
func (f *syncFlags) local(out *tally) (found []walk.File, filtered bool) {
	if f.down && !isFolder(f.dir) {
		return nil, false
	}
	o := f.walk(true)
	fault := func(path string, err error) { out.tell(transfer.Result{File: transfer.File{Path: path}, Err: err}) }
	o.Walk(f.dir, func(file walk.File) { found = append(found, file) }, fault)
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
		}
	} else {
		s.transmitAll(ctx)
	}
	rels, keys := s.plan.Delete, s.superseded()
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
	for _, file := range s.plan.Put {
		byPath[file.Path] = file
		f := s.shelf.file(file)
		if f.Type = s.contentType; f.Type == "" {
			f.Type = mediaType(file.Rel)
		}
		files = append(files, f)
	}
	s.transmit(ctx, s.shelf.target(), files, s.out, func(r transfer.Result) {
		if r.Err == nil {
			s.Remember(byPath[r.File.Path], s.shelf.mark(r))
		}
	})
}

// superseded are the keys of older files of a name: those that were there, and the one
// that was the newest where another was sent.
func (s *syncing) superseded() []string {
	if s.older == nil {
		return nil
	}
	for _, file := range s.plan.Put {
		if o, there := s.Remote[file.Rel]; there {
			s.older[file.Rel] = append(s.older[file.Rel], o.ETag)
		}
	}
	return slices.Concat(slices.Collect(maps.Values(s.older))...)
}

// mayDelete says whether n files may be deleted: not when anything has failed, for
// what cannot be read is not gone, and what was renamed and not sent has no copy yet.
func (s *syncing) mayDelete(ctx context.Context, n int) bool {
	switch {
	case !s.delete || n == 0 || ctx.Err() != nil:
		return false
	case s.out.failed > 0:
		s.out.trouble("nothing is deleted, because not all could be read and stored")
		return false
	case s.maxDelete >= 0 && n > s.maxDelete:
		s.out.failed++
		s.out.trouble("nothing is deleted: got %d files to delete, want at most the %d of --max-delete: see --dry-run", n, s.maxDelete)
		return false
	}
	return true
}

// fetch makes here what is there.
func (s *syncing) fetch(ctx context.Context) {
	wanted, gone := slices.Clone(s.plan.Delete), []walk.File{}
	for _, file := range s.plan.Put {
		if _, there := s.Remote[file.Rel]; there {
			wanted = append(wanted, file.Rel)
		} else {
			gone = append(gone, file)
		}
	}
	slices.Sort(wanted)
	if s.dryRun {
		for _, rel := range wanted {
			s.out.would("get", filepath.Join(s.dir, rel), s.shelf.label(rel))
		}
	} else {
		s.fetchAll(ctx, wanted)
	}
	if !s.mayDelete(ctx, len(gone)) {
		return
	}
	for _, file := range gone {
		if s.dryRun {
			s.out.would("delete", file.Path, file.Path)
			continue
		}
		s.out.deleted(file.Path, os.Remove(file.Path))
	}
}

func (s *syncing) fetchAll(ctx context.Context, rels []string) {
	if err := s.open(); err != nil {
		s.out.tell(transfer.Result{File: transfer.File{Path: s.dir}, Err: err})
		return
	}
	defer s.root.Close()
	e := s.engine(s.out, s.shelf.target(), &s.awsFlags)
	s.out.expect(len(rels))
	if shelf, ok := s.shelf.(*signetShelf); ok {
		shelf.expect(rels)
	}
	var fetched []string
	several(ctx, getsAtOnce, rels, func(rel string) func() {
		j, got, err := s.fetchOne(ctx, e, rel)
		return func() {
			s.out.got(j, got, err)
			if err == nil {
				fetched = append(fetched, j.to)
			}
			if info, failed := os.Stat(j.to); err == nil && failed == nil {
				s.Remember(walk.File{Path: j.to, Rel: rel, Info: info}, s.Remote[rel].ETag)
			}
		}
	})
	transfer.DropLeftovers(fetched)
}

// fetchOne fetches a file to its place, which nobody's word leads out of the folder.
func (s *syncing) fetchOne(ctx context.Context, e *transfer.Engine, rel string) (j job, got fetched, err error) {
	o := s.Remote[rel]
	j.file = api.StoredFile{Key: s.shelf.label(rel), Name: rel, Size: o.Size}
	local, err := filepath.Localize(rel)
	if err != nil {
		return j, got, fmt.Errorf("got the name %q, which no file can have here: leave it out", rel)
	}
	j.to = filepath.Join(s.dir, local)
	if _, err := occupied(j.to); err != nil {
		return j, got, err
	}
	// A root does not follow a link that leads out of it.
	if err := s.root.MkdirAll(filepath.Dir(local), 0o777); err != nil {
		return j, got, fmt.Errorf("got %s, whose folder cannot be made in %s: %w", rel, s.dir, err)
	}
	d := s.shelf.download(rel, o)
	d.Partial, d.To = partialName(j, o.ETag), j.to
	got.Got, err = e.Get(ctx, d)
	j.file.Key = "" // it was the partial's name alone
	return j, got, err
}

// open makes the folder that is here, and opens it.
func (s *syncing) open() (err error) {
	if err = os.MkdirAll(s.dir, 0o777); err == nil {
		s.root, err = os.OpenRoot(s.dir)
	}
	return err
}
