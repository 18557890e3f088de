// Command estimate holds the times that `signet estimate` tells to measured runs:
// the real command line, and single PUTs, to the real gateway, over lines that are
// as slow as they are told to be (package link). It writes its section of
// bench/RESULTS.md and exits with 1 where a time is off by more than 15 %.
//
// make bench-estimate runs it at the root of the repository, with bin/signet
// built. -only N,… runs some of the points, and then writes nothing.
package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"time"

	"signet/bench/report"
	"signet/cmd/signet/gateway"
	"signet/lambda/upload"
)

// tolerance is how far a time may be off, in percent.
const tolerance = 15

func main() {
	if gateway.IsChild() {
		os.Exit(gateway.RunChild())
	}
	only := flag.String("only", "", "points to run, by number, with commas")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	met, err := bench(ctx, *only)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
	}
	if err != nil || !met {
		os.Exit(1)
	}
}

func bench(ctx context.Context, only string) (bool, error) {
	w, err := newWorld(ctx)
	if err != nil {
		return false, err
	}
	defer w.close()
	table := report.Table{
		Caption: "Seconds from the start of the command, or of the call that signs, until the object is stored",
		Columns: []string{"sent as", "MiB", "link, Mbps", "round trip, ms", "a connection, Mbps", "TCP", "estimated", "measured", "off by, %"},
	}
	worst, within, off := 0.0, 0, 0.0
	for i, p := range points() {
		if only != "" && !slices.Contains(strings.Split(only, ","), strconv.Itoa(i+1)) {
			continue
		}
		want, err := p.estimate(w.ahead)
		if err != nil {
			return false, err
		}
		got, err := w.measure(ctx, p)
		if err != nil {
			return false, fmt.Errorf("point %d, %+v: %w", i+1, p, err)
		}
		off = 100 * (want - got.Seconds()) / got.Seconds()
		fmt.Printf("%2d %-26s %4d MiB  estimated %6.2f s  measured %6.2f s  %+.1f %%\n", i+1, p.name, p.mib, want, got.Seconds(), off)
		worst = math.Max(worst, math.Abs(off))
		if math.Abs(off) <= tolerance {
			within++
		}
		table.Rows = append(table.Rows, append(p.row(), fmt.Sprintf("%.2f", want), fmt.Sprintf("%.2f", got.Seconds()), fmt.Sprintf("%+.1f", off)))
	}
	s := report.Section{Name: "bench-estimate", Title: "Upload times, estimated and measured", Tables: []report.Table{table},
		Versions: []string{report.Output("bin/signet", "version"), "toxiproxy " + strings.TrimPrefix(report.Module("github.com/Shopify/toxiproxy/v2"), "github.com/Shopify/toxiproxy/v2 v")},
		Notes:    []string{notes(w.ahead)}}
	s.Goals = []report.Goal{
		{Figure: "points within 15 %", Got: float64(within), Want: float64(len(table.Rows))},
		{Figure: "the one that is off most", Got: worst, Want: tolerance, AtMost: true, Unit: " %"},
	}
	if only != "" {
		return s.Print(), nil
	}
	return s.Finish("bench/RESULTS.md")
}

func notes(ahead int) string {
	return "Each point is one run. The estimate is made before it, of the line's properties alone, by the package that `signet estimate` uses; the line is toxiproxy's: " +
		"its latency and its bandwidth for each connection, and toxics of ours for the link that all connections share and, where the table says so, for TCP: a first " +
		"window of 10 segments that doubles, and what the loss of each thousandth segment leaves of it. A connection to a proxy on the same machine takes no round trip, and there is no TLS, so the estimate is told that " +
		"there are no handshakes. What the sockets of these lines take in before the line does is " + upload.Size(int64(ahead)/1024*1024).String() + ", which was measured before the first point. " +
		"No browser is among the points, and no line that loses by chance."
}

// deadline bounds one run.
const deadline = 2 * time.Minute
