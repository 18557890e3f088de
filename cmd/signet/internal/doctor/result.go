package doctor

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"signet/cmd/signet/internal/doctor/facts"
)

// Result is a check with its answer, as it is shown.
type Result struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Group    string   `json:"group"`
	Severity Severity `json:"severity"`
	Status   Status   `json:"status"`
	Got      string   `json:"got"`
	Read     string   `json:"read"` // the IAM actions, or the request
	Why      string   `json:"why"`
	Fix      string   `json:"fix"`
	Config   string   `json:"config,omitempty"`
	// Accepted is why that is all right, with Status Accepted.
	Accepted string `json:"accepted,omitempty"`
	// Fingerprint is the same for the same finding, however it is worded that day.
	Fingerprint string `json:"fingerprint"`
	// Taste is a check that cannot fail here, so that not knowing does not either.
	Taste bool `json:"taste,omitempty"`
}

// Counts says whether the result stands in the way from a severity on: it failed,
// or it could not be read, which is not passed.
func (r Result) Counts(least Severity) bool {
	return r.Severity >= least && (r.Status == Fail || r.Status == Unknown && !r.Taste)
}

// Examine runs every check of the table that is about what was read.
func Examine(f *facts.Facts) []Result {
	var results []Result
	for _, c := range Checks() {
		if c.Group == role && !f.Role.Set && f.Role.Trouble == "" || c.Group == service && f.Stack == nil {
			continue
		}
		results = append(results, c.examine(f))
	}
	return results
}

func (c Check) examine(f *facts.Facts) Result {
	c, taste := c.suited(f)
	finding, needs := Finding{}, []string{}
	for _, fact := range c.Reads(f) {
		needs = append(needs, fact.Action())
		if why, unknown := fact.Unknown(); unknown && finding.Status == "" {
			finding = Finding{Status: Unknown, Got: why}
		}
	}
	if finding.Status == "" {
		finding = c.Judge(f)
	}
	if taste && finding.Status == Fail {
		finding.Status = Advice
	}
	if finding.Severity == 0 {
		finding.Severity = c.Severity
	}
	return Result{
		ID: c.ID, Title: c.Title, Group: c.Group, Severity: finding.Severity, Status: finding.Status, Got: Scrub(finding.Got),
		Read: strings.Join(needs, ", "), Why: c.Why, Fix: fill(cmp.Or(finding.Fix, c.Fix), f, finding.Words), Config: c.Config, Taste: taste,
		Fingerprint: finding.print(c.ID),
	}
}

func (f Finding) print(id string) string {
	mark := f.Mark
	if mark == "" {
		mark = Scrub(f.Got)
	}
	sum := sha256.Sum256([]byte(id + "\n" + string(f.Status) + "\n" + mark))
	return hex.EncodeToString(sum[:8])
}

// secrets are texts that no report repeats: ids of access keys, tokens, signatures.
var secrets = regexp.MustCompile(`\b(AKIA|ASIA)[A-Z0-9]{12,}|\b(eyJ)[\w-]{16,}(?:\.[\w-]+)*|(?i)\b(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s"]+|\b()[0-9a-f]{64}\b|\b()[A-Za-z0-9+/]{100,}={0,2}`)

// Scrub leaves of a secret only how it begins.
func Scrub(text string) string { return secrets.ReplaceAllString(text, "$1$2$3…") }

// fill puts what was found in the place of the words in capitals.
func fill(fix string, f *facts.Facts, found []string) string {
	function := ""
	if f.Stack != nil {
		function = f.Stack.Function.Name
	}
	or := func(value, otherwise string) string {
		if value == "" {
			return otherwise
		}
		return value
	}
	return strings.NewReplacer(append(append(found, readers(f)...),
		"BUCKETARN", "arn:"+f.Partition()+":s3:::"+f.Bucket.Name, "BUCKET", f.Bucket.Name,
		"LOGS", or(f.Log.Name, "LOG-BUCKET"), "KEY", or(f.Key.Value.ARN, "KEY-ARN"),
		"REGION", f.Bucket.Region, "ACCOUNT", or(f.Account.Value, "ACCOUNT-ID"),
		"ROLE", or(f.Role.Value.Name, "ROLE-NAME"), "FUNCTION", or(function, "FUNCTION-NAME"),
	)...).Replace(fix)
}
