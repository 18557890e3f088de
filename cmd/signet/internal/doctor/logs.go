package doctor

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
)

const noLogOfLogs = "aws s3api put-bucket-logging --bucket LOGS --bucket-logging-status '{}'"

// logChecks are about the bucket that the access log goes to.
func logChecks() []Check {
	check := func(id, title, why, fix, config string, severity Severity, judge func(*facts.Facts) Finding, more ...func(*facts.Facts) facts.Unknowable) Check {
		return Check{
			ID: id, Title: title, Group: audit, Severity: severity, Why: why, Fix: fix, Config: config, Reads: reads(theLogging, more...),
			Judge: func(f *facts.Facts) Finding {
				if f.Log.Name == "" && id != "log-elsewhere" {
					return skip("there is no log bucket")
				}
				return judge(f)
			},
		}
	}
	onLog := func(pick func(facts.Bucket) facts.Unknowable) func(*facts.Facts) facts.Unknowable {
		return func(f *facts.Facts) facts.Unknowable {
			if f.Log.Name == "" {
				return facts.Fact[bool]{Need: pick(f.Log).Action()}
			}
			return pick(f.Log)
		}
	}
	block := onLog(func(b facts.Bucket) facts.Unknowable { return b.Block })
	document := onLog(func(b facts.Bucket) facts.Unknowable { return b.Policy })
	acl := onLog(func(b facts.Bucket) facts.Unknowable { return b.ACL })
	return []Check{
		check("log-elsewhere", "The log goes to another bucket", "each line of the log makes another line, for ever; and whoever uploads could write into it",
			`aws s3api put-bucket-logging --bucket BUCKET --bucket-logging-status '{"LoggingEnabled":{"TargetBucket":"LOGS","TargetPrefix":"logs/s3/uploads/"}}'`, "", Medium, func(f *facts.Facts) Finding {
				switch {
				case !f.Bucket.Logging.Set:
					return skip("logging is off")
				case aws.ToString(f.Bucket.Logging.Value.TargetBucket) == f.Bucket.Name:
					return fail("it goes into the bucket itself")
				case f.Log.Logging.Set && aws.ToString(f.Log.Logging.Value.TargetBucket) == f.Log.Name:
					return fail("%s writes its own log into itself", f.Log.Name).instead(noLogOfLogs)
				case f.Log.Logging.Set && aws.ToString(f.Log.Logging.Value.TargetBucket) == f.Bucket.Name:
					return fail("%s writes its log back into this bucket", f.Log.Name).instead(noLogOfLogs)
				}
				return pass("%s", f.Log.Name)
			}),
		check("log-public", "The log bucket is closed to the public", "the log names every file and every caller",
			onLogs(fixBlock), "", High, logPublic, block, document, acl, theAccount),
		check("log-tls", "Plain HTTP to the log bucket is denied", "the log can be read on the way",
			onLogs(fixPolicy(denyAll("DenyPlainHTTP", `{"Bool":{"aws:SecureTransport":"false"}}`))),
			"", Low, logTLS, document, theAccount),
		check("log-delivery", "S3 may write the log", "the setting is on and the log stays empty: S3 tells nobody",
			onLogs(fixPolicy(`{"Sid":"Log","Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"BUCKETARN/*","Condition":{"StringEquals":{"aws:SourceAccount":"ACCOUNT"}}}`)),
			"", Medium, logDelivery, document, acl, theAccount, onLog(func(b facts.Bucket) facts.Unknowable { return b.Encryption })),
		check("log-expiry", "Old logs go", "logs are paid for ever", "aws s3api put-bucket-lifecycle-configuration --bucket LOGS --lifecycle-configuration "+
			`'{"Rules":[{"ID":"logs","Status":"Enabled","Filter":{"Prefix":"logs/"},"Transitions":[{"Days":30,"StorageClass":"GLACIER"}],"Expiration":{"Days":365}}]}'`,
			"lifecycle.logsExpire", Low, logExpiry, onLog(func(b facts.Bucket) facts.Unknowable { return b.Lifecycle })),
	}
}

// asBucket looks at the log bucket with the eyes of the checks of the upload bucket.
func asBucket(f *facts.Facts) *facts.Facts {
	other := *f
	other.Bucket = f.Log
	return &other
}

