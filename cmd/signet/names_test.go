package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// terminal is somebody at a shell, in a folder of his own.
type terminal struct {
	t   *testing.T
	c   *cloud
	dir string
}

// does runs a command that has to end with an exit code, and gives what it writes to
// standard output.
func (p terminal) does(want int, args ...string) string {
	p.t.Helper()
	cmd := signet(args...)
	cmd.Dir, cmd.Env = p.dir, append(cmd.Env, "SIGNET_API="+p.c.API, "SIGNET_TOKEN="+p.c.Token)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	code := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else if err != nil {
		p.t.Fatal(err)
	}
	if code != want {
		p.t.Errorf("%q: exit code %d, want %d: %s", args, code, want, &stderr)
	}
	return string(out)
}

// write makes a file, with folders.
func (p terminal) write(name, content string) {
	p.t.Helper()
	file := filepath.Join(p.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(content), 0o600)); err != nil {
		p.t.Fatal(err)
	}
}

// stored is what put says, in JSON.
func (p terminal) stored(args ...string) (rows []row) {
	p.t.Helper()
	for line := range strings.Lines(p.does(0, append([]string{"put", "--json"}, args...)...)) {
		var r row
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			p.t.Fatalf("%s: %v", line, err)
		}
		rows = append(rows, r)
	}
	return rows
}

// Whatever a file is called, it is stored under a safe key, found by what it was called
// here and by what it is called there, downloaded, deleted and brought back.
func TestOddNames(t *testing.T) {
	p := terminal{t, startDev(t, t.TempDir()), t.TempDir()}
	deep := strings.Repeat("d/", 32) + "f.txt"
	for name, there := range map[string]string{
		"a\uffffb.txt":                    "ab.txt",
		strings.Repeat("😀", 49) + ".txt":  strings.Repeat("😀", 49) + ".txt",
		strings.Repeat("가", 70) + ".txt":  strings.Repeat("가", 65) + ".txt",
		deep:                              deep,
		`C:\a\b`:                          "a/b",
		`in\oice.txt`:                     "in/oice.txt",
		"~":                               "~",
		"a~b~c.tar.gz":                    "a~b~c.tar.gz",
		".hidden":                         ".hidden",
		"x~hftze3os7wcrq4jxihmvmlopcty.t": "x~hftze3os7wcrq4jxihmvmlopcty.t",
		"-dash":                           "-dash",
		"*.txt":                           "*.txt",
		"br[1]{2}?.txt":                   "br[1]{2}?.txt",
		"cafe\u0301.txt":                  "caf\u00e9.txt",
		" space ":                         "space",
		"new\nline\x1b[2J.txt":            "newline[2J.txt",
		"a.extensionthatistoolong":        "a.extensionthatistoolong",
		"100%+&=#?.txt":                   "100%+&=#?.txt",
		"con":                             "con",
	} {
		p.write(name, name)
		dir, base := path.Split(name)
		args := []string{"--folder", strings.TrimSuffix(dir, "/"), "--", name}
		rows := p.stored(args...)
		if len(rows) != 1 || rows[0].Name != there || strings.ContainsAny(rows[0].Key, "\x1b\n\uffff\\") {
			t.Errorf("%q: got %+v, want it called %q", base, rows, there)
			continue
		}
		for _, by := range []string{name, there, rows[0].Key} {
			if got := p.does(0, "cat", "-q", "--", by); got != name {
				t.Errorf("%q by %q: got %q", name, by, got)
			}
		}
		p.does(0, "rm", "-q", "--", name)
		p.does(1, "cat", "-q", "--", rows[0].Key)
		p.does(0, "restore", "-q", "--", name)
		p.does(0, "get", "-q", "--force", "-o", "back", "--", there)
		if got, err := os.ReadFile(filepath.Join(p.dir, "back")); err != nil || string(got) != name {
			t.Errorf("%q: got back %q, %v", name, got, err)
		}
		if again := p.stored(args...); len(again) != 1 || !again[0].Existed || again[0].Sent != 0 {
			t.Errorf("%q: got %+v, want it there already", name, again)
		}
		p.does(0, "rm", "-q", "--", rows[0].Key)
	}
	if left := p.does(0, "ls", "-R"); left != "" {
		t.Errorf("got %q, want nothing left", left)
	}
	for _, refused := range []string{`..\..\x`, "a//b", "../x", "/", ""} {
		p.write("x", "x")
		if refused != "" {
			p.does(1, "put", "x", "--name", refused)
			p.does(1, "put", "x", "--folder", refused+"/..")
		}
	}
	p.does(1, "put", "x", "--folder", strings.Repeat("d/", 32)+"d")
}

