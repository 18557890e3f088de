package main

import (
	"io"
)

const rmUsage = `signet rm: delete files

A deleted file can be brought back with signet restore until the bucket's
lifecycle removes it for good.

Usage:
  signet rm [flags] NAME-OR-KEY...

Flags:
  --json  a line of JSON for each file: key, or name and error
  -q      say nothing of what went well

Examples:
  $ signet rm report.pdf
  deleted report.pdf

  $ signet rm report.pdf && signet restore report.pdf
`

func rmCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	names, code, ok := c.parse(c.flags("rm"), rmUsage, args)
	if !ok {
		return code
	}
	if len(names) == 0 {
		return c.usage("got no file, want one or more: see signet rm --help")
	}
	ctx, stop := interruptible()
	defer stop()
	client, _, err := service()
	if err != nil {
		return c.fail(err)
	}
	files, err := newFinder(ctx, client, false)
	if err != nil {
		return c.fail(err)
	}
	failed := 0
	for _, name := range names {
		file, err := files.find(name)
		if err == nil {
			err = client.DeleteFile(ctx, file.Key)
		}
		if err != nil {
			failed++
			c.failed(name, err)
		} else if !c.quiet {
			c.print(map[string]string{"key": file.Key}, "deleted %s", file.Name)
		}
	}
	return verdict(failed, len(names))
}

// failed tells of one of several that failed.
func (c *console) failed(name string, err error) {
	if c.json {
		c.print(map[string]string{"name": name, "error": shown(err).Error()}, "")
		return
	}
	c.fail(err)
}
