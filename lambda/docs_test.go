package main

import (
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// TestPackagesSayWhatTheyAreFor: each package has one comment that begins with its name,
// or, of a program, with the folder that it is built from.
func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	said := map[string][]string{}
	for _, file := range sources(t) {
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			continue
		}
		if _, err := os.Stat(filepath.Join("..", path.Dir(file), "go.mod")); err == nil {
			continue // an example of somebody else's module
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, read(t, file), parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		dir, want := path.Dir(file), "Package "+parsed.Name.Name+" "
		if parsed.Name.Name == "main" {
			want = "Command " + path.Base(dir) + " "
		}
		said[dir] = append(said[dir], "")
		if parsed.Doc == nil {
			continue
		}
		said[dir][len(said[dir])-1] = file
		if text := parsed.Doc.Text(); !strings.HasPrefix(text, want) {
			t.Errorf("%s begins with %.40q, want %q and what it is for", file, text, want)
		}
	}
	if len(said) < 80 {
		t.Fatalf("found %d packages, want all", len(said))
	}
	for dir, files := range said {
		if n := len(strings.Fields(strings.Join(files, " "))); n != 1 {
			t.Errorf("%s has %d comments that say what it is for, want one", dir, n)
		}
	}
}
