package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"signet/bench/report"
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
	door          *door
	home          func(t tool) string
}

// results are the runs by tool.
type results map[string][]run

func (c contest) run(ctx context.Context, all []tool) (results, error) {
	out := results{}
	for round := range c.rounds {
		for i := range c.tools {
			// Each begins a round in turn, so that nobody always comes first.
			name := c.tools[(i+round)%len(c.tools)]
			t := all[slices.IndexFunc(all, func(t tool) bool { return t.name == name })]
			if err := c.before(t); err != nil {
				return nil, err
			}
			r, err := t.measure(ctx, c.words(t), c.door, c.home(t))
			if err == nil {
				err = c.after(t)
			}
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", c.name, name, err)
			}
			fmt.Printf("%-8s %-30s %8.2f s %8.2f s of CPU %6d MB\n", c.name, name, r.took.Seconds(), r.cpu.Seconds(), r.memory>>20)
			out[name] = append(out[name], r)
		}
	}
	return out, nil
}

func (r results) times(name string, of func(run) time.Duration) []time.Duration {
	times := make([]time.Duration, len(r[name]))
	for i, one := range r[name] {
		times[i] = of(one)
	}
	return times
}

func (r results) median(name string, of func(run) time.Duration) time.Duration {
	return report.Median(r.times(name, of))
}

func took(r run) time.Duration { return r.took }
func cpu(r run) time.Duration  { return r.cpu }

func (r results) memory(name string) (most int64) {
	for _, one := range r[name] {
		most = max(most, one.memory)
	}
	return most
}

// ratio is a tool's time over that of another.
func (r results) ratio(name, other string) float64 {
	return report.Ratio(r.times(name, took), r.times(other, took))
}

// fastest is the fastest of the peers, by median.
func (r results) fastest() string {
	best := ""
	for _, name := range []string{s5cmd, rclone, awscli, boto3} {
		if len(r[name]) > 0 && (best == "" || r.median(name, took) < r.median(best, took)) {
			best = name
		}
	}
	return best
}

// table is a contest's part of the report.
func (c contest) table(r results, us string) report.Table {
	t := report.Table{Caption: c.caption, Columns: []string{"tool", "seconds, median", "times ours", "its own CPU seconds", "most memory, MB"}}
	for _, name := range c.tools {
		t.Rows = append(t.Rows, []string{name, report.Number(r.median(name, took).Seconds()), report.Number(r.ratio(name, us)),
			report.Number(r.median(name, cpu).Seconds()), report.Number(float64(r.memory(name) >> 20))})
	}
	return t
}
