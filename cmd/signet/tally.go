package main

import (
	"context"
	"fmt"
	"mime"
	"path"

	"signet/cmd/signet/internal/progress"
	"signet/cmd/signet/internal/transfer"
)

// tally tells of files as they end, and counts them.
type tally struct {
	*console
	bar         *progress.Bar // nil: quiet
	all, failed int
}

func newTally(c *console) *tally {
	r := &tally{console: c}
	if !c.quiet && !c.json {
		r.bar = progress.Start(c.stderr)
	}
	return r
}

func (r *tally) meter() transfer.Meter {
	if r.bar == nil {
		return transfer.Silent{}
	}
	return r.bar
}

// row is a file in JSON.
type row struct {
	Path    string `json:"path"`
	Key     string `json:"key,omitempty"`
	Size    int64  `json:"size"`
	CRC     string `json:"crc64nvme,omitempty"`
	Existed bool   `json:"existed,omitempty"`
	Resumed int64  `json:"resumed,omitempty"`
	Sent    int64  `json:"sent,omitempty"`
	Error   string `json:"error,omitempty"`
}

// tell tells of one file; the engine calls it once at a time.
func (r *tally) tell(t transfer.Result) {
	r.all++
	out := row{Path: t.File.Path, Key: t.Key, Size: t.Size, CRC: t.CRC64NVME, Existed: t.Existed, Resumed: t.Resumed, Sent: t.Sent}
	if t.Err != nil {
		r.failed++
		out.Error = shown(t.Err).Error()
	}
	if r.json {
		r.print(out, "")
		return
	}
	switch {
	case t.Err != nil:
		r.line(true, fmt.Sprintf("signet: %s: %s", t.File.Path, out.Error))
	case t.Existed:
		r.line(false, fmt.Sprintf("%s  is there already", t.File.Path))
	case t.Resumed > 0:
		r.line(false, fmt.Sprintf("%s  %s, %s of it from an earlier run", t.File.Path, progress.Bytes(t.Size), progress.Bytes(t.Resumed)))
	default:
		r.line(false, fmt.Sprintf("%s  %s", t.File.Path, progress.Bytes(t.Size)))
	}
}

// notice says why nothing moves.
func (r *tally) notice(err error) {
	r.line(true, fmt.Sprintf("signet: waiting: %v", shown(err)))
}

func (r *tally) line(trouble bool, text string) {
	to := r.stdout
	if trouble {
		to = r.stderr
	}
	if r.bar != nil {
		r.bar.Print(to, text)
		return
	}
	fmt.Fprintln(to, text)
}

// end says how it all ended and gives the exit code.
func (r *tally) end(ctx context.Context) int {
	if r.bar != nil {
		r.bar.Stop()
	}
	if ctx.Err() != nil {
		fmt.Fprintln(r.stderr, "signet: stopped: run the same command again to go on from here")
		return exitFailed
	}
	if r.failed > 0 && r.all > 1 {
		fmt.Fprintf(r.stderr, "signet: %d of %d files failed: run the same command again to try these\n", r.failed, r.all)
	}
	return verdict(r.failed, r.all)
}

// mediaType guesses a file's type from its name; empty when it is not known.
func mediaType(name string) string {
	return mime.TypeByExtension(path.Ext(name))
}
