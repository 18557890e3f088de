package doctor

import (
	"time"

	"signet/cmd/signet/internal/doctor/facts"
)

// What is too many events that wait, and too old a secret.
const (
	manyWaiting = 1000
	oldSecret   = 400 * 24 * time.Hour
)

// eventsChecks are about telling an application's server. Without the field events
// there is nothing to judge.
func eventsChecks() []Check {
	queue := func(pick func(facts.Telling) facts.Unknowable) func(*facts.Facts) []facts.Unknowable {
		return reads(func(f *facts.Facts) facts.Unknowable {
			return onStack(f, func(s *facts.Stack) facts.Unknowable { return pick(s.Telling) })
		})
	}
	none := func(f *facts.Facts) bool { return f.Config.Events == nil }
	return []Check{
		{ID: "events-https", Title: "Events go over https", Group: service, Severity: High, Config: "events",
			Why: "whoever is on the way reads names and metadata of files", Fix: "make deploy # with an https address in events.url",
			Reads: queue(func(facts.Telling) facts.Unknowable { return facts.Fact[bool]{} }),
			Judge: func(f *facts.Facts) Finding {
				switch {
				case none(f):
					return skip("the configuration tells nobody")
				case f.Config.Events.Plain():
					return fail("%s", f.Config.Events.URL)
				}
				return pass("%s", f.Config.Events.Receiver())
			}},
		{ID: "events-taken", Title: "The receiver takes events", Group: service, Severity: Medium, Config: "events",
			Why: "the application does not know of files that are there, and after a day each event waits for a person", Fix: "signet events --stack STACK # says what the receiver answers",
			Reads: queue(func(e facts.Telling) facts.Unknowable { return e.Waiting }),
			Judge: func(f *facts.Facts) Finding {
				switch {
				case none(f):
					return skip("the configuration tells nobody")
				case f.Stack.Telling.Waiting.Value >= manyWaiting:
					return fail("%d events wait", f.Stack.Telling.Waiting.Value).with("STACK", f.Stack.Name)
				}
				return pass("%d wait", f.Stack.Telling.Waiting.Value)
			}},
		{ID: "events-failed", Title: "No event waits among the failures", Group: service, Severity: Medium, Config: "events",
			Why: "nobody took it for a day, and after 14 it is gone", Fix: "signet events redrive --stack STACK",
			Reads: queue(func(e facts.Telling) facts.Unknowable { return e.Failed }),
			Judge: func(f *facts.Facts) Finding {
				switch {
				case none(f):
					return skip("the configuration tells nobody")
				case f.Stack.Telling.Failed.Value > 0:
					return fail("%d events", f.Stack.Telling.Failed.Value).with("STACK", f.Stack.Name)
				}
				return pass("none")
			}},
		{ID: "events-secret", Title: "The secret that events are signed with is changed once a year", Group: service, Severity: Low, Config: "events",
			Why: "whoever has seen it since can tell the application of files that are not there", Fix: "signet events rotate --stack STACK",
			Reads: queue(func(e facts.Telling) facts.Unknowable { return e.Secret }),
			Judge: func(f *facts.Facts) Finding {
				changed := f.Stack.Telling.Secret
				switch {
				case none(f):
					return skip("the configuration tells nobody")
				case !changed.Set:
					return skip("a queue, bus or function of AWS's is told, by its role")
				case time.Since(changed.Value) > oldSecret:
					return fail("changed on %s", changed.Value.Format(time.DateOnly)).with("STACK", f.Stack.Name)
				}
				return pass("changed on %s", changed.Value.Format(time.DateOnly))
			}},
	}
}
