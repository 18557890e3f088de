package main

import (
	"context"
	"fmt"
	"io"
	"path"

	"signet/cmd/signet/internal/progress"
	"signet/cmd/signet/internal/remote"
	"signet/lambda/api"
)

const uploadsUsage = `signet uploads: list unfinished uploads, or drop them

What is stored of them costs money until they are finished, dropped, or removed
by the bucket's lifecycle. Run signet put with the same file to finish one.

Usage:
  signet uploads [flags]
  signet uploads --abort NAME | PATTERN | KEY... | --abort --all

Flags:
  --abort  drop the uploads that are named, by folder/name
  --all    with --abort: all of yours
  --json   a line of JSON for each: key, name, folder, uploadId, initiated, parts, bytes
  -q       keys alone

Examples:
  $ signet uploads
  2026-11-24 09:30:12    12 parts    96.0 MiB  film.mov

  $ signet uploads --abort film.mov
  dropped film.mov
`

// unfinished is an upload with what is stored of it.
type unfinished struct {
	api.Unfinished
	Parts int   `json:"parts"`
	Bytes int64 `json:"bytes"`
}

func uploadsCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	set := c.flags("uploads")
	abort, all := set.Bool("abort", false, ""), set.Bool("all", false, "")
	names, code, ok := c.parse(set, uploadsUsage, args)
	switch {
	case !ok:
		return code
	case !*abort && (*all || len(names) > 0):
		return c.usage("got uploads to name without --abort: see signet uploads --help")
	case *abort && *all == (len(names) > 0):
		return c.usage("got --abort, want either names or --all: see signet uploads --help")
	}
	ctx, stop := interruptible()
	defer stop()
	client, _, err := service()
	if err != nil {
		return c.fail(err)
	}
	list, err := allUploads(ctx, client)
	switch {
	case err != nil:
		return c.fail(err)
	case *abort:
		return c.abort(ctx, client, list, names, *all)
	}
	return c.list(ctx, client, list)
}

func allUploads(ctx context.Context, client *api.Client) (all []api.Unfinished, err error) {
	var laps remote.Laps
	for cursor := ""; ; {
		page, err := client.ListUploads(ctx, cursor)
		if err == nil {
			err = laps.Go(page.Next)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, page.Uploads...)
		if cursor = page.Next; cursor == "" {
			return all, nil
		}
	}
}

func (c *console) list(ctx context.Context, client *api.Client, list []api.Unfinished) int {
	for _, u := range list {
		row := unfinished{Unfinished: u}
		parts, err := client.ListParts(ctx, u.Key, u.UploadID)
		if err != nil {
			return c.fail(err)
		}
		row.Parts = len(parts.Parts)
		for _, p := range parts.Parts {
			row.Bytes += p.Size
		}
		if c.quiet {
			c.print(row, "%s", u.Key)
			continue
		}
		c.print(row, "%s  %5d parts  %10s  %s", stamp(u.Initiated), row.Parts, progress.Bytes(row.Bytes), printable(path.Join(u.Folder, u.Name)))
	}
	return exitDone
}

func (c *console) abort(ctx context.Context, client *api.Client, list []api.Unfinished, names []string, all bool) int {
	failed, done := 0, map[string]bool{}
	for _, u := range list {
		name := path.Join(u.Folder, u.Name)
		wanted := all
		for _, n := range names {
			if n == u.Key || remote.Matches(n, name) {
				wanted, done[n] = true, true
			}
		}
		if !wanted {
			continue
		}
		if err := client.AbortUpload(ctx, u.Key, u.UploadID); err != nil {
			failed++
			c.failed(u.Key, err)
		} else if !c.quiet {
			c.print(u, "dropped %s", printable(name))
		}
	}
	for _, n := range names {
		if !done[n] {
			failed++
			c.failed(n, fmt.Errorf("got %q, which no unfinished upload is called: see signet uploads", n))
		}
	}
	return verdict(failed, max(failed, len(names), len(list)))
}
