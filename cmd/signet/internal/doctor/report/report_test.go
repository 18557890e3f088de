package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/report"
)

func sample() *report.Report {
	one := func(id, group string, s doctor.Severity, status doctor.Status) doctor.Result {
		return doctor.Result{ID: id, Title: "Title of " + id, Group: group, Severity: s, Status: status, Got: "<b>" + id + "</b>", Why: "why & how", Fix: `aws s3 "x" <y>`, Read: "s3:GetX"}
	}
	accepted := one("website-off", doctor.Groups()[0], doctor.Medium, doctor.Accepted)
	accepted.Accepted = "the landing page"
	r := &report.Report{
		Bucket: "my-bucket", Region: "eu-west-1", Account: "111122223333", Time: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC), Version: "1.2.3",
		Unfinished: &report.Unfinished{Count: 2, Bytes: 1 << 30, OldestDays: 3.5, Cost: "$0.02 a month"},
		Results: []doctor.Result{
			one("versioning", doctor.Groups()[4], doctor.High, doctor.Pass), one("cors-origins", doctor.Groups()[3], doctor.High, doctor.Fail),
			one("cors-headers", doctor.Groups()[3], doctor.Low, doctor.Fail), one("key-policy", doctor.Groups()[2], doctor.Critical, doctor.Unknown),
			one("budget", doctor.Groups()[6], doctor.Low, doctor.Skip), one("tags", doctor.Groups()[6], doctor.Low, doctor.Advice), accepted,
		},
	}
	r.Sort()
	return r
}

