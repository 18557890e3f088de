package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
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
	if s.dryRun {
		for _, rel := range wanted {
			s.out.would("get", filepath.Join(s.dir, cmp.Or(s.called[rel], rel)), s.shelf.label(rel))
		}
	} else {
		s.fetchAll(ctx, wanted)
	}
	if s.delete && linked > 0 {
		s.out.note("what lies behind links is left, for it may be another folder's (%s)", fileCount(linked))
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
