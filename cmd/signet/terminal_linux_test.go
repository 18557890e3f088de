package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// shows runs a command whose standard error is a terminal of so many columns, and gives
// what it shows.
func (p terminal) shows(columns int, env []string, args ...string) string {
	p.t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		p.t.Fatal(err)
	}
	defer master.Close()
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: uint16(columns), Row: 24})
	}
	if err != nil {
		p.t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := signet(args...)
	cmd.Dir, cmd.Env = p.dir, append(append(cmd.Env, "SIGNET_API="+p.c.API, "SIGNET_TOKEN="+p.c.Token, "TERM=xterm", "NO_COLOR="), env...)
	cmd.Stderr = slave
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	slave.Close()
	var shown bytes.Buffer
	io.Copy(&shown, master) // until nobody has the other side open
	cmd.Wait()
	return shown.String()
}

// What goes wrong is red on a terminal that shows colours, unless somebody wants none.
func TestColours(t *testing.T) {
	p := terminal{t, startDev(t, t.TempDir()), t.TempDir()}
	const red = "\x1b[1;31msignet:\x1b[0m got "
	for name, row := range map[string]struct {
		env  []string
		want bool
	}{"a terminal": {nil, true}, "NO_COLOR": {[]string{"NO_COLOR=1"}, false}, "a dumb one": {[]string{"TERM=dumb"}, false}} {
		if got := p.shows(80, row.env, "get", "nothing"); strings.Contains(got, red) != row.want || strings.Contains(got, "\x1b[1;") != row.want || !strings.Contains(got, "signet:") {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// No frame is as wide as the terminal, so that each takes the place of the one before.
func TestNarrowTerminals(t *testing.T) {
	p := terminal{t, startDev(t, t.TempDir()), t.TempDir()}
	for _, columns := range []int{20, 40, 60, 120} {
		film, another := fmt.Sprintf("film-%d.mov", columns), fmt.Sprintf("another-%d.txt", columns)
		if err := os.WriteFile(filepath.Join(p.dir, film), make([]byte, 200<<10), 0o600); err != nil {
			t.Fatal(err)
		}
		p.write(another, fmt.Sprint(columns))
		got := p.shows(columns, nil, "put", film, another, "--limit-rate", "250KiB")
		frames := strings.Split(got, "\r\x1b[K")
		if len(frames) < 3 {
			t.Fatalf("%d columns: got %q, want some frames", columns, got)
		}
		for _, f := range frames[:len(frames)-1] {
			if utf8.RuneCountInString(f) >= columns || strings.Contains(f, "\n") {
				t.Errorf("%d columns: a frame is %q", columns, f)
			}
		}
		if last := frames[len(frames)-1]; !strings.HasPrefix(last, "2 files, ") {
			t.Errorf("%d columns: ends with %q", columns, last)
		}
		if columns == 120 && !strings.Contains(got, " of 2 files  ") {
			t.Errorf("got %q, want files counted", got)
		}
	}
}
