// Package doctor judges a bucket for direct uploads, and what stands around it:
// a table of checks, each a small function over facts that were read once.
package doctor

import (
	"fmt"
	"slices"
	"strings"

	"signet/cmd/signet/internal/doctor/facts"
)

// Severity of what a check finds.
type Severity int

// The severities, worst last.
const (
	Info Severity = iota
	Low
	Medium
	High
	Critical
)

func severities() []string { return []string{"info", "low", "medium", "high", "critical"} }

// String is the severity's name.
func (s Severity) String() string { return severities()[s] }

// MarshalText writes the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ParseSeverity reads a name.
func ParseSeverity(name string) (Severity, error) {
	if i := slices.Index(severities(), name); i >= 0 {
		return Severity(i), nil
	}
	return 0, fmt.Errorf("got severity %q, want one of %s", name, strings.Join(severities(), ", "))
}

// Status is a check's answer.
type Status string

// The answers. Skip is a check about something that is not there, or that the
// configuration turned off.
const (
	Pass    Status = "pass"
	Fail    Status = "fail"
	Unknown Status = "unknown"
	Skip    Status = "skip"
)

// Finding is a check's answer with what was found.
type Finding struct {
	Status Status
	Got    string // for a person: the evidence
}

func pass(format string, args ...any) Finding { return Finding{Pass, fmt.Sprintf(format, args...)} }
func fail(format string, args ...any) Finding { return Finding{Fail, fmt.Sprintf(format, args...)} }
func skip(format string, args ...any) Finding { return Finding{Skip, fmt.Sprintf(format, args...)} }

// failIf is a fail when there is something to say, else a pass.
func failIf(trouble []string, format string, args ...any) Finding {
	if len(trouble) > 0 {
		return fail("%s", strings.Join(trouble, "; "))
	}
	return pass(format, args...)
}

// Check is a row of the table.
type Check struct {
	ID       string // stable: people put it into their own tooling
	Title    string // what is wanted, as a sentence without a full stop
	Group    string
	Severity Severity
	Why      string // what happens otherwise
	// Fix is the command that puts it right. BUCKET, LOGS, KEY, REGION, ACCOUNT,
	// ROLE and FUNCTION stand for what was found.
	Fix string
	// Config is the field of cdk.json that sets it; empty: our stack always does.
	Config string
	// Reads lists what it judges; one that could not be read makes it unknown.
	Reads func(*facts.Facts) []facts.Unknowable
	Judge func(*facts.Facts) Finding
}

// The groups, in the order in which they are shown.
const (
	access     = "Who may get in"
	transport  = "How requests come"
	encryption = "Encryption"
	browser    = "Browsers"
	keeping    = "What is kept, and for how long"
	audit      = "Audit"
	money      = "Cost"
	role       = "The role that signs"
	service    = "The service around it"
	// Probing is the group of the requests that were tried.
	Probing = "Requests that have to be refused"
)

// Groups lists them.
func Groups() []string {
	return []string{access, transport, encryption, browser, keeping, audit, money, role, service, Probing}
}

// Checks is the whole table of what settings say; probes are apart.
func Checks() []Check {
	return slices.Concat(accessChecks(), sharingChecks(), denialChecks(), encryptionChecks(), corsChecks(), keepingChecks(),
		auditChecks(), logChecks(), accountChecks(), roleChecks(), functionChecks(), frontChecks())
}

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
	finding, needs := Finding{}, []string{}
	for _, fact := range c.Reads(f) {
		needs = append(needs, fact.Action())
		if why, unknown := fact.Unknown(); unknown && finding.Status == "" {
			finding = Finding{Unknown, why}
		}
	}
	if finding.Status == "" {
		finding = c.Judge(f)
	}
	return Result{
		ID: c.ID, Title: c.Title, Group: c.Group, Severity: c.Severity, Status: finding.Status, Got: finding.Got,
		Read: strings.Join(needs, ", "), Why: c.Why, Fix: fill(c.Fix, f), Config: c.Config,
	}
}

// fill puts what was found in the place of the words in capitals.
func fill(fix string, f *facts.Facts) string {
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
	return strings.NewReplacer(
		"BUCKETARN", "arn:"+f.Partition()+":s3:::"+f.Bucket.Name, "BUCKET", f.Bucket.Name,
		"LOGS", or(f.Log.Name, "LOG-BUCKET"), "KEY", or(f.Key.Value.ARN, "KEY-ARN"),
		"REGION", f.Bucket.Region, "ACCOUNT", or(f.Account.Value, "ACCOUNT-ID"),
		"ROLE", or(f.Role.Value.Name, "ROLE-NAME"), "FUNCTION", or(function, "FUNCTION-NAME"),
	).Replace(fix)
}

// reads lists facts for Check.Reads.
func reads(pick func(*facts.Facts) facts.Unknowable, more ...func(*facts.Facts) facts.Unknowable) func(*facts.Facts) []facts.Unknowable {
	return func(f *facts.Facts) []facts.Unknowable {
		all := []facts.Unknowable{pick(f)}
		for _, p := range more {
			all = append(all, p(f))
		}
		return all
	}
}

// The facts that checks read.
func theBlock(f *facts.Facts) facts.Unknowable        { return f.Bucket.Block }
func theOwnership(f *facts.Facts) facts.Unknowable    { return f.Bucket.Ownership }
func theACL(f *facts.Facts) facts.Unknowable          { return f.Bucket.ACL }
func thePolicy(f *facts.Facts) facts.Unknowable       { return f.Bucket.Policy }
func theVersioning(f *facts.Facts) facts.Unknowable   { return f.Bucket.Versioning }
func theLock(f *facts.Facts) facts.Unknowable         { return f.Bucket.Lock }
func theEncryption(f *facts.Facts) facts.Unknowable   { return f.Bucket.Encryption }
func theCORS(f *facts.Facts) facts.Unknowable         { return f.Bucket.CORS }
func theLifecycle(f *facts.Facts) facts.Unknowable    { return f.Bucket.Lifecycle }
func theLogging(f *facts.Facts) facts.Unknowable      { return f.Bucket.Logging }
func theEvents(f *facts.Facts) facts.Unknowable       { return f.Bucket.Events }
func theTags(f *facts.Facts) facts.Unknowable         { return f.Bucket.Tags }
func theWebsite(f *facts.Facts) facts.Unknowable      { return f.Bucket.Website }
func theReplication(f *facts.Facts) facts.Unknowable  { return f.Bucket.Replication }
func theInventory(f *facts.Facts) facts.Unknowable    { return f.Bucket.Inventory }
func theAcceleration(f *facts.Facts) facts.Unknowable { return f.Bucket.Acceleration }
func thePayer(f *facts.Facts) facts.Unknowable        { return f.Bucket.Payer }
func theAccount(f *facts.Facts) facts.Unknowable      { return f.Account }
func theAccountBlock(f *facts.Facts) facts.Unknowable { return f.AccountBlock }
func theKey(f *facts.Facts) facts.Unknowable          { return f.Key }
func theUploads(f *facts.Facts) facts.Unknowable      { return f.Uploads }
func theTrails(f *facts.Facts) facts.Unknowable       { return f.Trails }
func theBudgets(f *facts.Facts) facts.Unknowable      { return f.Budgets }
func theAlarms(f *facts.Facts) facts.Unknowable       { return f.Alarms }
func theEndpoints(f *facts.Facts) facts.Unknowable    { return f.Endpoints }
func theRole(f *facts.Facts) facts.Unknowable         { return f.Role }
