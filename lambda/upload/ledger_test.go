package upload

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// counted is a ledger that was counted just now, with so much there.
func counted(files, bytes int64) *Ledger {
	return &Ledger{There: Amount{files, bytes}, Counted: noon.Unix()}
}

func wish(key string, bytes int64) Wish {
	return Wish{Key: key, Bytes: bytes, Until: noon.Add(15 * time.Minute), Whole: true}
}

// recount counts anew at a time, with what is there then.
func recount(t *testing.T, l *Ledger, at time.Time, there Amount, seen ...string) {
	t.Helper()
	l.Begin(at)
	from := *l.Count
	to := from
	to.There = there
	for _, key := range seen {
		to.Seen = append(to.Seen, HashOf(key))
	}
	if !l.Advance(from, to, true) {
		t.Fatal("a count was not taken")
	}
}

func TestReserve(t *testing.T) {
	limit := Quota{Files: 3, Bytes: 100}
	l := counted(1, 40)
	errs, changed := l.Reserve(limit, []Wish{wish("a", 30), wish("b", 40), wish("c", 30), wish("d", 0)})
	for i, want := range []Code{"", QuotaExceeded, "", QuotaExceeded} {
		if got := errs[i]; (got == nil) != (want == "") || got != nil && CodeOf(got) != want {
			t.Errorf("file %d: %v, want %q", i, got, want)
		}
	}
	if got := l.Taken(); !changed || got != (Amount{3, 100}) {
		t.Errorf("taken %+v, want 3 files of 100 bytes", got)
	}
	e, ok := errs[1].(*Exceeded)
	if !ok || e.Used != (Amount{2, 70}) || e.Allowed != (Amount{3, 100}) {
		t.Errorf("refused by %+v, want used 2 files of 70 bytes", errs[1])
	}
}

func TestSigningAgainTakesNothingMore(t *testing.T) {
	l, limit := counted(0, 0), Quota{Files: 1}
	for i := range 3 {
		errs, changed := l.Reserve(limit, []Wish{wish("a", 7)})
		if errs[0] != nil || changed != (i == 0) {
			t.Errorf("time %d: %v, changed %v", i, errs[0], changed)
		}
	}
	// Nor once it is there and counted, and its signature still lives.
	recount(t, l, noon.Add(time.Minute), Amount{1, 7}, "a")
	if errs, _ := l.Reserve(limit, []Wish{wish("a", 7)}); errs[0] != nil || l.Taken() != (Amount{1, 7}) {
		t.Errorf("after a count: %v, taken %+v", errs[0], l.Taken())
	}
	if errs, _ := l.Reserve(limit, []Wish{wish("b", 7)}); CodeOf(errs[0]) != QuotaExceeded {
		t.Errorf("another file: %v", errs[0])
	}
	// A larger file under the same key is another one.
	if errs, _ := l.Reserve(Quota{Bytes: 10}, []Wish{wish("a", 8)}); CodeOf(errs[0]) != QuotaExceeded {
		t.Errorf("a larger file: %v", errs[0])
	}
}

// A reservation counts until a count has begun after its end, and not a moment longer.
func TestReservationsEnd(t *testing.T) {
	l := counted(0, 0)
	l.Reserve(Quota{}, []Wish{wish("killed", 9), wish("came", 5)})
	recount(t, l, noon.Add(10*time.Minute), Amount{1, 5}, "came")
	if got := l.Taken(); got != (Amount{2, 14}) {
		t.Errorf("while the signature lives: %+v, want both files", got)
	}
	recount(t, l, noon.Add(15*time.Minute), Amount{1, 5}, "came")
	if got := l.Taken(); got != (Amount{2, 14}) {
		t.Errorf("in its last second: %+v, want both files", got)
	}
	recount(t, l, noon.Add(16*time.Minute), Amount{1, 5})
	if got := l.Taken(); got != (Amount{1, 5}) || len(l.Held) != 0 {
		t.Errorf("after its end: %+v, held %v, want what came", got, l.Held)
	}
}

