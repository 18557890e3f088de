package uploads

import (
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"signet/lambda/upload"
)

// signatureGrace is how much older than Config.Expires a presigned request may
// be: clocks differ, and a big part takes its time.
const signatureGrace = 5 * time.Minute

// condition is the Condition element of a policy statement.
type condition = map[string]any

// denial is one statement of the upload bucket's policy. All of them deny, to
// everybody: what is allowed stands in the policies of roles.
type denial struct {
	sid       string
	actions   []string
	bucket    bool     // the statement is about the bucket
	objects   []string // the statement is about the objects in it whose keys are like one of these
	condition condition
}

// protect writes the bucket's policy. It comes last, when all writers are known.
func (b *Bucket) protect(config upload.Config, function *Function) {
	b.writers = append(b.writers, function.role.RoleArn())
	for _, d := range b.denials(config) {
		b.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:        &d.sid,
			Effect:     awsiam.Effect_DENY,
			Principals: &[]awsiam.IPrincipal{awsiam.NewStarPrincipal()},
			Actions:    jsii.Strings(d.actions...),
			Resources:  b.resources(d),
			Conditions: d.conditions(),
		}))
	}
	b.allowPublic(config)
	keepPolicy(b.Bucket, keepOnceMade)
}

// denials are the rows of the policy. Condition keys as in
// https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
// and https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html.
func (b *Bucket) denials(config upload.Config) []denial {
	oldest := (time.Duration(config.Expires) + signatureGrace).Milliseconds()
	all, every := []string{"s3:*"}, []string{"*"}
	put := []string{"s3:PutObject"}
	rows := []denial{
		{"DenyPlainHTTP", all, true, every, condition{"Bool": condition{"aws:SecureTransport": "false"}}},
		{"DenyOldTLS", all, true, every, condition{"NumericLessThan": condition{"s3:TlsVersion": "1.2"}}},
		{"DenySigV2", all, true, every, condition{"StringEquals": condition{"s3:signatureversion": "AWS"}}},
		{"DenyOldSignatures", all, true, every, condition{
			"StringEquals":       condition{"s3:authType": []string{"REST-QUERY-STRING", "POST"}},
			"NumericGreaterThan": condition{"s3:signatureAge": strconv.FormatInt(oldest, 10)},
		}},
		// Null: false spares the request without the header, which the bucket's default encrypts.
		{"DenyOtherEncryption", put, false, every, condition{
			"Null":            condition{"s3:x-amz-server-side-encryption": "false"},
			"StringNotEquals": condition{"s3:x-amz-server-side-encryption": "aws:kms"},
		}},
		{"DenyOtherKey", put, false, every, condition{
			"Null":            condition{"s3:x-amz-server-side-encryption-aws-kms-key-id": "false"},
			"StringNotEquals": condition{"s3:x-amz-server-side-encryption-aws-kms-key-id": b.key.KeyArn()},
		}},
		{"DenySSEC", put, false, every, present("s3:x-amz-server-side-encryption-customer-algorithm")},
		{"DenyACL", put, false, every, present("s3:x-amz-acl")},
		{"DenyGrantRead", put, false, every, present("s3:x-amz-grant-read")},
		{"DenyGrantReadACP", put, false, every, present("s3:x-amz-grant-read-acp")},
		{"DenyGrantWrite", put, false, every, present("s3:x-amz-grant-write")},
		{"DenyGrantWriteACP", put, false, every, present("s3:x-amz-grant-write-acp")},
		{"DenyGrantFullControl", put, false, every, present("s3:x-amz-grant-full-control")},
		{"DenyDeleteBucket", []string{"s3:DeleteBucket"}, true, nil, nil},
	}
	return slices.Concat(rows, b.writersRule(config), b.threatRules(config), b.unscannedRules(config))
}

