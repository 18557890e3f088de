package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signet/lambda/api"
	"signet/lambda/notify"
	"signet/lambda/upload"
)

// told is a cloud that tells a Go server.
func told(t *testing.T, args ...string) (*cloud, *receiver) {
	t.Helper()
	port := freePort(t)
	c := startDev(t, t.TempDir(), append([]string{"--events", hookAt(port)}, args...)...)
	r := &receiver{}
	r.goServer(t, port, c.EventsSecret)
	return c, r
}

// TestEventTypes sees each thing that happens to a file tell the type of the table and
// no other.
func TestEventTypes(t *testing.T) {
	c, r := told(t)
	api1 := c.client()
	key := c.store(t, "a b/ß 日本.txt", "content")
	stored := r.wait(t, key, 1)[0]
	if d := stored.Data; d.Folder != "a b" || d.Name != "ß 日本.txt" || d.Space != "" || *d.Size != 7 || d.Type != "text/plain" ||
		d.Metadata["case"] != "4711" || len(d.Metadata) != 1 || stored.ID != notify.ID(upload.FileStored, key, d.VersionID) {
		t.Errorf("got %+v of %s", d, stored.ID)
	}
	if err := api1.DeleteFile(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	deleted := r.wait(t, key, 2)[1]
	if deleted.Type != upload.FileDeleted || deleted.Data.Name != "ß 日本.txt" || deleted.Data.VersionID == stored.Data.VersionID {
		t.Errorf("got %+v, want it deleted", deleted)
	}
	if _, err := api1.RestoreVersion(t.Context(), key, stored.Data.VersionID); err != nil {
		t.Fatal(err)
	}
	restored := r.wait(t, key, 3)[2]
	if restored.Type != upload.FileRestored || restored.Data.VersionID != stored.Data.VersionID || *restored.Data.Size != 7 {
		t.Errorf("got %+v, want it restored", restored)
	}
	if err := api1.DeleteFile(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	r.wait(t, key, 4)
	if _, err := api1.RestoreVersion(t.Context(), key, stored.Data.VersionID); err != nil {
		t.Fatal(err)
	}
	again := r.wait(t, key, 5)[4]
	if again.Type != upload.FileRestored || again.ID == restored.ID {
		t.Errorf("got %+v, want the second restore told apart from the first", again)
	}
	folder := "elsewhere"
	moved, err := api1.MoveFile(t.Context(), api.MoveRequest{Key: key, Folder: &folder})
	if err != nil {
		t.Fatal(err)
	}
	m := r.wait(t, moved.Key, 1)[0]
	if m.Type != upload.FileMoved || m.Data.From != key || m.Data.Folder != folder || m.Data.Metadata["case"] != "4711" || len(m.Data.Metadata) != 1 {
		t.Errorf("got %+v, want it moved", m)
	}
	r.wait(t, key, 5) // the marker of the old key says nothing

	// The old key's file is back, and deleted: that is no move, however soon it is.
	if _, err := api1.RestoreVersion(t.Context(), key, stored.Data.VersionID); err != nil {
		t.Fatal(err)
	}
	if err := api1.DeleteFile(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	last := r.wait(t, key, 7)
	back, gone := last[5], last[6]
	if back.Type == upload.FileDeleted { // nobody waited in between: they may arrive in any order
		back, gone = gone, back
	}
	if back.Type != upload.FileRestored || gone.Type != upload.FileDeleted || back.Data.Sequence >= gone.Data.Sequence {
		t.Errorf("got %s %s and %s %s, want it restored and then deleted", back.Type, back.Data.Sequence, gone.Type, gone.Data.Sequence)
	}
	for i, e := range r.events() {
		for _, other := range r.events()[i+1:] {
			if e.Data.Key == other.Data.Key && (e.Data.Sequence < other.Data.Sequence) != (e.at.Before(other.at)) && e.ID != other.ID && e.Data.Sequence != "" &&
				!(slices.Contains([]string{back.ID, gone.ID}, e.ID) && slices.Contains([]string{back.ID, gone.ID}, other.ID)) {
				t.Errorf("got sequence %s before %s of %s, want them in order", e.Data.Sequence, other.Data.Sequence, e.Data.Key)
			}
		}
	}
}

// TestFormTwice: the same form sent twice is one file; what is stored over a deleted
// one is another.
func TestFormTwice(t *testing.T) {
	c, r := told(t)
	form := c.form(t, "twice.txt")
	key := fieldOf(form.Fields, "key")
	for range 3 {
		if status := postForm(t, form.URL, form.Fields, "the same"); status >= 300 {
			t.Fatalf("got %d", status)
		}
	}
	r.wait(t, key, 1)
	if err := c.client().DeleteFile(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	r.wait(t, key, 2)
	if status := postForm(t, form.URL, form.Fields, "another"); status >= 300 {
		t.Fatalf("got %d", status)
	}
	if got := r.wait(t, key, 3); got[2].Type != upload.FileStored || *got[2].Data.Size != 7 {
		t.Errorf("got %+v, want the new file stored", got[2])
	}
}

// TestSecretRotates: while the secret changes both sign, so that a receiver with either
// takes everything.
func TestSecretRotates(t *testing.T) {
	c, old := told(t)
	old.wait(t, c.store(t, "before.txt", "x"), 1)
	out, err := signet("events", "rotate", "--dir", c.dir).Output()
	secret := strings.TrimSpace(string(out))
	if err != nil || !strings.HasPrefix(secret, "whsec_") || secret == c.EventsSecret {
		t.Fatalf("got %q (%v), want a new secret", out, err)
	}
	old.wait(t, c.store(t, "while.txt", "x"), 1)
	old.server.Close()
	fresh := &receiver{}
	fresh.goServer(t, old.port, secret)
	fresh.wait(t, c.store(t, "new.txt", "x"), 1)
	if out, err := signet("events", "secret", "--dir", c.dir).Output(); err != nil || strings.TrimSpace(string(out)) != secret {
		t.Errorf("got %s (%v), want the new secret", out, err)
	}
}

// TestWrongSecret: a receiver with another secret refuses, and what it refused is sent
// again.
func TestWrongSecret(t *testing.T) {
	port := freePort(t)
	c := startDev(t, t.TempDir(), "--events", hookAt(port))
	wrong := &receiver{}
	server := wrong.goServer(t, port, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	key := c.store(t, "wrong.txt", "x")
	time.Sleep(time.Second)
	server.Close()
	if got := wrong.events(); len(got) != 0 {
		t.Fatalf("got %+v, want all of it refused", got)
	}
	r := &receiver{}
	r.goServer(t, port, c.EventsSecret)
	r.waitFor(t, key, 1, 12*time.Second)
}

// TestNoEvents: without the field nothing is written and nobody is told.
func TestNoEvents(t *testing.T) {
	c := startDev(t, t.TempDir())
	c.store(t, "quiet.txt", "x")
	if _, err := os.Stat(filepath.Join(c.dir, "events")); err == nil || c.EventsSecret != "" {
		t.Errorf("got a folder of events or a secret %q, want neither", c.EventsSecret)
	}
}
