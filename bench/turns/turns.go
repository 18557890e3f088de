// Package turns measures command lines that take turns at the same thing.
package turns

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"signet/bench/report"
)

// Run is what one run of a tool took.
type Run struct {
	Took   time.Duration
	CPU    time.Duration // of the tool alone, not of what it talks to
	Memory int64         // most of it resident, in bytes
}

// Measure runs a command to its end, which must be a success. complaints is what it
// said, for the error.
func Measure(c *exec.Cmd, complaints fmt.Stringer) (Run, error) {
	began := time.Now()
	if err := c.Run(); err != nil {
		return Run{}, fmt.Errorf("%s: %w: %.2000s", strings.Join(c.Args, " "), err, complaints)
	}
	took := time.Since(began)
	usage := c.ProcessState.SysUsage().(*syscall.Rusage)
	return Run{took, c.ProcessState.UserTime() + c.ProcessState.SystemTime(), usage.Maxrss << 10}, nil // Linux counts KiB
}

// Runs are the runs by tool, of each one a round.
type Runs map[string][]Run

// Take has each tool run once a round, and each begin a round in turn, so that nobody
// always comes first. What runs is noted as it ends.
func Take(ctx context.Context, name string, tools []string, rounds int, run func(tool string) (Run, error), notes io.Writer) (Runs, error) {
	out := Runs{}
	for round := range rounds {
		for i := range tools {
			tool := tools[(i+round)%len(tools)]
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			r, err := run(tool)
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", name, tool, err)
			}
			fmt.Fprintf(notes, "%-8s %-30s %8.2f s %8.2f s of CPU %6d MB\n", name, tool, r.Took.Seconds(), r.CPU.Seconds(), r.Memory>>20)
			out[tool] = append(out[tool], r)
		}
	}
	return out, nil
}

func (r Runs) times(tool string, of func(Run) time.Duration) []time.Duration {
	times := make([]time.Duration, len(r[tool]))
	for i, one := range r[tool] {
		times[i] = of(one)
	}
	return times
}

func took(r Run) time.Duration { return r.Took }
func cpu(r Run) time.Duration  { return r.CPU }

// Median is a tool's median time.
func (r Runs) Median(tool string) time.Duration { return report.Median(r.times(tool, took)) }

// Memory is the most that any run of a tool had resident, in bytes.
func (r Runs) Memory(tool string) (most int64) {
	for _, one := range r[tool] {
		most = max(most, one.Memory)
	}
	return most
}

// Ratio is a tool's time over that of another, as [report.Ratio] has it.
func (r Runs) Ratio(tool, other string) float64 {
	return report.Ratio(r.times(tool, took), r.times(other, took))
}

// Fastest is the fastest of some tools, by median; "" when none of them ran.
func (r Runs) Fastest(tools ...string) string {
	best := ""
	for _, tool := range tools {
		if len(r[tool]) > 0 && (best == "" || r.Median(tool) < r.Median(best)) {
			best = tool
		}
	}
	return best
}

// Table has a row a tool, beside us.
func (r Runs) Table(caption string, tools []string, us string) report.Table {
	t := report.Table{Caption: caption, Columns: []string{"tool", "seconds, median", "times ours", "its own CPU seconds", "most memory, MB"}}
	for _, tool := range tools {
		t.Rows = append(t.Rows, []string{tool, report.Number(r.Median(tool).Seconds()), report.Number(r.Ratio(tool, us)),
			report.Number(report.Median(r.times(tool, cpu)).Seconds()), report.Number(float64(r.Memory(tool) >> 20))})
	}
	return t
}
