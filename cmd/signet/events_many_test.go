package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// toldWith is told with a configuration.
func toldWith(t *testing.T, context string) (*cloud, *receiver) {
	t.Helper()
	return told(t, "--config", configFile(t, context))
}

// configFile is a cdk.json with a configuration.
func configFile(t *testing.T, context string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "cdk.json")
	if err := os.WriteFile(file, []byte(`{"context": {"signet": `+context+`}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestEventsOfGuests: what comes by a pass says by which.
func TestEventsOfGuests(t *testing.T) {
	c, r := toldWith(t, `{"passes": true}`)
	made, err := c.client().MakePass(t.Context(), api.PassRequest{Do: "upload", Folder: "in", Expires: "1h"})
	if err != nil {
		t.Fatal(err)
	}
	key := sendAs(t, c.asGuest(made.Token), "by a guest.txt", "content")
	if got := r.wait(t, key, 1)[0]; got.Type != upload.FileStored || got.Data.Pass != made.ID || got.Data.Owner != "alice" || got.Data.Folder != "in" {
		t.Errorf("got %+v, want the pass %s", got.Data, made.ID)
	}
}

// TestEventsOfConfirmed: where files are confirmed, nothing is told before.
func TestEventsOfConfirmed(t *testing.T) {
	c, r := toldWith(t, `{"spaces": {"forms": {"confirm": "1d"}, "team": {"per": "group"}}}`)
	send := func(space, name string) string {
		signed, err := c.client().Presign(t.Context(), api.File{Name: name, Space: space, Size: int64p(4)})
		if err != nil {
			t.Fatal(err)
		}
		if status := put(t, signed.URL, signed.Headers, []byte("form")); status != http.StatusOK {
			t.Fatalf("got %d", status)
		}
		return signed.Key
	}
	key := send("forms", "form.txt")
	team := send("team/design", "team.txt")
	if got := r.wait(t, team, 1)[0]; got.Data.Space != "team" || got.Data.Owner != "design" || got.Data.Uploader != "alice" {
		t.Errorf("got %+v, want the team's", got.Data)
	}
	time.Sleep(500 * time.Millisecond)
	if got := r.of(key); len(got) != 0 {
		t.Fatalf("got %+v, want nothing of a file that is not confirmed", got)
	}
	for range 2 { // the second time there is nothing to do
		if done, err := c.client().ConfirmFiles(t.Context(), []string{key}); err != nil || done.Files[0].Error != nil {
			t.Fatalf("got %+v, %v", done, err)
		}
	}
	if got := r.wait(t, key, 1)[0]; got.Type != upload.FileStored || got.Data.Space != "forms" || *got.Data.Size != 4 {
		t.Errorf("got %+v, want it stored", got)
	}
}

// TestEventsOfMany: thousands of files, each told once, and all ids made again.
// SIGNET_TEST_EVENTS=full makes it ten thousand.
func TestEventsOfMany(t *testing.T) {
	count := 1000
	if os.Getenv("SIGNET_TEST_EVENTS") == "full" {
		count = 10_000
	}
	c, r := told(t)
	var work sync.WaitGroup
	rows := make(chan api.Presigned)
	failed := make(chan int, count)
	for range 16 {
		work.Go(func() {
			for p := range rows {
				if status := put(t, p.URL, p.Headers, []byte("many")); status != http.StatusOK {
					failed <- status
				}
			}
		})
	}
	keys := map[string]bool{}
	for from := 0; from < count; from += 500 {
		var files []api.File
		for i := from; i < min(from+500, count); i++ {
			files = append(files, api.File{Name: fmt.Sprintf("%d/file%d.txt", i/500, i), Size: int64p(4)})
		}
		signed, err := c.client().PresignFiles(t.Context(), files)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range signed.Files {
			keys[p.Key] = true
			rows <- *p.Presigned
		}
	}
	close(rows)
	work.Wait()
	if len(failed) > 0 {
		t.Fatalf("got %d failures such as %d", len(failed), <-failed)
	}
	stored := time.Now()
	for end := stored.Add(3 * time.Minute); len(r.distinct()) < count && time.Now().Before(end); {
		time.Sleep(100 * time.Millisecond)
	}
	t.Logf("the last of %d was told %v after it was stored", count, time.Since(stored).Round(time.Millisecond))
	ids := map[string]bool{}
	for _, e := range r.distinct() {
		if e.Type != upload.FileStored || !keys[e.Data.Key] {
			t.Errorf("got %+v", e)
		}
		ids[e.ID] = true
		delete(keys, e.Data.Key)
	}
	if len(ids) != count || len(keys) != 0 || len(r.events()) != count {
		t.Errorf("got %d events with %d ids, and %d files without one, want each of %d once", len(r.events()), len(ids), len(keys), count)
	}
	out, err := signet("events", "--dir", c.dir, "--since", "1h", "-q").Output()
	if err != nil {
		t.Fatal(err)
	}
	for id := range ids {
		if !strings.Contains(string(out), id) {
			t.Fatalf("got no %s made again", id)
		}
	}
	if n := strings.Count(string(out), "msg_"); n != count {
		t.Errorf("got %d made again, want %d", n, count)
	}
}
