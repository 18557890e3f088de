package cost

import (
	"math"
	"testing"

	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

// TestBackups counts by hand what is kept a second time: 1,000 files of 1 GiB a
// month, each deleted after 30 days.
func TestBackups(t *testing.T) {
	book, err := price.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	prices, err := book.Table("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	w := DefaultWorkload()
	w.AverageSize, w.Retain, w.Months = upload.GiB, 30, 24
	settings := func(text string) Settings {
		c, err := upload.ParseContext([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return SettingsOf(c)
	}
	replica := settings(`{"backup": {"replica": {"bucket": "copies", "key": "arn:aws:kms:eu-central-1:111122223333:key/a"}}}`)
	plan := settings(`{"backup": {"plan": {"days": 35}}}`)
	none := settings(`{}`)
	lines := func(s Settings) map[string]Line {
		r, err := Estimate(w, s, prices)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]Line{}
		for _, l := range r.Months[len(r.Months)-1].Lines { // the last, in which all is settled
			all[l.What] = l
		}
		return all
	}
	for _, row := range []struct {
		what   string
		s      Settings
		amount float64 // 0: no such line
	}{
		{"copies, STANDARD", replica, 1000 * 23.5}, // all of 23 months, and half of this one's
		{"copies, PutObject", replica, 1000},
		{"copies to another region", replica, 1000},
		{"metrics of copies", replica, 4},
		{"backups", replica, 0},
		{"backups", plan, 1000 / daysPerMonth * 65}, // each for 30 days and 35 more
		{"backups, GetObject", plan, 1000},
		{"copies, STANDARD", plan, 0},
		{"copies, STANDARD", none, 0},
		{"backups", none, 0},
	} {
		if got := lines(row.s)[row.what].Amount; math.Abs(got-row.amount) > 1e-6*row.amount {
			t.Errorf("%s: got %v, want %v", row.what, got, row.amount)
		}
	}
	if usd := lines(plan)["backups"].USD; math.Abs(usd-1000/daysPerMonth*65*0.05) > 0.01 {
		t.Errorf("got %v USD of backups, want $0.05 for each GB", usd)
	}
}
