package upload

import (
	"slices"
	"strings"
	"testing"
)

func TestMoveKeys(t *testing.T) {
	p := NewPolicy(DefaultConfig())
	h, r := "h"+strings.Repeat("a", 26), "r"+strings.Repeat("b", 26)
	for _, row := range []struct {
		name, key, folder, as string
		want                  string // the first key, or what it begins with
	}{
		{"known content", "uploads/alice/a/x~" + h + ".txt", "b", "x.txt", "uploads/alice/b/x~" + h + ".txt"},
		{"unknown content", "uploads/alice/x~" + r, "b/c", "y.tar.gz", "uploads/alice/b/c/y.tar~" + r + ".gz"},
		{"a hint says the name", "uploads/alice/x~p" + strings.Repeat("c", 25), "b", "x", "uploads/alice/b/x~r"},
		{"a client's own id", "uploads/alice/x~fileno-12", "b", "x", "uploads/alice/b/x~r"},
		{"another tool's", "uploads/alice/x.txt", "b", "x.txt", "uploads/alice/b/x~r"},
		{"where it is", "uploads/alice/a/x~" + h + ".txt", "a", "x.txt", ""},
	} {
		move, err := p.AuthorizeMove(alice, row.key, Place{Folder: row.folder}, row.as, Moving{Version: "v1"})
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		if row.want == "" {
			if len(move.To) != 0 {
				t.Errorf("%s: is moved to %v", row.name, move.To)
			}
			continue
		}
		again, _ := p.AuthorizeMove(alice, row.key, Place{Folder: row.folder}, row.as, Moving{Version: "v1"})
		if !strings.HasPrefix(move.To[0].Key(), row.want) || !slices.Equal(move.To, again.To) {
			t.Errorf("%s: got %v and then %v, want %s", row.name, move.To, again.To, row.want)
		}
		seen := map[string]bool{}
		for _, to := range move.To {
			if _, ok := p.ParseKey(to.Key()); !ok || seen[to.Key()] {
				t.Errorf("%s: %s is no key of its own", row.name, to.Key())
			}
			seen[to.Key()] = true
		}
	}
}

func TestMovedMetadata(t *testing.T) {
	had := map[string]string{"a": "1", "who": "=?utf-8?b?w58=?=", MetadataMovedFrom: "uploads/alice/older"}
	got, err := MovedMetadata(had, "uploads/alice/한~abcdefgh", "")
	if err != nil {
		t.Fatal(err)
	}
	if plain := PlainMetadata(got); plain["who"] != "ß" || plain["a"] != "1" || plain[MetadataMovedFrom] != "uploads/alice/한~abcdefgh" || len(plain) != 3 {
		t.Errorf("got %v", plain)
	}
	for name, value := range got {
		if !only(value, isPrintable) {
			t.Errorf("%s: %q does not travel", name, value)
		}
	}
	long := strings.Repeat("x", MaxMetadataBytes-len("a")-len(MetadataMovedFrom)-len("k"))
	if _, err := MovedMetadata(map[string]string{"a": long}, "k", ""); err != nil {
		t.Errorf("exactly as much as S3 takes: %v", err)
	}
	if _, err := MovedMetadata(map[string]string{"a": long + "x"}, "k", ""); CodeOf(err) != MetadataTooLarge {
		t.Errorf("a byte more: %v", err)
	}
}

// Nobody uploads metadata that the service answers for.
func TestOwnMetadataIsRefused(t *testing.T) {
	p := NewPolicy(DefaultConfig())
	for _, name := range []string{MetadataBy, MetadataMovedFrom, "Signet-By", "signet-"} {
		if _, err := p.Authorize(alice, Place{}, File{Name: "a", Metadata: map[string]string{name: "x"}}); CodeOf(err) != InvalidArgument {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
