package main

import (
	"context"
	"fmt"
	"io"

	"signet/cmd/signet/internal/remote"
	"signet/cmd/signet/internal/transfer"
	"signet/lambda/api"
)

const catUsage = `signet cat: write files to standard output

Of several files of one name the newest is meant. A checksum that is not S3's is an
error, after all was written: what reads it has to look at the exit code.

Usage:
  signet cat [flags] NAME | KEY...

Flags:
  --version ID  an older version of one file; signet versions lists them
  -q            no progress

Example:
  $ signet cat shop.sql | psql shop
`

func catCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	set := c.flags("cat")
	version := set.String("version", "", "")
	names, code, ok := c.parse(set, catUsage, args)
	switch {
	case !ok:
		return code
	case len(names) == 0:
		return c.usage("got no file, want one or more: see signet cat --help")
	case c.json:
		return c.usage("got --json, want the files as they are: leave it out")
	case *version != "" && len(names) > 1:
		return c.usage("got --version for %d files, want one: cat them one by one", len(names))
	}
	ctx, stop := interruptible()
	defer stop()
	client, _, err := service()
	if err != nil {
		return c.fail(err)
	}
	return c.stream(ctx, client, names, *version)
}

// stream writes files to standard output, one after the other. It ends with the first
// that fails: what follows would stand where the rest of it belongs.
func (c *console) stream(ctx context.Context, client *api.Client, names []string, version string) int {
	out := newTally(c)
	e := downloads(out)
	var failed error
	for _, name := range names {
		file, err := streamed(ctx, client, name, version)
		if err == nil {
			_, err = e.Stream(ctx, transfer.Download{Size: file.Size, Sign: func(ctx context.Context) (transfer.Request, error) {
				return transfer.SignGet(ctx, client, file.Key, file.VersionID)
			}}, c.stdout)
		}
		if err != nil {
			failed = fmt.Errorf("%s: %w", printable(name), shown(err))
			break
		}
	}
	if out.bar != nil {
		out.bar.Stop()
	}
	if failed != nil {
		return c.fail(failed)
	}
	return exitDone
}

// streamed is the file that is meant, with the version that is current now, so that
// none that comes in between is mixed in.
func streamed(ctx context.Context, client *api.Client, name, version string) (api.StoredFile, error) {
	if version != "" {
		file, err := thereOrGone(ctx, client, name)
		if err != nil {
			return file, err
		}
		v, err := versionOf(ctx, client, file, version)
		file.Key, file.VersionID, file.Size = v.Key, v.VersionID, v.Size
		return file, err
	}
	file, err := newest(ctx, &remote.Files{Client: client}, name)
	if err != nil {
		return file, err
	}
	info, err := client.FileInfo(ctx, file.Key, "")
	file.VersionID, file.Size = info.VersionID, info.Size
	return file, err
}
