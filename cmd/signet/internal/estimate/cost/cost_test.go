package cost

import (
	"math"
	"strings"
	"testing"

	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

func prices(t *testing.T) price.Table {
	t.Helper()
	book, err := price.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	table, err := book.Table("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b)) }

func amountOf(m Month, what string) (n float64) {
	for _, l := range m.Lines {
		if l.What == what && l.Group != Logs {
			n += l.Amount
		}
	}
	return n
}

// The months' sums are those of their lines, and a line's share of a price that
// falls with the amount adds up to the price of the whole.
func TestSums(t *testing.T) {
	w := DefaultWorkload()
	w.FilesPerMonth, w.AverageSize, w.Downloads, w.Retain = 2e6, upload.GiB, 1e6, 20
	r, err := Estimate(w, SettingsOf(upload.DefaultConfig()), prices(t))
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, m := range r.Months {
		groups, lines, stored := 0.0, 0.0, 0.0
		for _, g := range Groups() {
			groups += m.Of(g)
		}
		paid := 0.0
		for _, l := range m.Lines {
			lines += l.USD
			if l.Item == price.Storage(price.Standard) {
				stored += l.Amount
				paid += l.USD
			}
		}
		if !near(groups, m.USD) || !near(lines, m.USD) {
			t.Errorf("month %d: groups %v, lines %v, want %v", m.Number, groups, lines, m.USD)
		}
		if want := prices(t).Figure(price.Storage(price.Standard)).Cost(stored); !near(paid, want) || stored < 512000 {
			t.Errorf("month %d: %v GB-months in STANDARD cost %v, want %v", m.Number, stored, paid, want)
		}
		sum += m.USD
	}
	if !near(sum, r.USD) || len(r.Months) != 12 {
		t.Errorf("%d months cost %v, want 12 and %v", len(r.Months), r.USD, sum)
	}
}

func TestFreeAmounts(t *testing.T) {
	w := Workload{FilesPerMonth: 100, AverageSize: 1 << 20, Downloads: 1000, FilesPerVisit: 10, Months: 1}
	s := SettingsOf(upload.DefaultConfig())
	paid := month(1, w, s, prices(t), nil)
	s.FreeTier = true
	free := month(1, w, s, prices(t), nil)
	if paid.Of(Transfer) == 0 || free.Of(Transfer) != 0 || free.Of(API) >= paid.Of(API) || free.Of(Watch) != 0 {
		t.Errorf("paid %+v, free %+v", paid, free)
	}
	w.Downloads = 200 * 1024 // 200 GB, of which 100 are free
	if got, want := month(1, w, s, prices(t), nil).Of(Transfer), 100*0.09; !near(got, want) {
		t.Errorf("transfer costs %v, want %v", got, want)
	}
}

// A rotated key costs more from its second and third year on.
func TestKeys(t *testing.T) {
	w := DefaultWorkload()
	for n, want := range map[int]float64{1: 2, 12: 2, 13: 4, 24: 4, 25: 6, 120: 6} {
		if got := amountOf(month(n, w, SettingsOf(upload.DefaultConfig()), prices(t), nil), "keys"); got != want {
			t.Errorf("month %d has %v versions of keys, want %v", n, got, want)
		}
	}
}

func TestOptions(t *testing.T) {
	w := DefaultWorkload()
	w.Downloads = 1000
	s := SettingsOf(upload.DefaultConfig())
	r, err := Estimate(w, s, prices(t))
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range r.Options {
		if i > 0 && o.Best() < r.Options[i-1].Best() {
			t.Errorf("%s comes after %s and is cheaper", o.Name, r.Options[i-1].Name)
		}
		if configured := map[string]float64{IsOn: o.On, IsOff: o.Off}[o.Is]; !near(configured, r.USD) {
			t.Errorf("%s: as configured %v, want %v", o.Name, configured, r.USD)
		}
		dearer := map[string]bool{"trail": true, "malwareScan": true, "accelerate": true, "alarms": true}
		if dearer[o.Name] && o.On <= o.Off || (o.Name == "bucket key" || o.Name == "free amounts") && o.On >= o.Off {
			t.Errorf("%s: on %v, off %v", o.Name, o.On, o.Off)
		}
	}
	if len(r.Options) < 8 {
		t.Errorf("%d options", len(r.Options))
	}
}

func TestNonsense(t *testing.T) {
	for _, row := range []struct {
		set  func(w *Workload, s *Settings)
		want string
	}{
		{func(w *Workload, _ *Settings) { w.FilesPerMonth = -1 }, "filesPerMonth: got -1, want 0 to 1,000,000,000,000"},
		{func(w *Workload, _ *Settings) { w.FilesPerMonth = math.NaN() }, "filesPerMonth: got NaN"},
		{func(w *Workload, _ *Settings) { w.Downloads = math.Inf(1) }, "downloads: got +Inf"},
		{func(w *Workload, _ *Settings) { w.AverageSize = -1 }, "averageSize: got -1, want 0 to 48.8 TiB"},
		{func(w *Workload, _ *Settings) { w.AverageSize = upload.MaxObjectSize + 1 }, "averageSize:"},
		{func(w *Workload, _ *Settings) { w.Months = 0 }, "months: got 0, want 1 to 120"},
		{func(w *Workload, _ *Settings) { w.Months = 121 }, "months:"},
		{func(w *Workload, _ *Settings) { w.Retain = -1 }, "retain:"},
		{func(w *Workload, _ *Settings) { w.Unfinished = 1.5 }, "unfinished: got 1.5, want a share of 0 to 1"},
		{func(w *Workload, _ *Settings) { w.FilesPerVisit = 0 }, "filesPerVisit:"},
		{func(w *Workload, _ *Settings) { w.Users = -1 }, "users:"},
		{func(w *Workload, _ *Settings) { w.Guests = 0.1 }, "guests: got 0.1, want 0: without passes"},
		{func(w *Workload, s *Settings) { w.Guests, s.Passes = 1.1, true }, "guests: got 1.1, want a share of 0 to 1"},
		{func(w *Workload, _ *Settings) { w.Overwritten = 0.1 }, "overwritten: got 0.1, want 0: with overwrite false"},
		{func(_ *Workload, s *Settings) { s.Class = "ONEZONE" }, "class: got ONEZONE, want STANDARD_IA"},
		{func(_ *Workload, s *Settings) { s.Class, s.Lifecycle.Transition = price.StandardIA, 29 }, "transition: got 29, want 30 days or more"},
		{func(w *Workload, s *Settings) { s.Class, s.Lifecycle.Transition, w.Downloads = price.Glacier, 1, 1 }, "class: got GLACIER, want"},
		{func(_ *Workload, s *Settings) { s.Lifecycle.Transition = 4000 }, "transition:"},
	} {
		w, s := DefaultWorkload(), SettingsOf(upload.DefaultConfig())
		row.set(&w, &s)
		if _, err := Estimate(w, s, prices(t)); err == nil || !strings.HasPrefix(err.Error(), row.want) {
			t.Errorf("got %v, want %s", err, row.want)
		}
	}
}

// Files that go to another class already are compared with both.
func TestOptionsOfAnotherClass(t *testing.T) {
	w, s := DefaultWorkload(), SettingsOf(upload.DefaultConfig())
	s.Lifecycle.Transition, s.Class = 5, price.GlacierIR
	r, err := Estimate(w, s, prices(t))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, o := range r.Options {
		switch o.Name {
		case "lifecycle.transition to GLACIER_IR":
			found++
			if o.Is != IsOn || !near(o.On, r.USD) || o.Off <= o.On {
				t.Errorf("got %+v, want it on for %v", o, r.USD)
			}
		case "lifecycle.transition to STANDARD_IA":
			found++
			if o.Is != IsElse || near(o.On, r.USD) || near(o.Off, r.USD) {
				t.Errorf("got %+v, want neither of both to be %v", o, r.USD)
			}
		}
	}
	if found != 2 {
		t.Errorf("found %d of 2 options", found)
	}
}

// A whole month by hand, each line of it: the README's first estimate, 10,000
// files of 4 MiB sent from browsers, ten a visit, in the first month.
func TestAMonthByHand(t *testing.T) {
	w := Workload{FilesPerMonth: 10_000, AverageSize: 4 << 20, FilesPerVisit: 10, Months: 1}
	m := month(1, w, SettingsOf(upload.DefaultConfig()), prices(t), nil)
	const (
		days    = 365.0 / 12
		forms   = 10_000.0
		visits  = 1_000.0
		calls   = 3 * visits // a signing, a list, and what is unfinished
		answers = (visits*10*2_000 + visits*20_000 + visits*1_500 + visits*64*1024) / (1 << 30)
		heads   = forms                    // is the file there
		s3      = forms + heads + 2*visits // and lists
		smalls  = (s3*1_000 + (calls+visits*7)*150) / (1 << 30)
		events  = forms + heads
		trail   = events * 300 / (1 << 30)
	)
	want := 10_000.0*4/1024/2*0.023 + // stored for half the month
		forms*5e-6 + 2*visits*5e-6 + heads*4e-7 +
		2*1 + events/100*3e-6 + // keys, KMS with a bucket key
		// HTTP API, Lambda: a look for each signing, all ten files' at once, and the lists.
		calls*1e-6 + calls*2e-7 + (calls*1+3*visits*100)/1000*0.25*0.0000133334 +
		(calls+visits*7)*1e-6 + answers*0.085 + calls*5e-6 + // CloudFront, X-Ray
		calls*1_200/(1<<30)*0.5 + calls*1_200/(1<<30)*0.15/2*0.03 + // CloudWatch Logs
		(smalls+trail)/2*0.023 + events*1e-6 + 288*days*5e-6 + // access logs, CloudTrail
		forms*1e-6 + // what S3 tells EventBridge
		3
	if math.Abs(m.USD-want) > 1e-9 {
		t.Errorf("the month costs %.12f, by hand %.12f", m.USD, want)
	}
}

// TestEvents: telling a million files costs some ten dollars, and nothing where nobody
// is told.
func TestEvents(t *testing.T) {
	prices := prices(t)
	w := DefaultWorkload()
	w.FilesPerMonth, w.Months = 1_000_000, 1
	s := SettingsOf(upload.DefaultConfig())
	if r, err := Estimate(w, s, prices); err != nil || !near(r.Months[0].Of(Events), 1) {
		t.Fatalf("got %v, %v, want EventBridge's dollar without events", r.Months[0].Of(Events), err)
	}
	s.Events = true
	r, err := Estimate(w, s, prices)
	if err != nil {
		t.Fatal(err)
	}
	// $1.00 for EventBridge, $0.40 for the secret, $1.46 for SQS, $0.20 and $0.67 for Lambda, $5.40 for S3, $0.33 for the log.
	if usd := r.Months[0].Of(Events); usd < 9.2 || usd > 9.7 {
		t.Errorf("got $%.2f for a million events, want about $9.46: %+v", usd, r.Months[0].Lines)
	}
}
