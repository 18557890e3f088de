package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"mime"
	"path"
	"strconv"
	"time"

	"golang.org/x/text/unicode/norm"

	"signet/cmd/signet/internal/progress"
	"signet/cmd/signet/internal/remote"
	"signet/cmd/signet/internal/transfer"
)

// tally tells of files as they end, and counts them.
type tally struct {
	*console
	bar         *progress.Bar // nil: quiet
	all, failed int
	sum         sums
	// foldered says that files have folders and names of the API's, which may be other
	// ones than here.
	foldered bool
	space    string // in which they are; empty: among one's own
	stopped  string // what to say when it is stopped; empty: that it can go on
}

func newTally(c *console) *tally {
	r := &tally{console: c, sum: sums{began: time.Now()}}
	if !c.quiet && !c.json {
		r.bar = progress.Start(c.stderr)
	}
	return r
}

// expect says how many files more there will be.
func (r *tally) expect(files int) {
	if r.bar != nil {
		r.bar.Files(files)
	}
}

// count counts a file that has ended.
func (r *tally) count() {
	r.all++
	if r.bar != nil {
		r.bar.Ended()
	}
}

// refused counts what was asked for and is not done, and is no file.
func (r *tally) refused() {
	r.all++
	r.failed++
}

func (r *tally) meter() transfer.Meter {
	if r.bar == nil {
		return transfer.Silent{}
	}
	return r.bar
}

// row is a file in JSON.
type row struct {
	Path    string `json:"path"`           // here
	Name    string `json:"name,omitempty"` // there, with its folder
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
	r.count()
	if t.Err == nil {
		r.sum.file(t.Size, t.Existed)
	}
	out := row{Path: t.File.Path, Key: t.Key, Size: t.Size, CRC: t.CRC64NVME, Existed: t.Existed, Resumed: t.Resumed, Sent: t.Sent}
	as := ""
	if r.foldered && t.Key != "" {
		wish := path.Join(t.File.Folder, t.File.Name)
		out.Name = inSpace(r.space, remote.Stored(t.Key, wish))
		if out.Name != norm.NFC.String(inSpace(r.space, wish)) {
			as = ", stored as " + strconv.Quote(out.Name)
		}
	}
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
		r.trouble("%s: %s", printable(t.File.Path), out.Error)
	case t.Existed:
		r.line(printable(t.File.Path) + "  is there already" + as)
	case t.Resumed > 0:
		r.line(fmt.Sprintf("%s  %s, %s of it from an earlier run%s", printable(t.File.Path), progress.Bytes(t.Size), progress.Bytes(t.Resumed), as))
	default:
		r.line(fmt.Sprintf("%s  %s%s", printable(t.File.Path), progress.Bytes(t.Size), as))
	}
}

// notice says why nothing moves.
func (r *tally) notice(err error) {
	r.note("waiting: %v", shown(err))
}

// trouble says what went wrong.
func (r *tally) trouble(format string, args ...any) {
	r.say(r.stderr, complain(r.stderr)+calm(fmt.Sprintf(format, args...)))
}

// note says what is worth knowing and no failure.
func (r *tally) note(format string, args ...any) {
	r.say(r.stderr, paint(r.stderr, yellow, "signet:")+" "+calm(fmt.Sprintf(format, args...)))
}

func (r *tally) line(text string) { r.say(r.stdout, calm(text)) }

func (r *tally) say(to io.Writer, text string) {
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
		fmt.Fprintln(r.stderr, complain(r.stderr)+cmp.Or(r.stopped, "stopped: run the same command again to go on from here"))
		return ended(ctx, exitFailed)
	}
	if text := r.sum.text(); text != "" && !r.quiet && !r.json {
		fmt.Fprintln(r.stderr, text)
	}
	if r.failed > 0 && r.all > 1 {
		fmt.Fprintf(r.stderr, "%s%d of %d files failed: run the same command again to try these\n", complain(r.stderr), r.failed, r.all)
	}
	return verdict(r.failed, r.all)
}

// mediaType guesses a file's type from its name; empty when it is not known.
func mediaType(name string) string {
	return mime.TypeByExtension(path.Ext(name))
}
