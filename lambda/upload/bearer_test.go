package upload

import (
	"strings"
	"testing"
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
	if _, err := NewBearer(""); CodeOf(err) != Unauthorized {
		t.Errorf("NewBearer of nobody: %v, want Unauthorized", err)
	}
}

// TestNobodyOwnsNothing: a bearer that was never filled in gets no key, and no other
// space is there for anybody.
func TestNobodyOwnsNothing(t *testing.T) {
	p := NewPolicy(DefaultConfig())
	file := File{Name: "a", Size: 1}
	for _, row := range []struct {
		name string
		b    Bearer
		at   Place
		want Code
	}{
		{"nobody", Bearer{}, Place{}, Unauthorized},
		{"a path", Bearer{Caller: "a/b"}, Place{}, Unauthorized},
		{"a step up", Bearer{Caller: ".."}, Place{}, Unauthorized},
		{"a space that is not there", alice, Place{Space: "team"}, NoSuchSpace},
		{"a space with a path", alice, Place{Space: "../bob"}, NoSuchSpace},
	} {
		_, put := p.Authorize(row.b, row.at, file)
		_, parts := p.AuthorizeMultipart(row.b, row.at, file)
		_, unsized := p.AuthorizeUnsized(row.b, row.at, file)
		_, stream := p.AuthorizeStream(row.b, row.at, file)
		_, form := p.AuthorizeForm(row.b, row.at, FormWish{Name: "a"})
		_, content := p.AuthorizeContent(row.b, row.at, File{Name: "a", Size: 1, SHA256: emptySHA256})
		_, place := p.AuthorizePlace(row.b, row.at)
		for way, err := range map[string]error{"put": put, "parts": parts, "unsized": unsized, "stream": stream, "form": form, "content": content, "place": place} {
			if CodeOf(err) != row.want {
				t.Errorf("%s, %s: got %v, want %s", row.name, way, err, row.want)
			}
		}
	}
	if _, err := p.AuthorizeKey(Bearer{}, "uploads//a"); CodeOf(err) != Unauthorized {
		t.Errorf("a key of nobody: got %v, want Unauthorized", err)
	}
}
