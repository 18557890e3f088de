package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"syscall"

	"signet/cmd/signet/internal/session"
	"signet/cmd/signet/internal/spell"
	"signet/lambda/api"
)

// console is where a command speaks, and how.
type console struct {
	stdout, stderr io.Writer
	json, quiet    bool
}

// flags makes a command's flag set with what all commands have.
func (c *console) flags(name string) *flag.FlagSet {
	set := flag.NewFlagSet("signet "+name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.BoolVar(&c.json, "json", false, "")
	set.BoolVar(&c.quiet, "q", false, "")
	return set
}

// parse reads flags, which may stand before, between and after the arguments;
// what follows -- is all arguments. ok is false when there is nothing to run, and
// then code is the exit code.
func (c *console) parse(set *flag.FlagSet, usage string, args []string) (rest []string, code int, ok bool) {
	for {
		switch err := set.Parse(args); {
		case errors.Is(err, flag.ErrHelp):
			fmt.Fprint(c.stdout, usage)
			return nil, exitDone, false
		case err != nil:
			return nil, c.usage("%v: see %s --help", spelt(set, err), set.Name()), false
		}
		left := set.Args()
		at := len(args) - len(left)
		if literal := at > 0 && args[at-1] == "--"; len(left) > 0 && !literal {
			rest, args = append(rest, left[0]), left[1:]
			continue
		}
		if name := emptied(set); name != "" {
			return nil, c.usage("got %s with nothing behind it, as an empty variable leaves it, want a value: leave the flag out where none is meant", hyphened(name)), false
		}
		return append(rest, left...), exitDone, true
	}
}

// emptied is a flag that was given nothing and says which files are meant, or whose:
// without it the command would do something to others.
func emptied(set *flag.FlagSet) (name string) {
	set.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "space", "pass", "version", "revoke", "name", "types", "owner", "profile", "endpoint-url", "api":
			if f.Value.String() == "" {
				name = f.Name
			}
		}
	})
	return name
}

// spelt is an error of the flags, with the flag that may have been meant.
func spelt(set *flag.FlagSet, err error) error {
	given, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		return err
	}
	var names []string
	set.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	hint := ""
	if near := spell.Nearest(given, names); near != "" {
		hint = "; did you mean " + hyphened(near)
	}
	return fmt.Errorf("got flag %s, which %s does not have%s", hyphened(given), set.Name(), hint)
}

// hyphened is a flag as people write it.
func hyphened(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// usage says what is wrong with the command line.
func (c *console) usage(format string, args ...any) int {
	fmt.Fprintln(c.stderr, complain(c.stderr)+tame(fmt.Sprintf(format, args...)))
	return exitUsage
}

// fail says what went wrong.
func (c *console) fail(err error) int {
	fmt.Fprintln(c.stderr, complain(c.stderr)+calm(shown(err).Error()))
	if s, ok := errors.AsType[stopped](err); ok {
		return exitSignal + int(s.Signal)
	}
	if errors.Is(err, context.Canceled) {
		return exitSignal + int(syscall.SIGINT)
	}
	return exitFailed
}

// shown is an error as people see it: a request's address stays out of it.
func shown(err error) error {
	if _, is := errors.AsType[stopped](err); is || errors.Is(err, context.Canceled) {
		return errors.New("stopped")
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("the service cannot be reached: %w", e.Err)
	}
	return err
}

// print writes v as a line of JSON, or else the text.
func (c *console) print(v any, format string, args ...any) {
	if c.json {
		e := json.NewEncoder(c.stdout)
		e.SetEscapeHTML(false)
		_ = e.Encode(v) // nobody is left to tell when standard output is closed
		return
	}
	fmt.Fprintf(c.stdout, format+"\n", calmed(args)...)
}

// service is the API as the person who signed in may call it.
func service() (*api.Client, *session.Session, error) {
	s, err := session.Load(os.Getenv)
	if err != nil {
		return nil, nil, err
	}
	return &api.Client{Base: s.API, Token: s.Token, HTTP: s.HTTP()}, s, nil
}

// verdict is the exit code for so many failures among so many.
func verdict(failed, all int) int {
	switch {
	case failed == 0:
		return exitDone
	case failed < all:
		return exitSome
	}
	return exitFailed
}

// list is a flag that may be given several times.
type list []string

// String implements flag.Value.
func (l *list) String() string { return strings.Join(*l, ",") }

// Set implements flag.Value.
func (l *list) Set(s string) error {
	*l = append(*l, s)
	return nil
}
