package main

import (
	"crypto/sha256"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"signet/lambda/api"
)

// kill -9 at a random point and the same command again: nothing is sent twice but
// what was on its way, and the object is whole. make bench-cli does it 50 times.
func TestPutKilled(t *testing.T) {
	c := startDev(t, t.TempDir())
	content := make([]byte, 100<<20)
	random := rand.NewChaCha8([32]byte{1})
	random.Read(content)
	path := filepath.Join(t.TempDir(), "film.mov")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	put := func(kill time.Duration) (ended bool, out row) {
		p := signet("put", "--json", "--concurrency", "4", path)
		p.Env = append(p.Env, "SIGNET_API="+c.API, "SIGNET_TOKEN="+c.Token)
		var stdout strings.Builder
		p.Stdout = &stdout
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		if kill > 0 {
			time.AfterFunc(kill, func() { p.Process.Kill() })
		}
		p.Wait()
		json.Unmarshal([]byte(stdout.String()), &out) // nothing when it was killed
		return p.ProcessState.Success(), out
	}
	// The times grow, so that on a slow machine too something is stored in the end.
	kills := 0
	for most := 100 * time.Millisecond; kills < 3 || c.storedParts(t) == 0; most = most * 5 / 4 {
		if ended, _ := put(most/4 + time.Duration(random.Uint64()%uint64(most))); ended {
			break
		}
		kills++
	}
	before := c.storedParts(t)
	_, out := put(0)
	if out.Error != "" || !out.Existed && out.Sent+out.Resumed != out.Size {
		t.Errorf("%+v, want each byte sent once or there before", out)
	}
	if kills == 0 || out.Resumed < int64(before)*8<<20 {
		t.Errorf("%d runs were killed, %d parts stored and %d bytes resumed", kills, before, out.Resumed)
	}
	link, err := c.client().FileURL(t.Context(), out.Key, "")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get(link.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, answer.Body); err != nil || [32]byte(sum.Sum(nil)) != sha256.Sum256(content) {
		t.Errorf("the object is not the file (%v)", err)
	}
}

// unfinished is the one unfinished upload; nil: there is none.
func (c *cloud) unfinished(t *testing.T) *api.Unfinished {
	t.Helper()
	list, err := c.client().ListUploads(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Uploads) == 0 {
		return nil
	}
	return &list.Uploads[0]
}

func (c *cloud) storedParts(t *testing.T) int {
	t.Helper()
	u := c.unfinished(t)
	if u == nil {
		return 0
	}
	parts, err := c.client().ListParts(t.Context(), u.Key, u.UploadID)
	if err != nil {
		t.Fatal(err)
	}
	return len(parts.Parts)
}

// Ctrl-C says how to go on, and ends the process by the signal itself, so that a shell's
// loop does not go on with the next file.
func TestPutInterrupted(t *testing.T) {
	c := startDev(t, t.TempDir())
	path := filepath.Join(t.TempDir(), "film.mov")
	if err := os.WriteFile(path, make([]byte, 300<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	p := signet("put", path)
	p.Env = append(p.Env, "SIGNET_API="+c.API, "SIGNET_TOKEN="+c.Token)
	var stderr strings.Builder
	p.Stderr = &stderr
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	for c.unfinished(t) == nil {
		time.Sleep(5 * time.Millisecond)
	}
	p.Process.Signal(os.Interrupt)
	p.Wait()
	if status := p.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGINT || !strings.Contains(stderr.String(), "run the same command again to go on from here") {
		t.Errorf("%s, said %s", p.ProcessState, stderr.String())
	}
}
