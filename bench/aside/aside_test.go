package aside

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMove(t *testing.T) {
	dir := t.TempDir()
	bucket := filepath.Join(dir, "bucket")
	for _, name := range []string{"a", "folder/b", ".sgwtmp/own"} {
		path := filepath.Join(bucket, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("bytes"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // the second time, there is nothing left to move
		if err := Move(bucket, dir); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := os.ReadDir(bucket); err != nil || len(left) != 1 {
		t.Errorf("left %v, %v, want the gateway's own folder alone", left, err)
	}
	if own, err := os.ReadFile(filepath.Join(bucket, ".sgwtmp", "own")); string(own) != "bytes" {
		t.Errorf("the gateway's own file: got %q, %v, want it as it was", own, err)
	}
	moved, _ := filepath.Glob(filepath.Join(dir, "aside-*", "folder", "b"))
	if len(moved) != 1 {
		t.Fatalf("moved %q, want folder/b once", moved)
	}
	if i, err := os.Stat(moved[0]); err != nil || i.Size() != 0 {
		t.Errorf("moved file: got %v, %v, want an empty one", i, err)
	}
}
