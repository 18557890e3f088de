// Command cli measures signet's command line against s5cmd, rclone, aws and
// boto3: the same gateway, the same run, taking turns. It writes its section of
// bench/RESULTS.md and exits with 1 where a goal is missed.
//
// make bench-cli runs it at the root of the repository, with the tools built, in two
// parts, each with a section of its own: what is sent, and what is fetched or many.
// -part up or down runs one of them. -only NAME,… runs some of the cases, and then
// writes nothing.
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
	part := flag.String("part", "", "up or down: that part alone")
	rounds := flag.Int("rounds", 5, "rounds of each case but 8GiB, which has 3 at most")
	kills := flag.Int("kills", 50, "kills of signet; a peer gets a tenth")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	met, err := bench(ctx, *part, *only, *rounds, *kills)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
	}
	if err != nil || !met {
		os.Exit(1)
	}
}

// part is some of the cases, and the section that they make.
type part struct {
	name, section, title string
	cases                []oneCase
}

type oneCase struct {
	name string
	run  func() error
}

func (b *cases) parts() []part {
	return []part{
		{"up", "bench-cli", "The command line", []oneCase{
			{"1GiB", b.oneGiB}, {"8GiB", b.eightGiB}, {"small", b.small}, {"line", b.line}, {"sync", b.sync}, {"kill", b.kill},
		}},
		{"down", "bench-cli-down", "The command line: downloads, and 100,000 files", []oneCase{
			{"get1GiB", b.getOneGiB}, {"getline", b.getLine}, {"getsmall", b.getSmall}, {"syncdown", b.syncDown}, {"killget", b.killGet}, {"many", b.many},
		}},
	}
}

func bench(ctx context.Context, only, names string, rounds, kills int) (met bool, err error) {
	w, err := local.New(ctx)
	if err != nil {
		return false, err
	}
	defer w.Close()
	b := &cases{World: w, ctx: ctx, rounds: max(1, rounds), kills: max(1, kills), tools: tools()}
	met = true
	for _, p := range b.parts() {
		if only != "" && only != p.name {
			continue
		}
		ok, err := b.run(ctx, p, names)
		if err != nil {
			return false, err
		}
		met = met && ok
	}
	return met, nil
}

// run runs a part, or those of its cases that are named, which are printed alone.
func (b *cases) run(ctx context.Context, p part, names string) (met bool, err error) {
	b.section = report.Section{Name: p.section, Title: p.title, Versions: versions(ctx)}
	for _, c := range p.cases {
		if names != "" && !slices.Contains(strings.Split(names, ","), c.name) {
			continue
		}
		if err := c.run(); err != nil {
			return false, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	b.section.Notes = append(b.section.Notes, notes)
	switch {
	case names == "":
		return b.section.Finish("bench/RESULTS.md")
	case len(b.section.Tables) > 0:
		fmt.Print(b.section.String())
	}
	return len(b.section.Missed()) == 0, nil
}

const notes = "All tools send to the same local gateway, and fetch from it, over loopback; it shares the two cores with them. They take turns, and each ratio is the " +
	"median of the rounds' ratios. `signet` goes through the API and has no AWS credentials; the others have the bucket owner's. " +
	"Each tool has the settings that it comes with, boto3 those of its script. What is sent and fetched again is counted on the line. " +
	"What signet has fetched is compared with S3's checksum before it has its name."
