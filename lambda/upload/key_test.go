package upload

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestParseKey(t *testing.T) {
	p := NewPolicy(DefaultConfig())
	for _, row := range []struct {
		key  string
		want Key
		ok   bool
	}{
		{"uploads/alice/beach~hq3k5xy7.jpg", Key{"", "alice", "", "beach", "hq3k5xy7", ".jpg"}, true},
		{"uploads/alice/photos/2026/beach~hq3k5xy7.jpg", Key{"", "alice", "photos/2026", "beach", "hq3k5xy7", ".jpg"}, true},
		{"uploads/alice/.hidden~abcdefgh", Key{"", "alice", "", ".hidden", "abcdefgh", ""}, true},
		{"uploads/alice/~~abcdefgh", Key{"", "alice", "", "~", "abcdefgh", ""}, true},
		{"uploads/alice/a~b~c.tar~abcdefgh.gz", Key{"", "alice", "", "a~b~c.tar", "abcdefgh", ".gz"}, true},
		{"uploads/alice/a~abcdefgh~abcdefgh.gz", Key{"", "alice", "", "a~abcdefgh", "abcdefgh", ".gz"}, true},
		// Of other tools: the last segment is the name.
		{"uploads/alice/report.pdf", Key{"", "alice", "", "report.pdf", "", ""}, false},
		{"uploads/alice/a.b~abcdefgh", Key{"", "alice", "", "a.b~abcdefgh", "", ""}, false},
		{"uploads/alice/a~abcdefgh.tar.gz", Key{"", "alice", "", "a~abcdefgh.tar.gz", "", ""}, false},
		{"uploads/alice/~abcdefgh.jpg", Key{"", "alice", "", "~abcdefgh.jpg", "", ""}, false},
		{"uploads/alice/a~abc.jpg", Key{"", "alice", "", "a~abc.jpg", "", ""}, false},
		{"uploads/alice/x/a\x01b", Key{"", "alice", "x", "a\x01b", "", ""}, false},
		{"uploads/alice/x//y", Key{"", "alice", "x/", "y", "", ""}, false},
		{"uploads/alice//y~abcdefgh", Key{"", "alice", "", "y~abcdefgh", "", ""}, false},
		{"uploads/alice/x/", Key{"", "alice", "x", "", "", ""}, false},
		{"elsewhere/alice/a~abcdefgh", Key{"", "", "", "a~abcdefgh", "", ""}, false},
		{"uploads/alice", Key{"", "", "", "alice", "", ""}, false},
		{"", Key{}, false},
	} {
		if got, ok := p.ParseKey(row.key); got != row.want || ok != row.ok {
			t.Errorf("%q: got %+v, %v, want %+v, %v", row.key, got, ok, row.want, row.ok)
		} else if ok && textOf(p, got) != row.key {
			t.Errorf("%q: written again it is %q", row.key, textOf(p, got))
		}
	}
}

// textOf writes a key that was taken apart.
func textOf(p *Policy, k Key) string {
	return p.spaceNamed(k.Space).Prefix + string(k.Owner) + "/" + within(k.Folder, k.last())
}

func TestNamePrefix(t *testing.T) {
	p := NewPolicy(DefaultConfig())
	for key, want := range map[string]string{
		"uploads/alice/x/a~b~c.tar~abcdefgh.gz": "uploads/alice/x/a~b~c.tar~",
		"uploads/alice/report.pdf":              "uploads/alice/report.pdf",
	} {
		if got := p.NamePrefix(key); got != want {
			t.Errorf("%s: got %s, want %s", key, got, want)
		}
	}
}

func TestLongestKey(t *testing.T) {
	config := DefaultConfig()
	config.Prefix = strings.Repeat("p", 511) + "/"
	p := NewPolicy(config)
	name := strings.Repeat("😀", 49) + ".jpg"
	r, err := p.Authorize(Bearer{Caller: Caller(strings.Repeat("c", 65))}, Place{}, File{Name: name, ID: strings.Repeat("a", maxID)})
	if err != nil || NameOf(r.Key()) != name {
		t.Errorf("the longest of everything: got %q, %v", r.Key(), err)
	}
	p = NewPolicy(DefaultConfig())
	folder := strings.Repeat(strings.Repeat("d", 200)+"/", 4) + "d"
	used := len("uploads/alice/" + folder + "/~abcdefgh")
	for _, row := range []struct {
		bytes int
		code  Code
	}{{LongestKey - used, ""}, {LongestKey - used + 1, KeyTooLongError}} {
		_, err := p.Authorize(alice, Place{Folder: folder + strings.Repeat("d", row.bytes-1)}, File{Name: "n", ID: "abcdefgh"})
		if row.code == "" && err != nil || row.code != "" && CodeOf(err) != row.code {
			t.Errorf("%d bytes: got %v, want %q", used+row.bytes, err, row.code)
		}
	}
}