func logPublic(f *facts.Facts) Finding {
	log := asBucket(f)
	all := facts.Block{BlockAcls: true, IgnoreAcls: true, BlockPolicy: true, Restrict: true}
	drop := onLogs(editPolicy(dropStatement))
	if public := policyPublic(log); public.Status == Fail {
		return public.instead(drop)
	}
	for _, g := range log.Bucket.ACL.Value.Grants {
		if g.Grantee != nil && strings.HasSuffix(aws.ToString(g.Grantee.URI), "Users") {
			return fail("the ACL of %s lets strangers in", f.Log.Name)
		}
	}
	switch foreign := policyForeign(log); {
	case log.Bucket.Block.Value != all && f.AccountBlock.Value != all && f.Intended:
		return fail("%s has not all four of public access block", f.Log.Name)
	case log.Bucket.Block.Value != all && f.AccountBlock.Value != all:
		return fail("%s has not all four of public access block", f.Log.Name).at(Medium)
	case foreign.Status == Fail:
		return foreign.orAdvice(f).instead(drop)
	}
	return pass("%s", f.Log.Name)
}

func logTLS(f *facts.Facts) Finding {
	return denied(asBucket(f), scenario{policy.Context{"aws:securetransport": {"false"}, "s3:tlsversion": nil}, policy.ObjectActions(), true, "plain HTTP"})
}

// logDelivery tries the write that S3's log service makes.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
func logDelivery(f *facts.Facts) Finding {
	log := f.Log
	if e := log.Encryption; e.Set && strings.HasPrefix(e.Value.Algorithm, "aws:kms") {
		return fail("%s is encrypted with KMS by default, and S3 delivers its log to buckets with AES256 alone", log.Name).
			instead(`aws s3api put-bucket-encryption --bucket LOGS --server-side-encryption-configuration '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'`)
	}
	for _, g := range log.ACL.Value.Grants {
		if g.Grantee != nil && strings.HasSuffix(aws.ToString(g.Grantee.URI), "/s3/LogDelivery") && (g.Permission == types.PermissionWrite || g.Permission == types.PermissionFullControl) {
			return pass("the ACL lets the log service write")
		}
	}
	search := policy.Search{
		Documents: []policy.Document{log.Policy.Value}, Principals: []policy.Principal{{Service: "logging.s3.amazonaws.com"}}, Actions: []string{"s3:PutObject"},
		Resources: []string{"arn:" + f.Partition() + ":s3:::" + log.Name + "/" + aws.ToString(f.Bucket.Logging.Value.TargetPrefix) + "2026-01-01-00-00-00-0"},
		Fixed: policy.Context{
			"aws:securetransport": {"true"}, "s3:tlsversion": {"1.3"}, "s3:signatureversion": {"AWS4-HMAC-SHA256"}, "s3:authtype": {"REST-HEADER"},
			"aws:sourceaccount": {f.Account.Value}, "aws:sourcearn": {bucketARN(f)}, "s3:signatureage": {"1000"},
		},
	}
	if _, ok := search.Find(func(r policy.Request) bool {
		decision, _ := log.Policy.Value.Decide(r)
		return decision == policy.Allowed
	}); !ok {
		return fail("the policy of %s does not let logging.s3.amazonaws.com write to %s", log.Name, aws.ToString(f.Bucket.Logging.Value.TargetPrefix))
	}
	return pass("the policy lets the log service write")
}

func logExpiry(f *facts.Facts) Finding {
	prefix := aws.ToString(f.Bucket.Logging.Value.TargetPrefix)
	for _, r := range f.Log.Lifecycle.Value {
		at := ""
		if r.Filter != nil && r.Filter.Prefix != nil {
			at = *r.Filter.Prefix
		}
		if r.Status == types.ExpirationStatusEnabled && r.Expiration != nil && aws.ToInt32(r.Expiration.Days) > 0 && strings.HasPrefix(prefix, at) {
			return pass("after %d days", *r.Expiration.Days)
		}
	}
	return fail("no enabled rule of %s expires %s", f.Log.Name, prefix)
}
