package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"signet/cmd/signet/internal/progress"
	"signet/cmd/signet/internal/remote"
	"signet/cmd/signet/internal/transfer"
)

const spacesUsage = `signet spaces: list the spaces in which you may do something

A space is a part of the bucket with rules of its own: a team's files, forms, avatars.
What is in it is called @SPACE/FOLDER/NAME wherever files are named: ls, get, cat, rm,
mv, url, versions, restore, uploads, share, request, and sync with
remote:@SPACE/FOLDER. signet put stores with --space SPACE.

Usage:
  signet spaces [flags]

Flags:
  --json  a line of JSON for each space: space, name, owner, read, write, delete,
          deleteOwn, allowedTypes, maxObjectSize, maxFiles, metadata
  -q      names alone

Example:
  $ signet spaces
  @team/design  read, write, delete  up to 5.0 GiB

  $ signet put --space team/design plan.pdf && signet ls @team/design
`

func spacesCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	rest, code, ok := c.parse(c.flags("spaces"), spacesUsage, args)
	switch {
	case !ok:
		return code
	case len(rest) > 0:
		return c.usage("got %q, want flags only: see signet spaces --help", rest[0])
	}
	ctx, stop := interruptible()
	defer stop()
	client, _, err := service()
	if err != nil {
		return c.fail(err)
	}
	list, err := client.ListSpaces(ctx)
	if err != nil {
		return c.fail(err)
	}
	for _, s := range list.Spaces {
		if s.Space == "" { // one's own files, which need no name
			continue
		}
		called := printable(remote.InSpace + s.Space)
		if c.quiet {
			c.print(s, "%s", called)
			continue
		}
		c.print(s, "%s  %s  up to %s%s", called, strings.Join(rights(s.Read, s.Write, s.Delete, s.DeleteOwn), ", "), progress.Bytes(s.MaxObjectSize), wants(s.AllowedTypes))
	}
	return exitDone
}

func rights(read, write, all, own bool) (may []string) {
	for _, right := range []struct {
		is   bool
		text string
	}{{read, "read"}, {write, "write"}, {all, "delete"}, {own && !all, "delete what is yours"}} {
		if right.is {
			may = append(may, right.text)
		}
	}
	return may
}

func wants(types []string) string {
	if len(types) == 0 || types[0] == "*/*" {
		return ""
	}
	return ", " + strings.Join(types, " ")
}

// inSpace is what a path in a space is called; without one it is the path.
func inSpace(space, p string) string {
	if space == "" {
		return p
	}
	return remote.InSpace + space + "/" + p
}

func isSpace(ctx context.Context, files *remote.Files, p string) bool {
	whole, err := files.IsSpace(ctx, p)
	return whole && err == nil
}

// enter puts files into the space of the flags.
func (f *putFlags) enter(ctx context.Context, t *transfer.API) error {
	files := &remote.Files{Client: t.Client}
	space, folder, err := files.Place(ctx, f.folder)
	switch {
	case err != nil:
		return err
	case space != "" && f.space != "" && strings.TrimPrefix(f.space, remote.InSpace) != space:
		return fmt.Errorf("got --space %s and --folder %s, want one space: leave one out", f.space, f.folder)
	case space != "":
		f.space, f.folder = space, folder
	case f.space == "":
		return nil
	}
	s, err := files.Space(ctx, f.space)
	if err != nil {
		return err
	}
	if !s.Write {
		return fmt.Errorf("got space %s, in which you may not upload: see signet spaces", s.Space)
	}
	f.space, t.Space, t.MaxFiles = s.Space, s.Space, s.MaxFiles
	return nil
}
