package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudtrail"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/lambda/upload"
)

// newTrail records who read, wrote and deleted which upload: data events of the
// upload bucket and nothing else, so that the account's own trail is not paid twice.
func newTrail(scope constructs.Construct, config upload.Config, bucket *Bucket, logs *Logs) {
	stack := awscdk.Stack_Of(scope)
	arn := trailARN(stack, config)
	trusted := func(sid, action, resource string, more condition) awsiam.PolicyStatement {
		equals := condition{"aws:SourceArn": arn}
		for key, value := range more {
			equals[key] = value
		}
		return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: &sid, Actions: jsii.Strings(action), Resources: jsii.Strings(resource),
			Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudtrail.amazonaws.com"), nil)},
			Conditions: &map[string]any{"StringEquals": equals},
		})
	}
	logs.audit.AddToResourcePolicy(trusted("TrailCheck", "s3:GetBucketAcl", *logs.audit.BucketArn(), nil))
	logs.audit.AddToResourcePolicy(trusted("TrailWrite", "s3:PutObject",
		*logs.audit.ArnForObjects(jsii.String(trailPrefix + "/AWSLogs/" + *stack.Account() + "/*")),
		condition{"s3:x-amz-acl": "bucket-owner-full-control"}))
	trail := awscloudtrail.NewCfnTrail(scope, jsii.String("Trail"), &awscloudtrail.CfnTrailProps{
		TrailName:                  &config.Name,
		IsLogging:                  jsii.Bool(true),
		S3BucketName:               *logs.audit.BucketName(),
		S3KeyPrefix:                jsii.String(trailPrefix),
		KmsKeyId:                   logs.key.KeyArn(),
		EnableLogFileValidation:    jsii.Bool(true),
		IsMultiRegionTrail:         jsii.Bool(true),
		IncludeGlobalServiceEvents: jsii.Bool(true),
		AdvancedEventSelectors: []any{&awscloudtrail.CfnTrail_AdvancedEventSelectorProperty{
			Name: jsii.String("Uploads"),
			FieldSelectors: []any{
				field("eventCategory", "Data"),
				field("resources.type", "AWS::S3::Object"),
				&awscloudtrail.CfnTrail_AdvancedFieldSelectorProperty{Field: jsii.String("resources.ARN"), StartsWith: jsii.Strings(*bucket.BucketArn() + "/")},
			},
		}},
	})
	trail.Node().AddDependency(logs.audit.Policy())
}

// trailARN is known before the trail is there, because the policies that let it
// write must be there first.
func trailARN(stack awscdk.Stack, config upload.Config) string {
	return "arn:" + *stack.Partition() + ":cloudtrail:" + *stack.Region() + ":" + *stack.Account() + ":trail/" + config.Name
}

func field(name, value string) *awscloudtrail.CfnTrail_AdvancedFieldSelectorProperty {
	return &awscloudtrail.CfnTrail_AdvancedFieldSelectorProperty{Field: &name, EqualTo: jsii.Strings(value)}
}
