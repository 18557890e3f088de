package evidence

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"signet/lambda/explain"
)

// Report is what is printed, as JSON and as text.
type Report struct {
	Requests []explain.Explanation `json:"requests"` // the failed ones first
}

// Explain judges all requests.
func Explain(requests []explain.Request) Report {
	report := Report{Requests: []explain.Explanation{}}
	for _, r := range requests {
		report.Requests = append(report.Requests, explain.Explain(r))
	}
	slices.SortStableFunc(report.Requests, func(a, b explain.Explanation) int { return rank(a) - rank(b) })
	return report
}

func rank(e explain.Explanation) int {
	if e.Code == explain.OK {
		return 1
	}
	return 0
}

// Unknown tells whether a request is left without a cause.
func (r Report) Unknown() bool {
	return slices.ContainsFunc(r.Requests, func(e explain.Explanation) bool { return e.Code == explain.Unknown })
}

// JSON writes the report as one JSON value.
func (r Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// Text writes the report for people.
func (r Report) Text(w io.Writer) error {
	var b strings.Builder
	for i, e := range r.Requests {
		if i > 0 {
			b.WriteByte('\n')
		}
		text(&b, e)
	}
	if len(r.Requests) == 0 {
		b.WriteString("no request to S3 is in it\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func text(b *strings.Builder, e explain.Explanation) {
	line := func(format string, args ...any) { b.WriteString(oneLine(fmt.Sprintf(format, args...)) + "\n") }
	if e.URL != "" {
		line("request   %s", e.URL)
	}
	line("cause     %s (%.0f %%): %s", e.Code, 100*e.Confidence, e.Code.Meaning())
	for _, evidence := range e.Evidence {
		line("evidence  %s", evidence)
	}
	line("fix       %s", e.Fix)
	for _, c := range e.Causes[min(1, len(e.Causes)):] {
		line("or        %s (%.0f %%): %s", c.Code, 100*c.Confidence, c.Evidence[0])
	}
}

// oneLine keeps line breaks, controls and what changes how a line reads off the
// terminal, whoever wrote them: a server, a HAR, or whoever pasted them.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
}
