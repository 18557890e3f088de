// Package accept knows which findings somebody said are all right: by --skip, by
// a file with reasons and dates, or by an earlier report.
package accept

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"signet/cmd/signet/internal/doctor"
)

// Rule accepts what one check finds.
type Rule struct {
	ID, Reason string
	// Until is the last day on which it holds, in UTC; zero: for ever.
	Until time.Time
}

const day = "2006-01-02"

// ParseSkip reads ID=reason.
func ParseSkip(text string) (Rule, error) {
	id, reason, _ := strings.Cut(text, "=")
	if strings.TrimSpace(reason) == "" {
		return Rule{}, fmt.Errorf("got --skip %q, want ID=reason, such as versioning=old-app", text)
	}
	return known(Rule{ID: strings.TrimSpace(id), Reason: strings.TrimSpace(reason)})
}

// ParseFile reads rules, one a line: the check's id, the last day on which it is
// ignored (or never), and why. A line that begins with # is a comment.
func ParseFile(r io.Reader) ([]Rule, error) {
	var rules []Rule
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		rule, err := parseLine(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		rules = append(rules, rule)
	}
	return rules, lines.Err()
}

func parseLine(line string) (Rule, error) {
	fields := strings.Fields(line)
	if len(fields) < 3 {
		return Rule{}, fmt.Errorf("got %q, want a check's id, the last day (2027-01-31, or never) and a reason", line)
	}
	rule := Rule{ID: fields[0], Reason: strings.Join(fields[2:], " ")}
	if fields[1] != "never" {
		until, err := time.Parse(day, fields[1])
		if err != nil {
			return rule, fmt.Errorf("got the day %q, want one such as 2027-01-31, or never", fields[1])
		}
		rule.Until = until
	}
	return known(rule)
}

// known refuses ids that no check has: a misspelt one would accept nothing.
func known(r Rule) (Rule, error) {
	if slices.ContainsFunc(doctor.Checks(), func(c doctor.Check) bool { return c.ID == r.ID }) || strings.HasPrefix(r.ID, "probe-") {
		return r, nil
	}
	return r, fmt.Errorf("got %q, want the id of a check: the report names them", r.ID)
}

// Baseline holds the fingerprints of an earlier report's findings.
type Baseline map[string]bool

// ParseBaseline reads a report that --json wrote of the same bucket.
func ParseBaseline(r io.Reader, bucket string) (Baseline, error) {
	var report struct {
		Bucket  string
		Results []struct {
			Status      doctor.Status
			Fingerprint string
		}
	}
	if err := json.NewDecoder(r).Decode(&report); err != nil {
		return nil, fmt.Errorf("got no report of signet doctor --json: %w", err)
	}
	if report.Bucket != bucket {
		return nil, fmt.Errorf("got a report of bucket %q, want one of %q", report.Bucket, bucket)
	}
	b := Baseline{}
	for _, one := range report.Results {
		if one.Fingerprint != "" && (one.Status == doctor.Fail || one.Status == doctor.Unknown || one.Status == doctor.Accepted) {
			b[one.Fingerprint] = true
		}
	}
	return b, nil
}

// Apply marks what is accepted. A rule whose day is past accepts nothing any
// more, and says so in what was found.
func Apply(results []doctor.Result, rules []Rule, known Baseline, now time.Time) {
	for i := range results {
		r := &results[i]
		if r.Status != doctor.Fail && r.Status != doctor.Unknown {
			continue
		}
		if known[r.Fingerprint] {
			r.Status, r.Accepted = doctor.Accepted, "it is in the baseline"
		}
		for _, rule := range rules {
			switch {
			case rule.ID != r.ID || r.Status == doctor.Accepted:
			case rule.Until.IsZero() || now.UTC().Format(day) <= rule.Until.Format(day):
				r.Status, r.Accepted = doctor.Accepted, rule.Reason
			default:
				r.Got += fmt.Sprintf(" (it was ignored until %s: %s)", rule.Until.Format(day), rule.Reason)
			}
		}
	}
}
