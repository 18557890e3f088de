package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"signet/cmd/signet/internal/progress"
	"signet/cmd/signet/internal/remote"
	"signet/lambda/api"
)

const lsUsage = `signet ls: list your files

Usage:
  signet ls [flags] [FOLDER | NAME | PATTERN | @SPACE/FOLDER]...
  signet ls [flags] --bucket BUCKET [PREFIX | PATTERN]...

Flags:
  -R           with all that is below the folder
  --sort WHAT  name, time or size (default: name; time and size: newest and largest
               first)
  --deleted    those that were deleted and can be brought back
  -l           show keys, which tell files of the same name apart
  --json       a line of JSON for each file: key, name, folder, size, modified; and
               for each folder: name, with a slash at its end, and folder; of
               a bucket: key, size, modified, etag; and folder
  -q           paths alone
  --bucket BUCKET     use this machine's AWS credentials and this bucket: keys as they
                      are, and of a PREFIX all that begins with it
  --region REGION     with --bucket: where it is (default: as the AWS CLI)
  --profile NAME      with --bucket: profile of the AWS CLI
  --endpoint-url URL  with --bucket: an S3 that is not AWS's

A list of everything by name is printed as it comes, in the order of S3: as large
as it may be, it takes no more memory.

Examples:
  $ signet ls
                              -  photos/
  2026-11-24 09:30:12     1.2 MiB  report.pdf

  $ signet ls photos
  $ signet ls @team/design/photos
  $ signet ls -R --sort size
  $ signet ls -R --bucket my-upload-demo-2025 uploads/
  $ signet ls '*.jpg' --json | jq -r .key
`

// lister prints lists.
type lister struct {
	*console
	awsFlags
	files              *remote.Files
	order              string
	deleted, long, all bool
	out                *bufio.Writer
}

func lsCommand(args []string, stdout, stderr io.Writer) int {
	out := bufio.NewWriter(stdout)
	l := &lister{console: &console{stdout: out, stderr: stderr}, out: out}
	set := l.flags("ls")
	set.BoolVar(&l.deleted, "deleted", false, "")
	set.BoolVar(&l.long, "l", false, "")
	set.BoolVar(&l.all, "R", false, "")
	set.StringVar(&l.order, "sort", "name", "")
	l.awsFlags.add(set)
	places, code, ok := l.parse(set, lsUsage, args)
	defer out.Flush()
	switch {
	case !ok:
		return code
	case !slices.Contains([]string{"name", "time", "size"}, l.order):
		return l.usage("got --sort %s, want name, time or size: correct it", l.order)
	case l.bucket != "" && l.deleted:
		return l.usage("got --deleted with --bucket: leave one of them out")
	case len(places) == 0:
		places = []string{""}
	}
	if err := l.awsFlags.check(); err != nil {
		return l.usage("%v", err)
	}
	ctx, stop := interruptible()
	defer stop()
	list, err := l.opened(ctx)
	if err != nil {
		return l.fail(err)
	}
	failed := 0
	for _, place := range places {
		if err := list(ctx, place); err != nil {
			failed++
			l.fail(err)
		}
	}
	if err := out.Flush(); err != nil {
		return l.fail(err)
	}
	return ended(ctx, verdict(failed, len(places)))
}

// opened is how a place is listed.
func (l *lister) opened(ctx context.Context) (func(ctx context.Context, place string) error, error) {
	if l.bucket != "" {
		bucket, err := l.awsFlags.openBucket(ctx)
		return bucketLister{l, bucket}.list, err
	}
	client, _, err := service()
	l.files = &remote.Files{Client: client, Deleted: l.deleted}
	return l.list, err
}

// list prints what is at a place: what a pattern or a name means, or what is in a
// folder.
func (l *lister) list(ctx context.Context, place string) error {
	folder := strings.TrimSuffix(place, "/")
	switch there, err := l.folder(ctx, folder); {
	case err != nil || there || folder == "":
		return err
	case isSpace(ctx, l.files, folder):
		return nil // in which there is nothing yet
	case folder != place:
		return fmt.Errorf("got %q, want a folder in which there is something: see signet ls", place)
	}
	found, err := l.files.Find(ctx, place)
	if err != nil {
		return err
	}
	var files []api.StoredFile
	for _, f := range found {
		files = append(files, f.Files...)
	}
	l.sort(files)
	for _, f := range files {
		l.file(f, remote.Path(f))
	}
	return nil
}

// folder prints what is in a folder, and says whether that is anything. By name, and
// with all that is below, it is page after page.
func (l *lister) folder(ctx context.Context, folder string) (there bool, err error) {
	var files []api.StoredFile
	var folders []string
	for page, err := range l.files.Pages(ctx, api.FilesQuery{Folder: folder, Recursive: l.all}) {
		if remote.IsRefused(err) {
			return false, nil // a path that no folder can have
		}
		if err != nil {
			return false, err
		}
		there = there || len(page.Files)+len(page.Folders) > 0
		files, folders = append(files, page.Files...), append(folders, page.Folders...)
		if l.all && l.order == "name" {
			for _, f := range files {
				l.file(f, remote.Path(f))
			}
			files = files[:0]
			if err := l.out.Flush(); err != nil {
				return false, err
			}
		}
	}
	slices.Sort(folders)
	for _, name := range slices.Compact(folders) {
		l.folderRow(norm.NFC.String(folder), name)
	}
	l.sort(files)
	for _, f := range files {
		shown := f.Name
		if l.all {
			shown = remote.Path(f)
		}
		l.file(f, shown)
	}
	return there, nil
}

func (l *lister) sort(files []api.StoredFile) {
	slices.SortStableFunc(files, func(a, b api.StoredFile) int {
		switch l.order {
		case "time":
			return cmp.Or(b.Modified.Compare(a.Modified), strings.Compare(remote.Path(a), remote.Path(b)))
		case "size":
			return cmp.Or(cmp.Compare(b.Size, a.Size), strings.Compare(remote.Path(a), remote.Path(b)))
		}
		return cmp.Or(strings.Compare(remote.Path(a), remote.Path(b)), b.Modified.Compare(a.Modified))
	})
}

// folderRow prints a folder.
func (l *lister) folderRow(in, name string) {
	row := struct {
		Name   string `json:"name"`
		Folder string `json:"folder"`
	}{name + "/", in}
	if l.quiet {
		l.print(row, "%s", printable(path.Join(in, name)+"/"))
		return
	}
	l.print(row, "%19s  %10s  %s", "", "-", printable(name+"/"))
}

// file prints a file, called as it is to be shown.
func (l *lister) file(f api.StoredFile, shown string) {
	switch {
	case l.quiet:
		l.print(f, "%s", printable(remote.Path(f)))
		return
	case l.long:
		shown = f.Key
	}
	l.print(f, "%s  %10s  %s", stamp(f.Modified), progress.Bytes(f.Size), printable(shown))
}
