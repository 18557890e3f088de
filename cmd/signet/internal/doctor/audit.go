package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"signet/cmd/signet/internal/doctor/facts"
)

// auditChecks are about who can say afterwards what happened.
func auditChecks() []Check {
	return []Check{
		{
			ID: "access-log", Title: "Server access logging is on", Group: audit, Severity: Medium,
			Why:   "nobody can say who fetched what, refused requests least of all",
			Fix:   `aws s3api put-bucket-logging --bucket BUCKET --bucket-logging-status '{"LoggingEnabled":{"TargetBucket":"LOGS","TargetPrefix":"logs/s3/uploads/"}}'`,
			Reads: reads(theLogging), Judge: func(f *facts.Facts) Finding {
				if !f.Bucket.Logging.Set {
					return fail("logging is off")
				}
				return pass("to %s/%s", aws.ToString(f.Bucket.Logging.Value.TargetBucket), aws.ToString(f.Bucket.Logging.Value.TargetPrefix))
			},
		},
		{
			ID: "data-events", Title: "CloudTrail records every read and write of an object", Group: audit, Severity: Medium, Config: "trail",
			Why: "the access log comes late and not always; what a role did with a file is nowhere on record",
			Fix: "aws cloudtrail put-event-selectors --trail-name TRAIL --advanced-event-selectors " +
				`'[{"Name":"Uploads","FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]},{"Field":"resources.ARN","StartsWith":["BUCKETARN/"]}]}]' && aws cloudtrail start-logging --name TRAIL`,
			Reads: reads(theTrails), Judge: func(f *facts.Facts) Finding { return onTrail(f, dataEvents(f)) },
		},
		{
			ID: "trail-validation", Title: "The trail's files carry digests", Group: audit, Severity: Low, Config: "trail",
			Why:   "nobody can show that a record was not changed afterwards",
			Fix:   "aws cloudtrail update-trail --name TRAIL --enable-log-file-validation",
			Reads: reads(theTrails), Judge: func(f *facts.Facts) Finding { return onTrail(f, trailValidation(f)) },
		},
		{
			ID: "events", Title: "New objects are announced", Group: audit, Severity: Low,
			Why:   "nothing can act on an upload, and a scan for malware never starts",
			Fix:   `aws s3api put-bucket-notification-configuration --bucket BUCKET --notification-configuration '{"EventBridgeConfiguration":{}}'`,
			Reads: reads(theEvents), Judge: func(f *facts.Facts) Finding {
				if f.Bucket.Events.Value.None() {
					return fail("EventBridge is off, and no function, queue or topic is told")
				}
				return pass("EventBridge %t, %d target(s)", f.Bucket.Events.Value.EventBridge, len(f.Bucket.Events.Value.Targets))
			},
		},
		{
			ID: "events-foreign", Title: "Events stay in the account", Group: audit, Severity: Medium,
			Why:   "another account reads the name of every file",
			Fix:   `aws s3api put-bucket-notification-configuration --bucket BUCKET --notification-configuration '{"EventBridgeConfiguration":{}}'`,
			Reads: reads(theEvents, theAccount), Judge: func(f *facts.Facts) Finding {
				var trouble []string
				for _, arn := range f.Bucket.Events.Value.Targets {
					if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 && parts[4] != f.Account.Value {
						trouble = append(trouble, arn+" is told")
					}
				}
				return failIf(trouble, "no target elsewhere")
			},
		},
	}
}

// onTrail names a trail of the account for the fix.
func onTrail(f *facts.Facts, found Finding) Finding {
	for _, t := range f.Trails.Value {
		if !t.Foreign {
			return found.with("TRAIL", t.Name)
		}
	}
	return found
}

// dataEvents wants a running trail for each: reading and writing.
func dataEvents(f *facts.Facts) Finding {
	if f.Intended && !f.Config.Trail {
		return skip("the configuration turns it off")
	}
	var stopped []string
	read, write := "", ""
	for _, t := range f.Trails.Value {
		r, w := records(f, t)
		if (r || w) && !t.Logging {
			stopped = append(stopped, "trail "+t.Name+" would, but is stopped")
			continue
		}
		if r {
			read = t.Name
		}
		if w {
			write = t.Name
		}
	}
	switch {
	case read != "" && write != "":
		return pass("trail %s", write)
	case len(stopped) > 0:
		return fail("%s", strings.Join(stopped, "; "))
	case read != "":
		return fail("trail %s records reading only", read)
	case write != "":
		return fail("trail %s records writing only", write)
	}
	return fail("no trail records data events of all uploads (%d trail(s))", len(f.Trails.Value))
}

// records says whether a trail records each read and each write of an upload.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
func records(f *facts.Facts, t facts.Trail) (read, write bool) {
	uploads := bucketARN(f) + "/" + f.Config.Prefix
	if !f.Intended || len(f.Config.Spaces) > 0 {
		uploads = bucketARN(f) + "/"
	}
	for _, s := range t.Selectors.EventSelectors {
		for _, d := range s.DataResources {
			if aws.ToString(d.Type) != "AWS::S3::Object" || !slices.ContainsFunc(d.Values, func(v string) bool { return v != "" && strings.HasPrefix(uploads, v) }) {
				continue
			}
			read = read || s.ReadWriteType != types.ReadWriteTypeWriteOnly
			write = write || s.ReadWriteType != types.ReadWriteTypeReadOnly
		}
	}
	for _, s := range t.Selectors.AdvancedEventSelectors {
		r, w := advanced(s, uploads)
		read, write = read || r, write || w
	}
	return read, write
}

// advanced reads one advanced selector, all of whose fields have to agree. A
// field that leaves out some events, by name or by who made them, leaves a hole.
func advanced(s types.AdvancedEventSelector, uploads string) (read, write bool) {
	data, objects := false, false
	read, write = true, true
	for _, field := range s.FieldSelectors {
		switch aws.ToString(field.Field) {
		case "eventCategory":
			data = slices.Contains(field.Equals, "Data")
		case "resources.type":
			objects = slices.Contains(field.Equals, "AWS::S3::Object")
		case "readOnly":
			read = read && slices.Contains(field.Equals, "true")
			write = write && slices.Contains(field.Equals, "false")
		case "resources.ARN":
			starts := slices.ContainsFunc(field.StartsWith, func(v string) bool { return strings.HasPrefix(uploads, v) })
			spared := slices.ContainsFunc(field.NotStartsWith, func(v string) bool { return strings.HasPrefix(uploads, v) || strings.HasPrefix(v, uploads) })
			named := len(field.StartsWith) > 0 || len(field.Equals) > 0 || len(field.EndsWith) > 0
			if spared || named && !starts || len(field.NotEndsWith) > 0 {
				return false, false
			}
		default:
			return false, false
		}
	}
	return read && data && objects, write && data && objects
}

func trailValidation(f *facts.Facts) Finding {
	var trouble []string
	found := false
	for _, t := range f.Trails.Value {
		if r, w := records(f, t); r || w {
			found = true
			if !t.Validated {
				trouble = append(trouble, fmt.Sprintf("trail %s has no log file validation", t.Name))
			}
		}
	}
	if !found {
		return skip("no trail records this bucket")
	}
	return failIf(trouble, "validation is on")
}
