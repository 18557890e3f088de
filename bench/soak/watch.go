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
	mostGrowth      = 16 // MB: a leak of a kilobyte a request would be a gigabyte
	mostDescriptors = 32
	mostMemory      = 120 // MB, of serve: what it promises of itself
)

// sample is what a process has at a moment.
type sample struct {
	at          time.Duration // from the beginning
	memory      float64       // MB
	descriptors float64
}

// watch follows a process.
type watch struct {
	name    string
	pid     int
	samples []sample
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
			if memory, descriptors, err := read(w.pid); err == nil {
				w.samples = append(w.samples, sample{time.Since(began), memory, descriptors})
			}
		}
	}
}

func read(pid int) (memory, descriptors float64, err error) {
	rollup, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, 0, err
	}
	_, rest, _ := strings.Cut(string(rollup), "\nPss:")
	value, _, _ := strings.Cut(strings.TrimSpace(rest), " kB")
	kb, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return 0, 0, err
	}
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	return kb / 1000, float64(len(open)), err
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

func most(samples []sample, of func(sample) float64) (x float64) {
	for _, s := range samples {
		x = max(x, of(s))
	}
	return x
}

func watchTable(all []*watch) report.Table {
	t := report.Table{Columns: []string{"process", "memory at most, MB", "its growth, MB", "descriptors at most", "their growth", "samples"}}
	for _, w := range all {
		t.Rows = append(t.Rows, []string{w.name, report.Number(most(w.samples, memory)), fmt.Sprintf("%.1f", w.growth(memory)),
			report.Number(most(w.samples, descriptors)), fmt.Sprintf("%.1f", w.growth(descriptors)), fmt.Sprint(len(w.samples))})
	}
	return t
}

func watchGoals(all []*watch) (goals []report.Goal) {
	for _, w := range all {
		goals = append(goals,
			report.Goal{Figure: w.name + ": growth of memory", Got: w.growth(memory), Want: mostGrowth, AtMost: true, Unit: " MB"},
			report.Goal{Figure: w.name + ": growth of descriptors", Got: w.growth(descriptors), Want: mostDescriptors, AtMost: true})
	}
	return append(goals, report.Goal{Figure: all[0].name + ": memory", Got: most(all[0].samples, memory), Want: mostMemory, AtMost: true, Unit: " MB"})
}
