package transfer

import (
	"testing"
	"time"
)

func TestModified(t *testing.T) {
	for _, at := range []time.Time{time.Unix(1_700_000_000, 0), time.Unix(1_700_000_000, 120_000_000), time.Unix(0, 1), time.Unix(1, 999_999_999), time.Unix(-5, 0), time.Unix(-10, 500_000_000), time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(100, 0)} {
		if got := Modified(writeModified(at)); !got.Equal(at) {
			t.Errorf("%s: got %s, want %s", writeModified(at), got, at)
		}
	}
	for _, none := range []string{"", "x", "1.x", "1.-5", "1.+5", "1.1234567890", "99999999999999999999", "10413792000", "-10413792000", "2026-11-27"} {
		if got := Modified(none); !got.IsZero() {
			t.Errorf("%q: got %s, want none", none, got)
		}
	}
}
