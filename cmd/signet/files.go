package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"signet/cmd/signet/internal/remote"
	"signet/cmd/signet/internal/transfer"
	"signet/lambda/api"
	"signet/lambda/upload"
)

// callRows are the most files that one call deletes or restores.
const callRows = upload.ListPage

// chosen are the files that a command line names.
type chosen struct {
	files  []api.StoredFile
	older  int // how many more have one of the names
	failed int // names that nothing has
}

// finder finds what names mean, where files are stored.
type finder interface {
	// find gives the files of a name, of a pattern, or with recurse of a folder. above
	// are the folders before them that are not made where they are fetched to.
	find(ctx context.Context, name string, recurse bool) (found []remote.Found, above string, err error)
}

// signetFiles are the files of whoever has signed in.
type signetFiles struct {
	*remote.Files
	// rooted takes the root, and a path from it, for a folder: where nothing changes
	// that an empty variable could have named.
	rooted bool
	// whole is the flag that takes a folder as a whole; empty: there is none.
	whole string
	// addresses are those of the files that are fetched; nil: each is signed by itself.
	addresses *transfer.Addresses
}

func (s *signetFiles) find(ctx context.Context, name string, recurse bool) (found []remote.Found, above string, err error) {
	if recurse && (s.rooted || !strings.HasPrefix(name, "/") && strings.Trim(name, "./") != "") {
		folder := strings.Trim(name, "/")
		if folder == "." {
			folder = ""
		}
		called, there, err := s.Folder(ctx, folder)
		if err == nil && !s.rooted {
			err = s.notWhole(ctx, called)
		}
		if err != nil {
			return nil, "", err
		}
		if there {
			found, err := s.Below(ctx, called)
			above, _ = splitPath(called)
			return found, above, err
		}
	}
	found, err = s.Find(ctx, name)
	if _, isFolder := errors.AsType[remote.FolderError](err); isFolder && s.whole != "" {
		err = fmt.Errorf("got %s, which is a folder: add %s", name, s.whole)
	}
	if err != nil {
		return nil, "", err
	}
	return found, aboveOf(name, remote.Literal(name), found), nil
}

// notWhole refuses a space as a whole, which is what an empty variable leaves of
// @team/design/$DIR.
func (s *signetFiles) notWhole(ctx context.Context, folder string) error {
	whole, err := s.IsSpace(ctx, folder)
	if whole && err == nil {
		err = fmt.Errorf("got %s, a space as a whole, want a folder of it: name it; '%s/**' is all", folder, folder)
	}
	return err
}

// aboveOf are the folders of a file that was named, or those that stand before the
// first character of a pattern.
func aboveOf(name, literal string, found []remote.Found) string {
	above, _ := splitPath(found[0].Path)
	if literal != name && found[0].Path != name {
		above, _ = splitPath(literal)
	}
	return above
}

// choice says which files of a name are meant.
type choice struct {
	finder
	all     bool // of several of one name; else the newest
	recurse bool // folders, with all that is below them
}

// choose finds what was named; what is not found is told of and stops no other. Files
// that are named twice are there once.
func (c choice) choose(ctx context.Context, names []string, failed func(name string, err error)) (out chosen) {
	known := map[string]bool{}
	add := func(f api.StoredFile) {
		if id := f.Key + "\n" + f.VersionID; !known[id] {
			known[id] = true
			out.files = append(out.files, f)
		}
	}
	for _, name := range names {
		found, _, err := c.find(ctx, name, c.recurse)
		if err != nil {
			out.failed++
			failed(name, err)
			continue
		}
		for _, f := range found {
			if !c.all {
				out.older += len(f.Files) - 1
				f.Files = f.Files[:1]
			}
			for _, file := range f.Files {
				add(file)
			}
		}
	}
	return out
}

// newest finds the one file that is meant by a name.
func newest(ctx context.Context, files *remote.Files, name string) (api.StoredFile, error) {
	found, err := files.Find(ctx, name)
	switch {
	case err != nil:
		return api.StoredFile{}, err
	case len(found) > 1:
		return api.StoredFile{}, fmt.Errorf("got %q, which %d files match, such as %s and %s: want one", name, len(found), found[0].Path, found[1].Path)
	}
	return found[0].Files[0], nil
}

// thereOrGone finds the one file that is meant by a name, be it there or deleted.
func thereOrGone(ctx context.Context, client *api.Client, name string) (api.StoredFile, error) {
	file, err := newest(ctx, &remote.Files{Client: client}, name)
	if err != nil {
		if gone, none := newest(ctx, &remote.Files{Client: client, Deleted: true}, name); none == nil {
			return gone, nil
		}
	}
	return file, err
}

// inCalls cuts files into as many as one call takes.
func inCalls(files []api.StoredFile, call func([]api.StoredFile)) {
	for len(files) > 0 {
		n := min(len(files), callRows)
		call(files[:n])
		files = files[n:]
	}
}

// splitPath parts a path into its folder and its name.
func splitPath(p string) (folder, name string) {
	folder, name = path.Split(p)
	return strings.TrimSuffix(folder, "/"), name
}

func stamp(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05") }
