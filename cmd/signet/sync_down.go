package main

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"signet/cmd/signet/internal/transfer"
	"signet/cmd/signet/internal/walk"
	"signet/lambda/api"
)

// fetch makes here what is there.
func (s *syncing) fetch(ctx context.Context) {
	wanted, gone, linked := slices.Clone(s.plan.Delete), []walk.File{}, 0
	for _, file := range s.plan.Put {
		switch _, there := s.Remote[file.Rel]; {
		case there:
			wanted = append(wanted, file.Rel)
		case file.Linked:
			linked++
		default:
			gone = append(gone, file)
		}
	}
	slices.Sort(wanted)
	var later []string
	if s.delete {
		wanted, later = s.behind(wanted, gone)
	}
	s.fetchAll(ctx, wanted)
	if s.delete && linked > 0 {
		s.out.note("what lies behind links is left, for it may be another folder's (%s)", fileCount(linked))
	}
	if s.mayDelete(ctx, len(gone)) {
		for _, file := range gone {
			if s.dryRun {
				s.out.would("delete", file.Path, file.Path)
				continue
			}
			s.out.deleted(file.Path, os.Remove(file.Path))
		}
		s.makeWay(later)
	}
	s.fetchAll(ctx, later) // what is still in the way is told of
}

// behind parts off what is fetched after the deletions: files in whose place is a folder
// here, or in whose folder's place is a file that goes.
func (s *syncing) behind(wanted []string, gone []walk.File) (now, later []string) {
	goes := make(map[string]bool, len(gone))
	for _, file := range gone {
		goes[file.Rel] = true
	}
	for _, rel := range wanted {
		blocked := false
		for dir := path.Dir(rel); dir != "." && !blocked; dir = path.Dir(dir) {
			blocked = goes[dir]
		}
		if !blocked {
			info, err := os.Lstat(s.place(rel))
			blocked = err == nil && info.IsDir()
		}
		if blocked {
			later = append(later, rel)
		} else {
			now = append(now, rel)
		}
	}
	return now, later
}

// place is where a path lies here.
func (s *syncing) place(rel string) string {
	return filepath.Join(s.dir, filepath.FromSlash(cmp.Or(s.called[rel], rel)))
}

// makeWay removes folders in whose place files come and in which nothing is left. What
// has anything in it stays, and its file says so.
func (s *syncing) makeWay(rels []string) {
	for _, rel := range rels {
		var folders []string
		_ = filepath.WalkDir(s.place(rel), func(name string, e fs.DirEntry, err error) error {
			if err == nil && e.IsDir() {
				folders = append(folders, name)
			}
			return nil
		})
		for _, name := range slices.Backward(folders) {
			if !s.dryRun {
				_ = os.Remove(name)
			}
		}
	}
}

func (s *syncing) fetchAll(ctx context.Context, rels []string) {
	if s.dryRun {
		for _, rel := range rels {
			s.out.would("get", s.place(rel), s.shelf.label(rel))
		}
		return
	}
	if len(rels) == 0 && isFolder(s.dir) {
		return
	}
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
	several(ctx, transfer.FilesAtOnce(getsAtOnce, 2), rels, func(rel string) func() {
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
	local, err := filepath.Localize(cmp.Or(s.called[rel], rel))
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
