package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every package of every lock file is held to its bytes, and none to an address. Nor does
// npm draw boxes about packages that ask for a newer Node.js than they need.
func TestLocksHaveIntegrity(t *testing.T) {
	var locks []string
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && slices.Contains([]string{"node_modules", "build", "cdk.out", ".venv", ".git", ".signet"}, entry.Name()) {
			return fs.SkipDir // what is made, or others'
		}
		if err == nil && entry.Name() == "package-lock.json" {
			locks = append(locks, path)
		}
		return err
	})
	if err != nil || len(locks) < 5 {
		t.Fatalf("got %d lock files (%v), want all of them", len(locks), err)
	}
	for _, path := range locks {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var lock struct {
			Packages map[string]struct {
				Integrity, Resolved string
				Link, InBundle      bool
			}
		}
		if err := json.Unmarshal(text, &lock); err != nil {
			t.Fatal(err)
		}
		if npmrc, err := os.ReadFile(filepath.Join(filepath.Dir(path), ".npmrc")); !strings.Contains(string(npmrc), "\nloglevel=error\n") {
			t.Errorf("%s: got an .npmrc without loglevel=error beside it (%v), want it as in frontend", path, err)
		}
		for name, p := range lock.Packages {
			own := !strings.Contains(name, "node_modules/") || p.Link // a folder here
			if !own && !p.InBundle && p.Integrity == "" {
				t.Errorf("%s: %s has no integrity: npm takes whatever it gets", path, name)
			}
			if strings.Contains(p.Resolved, "://") {
				t.Errorf("%s: %s has an address, want none: see .npmrc", path, name)
			}
		}
	}
}

// Nothing that is built is kept with the sources, as a program of a hundred megabytes once
// was: a file above the bound has a reason that is written here.
func TestNothingBuiltIsKept(t *testing.T) {
	const most = 512 << 10
	reasons := map[string]string{
		"cmd/signet/internal/evidence/testdata/corpus.json": "the public failures that explain is held to",
	}
	root := filepath.Join("..", "..")
	listed, err := exec.Command("git", "-C", root, "ls-files", "-z").Output()
	if err != nil {
		t.Fatal(err)
	}
	files := strings.Split(strings.TrimSuffix(string(listed), "\x00"), "\x00")
	if len(files) < 1000 {
		t.Fatalf("got %d files, want all that are kept", len(files))
	}
	for _, name := range files {
		info, err := os.Lstat(filepath.Join(root, name))
		if err != nil {
			continue // taken away, and not committed yet
		}
		if _, ok := reasons[name]; info.Size() > most && !ok {
			t.Errorf("%s has %d bytes, want at most %d: git rm it, or write here why it is kept", name, info.Size(), most)
		}
	}
}
