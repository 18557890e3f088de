package report

import (
	"fmt"
	"io"
	"strings"

	"signet/cmd/signet/internal/doctor"
)

const width = 100 // characters of a line of ids

// Table writes the report for a person: groups, the worst first in each, what
// is wrong with its fix, and the rest in a line.
func (r *Report) Table(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Bucket %s in %s", r.Bucket, r.Region)
	if r.Stack != "" {
		fmt.Fprintf(&b, ", stack %s", r.Stack)
	}
	b.WriteString("\n")
	if u := r.Unfinished; u != nil && u.Count > 0 {
		fmt.Fprintf(&b, "%d unfinished upload(s), the oldest %.1f days old, %s\n", u.Count, u.OldestDays, u.Cost)
	}
	for _, group := range doctor.Groups() {
		if in := r.inGroup(group); len(in) > 0 {
			tableGroup(&b, group, in)
		}
	}
	s := r.Summary
	fmt.Fprintf(&b, "\n%d failed, %d unknown, %d passed, %d did not apply", s.Fail, s.Unknown, s.Pass, s.Skip)
	for _, more := range []struct {
		n    int
		what string
	}{{s.Advice, "to consider"}, {s.Accepted, "accepted"}} {
		if more.n > 0 {
			fmt.Fprintf(&b, ", %d %s", more.n, more.what)
		}
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func tableGroup(b *strings.Builder, group string, in []doctor.Result) {
	fmt.Fprintf(b, "\n%s\n", group)
	rest := map[doctor.Status][]string{}
	for _, one := range in {
		switch one.Status {
		case doctor.Fail:
			fmt.Fprintf(b, "  FAIL     %-9s %s\n", one.Severity, one.Title)
			for _, line := range [][2]string{{"check", one.ID}, {"got", one.Got}, {"why", one.Why}, {"fix", one.Fix}, {"config", one.Config}} {
				if line[1] != "" {
					fmt.Fprintf(b, "           %-9s %s\n", line[0], line[1])
				}
			}
		case doctor.Advice:
			fmt.Fprintf(b, "  advice   %-9s %s (%s)\n           %-9s %s; otherwise %s\n", "", one.Title, one.ID, "", one.Got, one.Why)
		case doctor.Accepted:
			fmt.Fprintf(b, "  accepted %-9s %s (%s)\n           %-9s %s\n           %-9s %s\n", one.Severity, one.Title, one.ID, "", one.Got, "reason", one.Accepted)
		case doctor.Unknown:
			fmt.Fprintf(b, "  unknown  %-9s %s (%s)\n           %-9s %s\n", one.Severity, one.Title, one.ID, "", one.Got)
		default:
			rest[one.Status] = append(rest[one.Status], one.ID)
		}
	}
	wrap(b, "  pass     ", rest[doctor.Pass])
	wrap(b, "  n/a      ", rest[doctor.Skip])
}

func wrap(b *strings.Builder, head string, ids []string) {
	line := head
	for i, id := range ids {
		if i < len(ids)-1 {
			id += ", "
		}
		if len(line)+len(id) > width {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = strings.Repeat(" ", len(head))
		}
		line += id
	}
	if len(ids) > 0 {
		b.WriteString(line + "\n")
	}
}
