package main

import (
	"context"
	"fmt"
	"io"

	"signet/cmd/signet/internal/transfer"
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
	from, err := openSource(*version)
	if err != nil {
		return c.fail(err)
	}
	out := newTally(c)
	return out.stream(ctx, (&lineFlags{}).engine(out, nil, &awsFlags{}), from, names)
}

// stream writes files to standard output, one after the other. It ends with the first
// that fails: what follows would stand where the rest of it belongs.
func (r *tally) stream(ctx context.Context, e *transfer.Engine, from source, names []string) int {
	var failed error
	for _, name := range names {
		file, err := from.current(ctx, name)
		if err == nil {
			_, err = e.Stream(ctx, from.download(file), r.stdout)
		}
		if err != nil {
			failed = fmt.Errorf("%s: %w", printable(name), shown(err))
			break
		}
	}
	if r.bar != nil {
		r.bar.Stop()
	}
	if failed != nil {
		return ended(ctx, r.fail(failed))
	}
	return exitDone
}
