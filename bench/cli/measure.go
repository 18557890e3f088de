package main

import (
	"context"
	"os"
	"slices"

	"signet/bench/local"
	"signet/bench/report"
	"signet/bench/turns"
)

// contest is one case: tools that take turns at the same thing.
type contest struct {
	name    string // of the case, for -only
	caption string
	tools   []string
	rounds  int
	words   func(t tool) []string
	// before and after come around each run; after sees that it is right. Neither
	// counts.
	before, after func(t tool) error
	door          *local.Door
	home          func(t tool) string
}

func (c contest) run(ctx context.Context, all []tool) (turns.Runs, error) {
	return turns.Take(ctx, c.name, c.tools, c.rounds, func(name string) (r turns.Run, err error) {
		t := all[slices.IndexFunc(all, func(t tool) bool { return t.name == name })]
		if err := c.before(t); err != nil {
			return r, err
		}
		if r, err = t.measure(ctx, c.words(t), c.door, c.home(t)); err != nil {
			return r, err
		}
		return r, c.after(t)
	}, os.Stdout)
}

// table is a contest's part of the report.
func (c contest) table(r turns.Runs, us string) report.Table { return r.Table(c.caption, c.tools, us) }