func TestTable(t *testing.T) {
	var b strings.Builder
	if err := sample().Table(&b); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for _, want := range []string{
		"Bucket my-bucket in eu-west-1\n", "2 unfinished upload(s), the oldest 3.5 days old, $0.02 a month\n", "  FAIL     high      Title of cors-origins\n",
		"  unknown  critical  Title of key-policy (key-policy)\n", "  pass     versioning\n", "  n/a      budget\n", "\n2 failed, 1 unknown, 1 passed, 1 did not apply, 1 to consider, 1 accepted\n",
		"  advice             Title of tags (tags)\n", "  accepted medium    Title of website-off (website-off)\n", "reason    the landing page\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
	if strings.Index(got, "cors-origins") > strings.Index(got, "cors-headers") {
		t.Error("the worst is not first")
	}
}

// What failed stands in the way, and what could not be read, unless it is taste.
func TestFailsAt(t *testing.T) {
	for _, row := range []struct {
		status   doctor.Status
		taste    bool
		severity doctor.Severity
		want     bool
	}{
		{doctor.Fail, false, doctor.Info, true}, {doctor.Fail, false, doctor.Medium, true}, {doctor.Fail, false, doctor.High, false},
		{doctor.Unknown, false, doctor.Low, true}, {doctor.Unknown, false, doctor.Medium, true}, {doctor.Unknown, false, doctor.High, false},
		{doctor.Unknown, true, doctor.Info, false}, {doctor.Advice, true, doctor.Info, false}, {doctor.Accepted, false, doctor.Info, false},
		{doctor.Pass, false, doctor.Info, false}, {doctor.Skip, false, doctor.Info, false},
	} {
		r := report.Report{Results: []doctor.Result{{ID: "x", Severity: doctor.Medium, Status: row.status, Taste: row.taste}}}
		if got := r.FailsAt(row.severity); got != row.want {
			t.Errorf("%s from %s on: got %t", row.status, row.severity, got)
		}
		if got := len(r.Unread(row.severity)) == 1; got != (row.want && row.status == doctor.Unknown) {
			t.Errorf("unread from %s on: got %t", row.severity, got)
		}
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := sample().JSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Bucket  string
		Summary struct{ Fail, Unknown, Pass, Skip, Advice, Accepted int }
		Results []struct{ ID, Severity, Status, Got, Why, Fix, Read, Accepted string }
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil || got.Bucket != "my-bucket" || got.Summary.Fail != 2 || got.Summary.Advice != 1 || got.Summary.Accepted != 1 || len(got.Results) != 7 || got.Results[0].Accepted != "the landing page" || got.Results[1].Severity != "critical" {
		t.Errorf("got %+v, %v", got, err)
	}
}

// What SARIF 2.1.0 requires of the parts that are written, by its schema: the
// version, a tool with a driver with a name, each result with a message, ids and
// indices of rules that are there, the listed kinds and levels, and no level but
// none for what is no failure (3.27.10).
func TestSARIF(t *testing.T) {
	var b bytes.Buffer
	if err := sample().SARIF(&b); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Schema  string `json:"$schema"`
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Name  string
					Rules []struct {
						ID                   string
						ShortDescription     struct{ Text string }
						DefaultConfiguration struct{ Level string }
					}
				}
			}
			Results []struct {
				RuleID, Kind, Level string
				RuleIndex           int
				Message             struct{ Text string }
				Suppressions        []struct{ Kind, Justification string }
				Locations           []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
					LogicalLocations []struct{ FullyQualifiedName, Kind string }
				}
			}
		}
	}
	d := json.NewDecoder(&b)
	if err := d.Decode(&log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || log.Schema == "" || len(log.Runs) != 1 || log.Runs[0].Tool.Driver.Name == "" {
		t.Fatalf("got %+v", log)
	}
	run := log.Runs[0]
	if len(run.Results) != 5 || len(run.Tool.Driver.Rules) != 7 {
		t.Errorf("got %d results and %d rules, want 5 and 7", len(run.Results), len(run.Tool.Driver.Rules))
	}
	seen := map[string]bool{}
	for _, r := range run.Tool.Driver.Rules {
		if r.ID == "" || seen[r.ID] || r.ShortDescription.Text == "" || !strings.Contains("none note warning error", r.DefaultConfiguration.Level) {
			t.Errorf("rule %+v", r)
		}
		seen[r.ID] = true
	}
	for _, r := range run.Results {
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID || r.Message.Text == "" || (r.Kind == "fail") == (r.Level == "none") || r.Kind != "fail" && r.Kind != "open" && r.Kind != "informational" || (r.RuleID == "website-off") != (len(r.Suppressions) == 1) {
			t.Errorf("result %+v", r)
		}
		if l := r.Locations[0]; l.PhysicalLocation.ArtifactLocation.URI == "" || l.PhysicalLocation.Region.StartLine < 1 || l.LogicalLocations[0].FullyQualifiedName != "arn:aws:s3:::my-bucket" {
			t.Errorf("location %+v", l)
		}
	}
}

// The page stands by itself: it is well-formed, loads nothing, runs nothing, and
// says in words what its colours say.
func TestHTML(t *testing.T) {
	var b bytes.Buffer
	if err := sample().HTML(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	if bad := regexp.MustCompile(`(?i)<script|<link|<img|<iframe|@import|url\((?:[^#]|$)|(?:src|href)="(?:[^#]|$)|<b>|ZgotmplZ`).FindString(page); bad != "" {
		t.Errorf("has %q", bad)
	}
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	ids, links := map[string]bool{}, []string{}
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range element.Attr {
			switch a.Name.Local {
			case "id":
				if ids[a.Value] {
					t.Errorf("id %s is there twice", a.Value)
				}
				ids[a.Value] = true
			case "href":
				links = append(links, strings.TrimPrefix(a.Value, "#"))
			}
		}
	}
	if len(links) != 9 {
		t.Errorf("got %d boxes, want 9", len(links))
	}
	for _, l := range links {
		if !ids[l] {
			t.Errorf("the link to #%s leads nowhere", l)
		}
	}
	for _, want := range []string{`lang="en"`, `aria-label="Browser: 2 failed, worst high"`, `aria-label="KMS key: 1 unknown"`, `aria-label="CloudFront: not looked at"`, "cors-origins", "fail, high", "why &amp; how"} {
		if !strings.Contains(page, want) {
			t.Errorf("lacks %s", want)
		}
	}
}
