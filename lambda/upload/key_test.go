package upload

import (
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestNewCaller(t *testing.T) {
	hashed := func(sub string) bool {
		c, err := NewCaller(sub)
		return err == nil && len(c) == 65 && c[0] == 'h' && only(string(c[1:]), func(b byte) bool { return b >= '0' && b <= '9' || b >= 'a' && b <= 'f' })
	}
	for _, sub := range []string{"a", "alice", "8f3b-11.ee_A", strings.Repeat("x", 64), "..."} {
		if c, err := NewCaller(sub); err != nil || string(c) != sub {
			t.Errorf("NewCaller(%q) = %q, %v, want the subject itself", sub, c, err)
		}
	}
	for _, sub := range []string{".", "..", "a/b", "a b", "앨리스", "auth0|123", strings.Repeat("x", 65), "\x00", "a*"} {
		if !hashed(sub) {
			c, err := NewCaller(sub)
			t.Errorf("NewCaller(%q) = %q, %v, want a hash", sub, c, err)
		}
	}
	if _, err := NewCaller(""); CodeOf(err) != Unauthorized {
		t.Errorf("NewCaller of nobody: %v, want Unauthorized", err)
	}
}

func TestCleanName(t *testing.T) {
	korean := strings.Repeat("가", 84) // 252 bytes
	for _, row := range []struct{ name, want string }{
		{"photo.jpg", "photo.jpg"},
		{"큰 파일 (1)+ß%20.bin", "큰 파일 (1)+ß%20.bin"},
		{`..\evil.html`, "evil.html"},
		{`..\\evil.html`, "evil.html"},
		{"../../etc/passwd", "passwd"},
		{`C:\dir\a.txt`, "a.txt"},
		{"a\x00b\x1f\x7f.txt", "ab.txt"},
		{"invoice\u202Egpj.exe", "invoicegpj.exe"},
		{"\u2066a\u2069\u200e\ufeffb", "ab"},
		{"line\u2028break", "linebreak"},
		{"e\u0301.txt", "é.txt"},
		{"\u1112\u1161\u11ab.txt", "한.txt"},
		{"👩\u200d💻.png", "👩\u200d💻.png"},
		{"  spaced  ", "spaced"},
		{"...", "..."},
		{".env", ".env"},
		{"a//b", "b"},
		{strings.Repeat("x", 200), strings.Repeat("x", 200)},
		{strings.Repeat("x", 201), strings.Repeat("x", 200)},
		{strings.Repeat("x", 300) + ".tar.gz", strings.Repeat("x", 197) + ".gz"},
		{korean, strings.Repeat("가", 66)},
		{korean + ".bin", strings.Repeat("가", 65) + ".bin"},
		{"a." + strings.Repeat("e", 300), "a." + strings.Repeat("e", 198)},
	} {
		if got, err := cleanName(row.name); err != nil || got != row.want {
			t.Errorf("cleanName(%q) = %q, %v, want %q", row.name, got, err, row.want)
		}
	}
	for _, name := range []string{"", ".", "..", "a/", `a\..`, "\u202e", " ", "\x00", "\xff\xfe", "a\xc3"} {
		if got, err := cleanName(name); CodeOf(err) != InvalidArgument {
			t.Errorf("cleanName(%q) = %q, %v, want InvalidArgument", name, got, err)
		}
	}
}

// FuzzKey holds what must be true of every key, whatever a client calls its
// file and itself.
func FuzzKey(f *testing.F) {
	for _, seed := range [][3]string{
		{"alice", "abcdefgh", "photo.jpg"}, {"..", "", `..\evil.html`}, {"a/b", "00000000", "\u202ea\u0301"},
		{"앨리스", "--------", strings.Repeat("가", 84) + ".bin"}, {"\xff", "ABCDEFGH", "\xff"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	p := NewPolicy(DefaultConfig())
	f.Fuzz(func(t *testing.T, sub, id, name string) {
		caller, err := NewCaller(sub)
		if err != nil {
			return
		}
		r, err := p.Authorize(caller, File{Name: name, ID: id})
		if err != nil {
			if CodeOf(err) != InvalidArgument {
				t.Fatalf("%v, want a key or InvalidArgument", err)
			}
			if !utf8.ValidString(err.Error()) {
				t.Fatalf("%q is no text", err)
			}
			return
		}
		key := r.Key()
		switch segments := strings.Split(key, "/"); {
		case !utf8.ValidString(key), len(key) > MaxKeyBytes, path.Clean(key) != key, !norm.NFC.IsNormalString(NameOf(key)):
			t.Fatalf("key %q is not clean", key)
		case len(segments) != 4 || segments[0] != "uploads" || segments[1] != string(caller) || len(NameOf(key)) > MaxNameBytes:
			t.Fatalf("key %q has another form", key)
		}
		if o, err := p.AuthorizeKey(caller, key); err != nil || o.Key() != key {
			t.Fatalf("own key %q is refused: %v", key, err)
		}
		if _, err := p.AuthorizeKey(caller+"x", key); CodeOf(err) != NoSuchKey {
			t.Fatalf("somebody else's key %q: %v, want NoSuchKey", key, err)
		}
	})
}

func TestAuthorizeKeyRefuses(t *testing.T) {
	p := NewPolicy(DefaultConfig())
	for _, key := range []string{
		"", "uploads/", "uploads/alice", "uploads/alice/", "uploads/bob/i/n", "uploads/alice2/i/n", "/uploads/alice/i/n",
		"uploads/alice/../bob/i/n", "uploads/alice/i/..", "uploads/alice/./n", "uploads/alice//n", "uploads/alice/i/",
		"logs/x", "uploads/alice/i/\xff", "uploads/alice/i/\x00", "uploads/alice/" + strings.Repeat("x", MaxKeyBytes),
	} {
		if o, err := p.AuthorizeKey("alice", key); CodeOf(err) != NoSuchKey || o.Key() != "" {
			t.Errorf("AuthorizeKey(%q) = %q, %v, want NoSuchKey", key, o.Key(), err)
		}
	}
}

func TestNewIDIsFresh(t *testing.T) {
	a, b := newID(), newID()
	if a == b || checkID(a) != nil {
		t.Errorf("ids %q and %q, want two valid ones", a, b)
	}
}
