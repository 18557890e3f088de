package doctor_test

import (
	"testing"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
)

// Our own stack's settings, replayed: nothing may be reported, and nothing may
// be unknown. The defaults have neither budget nor alarms, which is said where
// nobody knows that it is on purpose, and nowhere else.
func TestOwnStackIsWell(t *testing.T) {
	c := startCloud(t)
	for _, template := range []string{"signet", "full", "spaces"} {
		w := c.make(t, order{Template: template})
		targets := map[string]facts.Target{"stack": {Stack: template}, "bucket and role": {Bucket: w.Bucket, Role: w.Role}, "bucket": {Bucket: w.Bucket}}
		if template == "spaces" { // whose kinds of spaces nobody knows without the configuration
			targets = map[string]facts.Target{"stack": {Stack: template}}
		}
		if template == "full" {
			targets["bucket and configuration"] = facts.Target{Bucket: w.Bucket, Role: w.Role, Config: intended(t)}
		}
		cloudFormation(t, template, w)
		for name, target := range targets {
			for _, r := range examine(t, target) {
				missing := template == "signet" && target.Stack == "" && (r.ID == "budget" || r.ID == "alarms")
				// Without the configuration nobody knows that the copies go there on purpose.
				missing = missing || template == "full" && target.Stack == "" && target.Config == nil && r.ID == "replication-foreign"
				if (r.Status == doctor.Advice) != missing || r.Status == doctor.Fail || r.Status == doctor.Unknown {
					t.Errorf("%s, %s: %s %s: %s", template, name, r.Status, r.ID, r.Got)
				}
			}
		}
	}
}
