package doctor_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/report"
)

// other is somebody else's bucket, of which nobody says what is intended.
type other struct {
	ID, Expect, Client, Signs string
	Days                      int // after which the doctor comes
}

func others(t *testing.T) (fine, mistakes []other) {
	t.Helper()
	data, err := os.ReadFile("testdata/plain.json")
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Fine, Mistakes []other }
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Fine) < 13 || len(all.Mistakes) < 40 {
		t.Errorf("got %d fine buckets and %d mistakes, want 13 and 40 or more", len(all.Fine), len(all.Mistakes))
	}
	return all.Fine, all.Mistakes
}

func (o other) examine(t *testing.T, w world) []doctor.Result {
	t.Helper()
	target := facts.Target{Bucket: w.Each[o.ID].Bucket, Role: w.Each[o.ID].Role, Client: o.Client, Now: time.Now().AddDate(0, 0, o.Days)}
	if o.Signs != "" {
		var err error
		if target.Signs, err = doctor.ParseSigns(o.Signs); err != nil {
			t.Fatal(err)
		}
	}
	return examine(t, target)
}

// Buckets that are fine, and made otherwise than ours, exit with 0 without a flag;
// on those with a mistake the check that is meant for it fails.
func TestOtherPeoplesBuckets(t *testing.T) {
	w := startCloud(t).make(t, order{Plain: true})
	fine, mistakes := others(t)
	for _, o := range fine {
		r := report.Report{Results: o.examine(t, w)}
		if !r.FailsAt(doctor.High) {
			continue
		}
		for _, one := range r.Results {
			if one.Counts(doctor.High) {
				t.Errorf("%s: %s %s %s: %s", o.ID, one.Status, one.Severity, one.ID, one.Got)
			}
		}
	}
	for _, o := range mistakes {
		found := map[string]doctor.Result{}
		for _, one := range o.examine(t, w) {
			found[one.ID] = one
		}
		if one := found[o.Expect]; one.Status != doctor.Fail {
			t.Errorf("%s: %s says %s (%s), want fail", o.ID, o.Expect, one.Status, one.Got)
		}
	}
}
