package progress

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1536: "1.5 KiB", 1<<20 - 1: "1.0 MiB", 1 << 20: "1.0 MiB", 5 << 30: "5.0 GiB", 1 << 50: "1.0 PiB", 1 << 60: "1024.0 PiB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

// bar is one whose clock stands still until it is moved.
func bar(terminal bool) (*Bar, *bytes.Buffer, func(time.Duration)) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	b := &Bar{out: &out, terminal: terminal, width: func() int { return 80 }, now: func() time.Time { return now }, at: now, stop: make(chan struct{})}
	return b, &out, func(d time.Duration) { now = now.Add(d) }
}

func TestLine(t *testing.T) {
	b, out, pass := bar(false)
	if b.draw(); out.Len() > 0 {
		t.Errorf("got %q before anything is known", out)
	}
	b.Expect(100 << 20)
	b.Move(20 << 20)
	pass(10 * time.Second)
	b.draw()
	if got, want := out.String(), " 20 %  20.0 MiB of 100.0 MiB  2.0 MiB/s  0:40 left\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	// What is read to be compared does not travel.
	b.Compare(3 << 20)
	out.Reset()
	b.draw()
	if got := out.String(); !strings.HasSuffix(got, "  comparing 3.0 MiB\n") {
		t.Errorf("got %q while it compares", got)
	}
	b.Compare(-3 << 20)
	// What is sent again counts back, and nothing is ever below nothing.
	b.Move(-30 << 20)
	pass(10 * time.Second)
	b.draw()
	b.Move(110 << 20)
	pass(10 * time.Second)
	out.Reset()
	if b.draw(); !strings.HasPrefix(out.String(), "100 %") {
		t.Errorf("got %q at the end", out)
	}
}

// On a terminal the line renews itself, and steps aside for others.
func TestTerminal(t *testing.T) {
	b, out, pass := bar(true)
	b.Expect(1000)
	b.Move(500)
	pass(time.Second)
	b.draw()
	if got := out.String(); !strings.HasPrefix(got, "\r\x1b[K[############------------]  50 %") || strings.Contains(got, "\n") {
		t.Errorf("got %q", got)
	}
	var other bytes.Buffer
	b.Print(&other, "stored")
	if !strings.HasSuffix(out.String(), "\r\x1b[K") || other.String() != "stored\n" {
		t.Errorf("got %q and %q", out, &other)
	}
	b.Stop()
}

func TestClock(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0:00", 61 * time.Second: "1:01", 3601 * time.Second: "1:00:01", 26 * time.Hour: "26:00:00"} {
		if got := clock(d); got != want {
			t.Errorf("%s: got %s, want %s", d, got, want)
		}
	}
}

// A line never reaches the last column, whatever the terminal's width.
func TestLineFits(t *testing.T) {
	b, _, pass := bar(true)
	b.Expect(5 << 40)
	b.Move(3 << 40)
	pass(100 * time.Hour)
	b.draw()
	for columns, want := range map[int]string{
		120: "[##############----------]  60 %  3.0 TiB of 5.0 TiB  8.7 MiB/s  66:40:00 left",
		60:  " 60 %  3.0 TiB of 5.0 TiB  8.7 MiB/s  66:40:00 left",
		40:  " 60 %  66:40:00 left  3.0 TiB",
		22:  " 60 %  66:40:00 left",
		20:  " 60 %",
		2:   "",
	} {
		if got := b.fitting(columns); got != want {
			t.Errorf("%d columns: %q, want %q", columns, got, want)
		}
	}
	for columns := range 130 {
		if got := b.fitting(columns); len(got) >= columns && got != "" {
			t.Errorf("%d columns: %q", columns, got)
		}
	}
}
