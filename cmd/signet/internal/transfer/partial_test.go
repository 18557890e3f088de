package transfer

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// What somebody else has put where a partial file is to go is not written to: a link of
// either kind, a folder, a pipe; and what a link leads to is not made.
func TestPartialOfOthers(t *testing.T) {
	dir := t.TempDir()
	precious, made := filepath.Join(dir, "precious"), filepath.Join(dir, "made")
	if err := os.WriteFile(precious, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, put := range map[string]func(at string) error{
		"a link":               func(at string) error { return os.Symlink(precious, at) },
		"a link to nothing":    func(at string) error { return os.Symlink(made, at) },
		"another name of it":   func(at string) error { return os.Link(precious, at) },
		"a folder":             func(at string) error { return os.Mkdir(at, 0o700) },
		"a pipe":               func(at string) error { return syscall.Mkfifo(at, 0o600) },
		"a link to a device":   func(at string) error { return os.Symlink("/dev/null", at) },
		"a link to its folder": func(at string) error { return os.Symlink(dir, at) },
	} {
		at := filepath.Join(dir, "partial")
		if err := put(at); err != nil {
			t.Fatal(err)
		}
		if file, err := openOwn(at); err == nil {
			file.Close()
			t.Errorf("%s: got it opened, want it left alone", what)
		} else if !errors.Is(err, errNotOurs) && what != "a folder" {
			t.Errorf("%s: got %v, want another name to be tried", what, err)
		}
		if text, err := os.ReadFile(precious); err != nil || string(text) != "precious" {
			t.Errorf("%s: got %q (%v), want what was there", what, text, err)
		}
		if _, err := os.Lstat(made); !os.IsNotExist(err) {
			t.Errorf("%s: got a file made where a link leads (%v)", what, err)
		}
		if err := os.Remove(at); err != nil {
			t.Fatal(err)
		}
	}
}
