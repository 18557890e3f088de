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
	// Top is the folder that was named, in which it was found. Empty: it was named
	// itself.
	Top string
	// Linked says that a link leads there: the folder in which it lies may be another's.
	Linked bool
}

// Links says which links are followed.
type Links int

// Within follows the links that lead to what lies in the named folder; one that
// leads out of it is a fault, for it could bring in anything of the machine.
// Everywhere follows all, Nowhere passes over all.
const (
	Within Links = iota
	Everywhere
	Nowhere
)

// Options say what to find.
type Options struct {
	// Recurse goes into folders; without it a folder is an error.
	Recurse bool
	// Rules say which files are wanted. What they keep out is not looked at.
	Rules Rules
	// Links are those below a named folder; what is named itself is followed.
	Links Links
	// Empty hears of folders in which there is nothing at all. nil: nobody.
	Empty func(path string)
}

// ErrFolder is the error of a folder without Recurse.
var ErrFolder = errors.New("is a folder: add -r")

// Walk calls found for each file that name names, in the order of names, and
// fault for each thing that cannot be read, which stops nothing else. A folder
// that holds itself by a link is a fault.
func (o Options) Walk(name string, found func(File), fault func(path string, err error)) {
	w := walker{Options: o, found: found, fault: fault}
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
		w.top(n)
	}
}

type walker struct {
	Options
	found func(File)
	fault func(string, error)
	named string // the folder that was named
	root  string // the same, without links

	linked bool // a link leads to the folder that is looked at
}

// top looks at what was named.
func (w walker) top(name string) {
	rel := filepath.Base(filepath.Clean(name))
	info, err := os.Stat(name)
	if err == nil && info.IsDir() {
		if !w.Recurse {
			w.fault(name, fmt.Errorf("got %s, which %w", name, ErrFolder))
			return
		}
		w.named = name
		if w.root, err = resolved(name); err == nil {
			w.folder(name, "", info, nil)
			return
		}
	}
	if err != nil {
		w.fault(name, err)
		return
	}
	w.file(name, rel, info)
}

// visit looks at one entry of a folder, unless no rule wants it. above are the
// folders that lead to it.
func (w walker) visit(name, rel string, e fs.DirEntry, above []fs.FileInfo) {
	link := e.Type()&fs.ModeSymlink != 0
	switch {
	case link && w.Links == Nowhere:
		return
	case e.IsDir(), link:
		// What a link leads to is not known yet: it may be a folder.
		if w.Rules.skips(rel) && !w.Rules.Wants(rel) {
			return
		}
	case !w.Rules.Wants(rel):
		return
	}
	info, err := os.Stat(name)
	if err == nil && link && w.Links == Within {
		err = w.within(name)
	}
	switch {
	case err != nil:
		if !link || w.Rules.Wants(rel) {
			w.fault(name, err)
		}
	case info.IsDir():
		w.linked = w.linked || link
		w.folder(name, rel, info, above)
	default:
		w.file(name, rel, info)
	}
}

func (w walker) file(name, rel string, info fs.FileInfo) {
	switch {
	case !w.Rules.Wants(rel):
	case !info.Mode().IsRegular() && w.named == "":
		w.fault(name, fmt.Errorf("got %s, which is no regular file, want one: signet put - --name NAME < %s sends what comes out of it", name, name))
	case !info.Mode().IsRegular():
		w.fault(name, fmt.Errorf("got %s, which is no regular file: leave it out", name))
	default:
		w.found(File{name, rel, info, w.named, w.linked})
	}
}

// within fails for a link that leads out of the named folder.
func (w walker) within(name string) error {
	to, err := resolved(name)
	if err != nil || to == w.root || strings.HasPrefix(to, strings.TrimSuffix(w.root, "/")+"/") {
		return err
	}
	return fmt.Errorf("got %s, a link out of the folder to %s: add --follow to send what it leads to, or leave it out with --no-follow-symlinks", name, to)
}

// resolved is a path from the root, without links.
func resolved(name string) (string, error) {
	absolute, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(absolute)
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
	if err == nil && len(entries) == 0 && w.Empty != nil {
		w.Empty(name)
	}
	above = append(slices.Clip(above), info)
	for _, e := range entries {
		w.visit(filepath.Join(name, e.Name()), path.Join(rel, e.Name()), e, above)
	}
}
