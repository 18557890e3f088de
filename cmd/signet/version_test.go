package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What names the version of the repository names this one, and what is not given out has
// none of its own.
func TestVersion(t *testing.T) {
	root := filepath.Join("..", "..")
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for name, pattern := range map[string]string{
		"CHANGELOG.md":                                   `(?m)^## ([0-9]\S*)`,
		"README.md":                                      `signet-upload-(\S+?)\.tgz`,
		"lambda/api/openapi/openapi.json":                `"version": "(.*?)"`,
		"cmd/signet/internal/relay/openapi.json":         `"version": "(.*?)"`,
		"frontend/package-lock.json":                     `"version": "(.*?)"`,
		"frontend/package/testing/README.md":             `signet-testing-(\S+?)\.tgz`,
		"frontend/package/testing/python/pyproject.toml": `(?m)^version = "(.*?)"`,
	} {
		if m := regexp.MustCompile(pattern).FindStringSubmatch(read(name)); m == nil || m[1] != release {
			t.Errorf("%s: got %q, want version %s", name, m, release)
		}
	}
	listed, err := exec.Command("git", "-C", root, "ls-files", "*package.json").Output()
	if err != nil {
		t.Fatal(err)
	}
	given := 0
	for _, name := range strings.Fields(string(listed)) {
		var p struct {
			Version string
			Private bool
		}
		if err := json.Unmarshal([]byte(read(name)), &p); err != nil {
			t.Fatal(name, err)
		}
		if !p.Private || name == "frontend/package.json" { // the site's is in its list of parts
			given++
			if p.Version != release {
				t.Errorf("%s: got version %q, want %s", name, p.Version, release)
			}
		} else if p.Version != "" {
			t.Errorf("%s: got version %s, want none: it is not given out", name, p.Version)
		}
	}
	if given < 2 {
		t.Errorf("got %d packages with a version, want the site and @signet/upload", given)
	}
}
