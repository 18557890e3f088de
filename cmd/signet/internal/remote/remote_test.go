package remote

import (
	"testing"
	"time"

	"signet/lambda/api"
)

func TestStem(t *testing.T) {
	for name, want := range map[string]string{
		"a.txt": "a", "a": "a", ".hidden": ".hidden", "a.tar.gz": "a.tar", "a.": "a.", "a.b c": "a.b c", "~": "~", "a~b.txt": "a~b",
		"a.extensionthatistoolong": "a.extensionthatistoolong", "x~hftze3os7wcrq4jxihmvmlopcty.t": "x~hftze3os7wcrq4jxihmvmlopcty",
	} {
		if got := stem(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestBase(t *testing.T) {
	for pattern, want := range map[string][2]string{
		"*.txt": {"", "*.txt"}, "a/*.txt": {"a", "*.txt"}, "a/b*/c": {"a", "b*/c"}, "**": {"", "**"}, "a/b/{c,d}": {"a/b", "{c,d}"}, "a/x[1].txt": {"a", "x[1].txt"},
	} {
		if folder, rest := base(pattern); folder != want[0] || rest != want[1] {
			t.Errorf("%q: got %q and %q, want %q", pattern, folder, rest, want)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, row := range []struct {
		given, path string
		want        bool
	}{
		{"a.txt", "a.txt", true}, {"a.txt", "in/a.txt", false}, {"*.txt", "a.txt", true}, {"*.txt", "in/a.txt", false}, {"**/*.txt", "in/a.txt", true},
		{"br[1].txt", "br[1].txt", true}, {"br[1].txt", "br1.txt", true}, {"[", "[", true}, {"[", "a", false}, {"cafe\u0301", "caf\u00e9", true}, {"caf?", "cafe\u0301", true},
	} {
		if got := Matches(row.given, row.path); got != row.want {
			t.Errorf("%q and %q: got %v", row.given, row.path, got)
		}
	}
}

func TestStored(t *testing.T) {
	for _, row := range []struct{ key, wish, want string }{
		{"uploads/alice/a~haaaaaaaa.txt", "a.txt", "a.txt"}, {"uploads/alice/in/a~haaaaaaaa.txt", `in\a.txt`, "in/a.txt"},
		{"uploads/alice/a/b~haaaaaaaa", `C:\a\b`, "a/b"}, {"uploads/alice/oice~haaaaaaaa.txt", "\x01oice.txt", "oice.txt"}, {"x", "a/b/c", "x"},
	} {
		if got := Stored(row.key, row.wish); got != row.want {
			t.Errorf("%q for %q: got %q, want %q", row.key, row.wish, got, row.want)
		}
	}
}

func TestByPath(t *testing.T) {
	at := time.Unix(1, 0)
	found := byPath([]api.StoredFile{{Key: "2", Name: "b"}, {Key: "1", Name: "a", Modified: at}, {Key: "3", Name: "a", Modified: at.Add(time.Second)}, {Key: "4", Name: "a", Folder: "in"}})
	if len(found) != 3 || found[0].Path != "a" || found[0].Files[0].Key != "3" || found[0].Files[1].Key != "1" || found[1].Path != "b" || found[2].Path != "in/a" {
		t.Errorf("got %+v", found)
	}
}
