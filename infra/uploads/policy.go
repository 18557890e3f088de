package uploads

import (
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
	bucket    bool // the statement is about the bucket
	objects   bool // the statement is about the objects in it
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
	keepPolicy(b.Bucket, keepOnceMade)
}

// denials are the rows of the policy. Condition keys as in
// https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
// and https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html.
func (b *Bucket) denials(config upload.Config) []denial {
	oldest := (time.Duration(config.Expires) + signatureGrace).Milliseconds()
	all := []string{"s3:*"}
	put := []string{"s3:PutObject"}
	rows := []denial{
		{"DenyPlainHTTP", all, true, true, condition{"Bool": condition{"aws:SecureTransport": "false"}}},
		{"DenyOldTLS", all, true, true, condition{"NumericLessThan": condition{"s3:TlsVersion": "1.2"}}},
		{"DenySigV2", all, true, true, condition{"StringEquals": condition{"s3:signatureversion": "AWS"}}},
		{"DenyOldSignatures", all, true, true, condition{
			"StringEquals":       condition{"s3:authType": []string{"REST-QUERY-STRING", "POST"}},
			"NumericGreaterThan": condition{"s3:signatureAge": strconv.FormatInt(oldest, 10)},
		}},
		// Null: false spares the request without the header, which the bucket's default encrypts.
		{"DenyOtherEncryption", put, false, true, condition{
			"Null":            condition{"s3:x-amz-server-side-encryption": "false"},
			"StringNotEquals": condition{"s3:x-amz-server-side-encryption": "aws:kms"},
		}},
		{"DenyOtherKey", put, false, true, condition{
			"Null":            condition{"s3:x-amz-server-side-encryption-aws-kms-key-id": "false"},
			"StringNotEquals": condition{"s3:x-amz-server-side-encryption-aws-kms-key-id": b.key.KeyArn()},
		}},
		{"DenySSEC", put, false, true, present("s3:x-amz-server-side-encryption-customer-algorithm")},
		{"DenyACL", put, false, true, present("s3:x-amz-acl")},
		{"DenyGrantRead", put, false, true, present("s3:x-amz-grant-read")},
		{"DenyGrantReadACP", put, false, true, present("s3:x-amz-grant-read-acp")},
		{"DenyGrantWrite", put, false, true, present("s3:x-amz-grant-write")},
		{"DenyGrantWriteACP", put, false, true, present("s3:x-amz-grant-write-acp")},
		{"DenyGrantFullControl", put, false, true, present("s3:x-amz-grant-full-control")},
		{"DenyDeleteBucket", []string{"s3:DeleteBucket"}, true, false, nil},
	}
	return append(rows, b.writersRule(config)...)
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
	}, false, true, condition{"ArnNotLike": condition{"aws:PrincipalArn": writers}}}}
}

func present(key string) condition { return condition{"Null": condition{key: "false"}} }

func (b *Bucket) resources(d denial) *[]*string {
	var on []*string
	if d.bucket {
		on = append(on, b.BucketArn())
	}
	if d.objects {
		on = append(on, b.ArnForObjects(jsii.String("*")))
	}
	return &on
}

func (d denial) conditions() *map[string]any {
	if d.condition == nil {
		return nil
	}
	return &d.condition
}
