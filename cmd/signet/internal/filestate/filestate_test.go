package filestate

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func look(t *testing.T, path string) State {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return Of(info)
}

// A time that was set back hides nothing.
func TestState(t *testing.T) {
	path, then := filepath.Join(t.TempDir(), "a"), time.Unix(1, 0)
	write := func(text string) State {
		t.Helper()
		time.Sleep(20 * time.Millisecond) // more than a tick of the file system's clock
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
		return look(t, path)
	}
	one := write("one")
	if again := look(t, path); again != one {
		t.Errorf("looked at twice: %+v and %+v", one, again)
	}
	two := write("two")
	if two == one || two.Size != one.Size || two.Modified != one.Modified {
		t.Errorf("written again with the same time and size: %+v and %+v", one, two)
	}
	if time.Since(two.Last()) > time.Hour {
		t.Errorf("last changed %v", two.Last())
	}
	then = time.Now().Add(24 * time.Hour)
	if three := write("three"); time.Until(three.Last()) > time.Hour {
		t.Errorf("of tomorrow: last changed %v", three.Last())
	}
}
