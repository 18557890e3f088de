package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"signet/lambda/api"
)

// TestReceiverDown: what was not taken comes again, signed anew, and nothing is lost.
func TestReceiverDown(t *testing.T) {
	port := freePort(t)
	c := startDev(t, t.TempDir(), "--events", hookAt(port))
	key := c.store(t, "down.txt", "nobody listens")
	time.Sleep(time.Second)
	r := &receiver{}
	r.goServer(t, port, c.EventsSecret)
	r.waitFor(t, key, 1, 12*time.Second)
	if out, err := signet("events", "--dir", c.dir, "--json").Output(); err != nil || strings.Count(string(out), "\n") != 2 {
		t.Errorf("got %s (%v), want an attempt that failed and one that did not", out, err)
	}
}

// TestReceiverRefuses: answers that are none are tried again; 410 is the end, from which
// redrive brings back; one that hangs holds up no other.
func TestReceiverRefuses(t *testing.T) {
	c, r := told(t)
	var hangs = make(chan struct{})
	defer close(hangs)
	first := map[string]bool{}
	gone := true
	r.said = func(q *http.Request, e gotten) int {
		r.mu.Lock()
		again := first[e.Data.Name]
		first[e.Data.Name] = true
		isGone := gone
		r.mu.Unlock()
		switch {
		case e.Data.Name == "gone.txt" && isGone:
			return http.StatusGone
		case e.Data.Name == "hangs.txt":
			select {
			case <-hangs:
			case <-q.Context().Done():
			}
		case again:
		case e.Data.Name == "500.txt":
			return http.StatusInternalServerError
		case e.Data.Name == "redirect.txt":
			return http.StatusTemporaryRedirect
		}
		return 0
	}
	c.store(t, "hangs.txt", "never answered")
	for _, name := range []string{"500.txt", "redirect.txt"} {
		defer func(key string) { r.waitFor(t, key, 1, 12*time.Second) }(c.store(t, name, "x"))
	}
	goneKey := c.store(t, "gone.txt", "nobody wants it")
	for i := range 20 {
		r.wait(t, c.store(t, "while"+strconv.Itoa(i)+".txt", "x"), 1)
	}
	out, err := signet("events", "--dir", c.dir).Output()
	if err != nil || !strings.Contains(string(out), "redrive") || !strings.Contains(string(out), "redirect") || !strings.Contains(string(out), "500") {
		t.Errorf("got %s (%v), want what was answered", out, err)
	}
	r.mu.Lock()
	gone = false
	r.mu.Unlock()
	if out, err := signet("events", "redrive", "--dir", c.dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	r.waitFor(t, goneKey, 1, 4*time.Second)
}

// TestKilledBeforeTelling: kill -9 of dev, and what was stored is told after the restart.
func TestKilledBeforeTelling(t *testing.T) {
	port, dir := freePort(t), t.TempDir()
	c := startDev(t, dir, "--events", hookAt(port))
	var keys []string
	for i := range 5 {
		keys = append(keys, c.store(t, fmt.Sprintf("killed%d.txt", i), "stored"))
	}
	pids := children(t, c.process.Process.Pid)
	if err := c.process.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	c.process.Wait()
	waitGone(t, pids)
	// As if the process had been killed before it wrote the last one down.
	inbox := filepath.Join(dir, "events", "inbox.jsonl")
	text, err := os.ReadFile(inbox)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	if err := os.WriteFile(inbox, bytes.Join(lines[:len(lines)-1], nil), 0o600); err != nil {
		t.Fatal(err)
	}
	c = startDev(t, dir, "--events", hookAt(port))
	r := &receiver{}
	r.goServer(t, port, c.EventsSecret)
	for _, key := range keys {
		r.waitFor(t, key, 1, 8*time.Second)
	}
}

// TestEventsAgain makes events again: the same ids, and sends them.
func TestEventsAgain(t *testing.T) {
	c, r := told(t)
	key := c.store(t, "again.txt", "x")
	other := c.store(t, "other.txt", "y")
	if err := c.client().DeleteFile(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	folder := "moved"
	moved, err := c.client().MoveFile(t.Context(), api.MoveRequest{Key: key, Folder: &folder})
	if err != nil {
		t.Fatal(err)
	}
	r.wait(t, other, 2)
	r.wait(t, moved.Key, 1)
	list := func(args ...string) map[string]bool {
		p := signet(append([]string{"events", "--dir", c.dir, "--json", "--since", "1h"}, args...)...)
		var stderr bytes.Buffer
		p.Stderr = &stderr
		out, err := p.Output()
		if err != nil || !strings.Contains(stderr.String(), "Not among them") {
			t.Fatalf("%v: %s%s", err, out, &stderr)
		}
		ids := map[string]bool{}
		for line := range strings.Lines(string(out)) {
			var e struct{ ID string }
			if err := json.Unmarshal([]byte(line), &e); err != nil {
				t.Fatal(err)
			}
			ids[e.ID] = true
		}
		return ids
	}
	want := map[string]bool{}
	for _, e := range r.distinct() {
		want[e.ID] = true
	}
	got := list()
	if len(want) != 4 || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want the ids that were told: %v", got, want)
	}
	before := len(r.events())
	list("--deliver")
	for end := time.Now().Add(5 * time.Second); len(r.events()) < before+4 && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	if now := r.events(); len(now) != before+4 || len(r.distinct()) != 4 {
		t.Errorf("got %d events with %d ids, want each once more", len(now), len(r.distinct()))
	}
}
