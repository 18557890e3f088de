package walk

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// tree makes files, and links where there is an arrow.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		name, to, link := strings.Cut(name, " -> ")
		path := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o700)
		if err == nil && link {
			err = os.Symlink(to, path)
		} else if err == nil {
			err = os.WriteFile(path, []byte(name), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// walked gives what was found, by Rel, and what was at fault, by path below dir.
func walked(o Options, dir, name string) (found, faults []string) {
	o.Walk(filepath.Join(dir, name), func(f File) { found = append(found, f.Rel) }, func(path string, err error) {
		rel, _ := filepath.Rel(dir, path)
		faults = append(faults, rel)
	})
	return found, faults
}

func TestWalk(t *testing.T) {
	dir := tree(t, "a/1.jpg", "a/2.txt", "a/deep/3.jpg", "a/deep/er/4.txt", "b.txt", "a/link.txt -> 2.txt", "a/twin -> deep",
		"a/gone -> nowhere", "a/deep/self -> ..", "c -> d", "d -> c")
	if err := syscall.Mkfifo(filepath.Join(dir, "a/pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	loops := []string{"a/deep/self", "a/twin/self"}
	faulty := []string{"a/deep/self", "a/gone", "a/pipe", "a/twin/self"}
	for _, row := range []struct {
		name          string
		o             Options
		found, faults []string
	}{
		{"b.txt", Options{}, []string{"b.txt"}, nil},
		{"a", Options{}, nil, []string{"a"}},
		{"a", Options{Recurse: true}, []string{"1.jpg", "2.txt", "deep/3.jpg", "deep/er/4.txt", "link.txt", "twin/3.jpg", "twin/er/4.txt"}, faulty},
		{"a/", Options{Recurse: true, Rules: rules("+*.jpg")}, []string{"1.jpg", "deep/3.jpg", "twin/3.jpg"}, loops},
		{"a", Options{Recurse: true, Rules: rules("+deep/**")}, []string{"deep/3.jpg", "deep/er/4.txt"}, loops},
		{"a", Options{Recurse: true, Rules: rules("-*.txt", "-twin/**")}, []string{"1.jpg", "deep/3.jpg"}, []string{"a/deep/self", "a/gone", "a/pipe"}},
		{"a/*.jpg", Options{}, []string{"1.jpg"}, nil},
		{"a/**/*.txt", Options{Rules: rules("-link*")}, []string{"2.txt", "4.txt"}, nil},
		{"a/*.png", Options{}, nil, []string{"a/*.png"}},
		{"missing", Options{}, nil, []string{"missing"}},
		{"c", Options{Recurse: true}, nil, []string{"c"}},
	} {
		found, faults := walked(row.o, dir, row.name)
		if !slices.Equal(found, row.found) || !slices.Equal(faults, row.faults) {
			t.Errorf("%s %+v: found %q, faults %q, want %q and %q", row.name, row.o, found, faults, row.found, row.faults)
		}
	}
}

// A folder that may not be read is a fault, and what lies beside it is found.
func TestWalkUnreadable(t *testing.T) {
	if os.Getuid() == 0 {
		// root may read everything: another reason why a folder cannot be read.
		dir := tree(t, "a/1.txt", "a/z -> /proc/self/fd/none/x")
		if found, faults := walked(Options{Recurse: true}, dir, "a"); !slices.Equal(found, []string{"1.txt"}) || !slices.Equal(faults, []string{"a/z"}) {
			t.Errorf("found %q, faults %q", found, faults)
		}
		return
	}
	dir := tree(t, "a/1.txt", "a/closed/2.txt", "a/z.txt")
	closed := filepath.Join(dir, "a/closed")
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(closed, 0o700)
	if found, faults := walked(Options{Recurse: true}, dir, "a"); !slices.Equal(found, []string{"1.txt", "z.txt"}) || !slices.Equal(faults, []string{"a/closed"}) {
		t.Errorf("found %q, faults %q", found, faults)
	}
}

// What a rule keeps out is not looked at: a pipe, a broken link, a loop and a link
// out of the folder are no faults then.
func TestWalkLeavesOut(t *testing.T) {
	dir := tree(t, "a/1.txt", "a/gone -> nowhere", "a/loop -> loop", "a/out -> ../b.txt", "a/up -> ..", "b.txt", "a/deep/2.txt", "a/deep/same -> ../1.txt")
	if err := syscall.Mkfifo(filepath.Join(dir, "a/pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	odd := []string{"-gone", "-loop", "-out", "-up", "-pipe"}
	for _, row := range []struct {
		o             Options
		found, faults []string
	}{
		{Options{Recurse: true, Rules: rules(odd...)}, []string{"1.txt", "deep/2.txt", "deep/same"}, nil},
		{Options{Recurse: true, Rules: rules("-gone", "-loop", "-up", "-pipe")}, []string{"1.txt", "deep/2.txt", "deep/same"}, []string{"a/out"}},
		{Options{Recurse: true, Links: Everywhere, Rules: rules("-gone", "-loop", "-up", "-pipe")}, []string{"1.txt", "deep/2.txt", "deep/same", "out"}, nil},
		{Options{Recurse: true, Links: Nowhere, Rules: rules("-pipe")}, []string{"1.txt", "deep/2.txt"}, nil},
	} {
		found, faults := walked(row.o, dir, "a")
		if !slices.Equal(found, row.found) || !slices.Equal(faults, row.faults) {
			t.Errorf("%+v: found %q, faults %q, want %q and %q", row.o, found, faults, row.found, row.faults)
		}
	}
}
