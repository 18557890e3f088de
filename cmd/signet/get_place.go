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
func (f *getFlags) jobs(ctx context.Context, client *api.Client, names []string, out *tally) (jobs []job) {
	taken := map[string]string{}
	for _, name := range names {
		found, err := f.find(ctx, client, name)
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
func (f *getFlags) find(ctx context.Context, client *api.Client, name string) (all []placed, err error) {
	files := &remote.Files{Client: client}
	if f.version != "" {
		file, err := thereOrGone(ctx, client, name)
		if err != nil {
			return nil, err
		}
		v, err := versionOf(ctx, client, file, f.version)
		file.Key, file.VersionID, file.Size, file.Modified = v.Key, v.VersionID, v.Size, v.Modified
		return []placed{f.place(file, file.Name)}, err
	}
	found, above, err := f.meant(ctx, files, name)
	if err != nil {
		return nil, err
	}
	for _, of := range found {
		for i, file := range of.Files {
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

// meant finds the files of a name, of a pattern or below a folder; above are the
// folders that are not made here.
func (f *getFlags) meant(ctx context.Context, files *remote.Files, name string) (found []remote.Found, above string, err error) {
	folder := strings.Trim(name, "/")
	if f.recurse {
		if folder == "." {
			folder = ""
		}
		called, there, err := files.Folder(ctx, folder)
		if err != nil {
			return nil, "", err
		}
		if there {
			found, err := files.Below(ctx, called)
			above, _ = splitPath(called)
			return found, above, err
		}
	}
	found, err = files.Find(ctx, name)
	if _, isFolder := errors.AsType[remote.FolderError](err); isFolder {
		err = fmt.Errorf("got %s, which is a folder: add -r", name)
	}
	if err != nil {
		return nil, "", err
	}
	above, _ = splitPath(found[0].Path)
	if literal := remote.Literal(name); literal != name && found[0].Path != name {
		above, _ = splitPath(literal)
	}
	return found, above, nil
}

// place says where a file goes that is called rel, with slashes. Its name is the
// service's word, and nobody's word leads out of the folder that was asked for.
func (f *getFlags) place(file api.StoredFile, rel string) placed {
	to, err := filepath.Localize(rel)
	if err != nil || rel == "." {
		return placed{job{file: file}, fmt.Errorf("got the name %q, which no file can have here: get it by itself, with -o", remote.Path(file))}
	}
	if !f.intoFolder() {
		to = f.out
	} else if f.out != "" {
		to = filepath.Join(f.out, to)
	}
	return placed{job: job{file: file, to: to}}
}

// occupied says whether a name is taken. One that is no regular file's is an error: a
// device or a pipe is not replaced.
func occupied(to string) (bool, error) {
	if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
		return false, nil
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

// isSame says whether the file that is here is the one that is stored, by size and
// checksum.
func isSame(ctx context.Context, client *api.Client, j job) (bool, error) {
	if info, err := os.Stat(j.to); err != nil || info.Size() != j.file.Size {
		return false, err
	}
	stored, err := client.FileInfo(ctx, j.file.Key, j.file.VersionID)
	if err != nil || stored.Checksum == nil {
		return false, err
	}
	return sameSum(j.to, *stored.Checksum)
}
