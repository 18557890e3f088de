// Command signet is Signet's command line.
package main

import (
	"fmt"
	"io"
	"os"

	"signet/cmd/signet/gateway"
)

const usage = `Signet: direct uploads into your own S3 bucket

Usage:
  signet dev [flags]     run everything on this machine, with no AWS account
  signet version         print the version
  signet help            print this

Example:
  $ signet dev
  Signet is ready at http://127.0.0.1:8080

Run signet COMMAND --help for a command's flags.
`

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	if gateway.IsChild() {
		os.Exit(gateway.RunChild())
	}
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	command := "help"
	if len(args) > 0 {
		command = args[0]
	}
	switch command {
	case "dev":
		return dev(args[1:], stdout, stderr)
	case "version", "--version":
		fmt.Fprintln(stdout, version())
		return exitDone
	case "help", "-h", "--help":
		fmt.Fprint(stdout, usage)
		return exitDone
	default:
		fmt.Fprintf(stderr, "signet: got command %q, want dev, version or help: see signet help\n", command)
		return exitUsage
	}
}
