package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// readmeFiles are the READMEs, from the repository's root.
var readmeFiles = []string{"README.md", "README.ko.md", "cmd/signet/README.md", "lambda/README.md", "infra/README.md", "bench/README.md", "frontend/package/README.md"}

// readmes is what the READMEs say whose examples are run here.
func readmes() ([]byte, error) {
	var all []byte
	for _, name := range []string{"README.md", "cmd/signet/README.md", "lambda/README.md"} {
		text, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			return nil, err
		}
		all = append(append(all, text...), '\n')
	}
	return all, nil
}

// The front door can be read at one sitting.
func TestReadmeIsShort(t *testing.T) {
	for _, name := range readmeFiles[:2] {
		text, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(text, []byte("\n")); lines > 200 {
			t.Errorf("%s has %d lines, want 200 at most", name, lines)
		}
	}
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	unsaid  = regexp.MustCompile(`[^\p{L}\p{N}_\- ]`)
)

// Every link within the repository leads to a file, and to a heading of it.
func TestReadmeLinks(t *testing.T) {
	links := 0
	for _, name := range readmeFiles {
		text, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllSubmatch(text, -1) {
			to := string(m[1])
			if strings.Contains(to, ":") {
				continue
			}
			links++
			file, anchor, _ := strings.Cut(to, "#")
			path := filepath.Join("../..", name)
			if file != "" {
				path = filepath.Join("../..", filepath.Dir(name), file)
			}
			if !leads(path, anchor) {
				t.Errorf("%s: %s leads nowhere", name, to)
			}
		}
	}
	if links < 40 {
		t.Errorf("got %d links, want 40 or more", links)
	}
}

// leads tells whether there is a file, with such a heading where an anchor is named.
func leads(path, anchor string) bool {
	if anchor == "" {
		_, err := os.Stat(path)
		return err == nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	for _, m := range heading.FindAllSubmatch(text, -1) {
		title := unsaid.ReplaceAllString(strings.ToLower(string(m[1])), "")
		if strings.ReplaceAll(strings.TrimSpace(title), " ", "-") == anchor {
			return true
		}
	}
	return false
}

// What a newcomer looks for is where lambda/README.md says.
func TestReadmeWhereIs(t *testing.T) {
	text, err := os.ReadFile("../../lambda/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n## Where is …\n")
	section, _, _ := strings.Cut(rest, "\n## ")
	rows := regexp.MustCompile("(?m)^\\| [^|]+ \\| \\[`([^`]+)`\\]\\(([^)]+)\\), `([^`]+)` \\|$").FindAllStringSubmatch(section, -1)
	if len(rows) < 7 {
		t.Fatalf("got %d rows, want 7 or more", len(rows))
	}
	for _, row := range rows {
		code, err := os.ReadFile(filepath.Join("../../lambda", row[2]))
		if err != nil || filepath.Clean(filepath.Join("lambda", row[2])) != row[1] {
			t.Errorf("%s: got %s (%v), want that file", row[0], row[2], err)
		}
		if !bytes.Contains(code, []byte(row[3])) {
			t.Errorf("%s has no %s", row[1], row[3])
		}
	}
}
