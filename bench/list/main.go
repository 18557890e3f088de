// Command list measures lists: the newest files in one answer of the API against the
// SDK, and all that there is by signet ls -R against s5cmd and aws. It writes its
// section of bench/RESULTS.md and exits with 1 where a goal is missed.
//
// make bench-list runs it at the root of the repository, with the tools built. Anything
// but the whole of it, by -only, -files, -objects or -rounds, writes nothing.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"signet/bench/local"
	"signet/bench/report"
	"signet/cmd/signet/gateway"
)

// What the goals are about.
const (
	allFiles   = 10_000  // that one answer of order=newest holds at most
	allObjects = 100_000 // in all folders
	allRounds  = 15
)

// size is how much of the benchmark is run.
type size struct {
	only                   string // case, or "" for both
	files, objects, rounds int
}

var whole = size{"", allFiles, allObjects, allRounds}

func main() {
	if gateway.IsChild() {
		os.Exit(gateway.RunChild())
	}
	s := size{}
	flag.StringVar(&s.only, "only", "", "case to run: newest or everything")
	flag.IntVar(&s.files, "files", allFiles, "files of the list by time, 1 to 10,000")
	flag.IntVar(&s.objects, "objects", allObjects, "objects of the list of everything, 900 or more")
	flag.IntVar(&s.rounds, "rounds", allRounds, "rounds of each case; everything has 5 at most")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	met, err := bench(ctx, s)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
	}
	if err != nil || !met {
		os.Exit(1)
	}
}

// cases are what is measured, in one report.
type cases struct {
	*local.World
	size
	ctx     context.Context
	door    *local.Door
	section report.Section
}

func bench(ctx context.Context, s size) (bool, error) {
	if s.files < 1 || s.files > allFiles || s.objects < folders || s.rounds < 1 {
		return false, fmt.Errorf("got -files %d -objects %d -rounds %d, want 1 to %d, %d or more and 1 or more: correct them", s.files, s.objects, s.rounds, allFiles, folders)
	}
	w, err := local.New(ctx)
	if err != nil {
		return false, err
	}
	defer w.Close()
	door, err := w.Open(w.URL())
	if err != nil {
		return false, err
	}
	defer door.Close()
	b := &cases{World: w, size: s, ctx: ctx, door: door}
	b.section = report.Section{Name: "bench-list", Title: "Lists", Versions: versions(), Notes: []string{notes}}
	ran := false
	for _, c := range []struct {
		name string
		run  func() error
	}{{"newest", b.newest}, {"everything", b.everything}} {
		if s.only != "" && s.only != c.name {
			continue
		}
		ran = true
		if err := c.run(); err != nil {
			return false, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	switch {
	case !ran:
		return false, fmt.Errorf("got -only %s, want newest or everything: correct it", s.only)
	case s != whole:
		return b.section.Print(), nil
	}
	return b.section.Finish("bench/RESULTS.md")
}

func (b *cases) goal(figure string, got, want float64) {
	b.section.Goals = append(b.section.Goals, report.Goal{Figure: figure, Got: got, Want: want, AtMost: true, Unit: "×"})
}

const notes = "All ask the same local gateway over loopback, which shares the two cores with them; they take turns, and each ratio is the median of the rounds' " +
	"ratios. The objects were put into the gateway's folder past S3, as it keeps them. `signet ls` goes through the API, which runs in the benchmark's own process, " +
	"and has no AWS credentials; the others have the bucket owner's. Each prints as it does by itself, and each run must have printed every object. " +
	"The SDK lists page after page into a list of its own objects; the API's answer is taken when it is decoded, and is seen to be in order. Both have listed once before the first round."
