package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"signet/cmd/signet/internal/remote"
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

// choice says which files of a name are meant.
type choice struct {
	*remote.Files
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
		found, err := c.one(ctx, name)
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

// one finds what a name means.
func (c choice) one(ctx context.Context, name string) ([]remote.Found, error) {
	folder := strings.TrimSuffix(name, "/")
	if c.recurse && folder != "" {
		switch called, there, err := c.Folder(ctx, folder); {
		case err != nil:
			return nil, err
		case there:
			return c.Below(ctx, called)
		}
	}
	found, err := c.Find(ctx, name)
	if _, isFolder := errors.AsType[remote.FolderError](err); isFolder {
		err = fmt.Errorf("got %s, which is a folder: add -r", name)
	}
	return found, err
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