func TestUploadDeleteRepeat(t *testing.T) {
	l, limit := counted(0, 0), Quota{Files: 3}
	signed := 0
	for range 10 { // the same file, whose signature is good for another upload each time
		if errs, _ := l.Reserve(limit, []Wish{wish("a", 1)}); errs[0] == nil {
			signed++
		}
		l.Removed(noon.Add(time.Minute), "a")
	}
	if errs, _ := l.Reserve(limit, []Wish{wish("b", 1)}); CodeOf(errs[0]) != QuotaExceeded {
		t.Errorf("another file after %d: %v, taken %+v", signed, errs[0], l.Taken())
	}
	if l.Taken().Files < 11 {
		t.Errorf("taken %+v, want each version that was deleted", l.Taken())
	}
	// What was deleted after its signature's end is counted as it is, and sent again it is
	// another one.
	for _, seen := range []bool{false, true} {
		l := counted(0, 0)
		if l.Reserve(limit, []Wish{wish("a", 1)}); seen {
			recount(t, l, noon.Add(time.Minute), Amount{1, 1}, "a")
		}
		for n := range int64(2) {
			if l.Removed(noon.Add(time.Hour+time.Duration(n)), "a"); l.Taken() != (Amount{1 + n, 1 + n}) {
				t.Errorf("seen %v, deleted %d times: taken %+v", seen, n+1, l.Taken())
			}
			l.Reserve(limit, []Wish{wish("a", 1)})
		}
		if l.Taken() != (Amount{3, 3}) {
			t.Errorf("seen %v, sent three times: taken %+v", seen, l.Taken())
		}
	}
}

func TestAbortAndComplete(t *testing.T) {
	l := counted(0, 0)
	inParts := func(key string, bytes int64) Wish { return Wish{Key: key, Bytes: bytes, Until: noon.AddDate(0, 0, 2)} }
	l.Reserve(Quota{}, []Wish{inParts("big", 50), inParts("other", 5)})
	if !l.Release("big") || l.Taken() != (Amount{1, 5}) {
		t.Errorf("after the abort: %+v", l.Taken())
	}
	if !l.Finish(noon, "other") || l.Taken() != (Amount{1, 5}) {
		t.Errorf("completed: %+v, want it to count", l.Taken())
	}
	if l.Release("other"); l.Taken() != (Amount{1, 5}) {
		t.Errorf("aborted after it has come: %+v, want it to count", l.Taken())
	}
	recount(t, l, noon.Add(time.Second), Amount{1, 5})
	if l.Taken() != (Amount{1, 5}) {
		t.Errorf("counted: %+v", l.Taken())
	}
	// A key that was signed whole, too, keeps its room: that may have come.
	l.Reserve(Quota{}, []Wish{inParts("both", 7), wish("both", 7)})
	if !l.Release("both") || l.Taken() != (Amount{2, 12}) {
		t.Errorf("aborted beside a signature that lives: %+v, want it to count", l.Taken())
	}
	recount(t, l, noon.Add(16*time.Minute), Amount{1, 5})
	if l.Taken() != (Amount{1, 5}) {
		t.Errorf("after the signature's end: %+v, want what is there", l.Taken())
	}
}

func TestDue(t *testing.T) {
	for _, row := range []struct {
		name    string
		ledger  Ledger
		refused bool
		want    bool
	}{
		{"never counted", Ledger{}, false, true},
		{"just now", *counted(1, 1), false, false},
		{"just now, refused", *counted(1, 1), true, false},
		{"a minute ago, refused", Ledger{Counted: noon.Add(-time.Minute).Unix()}, true, true},
		{"59 minutes ago", Ledger{Counted: noon.Add(-59 * time.Minute).Unix()}, false, false},
		{"an hour ago", Ledger{Counted: noon.Add(-time.Hour).Unix()}, false, true},
		{"somebody is at it", Ledger{Count: &Count{Lease: noon.Add(time.Second).Unix()}}, false, false},
		{"somebody was killed at it", Ledger{Count: &Count{Lease: noon.Unix()}}, false, true},
	} {
		if got := row.ledger.Due(noon, row.refused); got != row.want {
			t.Errorf("%s: %v", row.name, got)
		}
	}
}

