package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
)

// What is too long or too short where no configuration says it, in days.
const (
	longestAbort      = 7
	longestNoncurrent = 365
	shortestKept      = 7
)

// keepingChecks are about versions, and what goes when.
func keepingChecks() []Check {
	rules := func(id, title, why, config, fix string, severity Severity, judge func(*facts.Facts) Finding, more ...func(*facts.Facts) facts.Unknowable) Check {
		return Check{ID: id, Title: title, Group: keeping, Severity: severity, Why: why, Fix: fix, Config: config, Reads: reads(theLifecycle, more...), Judge: judge}
	}
	return []Check{
		{
			ID: "versioning", Title: "Versioning is on", Group: keeping, Severity: High,
			Why:   "what is overwritten or deleted by mistake is gone",
			Fix:   "aws s3api put-bucket-versioning --bucket BUCKET --versioning-configuration Status=Enabled",
			Reads: reads(theVersioning), Judge: func(f *facts.Facts) Finding {
				switch v := f.Bucket.Versioning.Value.Status; v {
				case "Enabled":
					return pass("Enabled")
				case "":
					return fail("versioning was never turned on")
				default:
					return fail("versioning is %s", v)
				}
			},
		},
		{
			ID: "delete-protection", Title: "The bucket is protected from deletion", Group: keeping, Severity: Medium,
			Why:   "one command of somebody with wide rights takes the bucket away",
			Fix:   fixPolicy(`{"Sid":"DenyDeleteBucket","Effect":"Deny","Principal":"*","Action":"s3:DeleteBucket","Resource":"BUCKETARN"}`),
			Reads: reads(thePolicy, theLock, theVersioning, theAccount), Judge: deleteProtection,
		},
		rules("abort-incomplete", "Unfinished uploads are aborted", "parts of uploads that were given up are stored and paid for ever, and no list shows them", "lifecycle.abort", addRule("abort-unfinished", `"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":2}`), High, abortIncomplete),
		rules("noncurrent-expiry", "Old versions expire", "each overwritten or deleted file is paid for ever", "lifecycle.noncurrent", addRule("expire-old-versions", `"NoncurrentVersionExpiration":{"NoncurrentDays":30}`), Medium, noncurrentExpiry, theVersioning),
		rules("noncurrent-kept", "Old versions are kept long enough to notice", "a mistake is found after a weekend, and the version that would undo it is gone", "lifecycle.noncurrent",
			editLifecycle(`(.Rules[].NoncurrentVersionExpiration?.NoncurrentDays | values) |= ([., 30] | max)`), Low, noncurrentKept),
		rules("delete-markers", "Lone delete markers are cleaned up", "listing gets slow: each marker counts as a key", "lifecycle.noncurrent", addRule("drop-lone-markers", `"Expiration":{"ExpiredObjectDeleteMarker":true}`), Low, deleteMarkers, theVersioning),
		rules("uploads-kept", "Nothing expires uploads that should stay", "files vanish on a day that nobody chose", "lifecycle.expire", editLifecycle(`del(.Rules[RULE].Expiration)`), High, uploadsKept),
	}
}

// deleteProtection searches for somebody who may delete the bucket. Object lock
// and MFA delete protect what is in it, and a bucket that is not empty stays.
func deleteProtection(f *facts.Facts) Finding {
	switch {
	case f.Bucket.Lock.Value.Enabled:
		return pass("object lock is on")
	case f.Bucket.Versioning.Value.MFADelete:
		return pass("MFA delete is on")
	case !f.Bucket.Policy.Set:
		return fail("no policy denies it, and object lock and MFA delete are off")
	}
	d := f.Bucket.Policy.Value
	search := policy.Search{
		Documents: []policy.Document{d}, Principals: principals(f, d), Actions: []string{"s3:DeleteBucket"}, Resources: []string{bucketARN(f)},
		Fixed: policy.Context{"aws:securetransport": {"true"}, "s3:tlsversion": {"1.3"}, "s3:signatureversion": {"AWS4-HMAC-SHA256"}, "s3:authtype": {"REST-HEADER"}, "s3:signatureage": {"1000"}},
	}
	if r, ok := search.Find(func(r policy.Request) bool { decision, _ := d.Decide(r); return decision != policy.Denied }); ok {
		return fail("s3:DeleteBucket is not denied to %s", r.Principal)
	}
	return pass("the policy denies s3:DeleteBucket")
}

// covers says whether an enabled rule is about all uploads: its prefix has to
// be one of theirs, and nothing else may narrow it.
func covers(f *facts.Facts, r types.LifecycleRule) bool {
	if r.Status != types.ExpirationStatusEnabled {
		return false
	}
	//lint:ignore SA1019 rules of before 2016 have it there
	prefix := aws.ToString(r.Prefix)
	if r.Filter != nil {
		if r.Filter.Tag != nil || r.Filter.ObjectSizeGreaterThan != nil || r.Filter.ObjectSizeLessThan != nil {
			return false
		}
		if r.Filter.Prefix != nil {
			prefix = *r.Filter.Prefix
		}
		if and := r.Filter.And; and != nil {
			if len(and.Tags) > 0 || and.ObjectSizeGreaterThan != nil || and.ObjectSizeLessThan != nil {
				return false
			}
			prefix = aws.ToString(and.Prefix)
		}
	}
	if f.Intended {
		return !slices.ContainsFunc(f.Config.Prefixes(), func(keys string) bool { return !strings.HasPrefix(keys, prefix) })
	}
	return prefix == ""
}

