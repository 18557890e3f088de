// Command cli measures signet's command line against s5cmd, rclone, aws and
// boto3: the same gateway, the same run, taking turns. It writes its section of
// bench/RESULTS.md and exits with 1 where a goal is missed.
//
// make bench-cli runs it at the root of the repository, with the tools built.
// -only NAME,… runs some of the cases, and then writes nothing.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"

	"signet/bench/local"
	"signet/bench/report"
	"signet/cmd/signet/gateway"
)

func main() {
	if gateway.IsChild() {
		os.Exit(gateway.RunChild())
	}
	only := flag.String("only", "", "cases to run, with commas: 1GiB, 8GiB, small, many, line, sync, kill, get1GiB, getline, getsmall, syncdown, killget")
	rounds := flag.Int("rounds", 5, "rounds of each case but 8GiB, which has 3 at most")
	kills := flag.Int("kills", 50, "kills of signet; a peer gets a tenth")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	met, err := bench(ctx, *only, *rounds, *kills)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
	}
	if err != nil || !met {
		os.Exit(1)
	}
}

func bench(ctx context.Context, only string, rounds, kills int) (bool, error) {
	w, err := local.New(ctx)
	if err != nil {
		return false, err
	}
	defer w.Close()
	b := &cases{World: w, ctx: ctx, rounds: max(1, rounds), kills: max(1, kills), tools: tools()}
	b.section = report.Section{Name: "bench-cli", Title: "The command line", Versions: versions(ctx)}
	for _, c := range []struct {
		name string
		run  func() error
	}{
		{"1GiB", b.oneGiB}, {"8GiB", b.eightGiB}, {"small", b.small}, {"many", b.many}, {"line", b.line}, {"sync", b.sync}, {"kill", b.kill},
		{"get1GiB", b.getOneGiB}, {"getline", b.getLine}, {"getsmall", b.getSmall}, {"syncdown", b.syncDown}, {"killget", b.killGet},
	} {
		if only != "" && !slices.Contains(strings.Split(only, ","), c.name) {
			continue
		}
		if err := c.run(); err != nil {
			return false, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	b.section.Notes = append(b.section.Notes, notes)
	if only != "" {
		fmt.Print(b.section.String())
		return len(b.section.Missed()) == 0, nil
	}
	return b.section.Finish("bench/RESULTS.md")
}

const notes = "All tools send to the same local gateway, and fetch from it, over loopback; it shares the two cores with them. They take turns, and each ratio is the " +
	"median of the rounds' ratios. `signet` goes through the API and has no AWS credentials; the others have the bucket owner's. " +
	"Each tool has the settings that it comes with, boto3 those of its script. What is sent and fetched again is counted on the line. " +
	"What signet has fetched is compared with S3's checksum before it has its name."
