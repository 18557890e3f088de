package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// copied is a copy of the repository, without what is installed or built.
func copied(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	const all = "git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from - --ignore-failed-read | tar --extract --directory"
	say(t, root, nil, "bash", "-c", all+" "+dir)
	return dir
}

// TestModulePath gives the module another path, by the one command. With SIGNET_MODULE=all everything is compiled under
// it, tests too; without, what others import.
func TestModulePath(t *testing.T) {
	const path = "github.com/acme/signet"
	dir := copied(t)
	say(t, dir, nil, "make", "module", "PATH="+path)
	const each = `{{if not .Standard}}{{.ImportPath}}{{"\t"}}{{with .Error}}{{.}}{{end}}{{end}}`
	ours := 0
	for line := range strings.Lines(say(t, dir, nil, "go", "list", "-e", "-deps", "-test", "-f", each, "./...")) {
		name, trouble, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(name, path+"/") {
			ours++
		}
		if strings.HasPrefix(name, "signet/") || trouble != "" {
			t.Errorf("got %s", line)
		}
	}
	if ours < 50 {
		t.Errorf("got %d packages under %s, want all of ours", ours, path)
	}
	if list := say(t, dir, nil, "gofmt", "-l", "bench", "cmd", "frontend", "infra", "lambda"); list != "" {
		t.Errorf("gofmt: %s", list)
	}
	if flags, err := os.ReadFile(filepath.Join(dir, "lambda/build.txt")); err != nil || !strings.Contains(string(flags), "="+path+"/lambda/api=") {
		t.Errorf("the flags of the Lambda are for other packages: %v", err)
	}
	packages := []string{"./lambda/api", "./lambda/upload", "./infra/uploads"}
	if os.Getenv("SIGNET_MODULE") == "all" {
		packages = []string{"./..."}
		say(t, dir, nil, "go", "vet", "./...")
	}
	say(t, dir, nil, "go", append([]string{"build", "-o", os.DevNull}, packages...)...)
	say(t, filepath.Join(dir, "infra/example"), nil, "go", "vet", "./...")
}

// A path that is none changes nothing, and the answer says what one looks like.
func TestModulePathRefused(t *testing.T) {
	dir := copied(t)
	before := say(t, dir, nil, "bash", "-c", "find . -type f -exec sha256sum {} + | sort")
	for _, path := range []string{"PATH=signet", "PATH=/usr/bin:/bin", "PATH=https://github.com/acme/signet", "PATH=", "NAME=x"} {
		cmd := exec.CommandContext(t.Context(), "make", "module", path)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "make module PATH=github.com/acme/signet") {
			t.Errorf("%s: %v, %s", path, err, out)
		}
	}
	if after := say(t, dir, nil, "bash", "-c", "find . -type f -exec sha256sum {} + | sort"); after != before {
		t.Error("something was changed")
	}
}
