package doctor_test

import (
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
	"signet/lambda/upload"
)

// TestEvents: a queue that grows, failures, an old secret and plain http are told; where
// nobody is told there is nothing to judge.
func TestEvents(t *testing.T) {
	judge := func(change func(*facts.Facts)) map[string]doctor.Result {
		f := &facts.Facts{Config: upload.DefaultConfig(), Intended: true, Stack: &facts.Stack{Name: "signet"}}
		f.Config.Events = &upload.Events{URL: "https://app.example.com/hooks"}
		f.Stack.Telling = facts.Telling{
			Waiting: facts.Fact[int]{Set: true, Value: 3}, Failed: facts.Fact[int]{Set: true}, Secret: facts.Fact[time.Time]{Set: true, Value: time.Now().AddDate(0, -2, 0)},
		}
		change(f)
		all := map[string]doctor.Result{}
		for _, r := range doctor.Examine(f) {
			all[r.ID] = r
		}
		return all
	}
	checks := []string{"events-https", "events-taken", "events-failed", "events-secret"}
	for _, id := range checks {
		if got := judge(func(*facts.Facts) {})[id]; got.Status != doctor.Pass {
			t.Errorf("%s: got %s %s, want it well", id, got.Status, got.Got)
		}
		if got := judge(func(f *facts.Facts) { f.Config.Events = nil })[id]; got.Status != doctor.Skip {
			t.Errorf("%s: got %s, want nothing to judge", id, got.Status)
		}
	}
	for id, change := range map[string]func(*facts.Facts){
		"events-https":  func(f *facts.Facts) { f.Config.Events.URL = "http://app.example.com/hooks" },
		"events-taken":  func(f *facts.Facts) { f.Stack.Telling.Waiting.Value = 4000 },
		"events-failed": func(f *facts.Facts) { f.Stack.Telling.Failed.Value = 1 },
		"events-secret": func(f *facts.Facts) { f.Stack.Telling.Secret.Value = time.Now().AddDate(-2, 0, 0) },
	} {
		got := judge(change)[id]
		if got.Status != doctor.Fail || strings.Contains(got.Fix, "STACK") {
			t.Errorf("%s: got %s, %s, want a failure with its fix", id, got.Status, got.Fix)
		}
	}
	if got := judge(func(f *facts.Facts) { f.Stack.Telling.Waiting.Trouble = "AccessDenied" })["events-taken"]; got.Status != doctor.Unknown {
		t.Errorf("got %s, want it unknown", got.Status)
	}
}
