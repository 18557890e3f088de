package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Whatever a command is at, an interrupt ends it at once, and leaves nothing that the
// next run does not go on from: no file of a spool, no process.
func TestInterruptedAnywhere(t *testing.T) {
	p := terminal{t, startDev(t, t.TempDir()), t.TempDir()}
	spool := t.TempDir()
	for i := range 40 {
		p.write("many/"+string(rune('a'+i%26))+strings.Repeat("x", i), strings.Repeat("some bytes ", 20_000))
	}
	if err := os.WriteFile(filepath.Join(p.dir, "large.bin"), bytes.Repeat([]byte("0123456789abcdef"), 4<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	p.does(0, "put", "-q", "large.bin", "--name", "stored.bin")
	for _, args := range [][]string{
		{"put", "large.bin", "--limit-rate", "4MiB"}, {"put", "-r", "many", "--limit-rate", "1MiB"}, {"put", "-", "--name", "piped"},
		{"get", "stored.bin", "-o", "got.bin", "--limit-rate", "4MiB"}, {"sync", "many", "remote:synced", "--limit-rate", "1MiB"}, {"cat", "stored.bin"}, {"ls", "-R"},
	} {
		for range 3 {
			cmd := signet(args...)
			cmd.Dir, cmd.Env = p.dir, append(cmd.Env, "SIGNET_API="+p.c.API, "SIGNET_TOKEN="+p.c.Token, "TMPDIR="+spool)
			in, err := cmd.StdinPipe() // which gives nothing
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(150+rand.IntN(400)) * time.Millisecond)
			cmd.Process.Signal(os.Interrupt)
			began := time.Now()
			cmd.Wait()
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("%q: took %v to end", args, took)
			}
			in.Close()
			if status := cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() && status.ExitStatus() != exitDone {
				t.Errorf("%q: %s", args, cmd.ProcessState)
			}
		}
	}
	if left, err := os.ReadDir(spool); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	p.does(0, "get", "-q", "stored.bin", "-o", "got.bin")
	p.does(0, "put", "-q", "large.bin")
}

// A shell's loop ends with the command that was stopped in it.
func TestInterruptEndsLoops(t *testing.T) {
	p := terminal{t, startDev(t, t.TempDir()), t.TempDir()}
	p.write("film.mov", strings.Repeat("0123456789abcdef", 1<<20))
	self := signet()
	loop := exec.Command("bash", "-c", `for i in 1 2 3; do echo round $i; "$0" put film.mov -q --limit-rate 100KiB; done; echo after`, self.Path)
	loop.Dir, loop.Env = p.dir, append(self.Env, "SIGNET_API="+p.c.API, "SIGNET_TOKEN="+p.c.Token)
	loop.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var out bytes.Buffer
	loop.Stdout = &out
	if err := loop.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(700 * time.Millisecond)
	syscall.Kill(-loop.Process.Pid, syscall.SIGINT) // as a terminal does
	loop.Wait()
	if got := out.String(); got != "round 1\n" {
		t.Errorf("got %q, want the loop to end", got)
	}
}
