package cost

import (
	"strings"
	"testing"

	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

// configured is what a configuration says of a space.
func configured(t *testing.T, text, space string) Settings {
	t.Helper()
	c, err := upload.ParseContext([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := SettingsIn(c, space)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestState counts by hand what passes and quotas ask of S3: 1,000 files a month, ten a
// visit, of one owner, in the first month, in which half of them are there on average.
func TestState(t *testing.T) {
	const get, put = "passes and quotas, GetObject", "passes and quotas, PutObject"
	quota, passes := `{"quota": {"files": 5000}}`, `{"passes": true}`
	for _, row := range []struct {
		name, config string
		set          func(w *Workload)
		want         map[string]float64
	}{
		{"neither", `{}`, nil, map[string]float64{get: 0, put: 0, "passes and quotas, STANDARD": 0}},
		// 5 MiB each: twelve are signed by a call, so ten are; and each visit is counted.
		{"a quota", quota, nil, map[string]float64{get: 200, put: 200, "ListObjectVersions": 100}},
		{"… of files in parts", quota, func(w *Workload) { w.AverageSize = 64 << 20 }, map[string]float64{get: 3100, put: 2100}},
		{"… that are deleted", quota, func(w *Workload) { w.Retain = 10 }, map[string]float64{get: 1200, put: 200}},
		{"… of one who has many", quota, func(w *Workload) { w.FilesPerMonth = 9_900 }, map[string]float64{"ListObjectVersions": 990 * 5}},
		{"… shared by ten", quota, func(w *Workload) { w.FilesPerMonth, w.Users = 9_900, 10 }, map[string]float64{"ListObjectVersions": 990}},
		{"passes that nobody uses", passes, nil, map[string]float64{get: 0, put: 0}},
		{"half by passes", passes, func(w *Workload) { w.Guests = 0.5 }, map[string]float64{get: 100, put: 150}},
		{"… with downloads", passes, func(w *Workload) { w.Guests, w.Downloads = 0.5, 1000 }, map[string]float64{get: 150, put: 250}},
	} {
		w := Workload{FilesPerMonth: 1000, AverageSize: 5 << 20, FilesPerVisit: 10, Months: 1}
		if row.set != nil {
			row.set(&w)
		}
		r, err := Estimate(w, configured(t, row.config, ""), prices(t))
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		for what, want := range row.want {
			if got := amountOf(r.Months[0], what); !near(got, want) {
				t.Errorf("%s: %s is %v, want %v", row.name, what, got, want)
			}
		}
	}
}

// TestStateIsKept: passes are there for 400 days, ledgers for as long as their owners.
func TestStateIsKept(t *testing.T) {
	w := Workload{FilesPerMonth: 1000 * daysPerMonth, AverageSize: 1, FilesPerVisit: 1, Guests: 1, Users: 500, Months: 24}
	m := month(24, w, configured(t, `{"passes": true, "quota": {"files": 5}}`, ""), prices(t), nil)
	want := gb(1000*400*passBytes + 500*ledgerBytes)
	if got := amountOf(m, "passes and quotas, STANDARD"); !near(got, want) {
		t.Errorf("got %v GB-months, want %v", got, want)
	}
}

// TestSpacesLifecycle: what counts is the space that the files go to.
func TestSpacesLifecycle(t *testing.T) {
	const config = `{"lifecycle": {"noncurrent": 30, "expire": 90}, "spaces": {"team": {"per": "group", "lifecycle": {"transition": 40}}, "inbox": {"per": "all", "quota": {"files": 9}}}}`
	w := Workload{FilesPerMonth: daysPerMonth, AverageSize: 1 << 30, FilesPerVisit: 1, Months: 24}
	for space, want := range map[string]map[string]float64{
		"":      {"STANDARD, current": 90, "STANDARD, noncurrent": 30, "GLACIER_IR, current": 0, "passes and quotas, PutObject": 0},
		"team":  {"STANDARD, current": 40, "STANDARD, noncurrent": 0, "GLACIER_IR, current": 23.5*daysPerMonth - 40},
		"inbox": {"STANDARD, current": 90, "passes and quotas, PutObject": 3 * daysPerMonth},
	} {
		s := configured(t, config, space)
		m := month(24, w, s, prices(t), nil)
		for what, n := range want {
			if got := amountOf(m, what); !near(got, n) {
				t.Errorf("%q: %s is %v, want %v", space, what, got, n)
			}
		}
		if said := strings.Join(assumed(w, s), "\n"); !strings.Contains(said, "all files go to "+s.place()) {
			t.Errorf("%q: got %s, want it said where the files go", space, said)
		}
	}
	c, err := upload.ParseContext([]byte(config))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := SettingsIn(c, "teams"); err == nil || err.Error() != "space: got teams, want one of the configuration's spaces: inbox, team" {
		t.Errorf("got %v", err)
	}
}

// TestTold counts what S3 tells EventBridge: a file that comes, its marker, its end, and
// a move to another class.
func TestTold(t *testing.T) {
	w := Workload{FilesPerMonth: 100, AverageSize: 1 << 30, FilesPerVisit: 1, Months: 24}
	s := SettingsOf(upload.DefaultConfig())
	for _, row := range []struct {
		retain, transition int
		want               float64
	}{{0, 0, 100}, {0, 30, 200}, {60, 0, 300}, {60, 30, 400}} {
		w.Retain, s.Lifecycle.Transition = row.retain, row.transition
		if got := amountOf(month(24, w, s, prices(t), nil), "what S3 tells EventBridge"); !near(got, row.want) {
			t.Errorf("%+v: got %v events", row, got)
		}
	}
}

// TestAlarms: what comes with an option has alarms of its own.
func TestAlarms(t *testing.T) {
	for config, want := range map[string]float64{
		`{}`:                            0,
		`{"alarms": "ops@example.com"}`: 8,
		`{"alarms": "ops@example.com", "malwareScan": true, "events": {"url": "https://a.example"}}`: 13,
	} {
		m := month(1, DefaultWorkload(), configured(t, config, ""), prices(t), nil)
		if got := amountOf(m, "alarms"); got != want {
			t.Errorf("%s: got %v metrics, want %v", config, got, want)
		}
	}
}

// TestSources: each line says where its price is from.
func TestSources(t *testing.T) {
	for _, l := range month(1, DefaultWorkload(), SettingsOf(upload.DefaultConfig()), prices(t), nil).Lines {
		if l.Source != prices(t).Figure(l.Item).Tiers[0].Source || l.Source.Short() == "" {
			t.Errorf("%s: got the source %+v", l.What, l.Source)
		}
	}
	for short, s := range map[string]price.Source{
		"2026-09-29, pricing.us-east-1.amazonaws.com": {URL: "https://pricing.us-east-1.amazonaws.com/offers/v1.0", Date: "2026-09-29"},
		"not verified": {URL: "https://aws.amazon.com/eventbridge/pricing/", Via: "not verified: from memory"},
	} {
		if got := s.Short(); got != short {
			t.Errorf("got %s, want %s", got, short)
		}
	}
}
