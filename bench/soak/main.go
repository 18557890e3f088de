// Command soak puts signet serve and the handler behind signet dev under two hundred
// clients of all kinds for half an hour: honest ones, slow ones, and those that cut,
// stall, flood, fall silent and lie. It watches memory and descriptors of both
// processes, and wants them flat; every honest file has to come back as it was sent.
// It writes its section of bench/RESULTS.md and exits with 1 where a goal is missed.
//
// make soak runs it at the root of the repository, make soak MINUTES=3 a short form. A
// run of less than half an hour is printed, and written nowhere.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"time"

	"signet/bench/report"
)

// whole is the least duration whose figures count.
const whole = 30 * time.Minute

func main() {
	duration := flag.Duration("duration", whole, "how long")
	clients := flag.Int("clients", 200, "how many at once")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	met, err := soak(ctx, *duration, *clients)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
	}
	if err != nil || !met {
		os.Exit(1)
	}
}

func soak(ctx context.Context, duration time.Duration, clients int) (bool, error) {
	w, err := newWorld()
	if err != nil {
		return false, err
	}
	defer w.close()
	watched := []*watch{{name: "signet serve", pid: w.serve.Process.Pid}, {name: "signet dev, with the handler", pid: w.cloud.Process.Pid}}
	for _, each := range watched {
		if each.before, err = read(each.pid); err != nil {
			return false, err
		}
	}
	running, cancel := context.WithTimeout(ctx, duration)
	defer cancel()
	var watching sync.WaitGroup
	for _, each := range watched {
		watching.Go(func() { each.run(running) })
	}
	tally := w.crowd(running, clients)
	watching.Wait()
	http.DefaultClient.CloseIdleConnections()
	for _, each := range watched {
		if err := each.leave(ctx); err != nil {
			return false, err
		}
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err := w.failures(os.Stderr); err != nil {
		return false, err
	}
	section := report.Section{Name: "soak", Title: "Half an hour of all kinds of clients", Notes: []string{notes, fmt.Sprintf("%d times an honest client sent again what the server had said to have failed (a 5xx, a 409 of the gateway, a lost line), as ours do; what was called stored is never sent again, and has to be whole.", w.repeated.Load())}, Versions: []string{
		fmt.Sprintf("%d clients, %s", clients, duration),
	}}
	section.Tables = append(section.Tables, tally.table(), watchTable(watched))
	section.Goals = append(tally.goals(), watchGoals(watched)...)
	if duration < whole {
		return section.Print(), nil
	}
	return section.Finish("bench/RESULTS.md")
}

const notes = "Clients, both processes, S3 gateway and disk share the cores. Memory is the proportional set size (PSS) of the process without the S3 gateway, a child of its own, " +
	"sampled every two seconds; the growth is that of a straight line through the samples, least squares, from when a third of the time is over (before that caches and pools fill) to the end. " +
	"Descriptors are split: connections come and go with clients, and are counted once all have gone and what is idle has been closed; of the others the growth is taken as memory's is. " +
	"An honest file is downloaded by a signed URL and compared byte for byte, then its version is deleted, so that the bucket stays as large as it is."
