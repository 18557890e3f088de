package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"signet/cmd/signet/internal/progress"
	"signet/cmd/signet/internal/remote"
	"signet/cmd/signet/internal/transfer"
	"signet/lambda/api"
)

const uploadsUsage = `signet uploads: list unfinished uploads, or drop them

What is stored of them costs money until they are finished, dropped, or removed
by the bucket's lifecycle. Run signet put with the same file to finish one.
Those in spaces are listed too, as @SPACE/FOLDER/NAME; signet spaces lists those.

Usage:
  signet uploads [flags] [FOLDER]
  signet uploads --abort NAME | PATTERN | KEY... | --abort --all [FOLDER]
  signet uploads [flags] --bucket BUCKET [PREFIX]
  signet uploads --bucket BUCKET --abort KEY | PATTERN... | --abort --all [PREFIX]

Flags:
  --abort  drop the uploads that are named, by folder/name
  --all    with --abort: all of yours, or those in a FOLDER or an @SPACE; with --bucket
           all that are listed, anybody's
  --json   a line of JSON for each: key, name, folder, uploadId, initiated, parts, bytes
  -q       keys alone
  --bucket BUCKET     use this machine's AWS credentials and this bucket: keys as they
                      are
  --region REGION     with --bucket: where it is (default: as the AWS CLI)
  --profile NAME      with --bucket: profile of the AWS CLI
  --endpoint-url URL  with --bucket: an S3 that is not AWS's

Examples:
  $ signet uploads
  2026-11-24 09:30:12    12 parts    96.0 MiB  film.mov

  $ signet uploads --abort film.mov
  dropped film.mov

  $ signet uploads --abort --all @team/design
  $ signet uploads --bucket my-upload-demo-2025 --abort 'old/**'
`

// unfinished is an upload with what is stored of it.
type unfinished struct {
	api.Unfinished
	Parts int   `json:"parts"`
	Bytes int64 `json:"bytes"`
}

// begun is where uploads are begun, and wait.
type begun interface {
	uploads(ctx context.Context) ([]api.Unfinished, error)
	// stored is what is stored of one, in parts and bytes.
	stored(ctx context.Context, u api.Unfinished) (parts int, bytes int64, err error)
	drop(ctx context.Context, u api.Unfinished) error
	// isCalled says whether an upload is what was given.
	isCalled(u api.Unfinished, given string) bool
}

type uploadsFlags struct {
	awsFlags
	abort, all bool
	within     string // a folder, or with --bucket what keys begin with; empty: everywhere
}

func uploadsCommand(args []string, stdout, stderr io.Writer) int {
	c, f := &console{stdout: stdout, stderr: stderr}, &uploadsFlags{}
	set := c.flags("uploads")
	f.awsFlags.add(set)
	set.BoolVar(&f.abort, "abort", false, "")
	set.BoolVar(&f.all, "all", false, "")
	names, code, ok := c.parse(set, uploadsUsage, args)
	if !ok {
		return code
	}
	names, err := f.check(names)
	if err != nil {
		return c.usage("%v: see signet uploads --help", err)
	}
	ctx, stop := interruptible()
	defer stop()
	from, err := f.open(ctx)
	if err != nil {
		return c.fail(err)
	}
	list, err := from.uploads(ctx)
	switch {
	case err != nil:
		return c.fail(err)
	case f.abort:
		return c.abort(ctx, from, list, names, f.all)
	}
	return c.list(ctx, from, list)
}

// check finds what is wrong with the command line before anything is done, and takes
// the place out of it that is looked at.
func (f *uploadsFlags) check(names []string) ([]string, error) {
	switch {
	case f.all && !f.abort:
		return nil, errors.New("got --all without --abort")
	case slices.Contains(names, ""):
		return nil, errors.New("got an empty name, want a key or a prefix") // of an empty variable
	case f.abort == f.all && len(names) == 1:
		f.within, names = names[0], nil
	}
	switch {
	case !f.abort && len(names) > 0:
		return nil, fmt.Errorf("got %d folders, want one at most, or with --abort the uploads that are to be dropped", len(names))
	case f.abort && f.all == (len(names) > 0):
		return nil, errors.New("got --abort, want either names, or --all and at most one folder")
	}
	return names, f.awsFlags.check()
}

func (f *uploadsFlags) open(ctx context.Context) (begun, error) {
	if f.bucket != "" {
		bucket, err := f.openBucket(ctx)
		return &bucketUploads{bucket, f.within}, err
	}
	client, _, err := service()
	return &signetUploads{&remote.Files{Client: client}, f.within}, err
}

// signetUploads are the unfinished uploads of whoever has signed in.
type signetUploads struct {
	*remote.Files
	within string
}

func (s *signetUploads) uploads(ctx context.Context) ([]api.Unfinished, error) {
	return s.Unfinished(ctx, s.within)
}

func (s *signetUploads) stored(ctx context.Context, u api.Unfinished) (n int, bytes int64, err error) {
	list, err := s.Client.ListParts(ctx, u.Key, u.UploadID)
	for _, p := range list.Parts {
		bytes += p.Size
	}
	return len(list.Parts), bytes, err
}

func (s *signetUploads) drop(ctx context.Context, u api.Unfinished) error {
	return s.Client.AbortUpload(ctx, u.Key, u.UploadID)
}

func (s *signetUploads) isCalled(u api.Unfinished, given string) bool {
	return given == u.Key || remote.Matches(given, called(u))
}

// called is what people call an upload.
func called(u api.Unfinished) string {
	return remote.Path(api.StoredFile{Folder: u.Folder, Name: u.Name})
}

func (c *console) list(ctx context.Context, from begun, list []api.Unfinished) int {
	for _, u := range list {
		parts, bytes, err := from.stored(ctx, u)
		if transfer.IsOver(err) {
			continue // since it was listed
		}
		if err != nil {
			return c.fail(err)
		}
		row := unfinished{u, parts, bytes}
		if c.quiet {
			c.print(row, "%s", printable(u.Key))
			continue
		}
		c.print(row, "%s  %5d parts  %10s  %s", stamp(u.Initiated), parts, progress.Bytes(bytes), printable(called(u)))
	}
	return exitDone
}

func (c *console) abort(ctx context.Context, from begun, list []api.Unfinished, names []string, all bool) int {
	failed, done := 0, map[string]bool{}
	for _, u := range list {
		wanted := all
		for _, n := range names {
			if from.isCalled(u, n) {
				wanted, done[n] = true, true
			}
		}
		if !wanted {
			continue
		}
		if err := from.drop(ctx, u); err != nil {
			failed++
			c.failed(u.Key, err)
		} else if !c.quiet {
			c.print(u, "dropped %s", printable(called(u)))
		}
	}
	for _, n := range names {
		if !done[n] {
			failed++
			c.failed(n, fmt.Errorf("got %q, which no unfinished upload is called: see signet uploads", n))
		}
	}
	return ended(ctx, verdict(failed, max(failed, len(names), len(list))))
}
