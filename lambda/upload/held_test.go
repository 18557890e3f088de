package upload

import (
	"testing"
	"time"
)

// What was signed again meanwhile is not given back for what was refused before.
func TestUndoOfWhatWasSignedAgain(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	p := &Pass{PassLimits: PassLimits{Files: 1}}
	wish := Wish{Key: "uploads/alice/in/a~aaaaaaaa", Bytes: 5, Until: now.Add(time.Minute), Whole: true}
	errs, fresh, _ := p.Take([]Wish{wish})
	if errs[0] != nil {
		t.Fatal(errs[0])
	}
	wish.Until = now.Add(time.Hour) // somebody else asks for it, and gets it
	if errs, _, _ := p.Take([]Wish{wish}); errs[0] != nil {
		t.Fatal(errs[0])
	}
	if p.Undo(wish.Key, fresh[wish.Key]) || p.Used != (Amount{1, 5}) {
		t.Errorf("got %+v used, want what the second one was signed for", p.Used)
	}
}

// A pass names files of its own place, though its maker may read others too.
func TestAPassForFilesOfAnotherPlace(t *testing.T) {
	c := DefaultConfig()
	c.Passes = true
	c.Spaces = map[string]Space{"team": {Name: "team", Prefix: "team/", Per: PerAll, Read: []string{wordEveryone}, Write: []string{wordEveryone}, AllowedTypes: []string{"*/*"}, MaxObjectSize: GiB, MaxFiles: 10}}
	p := NewPolicy(c)
	const own, shared = "uploads/alice/a~aaaaaaaa.txt", "team/all/b~bbbbbbbb.txt"
	for _, row := range []struct {
		space string
		keys  []string
		want  Code
	}{
		{"", []string{own}, ""}, {"team", []string{shared}, ""}, {"", []string{own, shared}, NoSuchKey}, {"team", []string{own}, NoSuchKey}, {"", []string{"uploads/bob/a~aaaaaaaa.txt"}, NoSuchKey},
	} {
		_, err := p.AuthorizePass(alice, Place{Space: row.space}, Pass{Do: DoRead, Keys: row.keys})
		if got := CodeOf(err); err == nil && row.want != "" || err != nil && got != row.want {
			t.Errorf("%q of space %q: got %v, want %q", row.keys, row.space, err, row.want)
		}
	}
}

// A file that was counted and is deleted can be sent again by what was signed for it: it
// takes room until that cannot be sent any more.
func TestWhatWasCountedAndDeletedTakesRoom(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	const key = "uploads/alice/a~aaaaaaaa"
	var l Ledger
	until := now.Add(time.Hour)
	if errs, _ := l.Reserve(Quota{Files: 2}, []Wish{{Key: key, Bytes: 5, Until: until, Whole: true}}); errs[0] != nil {
		t.Fatal(errs[0])
	}
	l.Begin(now.Add(time.Minute))
	from := *l.Count
	to := from
	to.There, to.Seen = Amount{1, 5}, []string{HashOf(key)}
	if !l.Advance(from, to, true) || l.Taken() != (Amount{1, 5}) {
		t.Fatalf("got %+v taken, want the file once", l.Taken())
	}
	if !l.Removed(now.Add(2*time.Minute), key) || l.Taken() != (Amount{2, 10}) {
		t.Errorf("got %+v taken, want its version and what may still come", l.Taken())
	}
}
