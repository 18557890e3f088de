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

// The severities, worst last. Zero is none: of a Finding, that it weighs what its
// check does.
const (
	Info Severity = iota + 1
	Low
	Medium
	High
	Critical
)

func severities() []string { return []string{"info", "low", "medium", "high", "critical"} }

// String is the severity's name.
func (s Severity) String() string {
	if s == 0 {
		return ""
	}
	return severities()[s-1]
}

// MarshalText writes the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ParseSeverity reads a name.
func ParseSeverity(name string) (Severity, error) {
	if i := slices.Index(severities(), name); i >= 0 {
		return Severity(i + 1), nil
	}
	return 0, fmt.Errorf("got severity %q, want one of %s", name, strings.Join(severities(), ", "))
}

// Status is a check's answer.
type Status string

// The answers. Advice is how we would have it, of a bucket whose owner may well
// want it as it is: it never fails. Skip is a check about something that is not
// there, or that the configuration turned off. Accepted failed or is unknown, and
// somebody said why that is all right.
const (
	Pass     Status = "pass"
	Fail     Status = "fail"
	Advice   Status = "advice"
	Unknown  Status = "unknown"
	Skip     Status = "skip"
	Accepted Status = "accepted"
)

// Finding is a check's answer with what was found.
type Finding struct {
	Status Status
	Got    string // for a person: the evidence
	// Severity of this finding, where it weighs otherwise than its check does.
	Severity Severity
	// Mark is what stays the same of the evidence from day to day; empty: Got.
	Mark string
	// Fix of this finding, where the check's own does not help; empty: it does.
	Fix string
	// Words are what was found, for the fix: word, value, word, value.
	Words []string
}

// at is the finding with a weight of its own.
func (f Finding) at(s Severity) Finding {
	f.Severity = s
	return f
}

// with gives the fix a word for what was found.
func (f Finding) with(word, value string) Finding {
	f.Words = append(f.Words, word, value)
	return f
}

// instead gives the finding a fix of its own.
func (f Finding) instead(fix string) Finding {
	f.Fix = fix
	return f
}

// orAdvice is the finding as it is where somebody said what is intended, else
// advice in place of a failure.
func (f Finding) orAdvice(is *facts.Facts) Finding {
	if f.Status == Fail && !is.Intended {
		f.Status = Advice
	}
	return f
}

func finding(s Status, format string, args []any) Finding {
	return Finding{Status: s, Got: fmt.Sprintf(format, args...)}
}
func pass(format string, args ...any) Finding   { return finding(Pass, format, args) }
func fail(format string, args ...any) Finding   { return finding(Fail, format, args) }
func advise(format string, args ...any) Finding { return finding(Advice, format, args) }
func skip(format string, args ...any) Finding   { return finding(Skip, format, args) }

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
	return slices.Concat(accessChecks(), sharingChecks(), denialChecks(), encryptionChecks(), corsChecks(), keepingChecks(), backupChecks(), spaceChecks(), heldChecks(), doorChecks(),
		auditChecks(), listenerChecks(), logChecks(), accountChecks(), roleChecks(), functionChecks(), eventsChecks(), frontChecks(), stateChecks(), reachChecks())
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
func theRoots(f *facts.Facts) facts.Unknowable        { return f.Bucket.Roots }
func theLastBackup(f *facts.Facts) facts.Unknowable   { return f.LastBackup }
func theEndpoints(f *facts.Facts) facts.Unknowable    { return f.Endpoints }
func theRole(f *facts.Facts) facts.Unknowable         { return f.Role }
