package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/waive"
	"signet/lambda/upload"
)

// Where the logs are kept; the lifecycle rule of both buckets is for logPrefix.
const (
	logPrefix   = "logs/"
	s3LogPrefix = logPrefix + "s3/"
	trailPrefix = logPrefix + "cloudtrail"
	siteLogs    = logPrefix + "cloudfront/"
)

// What outlives the stack does so in two ways. The upload bucket and the keys,
// which cost, go when the first deployment fails: nothing is in them yet
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html).
// The other buckets may hold files by then, and the pool protects itself:
// deleting them would fail, and the rollback with them. Left behind they cost
// next to nothing.
const (
	keepOnceMade = awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE
	keepAlways   = awscdk.RemovalPolicy_RETAIN
)

// Logs is where S3, CloudTrail, CloudFront and the programs write. Both buckets
// use SSE-S3, the only encryption that S3 takes for the target of server access
// logs (https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html);
// the trail and the log groups, which name files and callers, use the key.
type Logs struct {
	key   awskms.Key
	audit awss3.Bucket // S3's server access logs and CloudTrail
	edge  awss3.Bucket // CloudFront's
}

func newLogs(scope constructs.Construct, names names, config upload.Config) *Logs {
	audit := awss3.NewBucket(scope, jsii.String("Logs"), logBucket(config))
	props := logBucket(config)
	// CloudFront writes its logs with an ACL
	// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html),
	// hence a bucket of its own, where nothing but these logs can have one.
	props.ObjectOwnership = awss3.ObjectOwnership_BUCKET_OWNER_PREFERRED
	props.ServerAccessLogsBucket = audit
	props.ServerAccessLogsPrefix = jsii.String(s3LogPrefix + "edge/")
	edge := awss3.NewBucket(scope, jsii.String("EdgeLogs"), props)
	keepPolicy(audit, keepAlways)
	keepPolicy(edge, keepAlways)
	waive.On(cfn(audit), lastLog())
	return &Logs{key: newLogKey(scope, names, config), audit: audit, edge: edge}
}

func logBucket(config upload.Config) *awss3.BucketProps {
	rule := &awss3.LifecycleRule{
		Id:         jsii.String("logs"),
		Prefix:     jsii.String(logPrefix),
		Expiration: days(config.Lifecycle.LogsExpire),
	}
	if n := config.Lifecycle.LogsTransition; n > 0 {
		rule.Transitions = &[]*awss3.Transition{{StorageClass: awss3.StorageClass_GLACIER(), TransitionAfter: days(n)}}
	}
	return &awss3.BucketProps{
		// S3's default, said aloud: a move costs more than a small object's storage
		// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html).
		TransitionDefaultMinimumObjectSize: awss3.TransitionDefaultMinimumObjectSize_ALL_STORAGE_CLASSES_128_K,
		BlockPublicAccess:                  awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:                    awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		Encryption:                         awss3.BucketEncryption_S3_MANAGED,
		EnforceSSL:                         jsii.Bool(true),
		MinimumTLSVersion:                  jsii.Number(1.2),
		Versioned:                          jsii.Bool(true),
		RemovalPolicy:                      keepAlways,
		LifecycleRules:                     &[]*awss3.LifecycleRule{rule, housekeeping(config)},
	}
}

// housekeeping is the lifecycle rule that every bucket has: nothing unfinished,
// no old version and no lone delete marker stays for ever.
func housekeeping(config upload.Config) *awss3.LifecycleRule {
	return &awss3.LifecycleRule{
		Id:                                  jsii.String("housekeeping"),
		AbortIncompleteMultipartUploadAfter: days(config.Lifecycle.Abort),
		NoncurrentVersionExpiration:         days(config.Lifecycle.Noncurrent),
		ExpiredObjectDeleteMarker:           jsii.Bool(true),
	}
}

// keepPolicy keeps a kept bucket's policy too, and as long: a bucket that outlives
// its stack must not outlive its denials.
func keepPolicy(bucket awss3.Bucket, as awscdk.RemovalPolicy) {
	bucket.Policy().ApplyRemovalPolicy(as)
}

func days(n int) awscdk.Duration { return awscdk.Duration_Days(jsii.Number(n)) }

// NewLogGroup holds a program's log for 30 days.
func (l *Logs) NewLogGroup(scope constructs.Construct, id string) awslogs.LogGroup {
	return l.newLogGroup(scope, id, nil)
}

// newLogGroup does so under a name, or under one that CloudFormation makes.
func (l *Logs) newLogGroup(scope constructs.Construct, id string, name *string) awslogs.LogGroup {
	return awslogs.NewLogGroup(scope, &id, &awslogs.LogGroupProps{
		LogGroupName:  name,
		EncryptionKey: l.key,
		Retention:     awslogs.RetentionDays_ONE_MONTH,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
}
