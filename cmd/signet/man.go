package main

import (
	"io"

	"signet/cmd/signet/internal/manual"
)

const manUsage = `signet man: print the manual page

It is made of what each command says with --help.

Usage:
  signet man

Examples:
  $ signet man | man -l -
  $ signet man > /usr/local/share/man/man1/signet.1
`

func manCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	rest, code, ok := c.parse(c.flags("man"), manUsage, args)
	if !ok {
		return code
	}
	if len(rest) > 0 {
		return c.usage("got %q, want nothing: see signet man --help", rest[0])
	}
	all, err := pages()
	if err != nil {
		return c.fail(err)
	}
	manual.Roff(stdout, release, all)
	return exitDone
}
