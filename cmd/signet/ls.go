package main

import (
	"errors"
	"io"
	"path"

	"signet/cmd/signet/internal/progress"
)

const lsUsage = `signet ls: list your files

Usage:
  signet ls [flags] [PATTERN...]

Flags:
  --deleted  those that were deleted and can be brought back
  -l         show keys, which tell files of the same name apart
  --json     a line of JSON for each file: key, name, size, modified
  -q         names alone

Examples:
  $ signet ls
  2026-11-24 09:30:12     1.2 MiB  report.pdf

  $ signet ls '*.jpg' --json | jq -r .key
`

func lsCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	set := c.flags("ls")
	deleted, long := set.Bool("deleted", false, ""), set.Bool("l", false, "")
	patterns, code, ok := c.parse(set, lsUsage, args)
	if !ok {
		return code
	}
	for _, p := range patterns {
		if _, err := path.Match(p, ""); errors.Is(err, path.ErrBadPattern) {
			return c.usage("got pattern %q, want one such as *.jpg: correct it", p)
		}
	}
	ctx, stop := interruptible()
	defer stop()
	client, _, err := service()
	if err != nil {
		return c.fail(err)
	}
	files, err := allFiles(ctx, client, *deleted)
	if err != nil {
		return c.fail(err)
	}
	for _, f := range files {
		switch {
		case !matchesAny(patterns, f.Name):
		case c.quiet:
			c.print(f, "%s", f.Name)
		case *long:
			c.print(f, "%s  %10s  %s", stamp(f.Modified), progress.Bytes(f.Size), f.Key)
		default:
			c.print(f, "%s  %10s  %s", stamp(f.Modified), progress.Bytes(f.Size), f.Name)
		}
	}
	return exitDone
}

// matchesAny says whether a name matches one of the patterns; any does when there
// are none.
func matchesAny(patterns []string, name string) bool {
	for _, p := range patterns {
		if ok, _ := path.Match(p, name); ok { // patterns were checked
			return true
		}
	}
	return len(patterns) == 0
}
