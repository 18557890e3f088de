package upload

import "testing"

func TestOpenPlan(t *testing.T) {
	for _, row := range []struct {
		expected, most int64
		want           Plan
	}{
		{0, 5 * GiB, Plan{5 * GiB, OpenPart, 320}},
		{0, 16 * MiB, Plan{16 * MiB, OpenPart, 1}},
		{0, 40 * MiB, Plan{32 * MiB, OpenPart, 2}}, // the last is signed by itself
		{5 * GiB, 5 * GiB, Plan{5 * GiB, OpenPart, 320}},
		{0, MaxObjectSize, Plan{10_000 * OpenPart, OpenPart, 10_000}},
		{10_000*OpenPart + 1, MaxObjectSize, Plan{10_000 * 32 * MiB, 32 * MiB, 10_000}},
		{MaxObjectSize, MaxObjectSize, Plan{MaxObjectSize, MaxPartSize, 10_000}},
	} {
		if got, err := OpenPlan(row.expected, row.most); err != nil || got != row.want {
			t.Errorf("%d of %d: %+v, %v, want %+v", row.expected, row.most, got, err, row.want)
		}
	}
	for _, row := range [][2]int64{{-1, GiB}, {GiB + 1, GiB}, {0, OpenPart - 1}} {
		if got, err := OpenPlan(row[0], row[1]); CodeOf(err) != EntityTooLarge {
			t.Errorf("%v: %+v, %v", row, got, err)
		}
	}
}

func TestOpenParts(t *testing.T) {
	c := DefaultConfig()
	c.MaxObjectSize = 40 * MiB
	p, b := NewPolicy(c), Bearer{Caller: "alice"}
	key, other := "uploads/alice/x~raaaaaaaaaaaaaaaaaaaaaaaaaa.sql", "uploads/bob/x~raaaaaaaaaaaaaaaaaaaaaaaaaa.sql"
	parts, err := p.AuthorizeOpenParts(b, key, "id", 0, 0, 0)
	if err != nil || parts.First() != 1 || parts.Count() != 2 || parts.Plan().Length(2) != OpenPart {
		t.Errorf("%+v, %v", parts, err)
	}
	last, err := p.AuthorizeLastPart(b, key, "id", 0, 3, 8*MiB)
	if err != nil || last.First() != 3 || last.Count() != 1 || last.Plan().Length(3) != 8*MiB {
		t.Errorf("%+v, %v", last, err)
	}
	for _, row := range []struct {
		key    string
		number int
		size   int64
		want   Code
	}{
		{key, 3, 8*MiB + 1, EntityTooLarge}, // in all
		{key, 4, 1, EntityTooLarge},
		{key, 1, 0, InvalidArgument},
		{key, 1, OpenPart + 1, InvalidArgument},
		{key, 0, 1, InvalidArgument},
		{key, MaxParts + 1, 1, InvalidArgument},
		{other, 1, 1, NoSuchKey},
	} {
		if _, err := p.AuthorizeLastPart(b, row.key, "id", 0, row.number, row.size); CodeOf(err) != row.want {
			t.Errorf("%+v: %v", row, err)
		}
	}
	if _, err := p.AuthorizeOpenParts(b, other, "id", 0, 0, 0); CodeOf(err) != NoSuchKey {
		t.Error(err)
	}
	for _, row := range []struct {
		size, first int64
		want        Plan
		ok          bool
	}{
		{20 * MiB, OpenPart, Plan{20 * MiB, OpenPart, 2}, true},
		{5, 5, Plan{5, 5, 1}, true},
		{20 * MiB, 5 * MiB, Plan{}, false}, // parts that were cut
		{5, 6, Plan{}, false},
		{0, 0, Plan{}, false},
	} {
		if got, err := OpenEnd(row.size, row.first); (err == nil) != row.ok || got != row.want {
			t.Errorf("%+v: %+v, %v", row, got, err)
		}
	}
}
