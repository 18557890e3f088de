package doctor_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
)

// seed is one thing that somebody got wrong, and the check that has to find it.
type seed struct {
	ID, On, Expect string
	// Also are checks that rightly fail with it.
	Also []string
}

func seeds(t *testing.T, on string) []seed {
	t.Helper()
	data, err := os.ReadFile("testdata/seeds.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []seed
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) < 45 {
		t.Errorf("got %d seeds, want 45 or more", len(all))
	}
	return slices.DeleteFunc(all, func(s seed) bool { return s.On != on })
}

// found wants the seed's check among the failures, and nothing else.
func (s seed) found(t *testing.T, results []doctor.Result) {
	t.Helper()
	failed := pick(results, doctor.Fail)
	if !slices.Contains(failed, s.Expect) {
		t.Errorf("%s: got %v, want %s", s.ID, failed, s.Expect)
	}
	for _, r := range results {
		if r.Status == doctor.Fail && r.ID != s.Expect && !slices.Contains(s.Also, r.ID) {
			t.Errorf("%s: %s is reported too: %s", s.ID, r.ID, r.Got)
		}
	}
}

// Every seed is found by its own check, and by no other.
func TestSeedsAreFound(t *testing.T) {
	c := startCloud(t)
	w := c.make(t, order{Template: "full", Each: true})
	for _, s := range seeds(t, "bucket") {
		// A month later, so that what was begun now was given up long ago.
		own := w.Each[s.ID]
		s.found(t, examine(t, facts.Target{Bucket: own.Bucket, Role: own.Role, Config: intended(t), Now: time.Now().Add(30 * 24 * time.Hour)}))
	}
	w = c.make(t, order{Template: "full"})
	for _, s := range seeds(t, "account") {
		c.make(t, order{Seed: s.ID, Again: true})
		s.found(t, examine(t, facts.Target{Bucket: w.Bucket, Config: intended(t)}))
	}
	for _, s := range seeds(t, "stack") {
		s.planted(t, c, "full")
	}
}

// What is wrong with spaces' policies, and with the bucket of passes, is found as well.
func TestSeedsOfSpacesAreFound(t *testing.T) {
	c := startCloud(t)
	for _, s := range seeds(t, "spaces") {
		s.planted(t, c, "spaces")
	}
}

// planted makes a stack of a template with the seed in it, and wants it found.
func (s seed) planted(t *testing.T, c *cloud, template string) {
	t.Helper()
	w := c.make(t, order{Template: template, Seed: s.ID})
	cloudFormation(t, template, w)
	s.found(t, examine(t, facts.Target{Stack: template}))
}