// FuzzKey holds what must be true of every key, whatever a client calls its
// file, its folder and itself.
func FuzzKey(f *testing.F) {
	for _, seed := range [][4]string{
		{"alice", "abcdefgh", "", "photo.jpg"}, {"..", "", "a/../b", `..\evil.html`}, {"a/b", "00000000", "a", "\u202ea\u0301"},
		{"앨리스", "--------", "", strings.Repeat("가", 84) + ".bin"}, {"\xff", "ABCDEFGH", "\xff", "\xff"},
		{"alice", "", "x~abcdefgh", "a~b~c.tar.gz"}, {"alice", "", "~", "~"}, {"alice", "", "", "a\uffffb\x01.txt"}, {"alice", "", "", `C:\a\b`},
		{"alice", "", strings.Repeat("a/", 31) + "a", ".hidden"}, {"alice", "", "", "beach~abcdefgh.jpg"}, {"alice", "", "", "a.b~abcdefgh"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	p := NewPolicy(DefaultConfig())
	f.Fuzz(func(t *testing.T, sub, id, folder, name string) {
		b, err := NewBearer(sub)
		if err != nil {
			return
		}
		r, err := p.Authorize(b, Place{Folder: folder}, File{Name: name, ID: id})
		if err != nil {
			if code := CodeOf(err); code != InvalidArgument && code != KeyTooLongError {
				t.Fatalf("%v, want a key, InvalidArgument or KeyTooLongError", err)
			}
			if !utf8.ValidString(err.Error()) {
				t.Fatalf("%q is no text", err)
			}
			return
		}
		holdKey(t, p, b, r.Key(), id)
		// What was cleaned is clean, and made again it is the same key.
		k, _ := p.ParseKey(r.Key())
		again, err := p.Authorize(b, Place{Folder: k.Folder}, File{Name: k.Name(), ID: k.ID})
		if k.ID[0] != 'h' && (err != nil || again.Key() != r.Key()) {
			t.Fatalf("%q made again is %q, %v", r.Key(), again.Key(), err)
		}
	})
}

// holdKey holds a key that was made to what is true of each of them.
func holdKey(t *testing.T, p *Policy, b Bearer, key, id string) {
	k, ok := p.ParseKey(key)
	switch {
	case !ok || textOf(p, k) != key:
		t.Fatalf("key %q reads as %+v, which is %q", key, k, textOf(p, k))
	case k.Owner != b.Caller || id != "" && k.ID != id:
		t.Fatalf("key %q reads as %+v, want id %q of %s", key, k, id, b.Caller)
	case len(key) > LongestKey || len(k.Name()) > MaxNameBytes || !norm.NFC.IsNormalString(k.Folder) || !norm.NFC.IsNormalString(k.Name()):
		t.Fatalf("key %q is not clean", key)
	case NameOf(key) != k.Name():
		t.Fatalf("key %q has the names %q and %q", key, NameOf(key), k.Name())
	}
	for segment := range strings.SplitSeq(key, "/") {
		if segment == "" || segment == "." || segment == ".." || len(segment) > 255 || strings.Contains(segment, `\`) {
			t.Fatalf("key %q has the segment %q", key, segment)
		}
	}
	for segment := range strings.SplitSeq(k.Folder, "/") {
		if endsAsKey(segment) {
			t.Fatalf("key %q has the folder %q, which a file could be called", key, segment)
		}
	}
	var text strings.Builder
	var back string
	if err := xml.EscapeText(&text, []byte(key)); err != nil || xml.Unmarshal([]byte("<k>"+text.String()+"</k>"), &back) != nil || back != key {
		t.Fatalf("key %q comes out of XML as %q, %v", key, back, err)
	}
	if o, err := p.AuthorizeKey(b, key); err != nil || o.Key() != key {
		t.Fatalf("own key %q is refused: %v", key, err)
	}
	stranger := Caller("x")
	if b.Caller == stranger {
		stranger = "y"
	}
	if _, err := p.AuthorizeKey(Bearer{Caller: stranger}, key); CodeOf(err) != NoSuchKey {
		t.Fatalf("somebody else's key %q: %v, want NoSuchKey", key, err)
	}
}

// FuzzParseKey: whatever lies in a bucket, no two keys read as the same.
func FuzzParseKey(f *testing.F) {
	for _, key := range []string{"uploads/alice/a~abcdefgh.jpg", "uploads/alice/x/a.b~abcdefgh", "uploads//a~abcdefgh", "uploads/0//0~00000000", "uploads/../a~abcdefgh", "\xff"} {
		f.Add(key)
	}
	p := NewPolicy(DefaultConfig())
	f.Fuzz(func(t *testing.T, key string) {
		if k, ok := p.ParseKey(key); ok && textOf(p, k) != key {
			t.Fatalf("%q reads as %+v, which is %q", key, k, textOf(p, k))
		} else if !ok && !strings.HasSuffix(key, k.Name()) {
			t.Fatalf("%q is called %q", key, k.Name())
		}
	})
}

func TestAuthorizeKeyRefuses(t *testing.T) {
	p := NewPolicy(DefaultConfig())
	for _, key := range []string{
		"", "uploads/", "uploads/alice", "uploads/alice/", "uploads/bob/n", "uploads/alice2/n", "/uploads/alice/n", "logs/x",
		"uploads/alice/../bob/n", "uploads/alice/i/..", "uploads/alice/./n", "uploads/alice/.", "uploads/alice/..", "uploads/alice/a/",
		"uploads/alice/i/\xff", "uploads/alice/\x00", "uploads/alice/" + strings.Repeat("x", MaxKeyBytes),
	} {
		if o, err := p.AuthorizeKey(alice, key); CodeOf(err) != NoSuchKey || o.Key() != "" {
			t.Errorf("AuthorizeKey(%q) = %q, %v, want NoSuchKey", key, o.Key(), err)
		}
	}
	// What another tool put into one's part is one's own.
	for _, key := range []string{"uploads/alice/report.pdf", "uploads/alice/a\x01b", "uploads/alice/a//b", "uploads/alice/..a", `uploads/alice/a\b`} {
		if o, err := p.AuthorizeKey(alice, key); err != nil || o.Key() != key {
			t.Errorf("AuthorizeKey(%q) = %q, %v, want it", key, o.Key(), err)
		}
	}
}