// writersRule denies writing to everybody but the named roles and our own; with
// no role named there is no such rule.
func (b *Bucket) writersRule(config upload.Config) []denial {
	if len(config.Writers) == 0 {
		return nil
	}
	writers := append(*jsii.Strings(config.Writers...), b.writers...)
	return []denial{{"DenyOtherWriters", []string{
		"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectTagging", "s3:DeleteObjectVersion", "s3:DeleteObjectVersionTagging",
		"s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:PutObjectVersionAcl", "s3:PutObjectVersionTagging", "s3:RestoreObject",
	}, false, []string{"*"}, condition{"ArnNotLike": condition{"aws:PrincipalArn": writers}}}}
}

// threatRules keep malware from everybody but the roles named to examine it and
// the function that moves it: from the scan on by its tag, wherever it is, and
// under quarantine/ without looking at tags. Nobody but the scan and that function
// may set a tag, for whoever can take it off can read
// (https://docs.aws.amazon.com/guardduty/latest/ug/tag-based-access-s3-malware-protection.html).
func (b *Bucket) threatRules(config upload.Config) []denial {
	if !config.MalwareScan {
		return nil
	}
	read, every := []string{"s3:GetObject", "s3:GetObjectVersion"}, []string{"*"}
	readers := condition{"aws:PrincipalArn": append(*jsii.Strings(config.QuarantineReaders...), b.mover)}
	taggers := []*string{b.scanner, b.mover}
	if b.restorer != nil { // a restored file has its verdict again
		taggers = append(taggers, b.restorer)
	}
	tag := []string{"s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging", "s3:PutObjectTagging", "s3:PutObjectVersionTagging"}
	return []denial{
		{"DenyThreats", read, false, every, condition{
			"StringEquals": condition{"s3:ExistingObjectTag/" + upload.ScanTag: upload.ThreatFound}, "ArnNotLike": readers,
		}},
		{"DenyQuarantine", read, false, []string{upload.QuarantinePrefix + "*"}, condition{"ArnNotLike": readers}},
		{"DenyOtherTaggers", tag, false, every, condition{"ArnNotLike": condition{"aws:PrincipalArn": taggers}}},
	}
}

// unscannedRules keep what the scan has not called clean from everybody but those
// who examine and move it: from links, whoever signed them, and from reading
// directly. Our own programs may read directly, to compare what was stored.
func (b *Bucket) unscannedRules(config upload.Config) []denial {
	if !config.MalwareStrict {
		return nil
	}
	read := []string{"s3:GetObject", "s3:GetObjectVersion"}
	unclean := condition{"s3:ExistingObjectTag/" + upload.ScanTag: upload.NoThreats} // nor where there is no tag
	examiners := append(*jsii.Strings(config.QuarantineReaders...), b.mover, b.scanner)
	link := condition{"StringEquals": condition{"s3:authType": "REST-QUERY-STRING"}, "StringNotEquals": unclean,
		"ArnNotLike": condition{"aws:PrincipalArn": examiners}}
	own := slices.Concat(*jsii.Strings(config.QuarantineReaders...), b.writers, b.readers)
	direct := condition{"StringNotEquals": unclean, "ArnNotLike": condition{"aws:PrincipalArn": own}}
	return []denial{
		{"DenyUnscannedLinks", read, false, uploadKeys(config), link},
		{"DenyUnscanned", read, false, uploadKeys(config), direct},
	}
}

func present(key string) condition { return condition{"Null": condition{key: "false"}} }

func (b *Bucket) resources(d denial) *[]*string {
	var on []*string
	if d.bucket {
		on = append(on, b.BucketArn())
	}
	for _, keys := range d.objects {
		on = append(on, b.ArnForObjects(&keys))
	}
	return &on
}

// uploadKeys are patterns of the keys of all spaces' files.
func uploadKeys(config upload.Config) []string {
	var patterns []string
	for _, prefix := range config.Prefixes() {
		patterns = append(patterns, prefix+"*")
	}
	return patterns
}

// uploads are the ARNs of all spaces' files.
func (b *Bucket) uploads(config upload.Config) []string {
	return upload.Below(*b.BucketArn(), config.Prefixes())
}

func (d denial) conditions() *map[string]any {
	if d.condition == nil {
		return nil
	}
	return &d.condition
}
