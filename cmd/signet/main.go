// Command signet is Signet's command line: it puts, gets and lists files, runs all of
// Signet on this machine, explains refusals, and judges a bucket and its bill.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/internal/spell"
)

// command is one of signet's commands. Its run writes what was asked for to
// stdout, everything else to stderr, and answers the exit code.
type command struct {
	name, summary string
	run           func(args []string, stdout, stderr io.Writer) int
}

// commands lists the commands in the order in which help shows them.
func commands() []command {
	return []command{
		{"dev", "run everything on this machine, with no AWS account", dev},
		{"explain", "say why a request to S3 failed", explainCommand},
		{"login", "sign in to a deployment, in the browser", loginCommand},
		{"put", "upload files, and go on with stopped uploads", putCommand},
		{"get", "download files and folders, and go on with stopped downloads", getCommand},
		{"cat", "write files to standard output", catCommand},
		{"ls", "list your files and folders", lsCommand},
		{"spaces", "list the spaces that you share with others", spacesCommand},
		{"url", "print addresses from which files can be downloaded", urlCommand},
		{"share", "make a link by which others download files", shareCommand},
		{"request", "make a link by which others upload files to you", requestCommand},
		{"links", "list your links, or end one", linksCommand},
		{"mv", "give files another name or folder", mvCommand},
		{"rm", "delete files", rmCommand},
		{"versions", "list all versions of a file", versionsCommand},
		{"restore", "bring back deleted files or an older version", restoreCommand},
		{"sync", "make a bucket's folder like one of this machine", syncCommand},
		{"uploads", "list unfinished uploads, or drop them", uploadsCommand},
		{"completion", "print the completion for a shell", completionCommand},
		{"man", "print the manual page", manCommand},
		{"doctor", "say what is wrong with a bucket, and how to put it right", runDoctor},
		{"verify", "say whether a deployment does what it should", verifyCommand},
		{"serve", "take uploads through this machine, for those who cannot reach S3", serveCommand},
		{"events", "show what an application was told of files, and tell it again", eventsCommand},
		{"usage", "say what each owner has in a deployment's bucket", usageCommand},
		{"estimate", "say what it will cost", estimateCommand},
		{"bill", "say what S3's access logs say that it cost", billCommand},
	}
}

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	exitSome   = 3 // some of several files failed
)

func main() {
	if gateway.IsChild() {
		os.Exit(gateway.RunChild())
	}
	code := run(os.Args[1:], os.Stdout, os.Stderr)
	die(code)
	os.Exit(code)
}

// run does what the command line says. What it has written is part of what it has
// done: a full disk behind standard output is a failure.
func run(args []string, stdout, stderr io.Writer) int {
	out := &written{to: stdout}
	code := dispatch(args, out, stderr)
	if out.err != nil && code == exitDone {
		fmt.Fprintf(stderr, "signet: standard output took not all: %v\n", out.err)
		return exitFailed
	}
	return code
}

func dispatch(args []string, stdout, stderr io.Writer) int {
	name := "help"
	if len(args) > 0 {
		name = args[0]
	}
	switch name {
	case "version", "--version":
		fmt.Fprintln(stdout, version())
		return exitDone
	case "help", "-h", "--help":
		fmt.Fprint(stdout, usage())
		return exitDone
	}
	for _, c := range commands() {
		if c.name == name {
			return c.run(args[1:], stdout, stderr)
		}
	}
	hint := ""
	if near := spell.Nearest(name, names()); near != "" {
		hint = "; did you mean " + near
	}
	fmt.Fprintf(stderr, "%sgot command %q, want one of %s: see signet help%s\n", complain(stderr), name, strings.Join(names(), ", "), hint)
	return exitUsage
}

// written remembers the first failure of a writer.
type written struct {
	to  io.Writer
	err error
}

// Write implements io.Writer.
func (w *written) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	if w.err == nil {
		w.err = err
	}
	return n, err
}

func names() []string {
	var all []string
	for _, c := range commands() {
		all = append(all, c.name)
	}
	return append(all, "version", "help")
}

func usage() string {
	var b strings.Builder
	b.WriteString("Signet: direct uploads into your own S3 bucket\n\nUsage:\n")
	for _, c := range append(commands(), command{name: "version", summary: "print the version"}, command{name: "help", summary: "print this"}) {
		fmt.Fprintf(&b, "  signet %-10s %s\n", c.name, c.summary)
	}
	b.WriteString(`
Example:
  $ signet dev
  Signet is ready at http://127.0.0.1:8080

Run signet COMMAND --help for a command's flags.
`)
	return b.String()
}
