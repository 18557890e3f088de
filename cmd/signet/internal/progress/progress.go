// Package progress shows how a transfer goes on: a line that renews itself on a
// terminal, a line every ten seconds elsewhere.
package progress

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

const (
	every    = 200 * time.Millisecond // on a terminal
	seldom   = 10 * time.Second       // elsewhere
	barWidth = 24
	// usualWidth is taken where a terminal does not tell its own.
	usualWidth = 80
	// memory is how fast the speed forgets: the share of the last second.
	memory = 0.3
)

// Bar counts bytes and shows them. It is the transfer's Meter.
type Bar struct {
	out      io.Writer
	terminal bool
	width    func() int // columns of the terminal
	now      func() time.Time

	mu        sync.Mutex
	expected  int64
	moved     int64
	shown     int64 // moved when the speed was last taken
	at        time.Time
	speed     float64 // bytes a second
	drawn     bool
	comparing int64 // bytes that are being read to be compared
	files     int   // that there are to be
	ended     int
	name      string // of the one that has begun to move last

	stop chan struct{}
	done sync.WaitGroup
}

// Start begins to show progress on out until Stop.
func Start(out io.Writer) *Bar {
	file, ok := out.(*os.File)
	b := &Bar{out: out, terminal: ok && term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb", now: time.Now, stop: make(chan struct{})}
	b.width = func() int {
		if columns, _, err := term.GetSize(int(file.Fd())); err == nil && columns > 0 {
			return columns
		}
		return usualWidth
	}
	b.at = b.now()
	pause := seldom
	if b.terminal {
		pause = every
	}
	b.done.Go(func() { b.run(pause) })
	return b
}

func (b *Bar) run(pause time.Duration) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			b.draw()
		case <-b.stop:
			return
		}
	}
}

// Expect implements the transfer's Meter.
func (b *Bar) Expect(bytes int64) {
	b.mu.Lock()
	b.expected += bytes
	b.mu.Unlock()
}

// Move implements the transfer's Meter.
func (b *Bar) Move(bytes int64) {
	b.mu.Lock()
	b.moved += bytes
	b.mu.Unlock()
}

// Compare implements the transfer's Comparer.
func (b *Bar) Compare(bytes int64) {
	b.mu.Lock()
	b.comparing += bytes
	b.mu.Unlock()
}

// Files adds to the files that are to come.
func (b *Bar) Files(n int) {
	b.mu.Lock()
	b.files += n
	b.mu.Unlock()
}

// Ended counts a file that has come to its end.
func (b *Bar) Ended() {
	b.mu.Lock()
	b.ended++
	b.mu.Unlock()
}

// Start implements the transfer's Starter.
func (b *Bar) Start(name string) {
	b.mu.Lock()
	b.name = name
	b.mu.Unlock()
}

// Stop ends it and clears the line.
func (b *Bar) Stop() {
	close(b.stop)
	b.done.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
}

// Print writes a line to w without breaking the bar.
func (b *Bar) Print(w io.Writer, line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
	fmt.Fprintln(w, line)
}

func (b *Bar) clear() {
	if b.drawn {
		fmt.Fprint(b.out, "\r\x1b[K")
		b.drawn = false
	}
}

func (b *Bar) draw() {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if took := now.Sub(b.at).Seconds(); took > 0 {
		latest := float64(b.moved-b.shown) / took
		weight := min(1, memory*took*5)
		if b.speed == 0 {
			weight = 1
		}
		b.speed += (latest - b.speed) * weight
	}
	b.shown, b.at = b.moved, now
	if b.expected == 0 {
		return
	}
	if b.terminal {
		fmt.Fprint(b.out, "\r\x1b[K", b.fitting(b.width()))
		b.drawn = true
		return
	}
	l := b.line()
	fmt.Fprintln(b.out, joined(l.share, l.amount, l.speed, l.left, l.files))
}

// fitting is what a line of so many columns holds: a line that wraps could not be
// renewed. The last column stays free, for some terminals wrap when it is written. The
// file's name takes what room is left.
func (b *Bar) fitting(columns int) string {
	l := b.line()
	bar := b.bar() + " " + l.share
	for _, parts := range [][]string{
		{bar, l.amount, l.speed, l.left, l.files}, {bar, l.amount, l.left, l.files}, {l.share, l.amount, l.speed, l.left, l.files}, {l.share, l.amount, l.left, l.files},
		{l.share, l.left, l.files, Bytes(b.moved)}, {l.share, l.left, l.files}, {l.share, l.left}, {l.share},
	} {
		line := joined(parts...)
		if len(line) >= columns {
			continue
		}
		if name := shortened(b.name, columns-len(line)-3); name != "" {
			line += "  " + name
		}
		return line
	}
	return ""
}

func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" }), "  ")
}

func (b *Bar) bar() string {
	full := int(int64(barWidth) * min(max(b.moved, 0), b.expected) / max(b.expected, 1))
	return "[" + strings.Repeat("#", full) + strings.Repeat("-", barWidth-full) + "]"
}

// line is the parts of a line; those that nobody knows, or that say nothing, are empty.
type line struct{ share, amount, speed, left, files string }

func (b *Bar) line() (l line) {
	l.share = fmt.Sprintf("%3d %%", 100*b.moved/max(b.expected, 1))
	l.amount = Bytes(b.moved) + " of " + Bytes(b.expected)
	l.speed = Bytes(int64(b.speed)) + "/s"
	if b.files > 1 {
		l.files = fmt.Sprintf("%d of %d files", b.ended, b.files)
	}
	rest := b.expected - b.moved
	switch {
	case b.comparing > 0:
		l.left = "comparing " + Bytes(b.comparing)
	case rest > 0 && b.speed > 1:
		l.left = clock(time.Duration(float64(rest)/b.speed*float64(time.Second))) + " left"
	}
	return l
}

// Bytes writes a size for people, in powers of 1,024.
func Bytes(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	x, unit := float64(n)/1024, 0
	for x >= 1023.95 && unit < 4 {
		x /= 1024
		unit++
	}
	return fmt.Sprintf("%.1f %ciB", x, "KMGTP"[unit])
}

func clock(d time.Duration) string {
	s := int64(d.Round(time.Second).Seconds())
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
