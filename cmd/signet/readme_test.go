package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// example is a marked code block of the README.
func example(t *testing.T, name string) string {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "<!-- example: "+name+" -->\n```sh\n")
	block, _, end := strings.Cut(rest, "\n```")
	if !ok || !end {
		t.Fatalf("the README has no example %s", name)
	}
	return block
}

// The README's examples, as they stand there, each in an empty folder.
func TestReadmeExamples(t *testing.T) {
	for _, tool := range []string{"bash", "curl", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is missing, which the README's examples use: install it", tool)
		}
	}
	self, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, last := range map[string]string{"curl": "hello.txt", "cli": "back.txt  5 B, checksum compared"} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "bin"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(self, filepath.Join(dir, "bin", "signet")); err != nil {
			t.Fatal(err)
		}
		// The reader's own port 8080 may be taken; any port does.
		script := strings.Replace(example(t, name), "dev --json", "dev --json --port 0", 1)
		c := exec.Command("bash", "-euo", "pipefail", "-c", script+"\nkill %1; wait")
		c.Dir, c.Env = dir, append(os.Environ(), asCommand+"=1")
		out, err := c.CombinedOutput()
		if err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), last) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}
