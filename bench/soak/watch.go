package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"signet/bench/report"
)

// every is the time between two samples.
const every = 2 * time.Second

// Goals of both processes, from a third of the time to its end.
const (
	mostGrowth = 16  // MB: a leak of a kilobyte a request would be a gigabyte
	mostOwn    = 8   // growth of descriptors that are no connections: a leak of one a minute would be 20
	mostLeft   = 8   // descriptors more than at the beginning, once all clients have gone
	mostMemory = 120 // MB, of serve: what it promises of itself
)

// sample is what a process has at a moment.
type sample struct {
	at          time.Duration // from the beginning
	memory      float64       // MB
	descriptors float64
	own         float64 // descriptors that are no connections
}

// watch follows a process.
type watch struct {
	name    string
	pid     int
	samples []sample
	before  sample // when no client had come
	after   sample // when all had gone
}

func (w *watch) run(ctx context.Context) {
	began := time.Now()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if s, err := read(w.pid); err == nil {
				s.at = time.Since(began)
				w.samples = append(w.samples, s)
			}
		}
	}
}

// leave waits until the process has let go of what its clients had, or has had the time
// after which everybody closes a connection that nobody uses.
func (w *watch) leave(ctx context.Context) error {
	for until := time.Now().Add(idle); ; {
		s, err := read(w.pid)
		if w.after = s; err != nil || w.left() <= mostLeft || time.Now().After(until) || !pause(ctx, every) {
			return err
		}
	}
}

// idle is longer than anybody here keeps a connection that nobody uses: net/http's
// transports 90 s, signet serve two minutes.
const idle = 130 * time.Second

// left is how many descriptors more there are than before the first client came.
func (w *watch) left() float64 { return w.after.descriptors - w.before.descriptors }

func read(pid int) (s sample, err error) {
	rollup, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return s, err
	}
	_, rest, _ := strings.Cut(string(rollup), "\nPss:")
	value, _, _ := strings.Cut(strings.TrimSpace(rest), " kB")
	kb, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return s, err
	}
	s.memory = kb / 1000
	all, connections, err := descriptorsOf(pid)
	s.descriptors, s.own = float64(all), float64(all-connections)
	return s, err
}

// settled are the samples from a third of the time on.
func (w *watch) settled() []sample {
	return w.samples[len(w.samples)/3:]
}

// growth is what a straight line through the settled samples rises by between the
// first and the last of them.
func (w *watch) growth(of func(sample) float64) float64 {
	samples := w.settled()
	if len(samples) < 2 {
		return 0
	}
	var t, y float64
	for _, s := range samples {
		t += s.at.Seconds()
		y += of(s)
	}
	n := float64(len(samples))
	t, y = t/n, y/n
	var above, below float64
	for _, s := range samples {
		above += (s.at.Seconds() - t) * (of(s) - y)
		below += (s.at.Seconds() - t) * (s.at.Seconds() - t)
	}
	return above / below * (samples[len(samples)-1].at - samples[0].at).Seconds()
}

func memory(s sample) float64      { return s.memory }
func descriptors(s sample) float64 { return s.descriptors }
func own(s sample) float64         { return s.own }

func most(samples []sample, of func(sample) float64) (x float64) {
	for _, s := range samples {
		x = max(x, of(s))
	}
	return x
}

func watchTable(all []*watch) report.Table {
	t := report.Table{Columns: []string{"process", "memory at most, MB", "its growth, MB", "descriptors at most", "without connections", "growth of those", "left when all had gone", "samples"}}
	for _, w := range all {
		t.Rows = append(t.Rows, []string{w.name, report.Number(most(w.samples, memory)), fmt.Sprintf("%.1f", w.growth(memory)),
			report.Number(most(w.samples, descriptors)), report.Number(most(w.samples, own)), fmt.Sprintf("%.1f", w.growth(own)),
			fmt.Sprintf("%+.0f", w.left()), fmt.Sprint(len(w.samples))})
	}
	return t
}

func watchGoals(all []*watch) (goals []report.Goal) {
	for _, w := range all {
		goals = append(goals,
			report.Goal{Figure: w.name + ": growth of memory", Got: w.growth(memory), Want: mostGrowth, AtMost: true, Unit: " MB"},
			report.Goal{Figure: w.name + ": growth of descriptors that are no connections", Got: w.growth(own), Want: mostOwn, AtMost: true},
			report.Goal{Figure: w.name + ": descriptors left when all clients had gone", Got: w.left(), Want: mostLeft, AtMost: true})
	}
	return append(goals, report.Goal{Figure: all[0].name + ": memory", Got: most(all[0].samples, memory), Want: mostMemory, AtMost: true, Unit: " MB"})
}
