package uploads

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/lambda/upload"
)

// Bucket is the upload bucket and the key that encrypts it. Both stay when the
// stack is deleted.
type Bucket struct {
	awss3.Bucket
	key awskms.Key
	// writers are ARNs of roles that may write besides those of the configuration.
	writers []*string
	// readers are ARNs of roles that may read what the malware scan has not called clean.
	readers []*string
	// scanner and mover are ARNs of the roles of the malware scan and of the function
	// that moves what it finds; nil without it.
	scanner, mover *string
	// restorer is the ARN of the role that restores out of a backup; nil without.
	restorer *string
	// public serves the files that anybody may read; nil without.
	public *Public
	// state keeps passes and quotas; nil without.
	state *State
}

func newBucket(scope constructs.Construct, names names, config upload.Config, logs *Logs, site *Site) *Bucket {
	key := newKey(scope, names, config)
	props := &awss3.BucketProps{
		BucketName:             jsii.String(names.bucket),
		BlockPublicAccess:      awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:        awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		Versioned:              jsii.Bool(true),
		Encryption:             awss3.BucketEncryption_KMS,
		EncryptionKey:          key,
		BucketKeyEnabled:       jsii.Bool(true),
		BlockedEncryptionTypes: &[]awss3.BlockedEncryptionType{awss3.BlockedEncryptionType_SSE_C()},
		Cors:                   cors(config, site),
		LifecycleRules:         lifecycle(config),
		ServerAccessLogsBucket: logs.audit,
		ServerAccessLogsPrefix: jsii.String(s3LogPrefix + "uploads/"),
		RemovalPolicy:          keepOnceMade,
	}
	if config.Accelerate {
		props.TransferAcceleration = jsii.Bool(true)
	}
	bucket := awss3.NewBucket(scope, jsii.String("Bucket"), props)
	// EventBridgeEnabled would add a function of CDK's own with a managed policy;
	// CloudFormation can turn it on by itself.
	cfn(bucket).AddPropertyOverride(jsii.String("NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled"), true)
	return &Bucket{Bucket: bucket, key: key}
}

// cors lets our own site and the configured origins send, and read what the
// engine needs: the ETag of a part, the checksum, the version.
func cors(config upload.Config, site *Site) *[]*awss3.CorsRule {
	origins := once(append([]string{site.url}, config.Origins...))
	return &[]*awss3.CorsRule{{
		AllowedOrigins: jsii.Strings(origins...),
		AllowedMethods: corsBucketMethods(),
		AllowedHeaders: jsii.Strings(config.CORSAllowedHeaders()...),
		ExposedHeaders: jsii.Strings(upload.CORSExposedHeaders()...),
		MaxAge:         jsii.Number(3000),
	}}
}

func corsBucketMethods() *[]awss3.HttpMethods {
	methods := []awss3.HttpMethods{}
	for _, m := range upload.CORSMethods() {
		methods = append(methods, awss3.HttpMethods(m))
	}
	return &methods
}

// once drops repetitions: a configured origin may be that of our own domain.
func once(origins []string) []string {
	var kept []string
	for _, o := range origins {
		if !slices.Contains(kept, o) {
			kept = append(kept, o)
		}
	}
	return kept
}

// cfn is the CloudFormation resource behind a construct.
func cfn(c constructs.Construct) awscdk.CfnResource {
	return c.Node().DefaultChild().(awscdk.CfnResource)
}
