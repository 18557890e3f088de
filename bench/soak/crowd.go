package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"signet/bench/report"
)

// kind is a kind of client. turn does one thing that such a client does; honest ones
// say what went wrong, of the others nothing is expected.
type kind struct {
	name   string
	share  int // of a hundred clients
	honest bool
	pause  time.Duration // between two turns, at most
	turn   func(ctx context.Context, w *world, dice *rand.Rand) error
}

func kinds() []kind {
	return []kind{
		{"honest, a PUT through the server", 20, true, 4 * time.Second, putRelay},
		{"honest, a form through the server", 10, true, 4 * time.Second, formRelay},
		{"honest, straight to S3 by the handler", 15, true, 4 * time.Second, direct},
		{"honest and slow, 50 kB/s", 10, true, time.Second, slow},
		{"cuts the line in mid-upload", 10, false, 2 * time.Second, cut},
		{"stalls in mid-upload", 5, false, time.Second, stall},
		{"asks without reading", 8, false, time.Second, deaf},
		{"connects and is silent", 7, false, time.Second, silent},
		{"floods with false tokens and sessions", 8, false, 100 * time.Millisecond, liar},
		{"sends forms and JSON that are none", 7, false, 200 * time.Millisecond, babble},
	}
}

// tally is what came of it.
type tally struct {
	mu    sync.Mutex
	kinds []kind
	turns map[string]int
	wrong map[string]int
	first map[string]error // of what went wrong
}

func (t *tally) add(k kind, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.turns[k.name]++
	if err == nil || !k.honest {
		return
	}
	t.wrong[k.name]++
	if t.first[k.name] == nil {
		t.first[k.name] = err
	}
}

// crowd lets so many clients be what they are until ctx ends. A turn that has begun
// is ended.
func (w *world) crowd(ctx context.Context, clients int) *tally {
	t := &tally{kinds: kinds(), turns: map[string]int{}, wrong: map[string]int{}, first: map[string]error{}}
	var all sync.WaitGroup
	seed := uint64(0)
	for _, k := range t.kinds {
		for range max(1, k.share*clients/100) {
			seed++
			dice := rand.New(rand.NewPCG(seed, 20)) // every client's own, the same in each run
			all.Go(func() {
				for pause(ctx, time.Duration(dice.Int64N(int64(k.pause)))) {
					t.add(k, k.turn(ctx, w, dice))
				}
			})
		}
	}
	all.Wait()
	return t
}

// pause says whether there is time left after it.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func (t *tally) table() report.Table {
	table := report.Table{Columns: []string{"clients", "turns", "went wrong"}}
	for _, k := range t.kinds {
		wrong := "–"
		if k.honest {
			wrong = fmt.Sprint(t.wrong[k.name])
			if err := t.first[k.name]; err != nil {
				wrong += fmt.Sprintf(" (%.120s)", err)
			}
		}
		table.Rows = append(table.Rows, []string{k.name, fmt.Sprint(t.turns[k.name]), wrong})
	}
	return table
}

func (t *tally) goals() []report.Goal {
	turns, wrong := 0, 0
	for _, k := range t.kinds {
		if k.honest {
			turns, wrong = turns+t.turns[k.name], wrong+t.wrong[k.name]
		}
	}
	return []report.Goal{
		{Figure: "honest files that did not arrive whole", Got: float64(wrong), AtMost: true},
		{Figure: "honest files", Got: float64(turns), Want: 100},
	}
}