// tree gives all files below a folder with their contents and times.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		info, statErr := e.Info()
		rel, relErr := filepath.Rel(dir, name)
		if err = errors.Join(err, statErr, relErr); err == nil {
			all[rel] = info.ModTime().UTC().Format(time.RFC3339Nano) + " " + string(content)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A folder of ten files, five of them the same index.html, comes back as it was: ten
// objects, ten paths, and the times.
func TestFolderThereAndBack(t *testing.T) {
	p := terminal{t, startDev(t, t.TempDir()), t.TempDir()}
	for i, dir := range []string{"", "a/", "b/", "a/deep/", "a/deep/er/"} {
		p.write("site/"+dir+"index.html", "<p>the same")
		p.write("site/"+dir+"own.txt", dir)
		at := time.Unix(1_600_000_000+int64(i), 123_456_789)
		if err := os.Chtimes(filepath.Join(p.dir, "site", dir, "own.txt"), at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(p.dir, "site/empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for _, r := range p.stored("-r", "site") {
		if keys[r.Key] = true; r.Existed || r.Name != r.Path {
			t.Errorf("got %+v, want it stored under its path", r)
		}
	}
	if len(keys) != 10 {
		t.Errorf("got %d objects of 10 files", len(keys))
	}
	want := tree(t, filepath.Join(p.dir, "site"))
	back := p
	for _, row := range []struct {
		args []string
		at   string
	}{
		{[]string{"get", "-q", "-r", "site"}, "site"},
		{[]string{"get", "-q", "-r", "site/", "-o", "new/er"}, "new/er/site"},
		{[]string{"get", "-q", "-r", "/"}, "site"},
		{[]string{"get", "-q", "site/**"}, ""},
	} {
		back.dir = t.TempDir()
		back.does(0, row.args...)
		if got := tree(t, filepath.Join(back.dir, row.at)); !maps.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", row.args, got, want)
		}
	}
	// What is there already is not fetched again; what is not the same is not touched.
	back.dir = t.TempDir()
	back.does(0, "get", "-q", "-r", "site")
	back.write("site/own.txt", "mine")
	out := back.does(3, "get", "-q", "-r", "site")
	if strings.Count(out, "is there already") != 9 {
		t.Errorf("got %s", out)
	}
	if got := tree(t, back.dir)["site/own.txt"]; !strings.HasSuffix(got, " mine") {
		t.Errorf("got %q", got)
	}
	// Moved, deleted and brought back as a whole.
	p.does(0, "mv", "-q", "-r", "site", "web")
	p.does(0, "rm", "-q", "-r", "web")
	if left := p.does(0, "ls", "-q", "-R"); left != "" {
		t.Errorf("%s is left", left)
	}
	p.does(0, "restore", "-q", "-r", "web")
	back.dir = t.TempDir()
	back.does(0, "get", "-q", "-r", "web")
	if got := tree(t, filepath.Join(back.dir, "web")); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A large file changed in place, with its time set back, is stored anew and is what its
// name means; the old bytes stay a version. The same again: nothing is sent.
func TestLargeFileChangedInPlace(t *testing.T) {
	p := terminal{t, startDev(t, t.TempDir()), t.TempDir()}
	content := slices.Repeat([]byte("0123456789abcdef"), 20<<20/16)
	p.write("film.bin", string(content))
	first := p.stored("film.bin")[0]
	at := time.Now().Add(-time.Hour)
	file := filepath.Join(p.dir, "film.bin")
	change := func() {
		copy(content[4<<20:], time.Now().String())
		if err := errors.Join(os.WriteFile(file, content, 0o600), os.Chtimes(file, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(file, at, at); err != nil {
		t.Fatal(err)
	}
	second := p.stored("film.bin")[0]
	change()
	third := p.stored("film.bin")[0]
	if third.Existed || third.Sent < 20<<20 || third.Key == second.Key || third.Key == first.Key {
		t.Errorf("got %+v, want the new bytes stored beside %s", third, second.Key)
	}
	if again := p.stored("film.bin")[0]; !again.Existed || again.Sent != 0 || again.Key != third.Key {
		t.Errorf("got %+v, want it there already", again)
	}
	if got := p.does(0, "cat", "-q", third.Key); got != string(content) {
		t.Errorf("got %d other bytes", len(got))
	}
	if versions := strings.Fields(p.does(0, "versions", "-q", "film.bin")); len(versions) != 3 {
		t.Errorf("got versions %v, want 3", versions)
	}
}
