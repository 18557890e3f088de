package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"signet/bench/report"
)

// run is one job done by one server.
type run struct {
	took   time.Duration
	memory int64 // bytes, of all its processes
}

type results map[string][]run

// contest has the servers do the same job by turns.
func (w *world) contest(ctx context.Context, job work, rounds int) (results, error) {
	out, all := results{}, tools()
	for round := range rounds {
		for i := range all {
			t := all[(i+round)%len(all)] // nobody is always first
			r, err := w.measure(ctx, t, job)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", t.name, err)
			}
			out[t.name] = append(out[t.name], r)
			fmt.Printf("%-14s %-24s %7.2f s %6.0f MiB/s %5d MB\n", job.name, t.name, r.took.Seconds(), job.rate(r.took), r.memory/1e6)
		}
	}
	return out, nil
}

func (j work) bytes() int64 { return int64(j.count) * j.size }

// rate is MiB a second.
func (j work) rate(took time.Duration) float64 { return float64(j.bytes()) / mib / took.Seconds() }

// measure times a job and sees afterwards that all of it is stored.
func (w *world) measure(ctx context.Context, t tool, job work) (run, error) {
	server, address, err := w.start(t)
	if err != nil {
		return run{}, err
	}
	defer stop(server)
	done := make(chan int64)
	quit := make(chan struct{})
	go func() { done <- watch(server.Process.Pid, quit) }()
	began := time.Now()
	err = w.send(ctx, t, address, job)
	took := time.Since(began)
	close(quit)
	memory := <-done
	if err != nil {
		return run{}, err
	}
	count, bytes, err := w.stored(ctx, job.size)
	if err == nil && (count != job.count || bytes != job.bytes()) {
		err = fmt.Errorf("got %d objects of %d bytes, want %d of %d", count, bytes, job.count, job.bytes())
	}
	if err != nil {
		return run{}, err
	}
	return run{took, memory}, w.empty()
}

// watch samples the memory of a process group until quit, and gives the most.
func watch(group int, quit <-chan struct{}) (most int64) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		most = max(most, memory(group))
		select {
		case <-tick.C:
		case <-quit:
			return most
		}
	}
}

// memory is the proportional set size of all processes of a group, in bytes: pages
// that workers share count once.
func memory(group int) (sum int64) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is right
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(stat), ") ")
		if fields := strings.Fields(rest); len(fields) < 3 || fields[2] != strconv.Itoa(group) {
			continue
		}
		rollup, err := os.ReadFile(filepath.Join(filepath.Dir(path), "smaps_rollup"))
		if err != nil {
			continue
		}
		_, rest, _ = strings.Cut(string(rollup), "\nPss:")
		value, _, _ := strings.Cut(strings.TrimSpace(rest), " kB")
		if kb, err := strconv.ParseInt(value, 10, 64); err == nil {
			sum += kb << 10
		}
	}
	return sum
}

func (r results) times(name string) []time.Duration {
	times := make([]time.Duration, len(r[name]))
	for i, one := range r[name] {
		times[i] = one.took
	}
	return times
}

func (r results) median(name string) time.Duration { return report.Median(r.times(name)) }

func (r results) memory(name string) (most int64) {
	for _, one := range r[name] {
		most = max(most, one.memory)
	}
	return most
}

// ratio is a server's throughput over another's.
func (r results) ratio(name, other string) float64 {
	return report.Ratio(r.times(other), r.times(name))
}

// faster is the faster of the peers.
func (r results) faster() string {
	if r.median(tusd) < r.median(flask) {
		return tusd
	}
	return flask
}

func (r results) table(job work) report.Table {
	peer := r.faster()
	t := report.Table{Caption: job.name + fmt.Sprintf(", %d at once", job.concurrency), Columns: []string{"server", "MiB/s, median", "× " + peer, "most memory, MB"}}
	for _, each := range tools() {
		t.Rows = append(t.Rows, []string{each.name, report.Number(job.rate(r.median(each.name))), report.Number(r.ratio(each.name, peer)),
			report.Number(float64(r.memory(each.name) / 1e6))})
	}
	return t
}

// goals: neither way is slower than the faster peer, and the memory is what is
// promised.
func (r results) goals(job work) (goals []report.Goal) {
	for _, name := range []string{oursPut, oursForm} {
		goals = append(goals,
			report.Goal{Figure: job.name + ": throughput of " + name + " over the faster peer's", Got: r.ratio(name, r.faster()), Want: 1, Unit: "×"},
			report.Goal{Figure: job.name + ": memory of " + name, Got: float64(r.memory(name) / 1e6), Want: 120, AtMost: true, Unit: " MB"})
	}
	return goals
}
