package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"signet/lambda/api"
)

// What lifecycle does on AWS to passes that nobody has changed for 400 days, dev's sweeper
// does: they are gone, and on nobody's list. One day before they are there.
func TestOldPassesGo(t *testing.T) {
	dir := t.TempDir()
	config, clock := filepath.Join(dir, "cdk.json"), filepath.Join(dir, "clock")
	if err := os.WriteFile(config, []byte(`{"context":{"signet":{"passes":true}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	c := startDev(t, filepath.Join(dir, "data"), "--config", config, "--clock", clock)
	made, err := c.client().MakePass(t.Context(), api.PassRequest{Do: "upload", Folder: "in", Expires: "365d"})
	if err != nil {
		t.Fatal(err)
	}
	later := func(hours string) {
		t.Helper()
		if err := os.WriteFile(clock, []byte(hours), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	listed := func() int {
		t.Helper()
		list, err := c.client().ListPasses(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		return len(list.Passes)
	}
	later("9576h") // 399 days
	time.Sleep(3 * time.Second)
	if n := listed(); n != 1 {
		t.Fatalf("after 399 days: %d passes, want one", n)
	}
	later("9624h") // 401
	for end := time.Now().Add(20 * time.Second); listed() != 0; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("after 401 days the pass is still listed")
		}
	}
	if _, err := c.client().FindPass(t.Context(), made.ID); err == nil {
		t.Error("after 401 days the pass is still there")
	}
}
