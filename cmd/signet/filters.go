package main

import (
	"errors"
	"flag"

	"signet/cmd/signet/internal/walk"
)

// filterFlags say which files of a folder are meant.
type filterFlags struct {
	rules            walk.Rules
	follow, noFollow bool
}

func (f *filterFlags) add(set *flag.FlagSet) {
	// One list for both, because their order counts.
	rule := func(include bool) func(string) error {
		return func(pattern string) error {
			f.rules = append(f.rules, walk.Rule{Include: include, Pattern: pattern})
			return nil
		}
	}
	set.Func("include", "", rule(true))
	set.Func("exclude", "", rule(false))
	set.BoolVar(&f.follow, "follow", false, "")
	set.BoolVar(&f.noFollow, "no-follow-symlinks", false, "")
}

func (f *filterFlags) check() error {
	if f.follow && f.noFollow {
		return errors.New("got --follow and --no-follow-symlinks, want one of them: leave one out")
	}
	return f.rules.Check()
}

// walk is how files are found; recurse goes into folders.
func (f *filterFlags) walk(recurse bool) walk.Options {
	o := walk.Options{Recurse: recurse, Rules: f.rules}
	switch {
	case f.follow:
		o.Links = walk.Everywhere
	case f.noFollow:
		o.Links = walk.Nowhere
	}
	return o
}

// errFiltered is what a run has come to whose filters left nothing.
var errFiltered = errors.New("got filters that leave no file, want some: correct --include and --exclude, of which the last that matches counts")
