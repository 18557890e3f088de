package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"signet/cmd/signet/internal/remote"
	"signet/lambda/api"
)

// job is a file to fetch, and where to.
type job struct {
	file api.StoredFile // VersionID: the version, where one was named
	to   string
}

// jobs finds what was named and where each goes. What is not found is told of, and so
// is a second file for a name that is taken.
func (f *getFlags) jobs(ctx context.Context, from source, names []string, out *tally) (jobs []job) {
	taken := map[string]string{}
	for _, name := range names {
		found, err := f.find(ctx, from, name)
		if err != nil {
			out.got(job{file: api.StoredFile{Name: name}}, fetched{}, err)
			continue
		}
		if len(found) > 1 && !f.intoFolder() {
			err := fmt.Errorf("got %d files for -o %s, want a folder: add a slash to its end, and it is made", len(found), f.out)
			out.got(job{file: api.StoredFile{Name: name}}, fetched{}, err)
			continue
		}
		for _, j := range found {
			other, twice := taken[j.to]
			if twice {
				err = fmt.Errorf("got %s for %s, where %s goes: get it by itself, with -o", remote.Path(j.file), j.to, other)
			} else if err = j.wrong; err == nil {
				jobs, taken[j.to] = append(jobs, j.job), remote.Path(j.file)
				continue
			}
			out.got(job{file: j.file}, fetched{}, err)
		}
	}
	return jobs
}

// placed is a job, or why it cannot be one.
type placed struct {
	job
	wrong error
}

// find finds the files of a name, each with its place.
func (f *getFlags) find(ctx context.Context, from source, name string) (all []placed, err error) {
	found, above, err := from.find(ctx, name, f.recurse)
	if err != nil {
		return nil, err
	}
	for _, of := range found {
		for i, file := range of.Files {
			if strings.HasSuffix(file.Key, "/") && file.Size == 0 {
				break // stands for a folder
			}
			rel := of.Path
			if above != "" {
				rel = strings.TrimPrefix(rel, above+"/")
			}
			if i > 0 && !f.all {
				break
			}
			if i > 0 {
				dir, _ := path.Split(rel)
				rel = dir + path.Base(file.Key)
			}
			all = append(all, f.place(file, rel))
		}
	}
	return all, nil
}

// place says where a file goes that is called rel, with slashes. Its name is the
// service's word, and nobody's word leads out of the folder that was asked for.
func (f *getFlags) place(file api.StoredFile, rel string) placed {
	if !f.intoFolder() {
		return placed{job: job{file: file, to: f.out}}
	}
	to, err := filepath.Localize(rel)
	if err != nil || rel == "." {
		return placed{job{file: file}, fmt.Errorf("got the name %q, which no file can have here: get it by itself, with -o", remote.Path(file))}
	}
	return placed{job: job{file: file, to: filepath.Join(f.out, to)}}
}

// occupied says whether a name is taken. One that is no regular file's is an error: a
// device or a pipe is not replaced.
func occupied(to string) (bool, error) {
	switch _, err := os.Lstat(to); {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case errors.Is(err, syscall.ENOTDIR):
		return false, fmt.Errorf("got %s, in whose folder's place is a file here: move that away", to)
	}
	info, err := os.Stat(to) // what a link leads to
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return true, nil
	case err != nil:
		return false, err
	case info.IsDir():
		return false, fmt.Errorf("got %s, which is a folder, want a file: add a slash to write into it", to)
	case !info.Mode().IsRegular():
		return false, fmt.Errorf("got %s, which is no regular file, want one: -o - writes to standard output", to)
	}
	return true, nil
}
