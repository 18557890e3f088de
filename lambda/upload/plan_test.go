package upload

import "testing"

func TestNewPlan(t *testing.T) {
	const m8 = 8 * MiB
	for _, row := range []struct {
		size, part int64
		count      int
	}{
		{1, m8, 1},
		{m8 - 1, m8, 1},
		{m8, m8, 1},
		{m8 + 1, m8, 2},
		{6 * m8, m8, 6},
		{6*m8 + 1, m8 + 4*KiB, 6},
		{64*MiB + 1, 11186176, 6},
		{11 * m8, 15380480, 6},
		{12 * m8, m8, 12},
		{23 * m8, 16080896, 12},
		{256 * MiB, 11186176, 24},
		{599 * m8, 8548352, 588},
		{600 * m8, m8, 600},
		{MaxParts * m8, m8, MaxParts},
		{MaxParts*m8 + 1, 2 * m8, 5001},
		{200 * GiB, 32 * MiB, 6400},
		{MaxParts * 4 * GiB, 4 * GiB, MaxParts},
		{MaxParts*4*GiB + 1, 5 * GiB, 8001},
		{MaxObjectSize - 1, 5 * GiB, MaxParts},
		{MaxObjectSize, 5 * GiB, MaxParts},
	} {
		p, err := NewPlan(row.size)
		if err != nil || p.PartSize != row.part || p.PartCount != row.count {
			t.Errorf("NewPlan(%d) = %+v, %v, want parts of %d, %d of them", row.size, p, err, row.part, row.count)
		}
	}
}

func TestNewPlanRefuses(t *testing.T) {
	for _, row := range []struct {
		size int64
		code Code
	}{{0, EntityTooSmall}, {-1, EntityTooSmall}, {MaxObjectSize + 1, EntityTooLarge}} {
		if p, err := NewPlan(row.size); CodeOf(err) != row.code {
			t.Errorf("NewPlan(%d) = %+v, %v, want %s", row.size, p, err, row.code)
		}
	}
}

// FuzzPlan holds what must be true of every plan.
func FuzzPlan(f *testing.F) {
	for _, size := range []int64{1, 8 * MiB, 8*MiB + 1, MaxParts * 8 * MiB, MaxObjectSize} {
		f.Add(size)
	}
	f.Fuzz(func(t *testing.T, size int64) {
		p, err := NewPlan(size)
		if err != nil {
			return
		}
		if p.PartCount < 1 || p.PartCount > MaxParts || p.PartSize < MinPartSize || p.PartSize > MaxPartSize {
			t.Fatalf("%+v is outside S3's limits", p)
		}
		last := p.Length(p.PartCount)
		if last < 1 || last > p.PartSize || p.Offset(p.PartCount)+last != size {
			t.Fatalf("%+v: the last part has %d bytes from %d", p, last, p.Offset(p.PartCount))
		}
		if p.Length(0) != 0 || p.Length(p.PartCount+1) != 0 {
			t.Fatalf("%+v has parts outside 1 to %d", p, p.PartCount)
		}
		if smaller := p.PartSize / 2; p.PartSize >= 2*minPlannedPart && smaller < 4*GiB && (size+smaller-1)/smaller <= MaxParts {
			t.Fatalf("%+v: parts of %d would do", p, smaller)
		}
		if n := p.PartCount; n > 6 && n < fewParts-round && n%round != 0 {
			t.Fatalf("%+v: the last round is not full", p)
		}
	})
}

func TestRange(t *testing.T) {
	p, err := NewPlan(12 * 8 * MiB)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ first, count, from, n int }{
		{0, 0, 1, 12}, {1, 12, 1, 12}, {12, 0, 12, 1}, {12, 1, 12, 1}, {3, 2, 3, 2},
	} {
		if from, n, err := p.Range(row.first, row.count); err != nil || from != row.from || n != row.n {
			t.Errorf("Range(%d, %d) = %d, %d, %v, want %d, %d", row.first, row.count, from, n, err, row.from, row.n)
		}
	}
	for _, row := range []struct{ first, count int }{
		{13, 0}, {-1, 0}, {1, 13}, {12, 2}, {1, -1}, {10_001, 1}, {2, int(^uint(0) >> 1)},
	} {
		if _, _, err := p.Range(row.first, row.count); CodeOf(err) != InvalidPart {
			t.Errorf("Range(%d, %d): %v, want InvalidPart", row.first, row.count, err)
		}
	}
}