// The first count of many files takes several calls; meanwhile what is known of it holds.
func TestFirstCount(t *testing.T) {
	l := &Ledger{}
	l.Begin(noon)
	if !l.Unknown(noon) || l.Unknown(noon.Add(countLease)) {
		t.Error("a count that has just begun is known, or is waited for too long")
	}
	from := *l.Count
	to := from
	to.Key, to.There = "x", Amount{60_000, 60_000}
	l.Advance(from, to, false)
	if l.Unknown(noon) || l.Taken() != (Amount{60_000, 60_000}) || !l.Due(noon, false) {
		t.Errorf("in its middle: %+v, want it to hold and to go on", l)
	}
	if l.Advance(from, to, true) {
		t.Error("a count that somebody else has gone on with was taken")
	}
}

func TestManyReservationsAreAddedUp(t *testing.T) {
	l := counted(0, 0)
	var wishes []Wish
	for i := range mostHolds + 500 {
		wishes = append(wishes, Wish{Key: fmt.Sprint(i), Bytes: 2, Until: noon.Add(time.Duration(i) * time.Second)})
	}
	l.Reserve(Quota{}, wishes)
	if got := l.Taken(); len(l.Held) != mostHolds || got != (Amount{mostHolds + 500, 2 * (mostHolds + 500)}) {
		t.Errorf("%d held, taken %+v", len(l.Held), got)
	}
	text, err := json.Marshal(l)
	if err != nil || len(text) > 1<<20 {
		t.Errorf("%d bytes, %v, want at most a megabyte", len(text), err)
	}
	recount(t, l, noon.Add(24*time.Hour), Amount{7, 7})
	if l.Taken() != (Amount{7, 7}) {
		t.Errorf("counted: %+v", l.Taken())
	}
}

// Whatever happens in whatever order, what is there never exceeds what the ledger says,
// and a refusal leaves everything as it was.
func TestLedgerNeverSaysLessThanThereIs(t *testing.T) {
	const files = 12
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		l, now, limit := counted(0, 0), noon, Quota{Files: 5}
		ends, versions := map[string]time.Time{}, map[string][]bool{} // true: under a marker
		uploads := map[string]bool{}                                  // in parts, unfinished
		stored := func() (n int64) {
			for _, v := range versions {
				n += int64(len(v))
			}
			return n
		}
		live := func(key string) bool { v := versions[key]; return len(v) > 0 && !v[len(v)-1] }
		for range 60 {
			now = now.Add(time.Duration(r.IntN(240)) * time.Second)
			key := fmt.Sprint("k", r.IntN(files))
			switch r.IntN(8) {
			case 0, 1:
				before := l.Clone()
				until := now.Add(15 * time.Minute)
				errs, _ := l.Reserve(limit, []Wish{{Key: key, Bytes: 1, Until: until, Whole: true}})
				if errs[0] == nil {
					ends[key] = until
				} else if after := l.Clone(); !reflect.DeepEqual(before, after) {
					t.Fatalf("seed %d: a refusal changed the ledger", seed)
				}
			case 2: // S3 takes it while the signature lives, if there is none
				if now.Before(ends[key]) && !live(key) {
					versions[key] = append(versions[key], false)
				}
			case 3:
				if live(key) {
					versions[key][len(versions[key])-1] = true
					l.Removed(now, key)
				}
			case 5:
				if errs, _ := l.Reserve(limit, []Wish{{Key: key, Bytes: 1, Until: now.AddDate(0, 0, 2)}}); errs[0] == nil && !live(key) {
					uploads[key] = true
				}
			case 6:
				if uploads[key] {
					l.Release(key)
				}
				delete(uploads, key)
			case 7:
				if errs, _ := l.Reserve(limit, []Wish{{Key: key, Bytes: 1, Until: now}}); errs[0] == nil && uploads[key] && !live(key) {
					versions[key] = append(versions[key], false)
					l.Finish(now, key)
					delete(uploads, key)
				}
			case 4:
				var seen []string
				for key := range versions {
					if live(key) {
						seen = append(seen, key)
					}
				}
				recount(t, l, now, Amount{stored(), stored()}, seen...)
			}
			if got := l.Taken().Files; got < stored() {
				t.Fatalf("seed %d: the ledger says %d, there are %d", seed, got, stored())
			}
		}
	}
}
