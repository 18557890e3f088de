package main

import (
	"fmt"
	"io"
	"strings"
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
	fmt.Fprintf(stdout, ".TH SIGNET 1 \"\" \"signet %s\"\n.SH NAME\nsignet \\- direct uploads into your own S3 bucket\n", release)
	fmt.Fprint(stdout, ".SH SYNOPSIS\n.B signet\n.I command\n[flags] [arguments]\n.SH COMMANDS\n")
	for _, each := range commands() {
		fmt.Fprintf(stdout, ".SS signet %s\n.nf\n", each.name)
		// The help's own layout is kept; its first line repeats the heading.
		_, text, _ := strings.Cut(each.help(), "\n\n")
		for line := range strings.Lines(text) {
			fmt.Fprint(stdout, roff(line))
		}
		fmt.Fprint(stdout, ".fi\n")
	}
	fmt.Fprint(stdout, `.SH EXIT STATUS
0 done, 1 failed, 2 wrong usage, 3 some of several files failed.
.SH ENVIRONMENT
.B SIGNET_API
and
.B SIGNET_TOKEN
take the place of signet login. With \-\-bucket, the variables of the AWS CLI count.
`)
	return exitDone
}

// roff escapes what would be taken for a request or an escape.
func roff(line string) string {
	line = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(line)
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	return line
}
