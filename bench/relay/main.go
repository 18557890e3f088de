// Command relay measures signet serve beside the document's Flask application under
// gunicorn and beside tusd with its S3 store: the same gateway, the same files, by
// turns. It writes its section of bench/RESULTS.md and exits with 1 where a goal is
// missed.
//
// make bench-relay runs it at the root of the repository, with the peers built. -only
// NAME,… runs some of the cases, and then writes nothing.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"

	"signet/bench/report"
)

const mib = 1 << 20

// work is one case: so many files of a size, so many of them at once.
type work struct {
	name        string
	count       int
	size        int64
	concurrency int
}

func works() []work {
	return []work{{"1 GiB", 1, 1024 * mib, 1}, {"8 × 256 MiB", 8, 256 * mib, 8}, {"500 × 1 MiB", 500, mib, 8}}
}

func main() {
	only := flag.String("only", "", "cases to run, with commas, by their numbers: 1, 2, 3")
	rounds := flag.Int("rounds", 5, "rounds of each case")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	met, err := bench(ctx, *only, max(1, *rounds))
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
	}
	if err != nil || !met {
		os.Exit(1)
	}
}

func bench(ctx context.Context, only string, rounds int) (bool, error) {
	w, err := newWorld(ctx)
	if err != nil {
		return false, err
	}
	defer w.close()
	section := report.Section{Name: "bench-relay", Title: "Through a server", Notes: []string{notes}, Versions: []string{
		"signet serve", "Flask 3.1.3 with boto3 1.44.5 under gunicorn 27.0.1", "tusd v2.8.0",
	}}
	for i, job := range works() {
		if only != "" && !slices.Contains(strings.Split(only, ","), fmt.Sprint(i+1)) {
			continue
		}
		results, err := w.contest(ctx, job, rounds)
		if err != nil {
			return false, fmt.Errorf("%s: %w", job.name, err)
		}
		section.Tables = append(section.Tables, results.table(job))
		section.Goals = append(section.Goals, results.goals(job)...)
	}
	if only != "" {
		return section.Print(), nil
	}
	return section.Finish("bench/RESULTS.md")
}

const notes = "Client, server, S3 gateway and disk share the two cores. Every server is started anew for each run and stopped before the next one's. " +
	"Flask takes a form, tusd a body (tus 1.0, creation with upload; its own hashes are off, which makes it faster), signet serve both, and its type check and " +
	"CRC-64/NVME are on. gunicorn has five synchronous workers, as its documentation advises for two cores. Memory is the largest proportional set size (PSS) of all " +
	"processes of a server, sampled every 50 ms; what Flask and tusd write to disk on the way is not in it. The ratio is the median of the rounds' ratios."
