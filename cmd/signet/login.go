package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"golang.org/x/term"

	"signet/cmd/signet/internal/session"
)

const loginUsage = `signet login: sign in to a deployment, in the browser

The token is kept for you alone and renewed by itself. Scripts set SIGNET_API
and SIGNET_TOKEN instead.

Usage:
  signet login [flags] SITE
  signet login --out

Flags:
  --api URL       the same as SITE; the API's own address does as well
  --callback URL  where the browser comes back to, as the provider has it
                  registered, such as http://localhost:8976/callback
  --no-browser    only print the address to open
  --out           sign out: forget the token, and have the provider renew it no more
  --json          a line of JSON: api
  -q              print nothing but the address to open

Examples:
  $ signet login https://d111111abcdef8.cloudfront.net
  Open https://…
  Signed in at https://d111111abcdef8.cloudfront.net/api
`

func loginCommand(args []string, stdout, stderr io.Writer) int {
	c, l := &console{stdout: stdout, stderr: stderr}, session.Login{}
	set := c.flags("login")
	set.StringVar(&l.Site, "api", "", "")
	set.StringVar(&l.Callback, "callback", "", "")
	quietly, out := set.Bool("no-browser", false, ""), set.Bool("out", false, "")
	rest, code, ok := c.parse(set, loginUsage, args)
	switch {
	case !ok:
		return code
	case *out:
		ctx, stop := interruptible()
		defer stop()
		if err := session.End(ctx); err != nil {
			return c.fail(err)
		}
		return exitDone
	case len(rest) == 1 && l.Site == "":
		l.Site = rest[0]
	case len(rest) > 0 || l.Site == "":
		return c.usage("got no site, or more than one, want the address that people open: see signet login --help")
	}
	l.Plain = os.Getenv(session.EnvPlain) == "1"
	l.Show = func(address, issuer, site string, fresh bool) error {
		fmt.Fprintf(stderr, "Open %s\nYou sign in at %s; the token goes to %s\n", calmed([]any{address, issuer, site})...)
		if fresh && !agreed(stderr) {
			return errors.New("nobody signed in: the two were not met together before, and nobody said yes")
		}
		if !*quietly {
			browse(address)
		}
		return nil
	}
	ctx, stop := interruptible()
	defer stop()
	s, err := l.Run(ctx)
	if err == nil {
		err = s.Save()
	}
	if err != nil {
		return c.fail(err)
	}
	if !c.quiet {
		c.print(map[string]string{"api": s.API}, "Signed in at %s", s.API)
	}
	return exitDone
}

// agreed asks the person at the terminal. Where there is none, as in a script, whoever
// wrote it has named the site.
func agreed(stderr io.Writer) bool {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return true
	}
	fmt.Fprint(stderr, "They were not met together before. Is that right? [y/N] ")
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	return strings.EqualFold(strings.TrimSpace(line), "y") || strings.EqualFold(strings.TrimSpace(line), "yes")
}

// browse opens an address in the person's browser; where that fails, they have it
// in front of them.
func browse(address string) {
	command := []string{"xdg-open", address}
	switch runtime.GOOS {
	case "darwin":
		command[0] = "open"
	case "windows":
		command = []string{"rundll32", "url.dll,FileProtocolHandler", address}
	}
	c := exec.Command(command[0], command[1:]...)
	if c.Start() == nil {
		go c.Wait()
	}
}
