package main

import (
	"os"
	"time"

	"signet/bench/report"
	"signet/bench/turns"
)

// many sends 100,000 files, and 1,000 before and after: what one of them takes may not
// grow with their number, nor may memory.
func (b *cases) many() error {
	const few, lots = 1000, 100_000
	turn := func(count int, tools []string, rounds int) (turns.Runs, error) {
		dir, err := b.folder("many", count, kib)
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		d, err := b.Open(b.URL())
		if err != nil {
			return nil, err
		}
		defer d.Close()
		c := b.upload(contest{name: "many", tools: tools, rounds: rounds, door: d, words: func(t tool) []string { return t.folder(dir) }}, count, int64(count)*kib)
		return c.run(b.ctx, b.tools)
	}
	before, err := turn(few, []string{ours}, b.rounds)
	if err != nil {
		return err
	}
	all := []string{ours, plain, s5cmd, rclone, awscli}
	r, err := turn(lots, all, 1)
	if err != nil {
		return err
	}
	after, err := turn(few, []string{ours}, b.rounds)
	if err != nil {
		return err
	}
	var times []time.Duration
	for _, run := range append(before[ours], after[ours]...) {
		times = append(times, run.Took)
	}
	one := report.Median(times)
	t := contest{caption: "100,000 files of 1 KiB, once", tools: all}.table(r, ours)
	t.Rows = append(t.Rows, []string{ours + ", 1,000 of them", report.Number(one.Seconds()), "", "", report.Number(float64(before.Memory(ours) >> 20))})
	b.section.Tables = append(b.section.Tables, t)
	b.goal("100,000 × 1 KiB through the API: time a file, against 1,000 files", r.Median(ours).Seconds()/lots/(one.Seconds()/few), 1.2, "×")
	b.goal("… memory", float64(r.Memory(ours)>>20), 150, " MB")
	return b.Empty(b.ctx)
}
