package transfer

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"signet/lambda/upload"
)

// probes is how many small files go by each way before the faster one is taken, and
// measured how many of them have to have ended.
const (
	probes   = 8
	measured = 4
)

// ways are the two by which a small file may go: directly, and through the site's own
// origin, the edge, where the target names it. Which is faster is measured.
type ways struct {
	mu           sync.Mutex
	closed       bool // the edge gave what is not S3's, or nothing
	direct, edge way
}

// way is what is known of one.
type way struct {
	begun, ended int
	took         time.Duration // of those that have ended, together
}

func (w way) mean() time.Duration { return w.took / time.Duration(max(1, w.ended)) }

// takes says whether a body of size bytes goes by the edge.
func (w *ways) takes(r Request, size int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || r.Edge == "" || size >= upload.EdgeBelow {
		return false
	}
	byEdge := w.edge.begun <= w.direct.begun
	if w.edge.begun >= probes && w.direct.begun >= probes {
		byEdge = w.edge.ended >= measured && w.direct.ended >= measured && w.edge.mean() < w.direct.mean()
	}
	if byEdge {
		w.edge.begun++
	} else {
		w.direct.begun++
	}
	return byEdge
}

// note keeps how long a file took.
func (w *ways) note(of *way, took time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	of.ended++
	of.took += took
}

// blames says whether a failure is the edge's own, which is then left for good: an
// answer that is not S3's, a 403 that the direct way may not have, or none.
func (w *ways) blames(err error) bool {
	e, ok := errors.AsType[*Error](err)
	own := ok && (slices.Contains([]string{"Lost", "Unreachable", "Stalled", "NotS3"}, e.Code) || strings.HasPrefix(e.Code, "HTTP") || e.Status == 403 && e.Remedy == Fail)
	if own {
		w.mu.Lock()
		w.closed = true
		w.mu.Unlock()
	}
	return own
}

// anyWay is one PUT, by the edge where that is faster; where that fails by itself, at
// once directly.
func (e *Engine) anyWay(ctx context.Context, r Request, s sending) (sent, error) {
	w := &e.ways
	if e.Edge == nil || !w.takes(r, s.size) {
		return e.timed(ctx, r, s, &w.direct)
	}
	by := r
	by.URL, by.byEdge = r.Edge, true
	done, err := e.timed(ctx, by, s, &w.edge)
	if err != nil && ctx.Err() == nil && w.blames(err) {
		return e.timed(ctx, r, s, &w.direct)
	}
	return done, err
}

func (e *Engine) timed(ctx context.Context, r Request, s sending, of *way) (sent, error) {
	began := time.Now()
	done, err := e.attempt(ctx, r, s)
	if err == nil && s.size < upload.EdgeBelow {
		e.ways.note(of, time.Since(began))
	}
	return done, err
}