// shortest is the smallest number of days that a rule about all uploads gives; 0: none does.
func shortest(f *facts.Facts, days func(types.LifecycleRule) int32) int32 {
	var least int32
	for _, r := range f.Bucket.Lifecycle.Value {
		if d := days(r); covers(f, r) && d > 0 && (least == 0 || d < least) {
			least = d
		}
	}
	return least
}

func abortDays(r types.LifecycleRule) int32 {
	if r.AbortIncompleteMultipartUpload == nil {
		return 0
	}
	return aws.ToInt32(r.AbortIncompleteMultipartUpload.DaysAfterInitiation)
}

func noncurrentDays(r types.LifecycleRule) int32 {
	if n := r.NoncurrentVersionExpiration; n != nil {
		return aws.ToInt32(n.NoncurrentDays)
	}
	return 0
}

// longest is what the configuration says, or else what we think bearable.
func longest(f *facts.Facts, configured, otherwise int) int32 {
	if f.Intended {
		return int32(configured)
	}
	return int32(otherwise)
}

func abortIncomplete(f *facts.Facts) Finding {
	switch got, most := shortest(f, abortDays), longest(f, f.Config.Lifecycle.Abort, longestAbort); {
	case got == 0:
		return fail("no enabled rule about all uploads aborts them")
	case got > most:
		return fail("they are aborted after %d days, want %d at most", got, most)
	default:
		return pass("after %d day(s)", got)
	}
}

func noncurrentExpiry(f *facts.Facts) Finding {
	if f.Bucket.Versioning.Value.Status == "" {
		return skip("there are no versions")
	}
	switch got, most := shortest(f, noncurrentDays), longest(f, f.Config.Lifecycle.Noncurrent, longestNoncurrent); {
	case got == 0:
		return fail("no enabled rule about all uploads expires them")
	case got > most:
		return fail("they expire after %d days, want %d at most", got, most)
	default:
		return pass("after %d day(s)", got)
	}
}

func noncurrentKept(f *facts.Facts) Finding {
	got := shortest(f, noncurrentDays)
	least := min(shortestKept, longest(f, f.Config.Lifecycle.Noncurrent, shortestKept))
	switch {
	case got == 0:
		return skip("they do not expire")
	case got < least:
		return fail("they are gone after %d day(s)", got)
	}
	return pass("for %d day(s)", got)
}

func deleteMarkers(f *facts.Facts) Finding {
	if f.Bucket.Versioning.Value.Status == "" {
		return skip("there are no versions")
	}
	if slices.ContainsFunc(f.Bucket.Lifecycle.Value, func(r types.LifecycleRule) bool {
		// Expiring objects by age takes their markers along.
		return covers(f, r) && r.Expiration != nil && (aws.ToBool(r.Expiration.ExpiredObjectDeleteMarker) || aws.ToInt32(r.Expiration.Days) > 0)
	}) {
		return pass("a rule removes them")
	}
	return fail("no enabled rule about all uploads removes them")
}

// uploadsKept looks at every enabled rule that can meet an upload, however
// narrow: what it deletes is gone. Where nobody said what is intended, a rule for
// a prefix or a tag was meant, and only one for everything is a mistake.
func uploadsKept(f *facts.Facts) Finding {
	var trouble, narrow []string
	last := 0
	for i, r := range f.Bucket.Lifecycle.Value {
		said := deletes(f, r)
		if r.Status != types.ExpirationStatusEnabled || said == "" || !meets(f, r) {
			continue
		}
		last = i
		if f.Intended || covers(f, r) {
			trouble = append(trouble, ruleName(r)+" "+said)
		} else {
			narrow = append(narrow, ruleName(r)+" "+said)
		}
	}
	if len(trouble) == 0 && len(narrow) > 0 {
		return advise("%s", strings.Join(narrow, "; "))
	}
	return failIf(append(trouble, narrow...), "no rule deletes what should stay").with("RULE", index(last))
}

// deletes says what a rule deletes too early; empty: nothing.
func deletes(f *facts.Facts, r types.LifecycleRule) string {
	if r.Expiration == nil {
		return ""
	}
	days := int(aws.ToInt32(r.Expiration.Days))
	switch {
	case r.Expiration.Date != nil:
		return "deletes uploads on " + r.Expiration.Date.Format("2006-01-02")
	case days > 0 && f.Intended:
		return tooEarly(f, r, days)
	case days > 0 && !f.Intended && days < shortestKept:
		return fmt.Sprintf("deletes objects after %d day(s)", days)
	}
	return ""
}

func meets(f *facts.Facts, r types.LifecycleRule) bool {
	return slices.ContainsFunc(f.Config.Prefixes(), func(prefix string) bool { return touches(r, prefix) })
}

// touches says that a rule can be about keys with a prefix.
func touches(r types.LifecycleRule, keys string) bool {
	//lint:ignore SA1019 as above
	prefix := aws.ToString(r.Prefix)
	if r.Filter != nil && r.Filter.Prefix != nil {
		prefix = *r.Filter.Prefix
	}
	if r.Filter != nil && r.Filter.And != nil {
		prefix = aws.ToString(r.Filter.And.Prefix)
	}
	return strings.HasPrefix(keys, prefix) || strings.HasPrefix(prefix, keys)
}

func ruleName(r types.LifecycleRule) string {
	if id := aws.ToString(r.ID); id != "" {
		return "rule " + id
	}
	return "a rule without a name"
}
