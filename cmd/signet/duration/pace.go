package duration

import "math"

// pace is how many requests a client has under way. The command line's finds it
// out: cmd/signet/internal/transfer/limiter.go, whose rules these are.
type pace struct {
	most, limit int
	ends        float64 // of the present window; +Inf: nothing changes any more

	began, moved float64 // when the window began, and bytes until then
	best         float64 // rate of the window before the last growth
	before       int     // the limit then; 0: it has not grown
	settled      bool    // doubling has ended
	steady       int     // windows since the last growth
	still        int     // windows in which nothing was gained
}

const (
	paceWindow = 0.5  // seconds; limiter.go, window
	paceGrowth = 1.08 // limiter.go, growth
	paceProbe  = 8    // limiter.go, probeEvery
	// paceStill windows without gain are taken for the end of all growing: on a line
	// that does not change, each further try ends as the last one did.
	paceStill = 8 * paceProbe
)

func newPace(client Client, connections int) pace {
	p := pace{most: connections, limit: connections, ends: math.Inf(1)}
	if client.Begin > 0 && client.Begin < connections {
		p.limit, p.ends = client.Begin, paceWindow
	}
	return p
}

// adapt ends a window. filled says that more was waiting than was let through.
func (p *pace) adapt(now, moved float64, filled bool) {
	rate := (moved - p.moved) / (now - p.began)
	p.began, p.moved, p.ends = now, moved, now+paceWindow
	p.still++
	switch {
	case p.before > 0 && rate < p.best*paceGrowth:
		p.limit, p.before, p.settled, p.steady = p.before, 0, true, 0
	case !filled:
	case !p.settled:
		p.grow(rate, p.limit*2)
	default:
		if p.before > 0 {
			p.still = 0
		}
		if p.steady++; p.steady >= paceProbe || p.before > 0 {
			p.steady = 0
			p.grow(rate, p.limit+max(1, p.limit/8))
		}
	}
	if p.limit == p.before {
		p.before = 0
	}
	if p.still >= paceStill || p.settled && p.limit == p.most {
		p.ends = math.Inf(1)
	}
}

func (p *pace) grow(rate float64, to int) {
	p.best, p.before = rate, p.limit
	p.limit = min(p.most, to)
}
