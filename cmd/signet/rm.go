package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"signet/cmd/signet/internal/remote"
	"signet/lambda/api"
)

const rmUsage = `signet rm: delete files

A deleted file can be brought back with signet restore until the bucket's
lifecycle removes it for good. Of several files of one name the newest is deleted.

Usage:
  signet rm [flags] NAME | PATTERN | KEY...

Flags:
  -r         folders, with all that is below them
  --all      all files of a name, not the newest alone
  --dry-run  say what would be deleted, and do nothing
  --json     a line of JSON for each file: key and name, or name and error
  -q         say nothing of what went well

Examples:
  $ signet rm report.pdf
  deleted report.pdf

  $ signet rm -r photos/2025 'photos/2026/*.tmp'
  $ signet rm report.pdf && signet restore report.pdf
`

// removal is a file that was deleted, in JSON.
type removal struct {
	Key  string `json:"key"`
	Name string `json:"name"`
}

func rmCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	set := c.flags("rm")
	recurse, all, dry := set.Bool("r", false, ""), set.Bool("all", false, ""), set.Bool("dry-run", false, "")
	names, code, ok := c.parse(set, rmUsage, args)
	if !ok {
		return code
	}
	if len(names) == 0 {
		return c.usage("got no file, want one or more: see signet rm --help")
	}
	for _, name := range names {
		if err := checkDoomed(name); err != nil {
			return c.usage("%v", err)
		}
	}
	ctx, stop := interruptible()
	defer stop()
	client, _, err := service()
	if err != nil {
		return c.fail(err)
	}
	meant := choice{&remote.Files{Client: client}, *all || *recurse, *recurse}.choose(ctx, names, c.failed)
	if *dry {
		for _, f := range meant.files {
			c.print(removal{f.Key, remote.Path(f)}, "would delete %s", printable(remote.Path(f)))
		}
		return verdict(meant.failed, meant.failed+len(meant.files))
	}
	failed := meant.failed + c.remove(ctx, client, meant.files)
	if meant.older > 0 && !c.quiet && !c.json {
		fmt.Fprintf(c.stderr, "signet: older files of the same name are left (%d): add --all to delete them as well\n", meant.older)
	}
	return verdict(failed, meant.failed+len(meant.files))
}

// checkDoomed refuses what an empty variable makes of "$DIR/" and "$DIR/file": never
// are all files deleted, or others, because of one.
func checkDoomed(name string) error {
	if name == "" || strings.HasPrefix(name, "/") || slices.Contains([]string{".", "./"}, name) {
		return fmt.Errorf("got %q, want a file or a folder without a slash before it, such as photos/2026: name it; '**' is all", name)
	}
	return nil
}

// remove deletes files and says how many could not be.
func (c *console) remove(ctx context.Context, client *api.Client, files []api.StoredFile) (failed int) {
	inCalls(files, func(rows []api.StoredFile) {
		keys := make([]string, len(rows))
		for i, f := range rows {
			keys[i] = f.Key
		}
		done, err := client.DeleteFiles(ctx, keys)
		if err == nil && len(done.Files) != len(rows) {
			err = errAnswers
		}
		for i, f := range rows {
			why := err
			if why == nil && done.Files[i].Error != nil {
				why = done.Files[i].Error
			}
			if why != nil {
				failed++
				c.failed(remote.Path(f), why)
			} else if !c.quiet {
				c.print(removal{f.Key, remote.Path(f)}, "deleted %s", printable(remote.Path(f)))
			}
		}
	})
	return failed
}

// errAnswers is a service that does not answer each of several.
var errAnswers = errors.New("got other answers than files were asked for: see that --api is Signet's")

// failed tells of one of several that failed.
func (c *console) failed(name string, err error) {
	if c.json {
		c.print(map[string]string{"name": name, "error": shown(err).Error()}, "")
		return
	}
	c.fail(err)
}
