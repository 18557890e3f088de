package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// newTerminal is a terminal of so many columns: the side of who looks at it, which is
// closed in the end, and that of a program.
func newTerminal(t *testing.T, columns int) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: uint16(columns), Row: 24})
	}
	if err == nil {
		slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// shows runs a command whose standard error is a terminal of so many columns, and gives
// what it shows.
func (p terminal) shows(columns int, env []string, args ...string) string {
	p.t.Helper()
	master, slave := newTerminal(p.t, columns)
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

// A site and a provider that were not met together before are shown to the person, and
// nobody signs in without a yes.
func TestLoginAsksOfANewPair(t *testing.T) {
	c := startDev(t, t.TempDir())
	p := person{t, t.TempDir()}
	master, slave := newTerminal(t, 80)
	cmd := p.signet("login", "--no-browser", c.Site)
	var said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, &said, &said
	if _, err := io.WriteString(master, "n\n"); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	err := cmd.Run()
	slave.Close()
	if !timer.Stop() || err == nil || !strings.Contains(said.String(), "not met together before") || !strings.Contains(said.String(), c.Site+"/oidc; the token goes to "+c.Site) {
		t.Errorf("got %v, %s, want it to ask and to end", err, &said)
	}
	if _, err := os.Stat(p.sessionFile()); !os.IsNotExist(err) {
		t.Errorf("got a session (%v), want none", err)
	}
}
