// Package walk finds the files that a person named: files, folders, patterns.
package walk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// File is a file that was found.
type File struct {
	Path string // to open
	// Rel is its place below the folder that was named, with slashes, or its name
	// when it was named itself.
	Rel  string
	Info fs.FileInfo
}

// Options say what to find.
type Options struct {
	// Recurse goes into folders; without it a folder is an error.
	Recurse bool
	// Include are patterns of which a file must match one. Empty: every file.
	// Exclude are patterns of which it must match none. A pattern without a slash
	// is matched with the name, else with Rel; ** matches folders.
	Include, Exclude []string
}

// ErrFolder is the error of a folder without Recurse.
var ErrFolder = errors.New("is a folder: add -r")

// Check fails when a pattern is none.
func (o Options) Check() error {
	for _, p := range slices.Concat(o.Include, o.Exclude) {
		if !doublestar.ValidatePattern(p) {
			return fmt.Errorf("got pattern %q, want one such as *.jpg or docs/**: correct it", p)
		}
	}
	return nil
}

// Wants says whether a file at rel is one to find.
func (o Options) Wants(rel string) bool {
	match := func(p string) bool {
		subject := rel
		if !strings.Contains(p, "/") {
			subject = path.Base(rel)
		}
		return doublestar.MatchUnvalidated(p, subject)
	}
	return (len(o.Include) == 0 || slices.ContainsFunc(o.Include, match)) && !slices.ContainsFunc(o.Exclude, match)
}

// Walk calls found for each file that name names, in the order of names, and
// fault for each thing that cannot be read, which stops nothing else. Links are
// followed; a folder that holds itself by a link is a fault.
func (o Options) Walk(name string, found func(File), fault func(path string, err error)) {
	w := walker{o, found, fault}
	names := []string{name}
	if _, err := os.Lstat(name); err != nil && strings.ContainsAny(name, "*?[{") {
		// A pattern that no shell has put names for. Its ** follows no links, which
		// could go round in circles.
		matches, err := doublestar.FilepathGlob(name, doublestar.WithNoFollow())
		if err != nil || len(matches) == 0 {
			fault(name, fmt.Errorf("got %s, which matches no file: correct the pattern", name))
			return
		}
		names = matches
	}
	for _, n := range names {
		w.visit(n, filepath.Base(filepath.Clean(n)), nil, true)
	}
}

type walker struct {
	Options
	found func(File)
	fault func(string, error)
}

// visit looks at one path. above are the folders that lead to it.
func (w walker) visit(name, rel string, above []fs.FileInfo, top bool) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		w.fault(name, err)
	case info.IsDir():
		if !w.Recurse {
			w.fault(name, fmt.Errorf("got %s, which %w", name, ErrFolder))
			return
		}
		if top {
			rel = ""
		}
		w.folder(name, rel, info, above)
	case !info.Mode().IsRegular():
		w.fault(name, fmt.Errorf("got %s, which is no regular file: leave it out", name))
	case w.Wants(rel):
		w.found(File{name, rel, info})
	}
}

func (w walker) folder(name, rel string, info fs.FileInfo, above []fs.FileInfo) {
	if slices.ContainsFunc(above, func(a fs.FileInfo) bool { return os.SameFile(a, info) }) {
		w.fault(name, fmt.Errorf("got %s, a link to a folder that it lies in: leave it out", name))
		return
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		w.fault(name, err)
	}
	above = append(slices.Clip(above), info)
	for _, e := range entries {
		w.visit(filepath.Join(name, e.Name()), path.Join(rel, e.Name()), above, false)
	}
}
