// Package report shows what the doctor found: as a table for a person, as JSON,
// as SARIF for code scanning, and as a page with a picture.
package report

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"time"

	"signet/cmd/signet/internal/doctor"
)

// Report is all that is shown.
type Report struct {
	Bucket  string    `json:"bucket"`
	Region  string    `json:"region"`
	Account string    `json:"account,omitempty"`
	Stack   string    `json:"stack,omitempty"`
	Time    time.Time `json:"time"`
	// Probed says whether requests were tried that have to be refused.
	Probed     bool            `json:"probed"`
	Unfinished *Unfinished     `json:"unfinished,omitempty"` // nil: not known
	Summary    Summary         `json:"summary"`
	Results    []doctor.Result `json:"results"`

	Version string `json:"-"` // of signet
}

// Unfinished is what the unfinished uploads hold.
type Unfinished struct {
	Count      int     `json:"count"`
	Bytes      int64   `json:"bytes"`
	OldestDays float64 `json:"oldestDays"`
	Cost       string  `json:"cost"` // with the price and region that it was reckoned with
}

// Summary counts the answers.
type Summary struct {
	Fail     int `json:"fail"`
	Advice   int `json:"advice"`
	Unknown  int `json:"unknown"`
	Pass     int `json:"pass"`
	Skip     int `json:"skip"`
	Accepted int `json:"accepted"`
}

// Sort puts the worst first within each group, and counts.
func (r *Report) Sort() {
	order := []doctor.Status{doctor.Fail, doctor.Unknown, doctor.Accepted, doctor.Advice, doctor.Pass, doctor.Skip}
	slices.SortStableFunc(r.Results, func(a, b doctor.Result) int {
		return cmp.Or(
			cmp.Compare(slices.Index(doctor.Groups(), a.Group), slices.Index(doctor.Groups(), b.Group)),
			cmp.Compare(slices.Index(order, a.Status), slices.Index(order, b.Status)),
			cmp.Compare(b.Severity, a.Severity))
	})
	r.Summary = count(r.Results)
}

func count(results []doctor.Result) (s Summary) {
	for _, one := range results {
		switch one.Status {
		case doctor.Fail:
			s.Fail++
		case doctor.Unknown:
			s.Unknown++
		case doctor.Advice:
			s.Advice++
		case doctor.Accepted:
			s.Accepted++
		case doctor.Pass:
			s.Pass++
		default:
			s.Skip++
		}
	}
	return s
}

// FailsAt says whether something failed at or above a severity, or could not be
// read, which is not passed.
func (r *Report) FailsAt(least doctor.Severity) bool {
	return slices.ContainsFunc(r.Results, func(one doctor.Result) bool { return one.Counts(least) })
}

// Unread are the ids of the checks that stand in the way for not being known.
func (r *Report) Unread(least doctor.Severity) []string {
	var ids []string
	for _, one := range r.Results {
		if one.Status == doctor.Unknown && one.Counts(least) {
			ids = append(ids, one.ID)
		}
	}
	return ids
}

// JSON writes the report as one object.
func (r *Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

func (r *Report) inGroup(group string) []doctor.Result {
	var in []doctor.Result
	for _, one := range r.Results {
		if one.Group == group {
			in = append(in, one)
		}
	}
	return in
}
