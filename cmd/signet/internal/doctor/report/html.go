package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"signet/cmd/signet/internal/doctor"
)

//go:embed page.html
var page string

// node is a box of the picture.
type node struct {
	ID, Name, Says, Class string
	X, Y                  int
	Lines                 []string // what is wrong, for a screen reader
}

// places are the boxes: what they are called, where they stand, and which
// checks colour them, by the beginning of their ids.
func places() []struct {
	id, name string
	x, y     int
	checks   []string
} {
	return []struct {
		id, name string
		x, y     int
		checks   []string
	}{
		{"client", "Browser", 20, 150, []string{"cors-", "bucket-name", "requester-pays", "acceleration", "probe-foreign-origin"}},
		{"site", "CloudFront", 230, 30, []string{"site-", "origin-gone"}},
		{"api", "API", 230, 150, []string{"api-"}},
		{"function", "Lambda", 440, 30, []string{"function-", "alarms", "budget"}},
		{"role", "Role", 440, 150, []string{"role-"}},
		{"bucket", "Bucket", 650, 150, nil}, // all the rest
		{"key", "KMS key", 650, 30, []string{"key-", "customer-key", "default-kms", "bucket-key"}},
		{"log", "Logs", 650, 270, []string{"log-", "access-log", "data-events", "trail-validation", "events"}},
		{"endpoint", "VPC endpoint", 440, 270, []string{"endpoint-"}},
	}
}

// placeOf is the box that a check belongs to.
func placeOf(id string) string {
	for _, p := range places() {
		if slices.ContainsFunc(p.checks, func(prefix string) bool { return strings.HasPrefix(id, prefix) }) {
			return p.id
		}
	}
	return "bucket"
}

func (r *Report) nodes() []node {
	var all []node
	for _, p := range places() {
		var in []doctor.Result
		for _, one := range r.Results {
			if placeOf(one.ID) == p.id {
				in = append(in, one)
			}
		}
		all = append(all, look(node{ID: p.id, Name: p.name, X: p.x, Y: p.y}, in))
	}
	return all
}

// look says in words and in a class what the worst of a box's checks is.
func look(n node, in []doctor.Result) node {
	s := count(in)
	worst := doctor.Info
	for _, one := range in {
		if one.Status == doctor.Fail {
			worst = max(worst, one.Severity)
			n.Lines = append(n.Lines, one.Title+": "+one.Got)
		}
	}
	switch {
	case s.Fail > 0:
		n.Says, n.Class = fmt.Sprintf("%d failed, worst %s", s.Fail, worst), worst.String()
	case s.Unknown > 0:
		n.Says, n.Class = fmt.Sprintf("%d unknown", s.Unknown), "unknown"
	case s.Pass > 0:
		n.Says, n.Class = fmt.Sprintf("%d passed", s.Pass), "pass"
	default:
		n.Says, n.Class = "not looked at", "skip"
	}
	return n
}

type pageGroup struct {
	Name    string
	Results []doctor.Result
}

// HTML writes a page of its own: no script, nothing to load.
func (r *Report) HTML(w io.Writer) error {
	t, err := template.New("page").Parse(page)
	if err != nil {
		return err
	}
	var groups []pageGroup
	for _, name := range doctor.Groups() {
		if in := r.inGroup(name); len(in) > 0 {
			groups = append(groups, pageGroup{name, in})
		}
	}
	return t.Execute(w, map[string]any{"Report": r, "Nodes": r.nodes(), "Groups": groups, "When": r.Time.UTC().Format("2006-01-02 15:04 UTC"), "Title": "Signet doctor: " + r.Bucket})
}
