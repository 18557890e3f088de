package main

import (
	"fmt"
	"runtime"
	"time"

	"signet/bench/report"
)

const (
	rounds = 15
	slice  = 100 * time.Millisecond // of one peer in one round
)

// peer signs something n times.
type peer struct {
	name string
	run  func(n int) error
	// per is what one of n is divided by, 10,000 for a run of parts.
	per int
}

// result is what a peer took for one signature.
type result struct {
	times  []time.Duration // for each round
	allocs float64
	bytes  float64
}

func (r result) median() time.Duration { return report.Median(r.times) }

// ratio is how many times longer a peer took than r.
func (r result) ratio(other result) float64 { return report.Ratio(other.times, r.times) }

// compare measures the peers in turn, round after round.
func compare(peers []peer) (map[string]result, error) {
	results := map[string]result{}
	counts := make([]int, len(peers))
	for round := range rounds {
		for i, p := range peers {
			if round == 0 {
				n, err := calibrate(p)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", p.name, err)
				}
				counts[i] = n
			}
			r := results[p.name]
			if err := r.add(p, counts[i]); err != nil {
				return nil, fmt.Errorf("%s: %w", p.name, err)
			}
			results[p.name] = r
		}
	}
	return results, nil
}

// calibrate finds how often a peer runs in a slice of time.
func calibrate(p peer) (int, error) {
	for n := 1; ; n *= 2 {
		start := time.Now()
		if err := p.run(n); err != nil {
			return 0, err
		}
		if took := time.Since(start); took >= slice/2 {
			return max(1, int(float64(n)*float64(slice)/float64(took))), nil
		}
	}
}

func (r *result) add(p peer, n int) error {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	if err := p.run(n); err != nil {
		return err
	}
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	signatures := n * max(1, p.per)
	r.times = append(r.times, took/time.Duration(signatures))
	r.allocs = float64(after.Mallocs-before.Mallocs) / float64(n)
	r.bytes = float64(after.TotalAlloc-before.TotalAlloc) / float64(n)
	return nil
}
