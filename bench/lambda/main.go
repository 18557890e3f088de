// Command lambda measures the Lambda as Lambda runs it: start, first answer,
// warm answers and memory of the real binary, against an empty Go handler, the
// SDK's PresignClient, a Node handler with @aws-sdk and boto3, in one run. It
// writes its section of bench/RESULTS.md and exits with 1 where a goal is missed.
//
// Run it at the root of the repository, with boto3 in .venv and the packages of
// bench/peers/node installed.
package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"signet/bench/report"
	"signet/bench/runtimeapi"
)

const (
	coldRounds = 40
	warmRounds = 8
	warmCalls  = 1000
)

func main() {
	met, err := run(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
	}
	if err != nil || !met {
		os.Exit(1)
	}
}

func run(ctx context.Context) (bool, error) {
	dir, err := os.MkdirTemp("", "bench-lambda-")
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	handlers, err := build(ctx, dir)
	if err != nil {
		return false, err
	}
	figures, err := measure(ctx, handlers)
	if err != nil {
		return false, err
	}
	bootstrap, zipped, err := sizes(ctx, filepath.Join(dir, "bootstrap"))
	if err != nil {
		return false, err
	}
	section := report.Section{Name: "bench-lambda", Title: "The Lambda", Versions: []string{
		report.Module("github.com/aws/aws-lambda-go"), report.Module("github.com/aws/aws-sdk-go-v2"),
		"@aws-sdk/client-s3 " + report.Output("node", "-p", "require('./bench/peers/node/node_modules/@aws-sdk/client-s3/package.json').version"),
		"Node " + report.Output("node", "--version"), "boto3 " + report.Output(python, "-c", "import boto3; print(boto3.__version__)"),
		report.Output(python, "--version"),
	}}
	section.Tables = []report.Table{table(handlers, figures)}
	ours, floor := figures[ourName], figures[emptyName]
	section.Goals = []report.Goal{
		{Figure: "cold answer against the empty handler", Got: ratio(ours.cold, floor.cold), Want: 1.4, AtMost: true, Unit: "×"},
		{Figure: "cold answer against the Node handler, times faster", Got: ratio(figures[nodeName].cold, ours.cold), Want: 40, Unit: "×"},
		{Figure: "warm p50 of POST /api/presign against the empty handler", Got: ratio(ours.warm, floor.warm), Want: 1.2, AtMost: true, Unit: "×"},
		{Figure: "cold answer with 20 spaces against none", Got: ratio(figures[spacesName].cold, ours.cold), Want: 1.05, AtMost: true, Unit: "×"},
		{Figure: "warm p50 with 20 spaces against none", Got: ratio(figures[spacesName].warm, ours.warm), Want: 1.05, AtMost: true, Unit: "×"},
		{Figure: "bootstrap (arm64, stripped)", Got: float64(bootstrap) / 1e6, Want: 9, AtMost: true, Unit: " MB"},
		{Figure: "its zip", Got: float64(zipped) / 1e6, Want: 4, AtMost: true, Unit: " MB"},
	}
	section.Notes = []string{fmt.Sprintf("Medians of %d cold starts and of %d warm answers, the handlers taking turns; p99 is of all warm answers. "+
		"A cold answer is from the start of the process to the answer of its first event; the Runtime API is on loopback. "+
		"Node's and Python's handlers run under a bare loop, without what Lambda's own runtimes add.", coldRounds, warmRounds*warmCalls)}
	limit := figures[constName]
	section.Notes = append(section.Notes, fmt.Sprintf("The limit of the warm answer: a handler that decodes the event, decides nothing, signs nothing and encodes a constant answer of the same size "+
		"takes %s times the empty one's p50 already, for the empty one neither reads its event nor answers a byte. Against that handler ours is at %s times warm and %s times cold. "+
		"What stands between it and the goal is encoding/json and the library's loop over net/http, which this product keeps.",
		report.Number(ratio(limit.warm, floor.warm)), report.Number(ratio(ours.warm, limit.warm)), report.Number(ratio(ours.cold, limit.cold))))
	return section.Finish("bench/RESULTS.md")
}

// figure is what the rounds of one handler gave.
type figure struct {
	init, cold []time.Duration // a round each
	warm       []time.Duration // every warm answer
	peak       int64           // the largest
}

// measure runs the handlers in turn, so that a busy moment hits all of them.
func measure(ctx context.Context, handlers []runtimeapi.Handler) (map[string]*figure, error) {
	figures := map[string]*figure{}
	for _, h := range handlers {
		figures[h.Name] = &figure{}
		if _, err := h.Measure(ctx, 0); err != nil { // fills the page cache
			return nil, err
		}
	}
	order := slices.Clone(handlers)
	random := rand.New(rand.NewPCG(1, 2))
	for round := range coldRounds {
		// A process that follows a large one finds the caches cold, so none may
		// always have the same one before it.
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, h := range order {
			warm := 0
			if round < warmRounds {
				warm = warmCalls
			}
			run, err := h.Measure(ctx, warm)
			if err != nil {
				return nil, err
			}
			f := figures[h.Name]
			f.init, f.cold, f.peak = append(f.init, run.Init), append(f.cold, run.Cold), max(f.peak, run.Peak)
			f.warm = append(f.warm, run.Warm...)
		}
	}
	return figures, nil
}

func table(handlers []runtimeapi.Handler, figures map[string]*figure) report.Table {
	t := report.Table{Columns: []string{"handler", "init, ms", "cold answer, ms", "times the empty one", "warm p50, µs", "warm p99, µs", "times the empty one", "peak memory, MB"}}
	floor := figures[emptyName]
	for _, h := range handlers {
		f := figures[h.Name]
		t.Rows = append(t.Rows, []string{h.Name,
			report.Number(float64(quantile(f.init, 0.5)) / 1e6),
			report.Number(float64(quantile(f.cold, 0.5)) / 1e6), report.Number(ratio(f.cold, floor.cold)),
			report.Number(float64(quantile(f.warm, 0.5)) / 1e3), report.Number(float64(quantile(f.warm, 0.99)) / 1e3), report.Number(ratio(f.warm, floor.warm)),
			report.Number(float64(f.peak) / 1e6),
		})
	}
	return t
}

// ratio compares the medians.
func ratio(a, b []time.Duration) float64 {
	return float64(quantile(a, 0.5)) / float64(quantile(b, 0.5))
}

func quantile(values []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}
