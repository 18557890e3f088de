package uploads

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/lambda/upload"
)

// names are the names that cannot be left to CloudFormation, because they are
// needed before the resource is there or are unique across all of AWS. They
// carry parts of the stack's own id, so that a second instance, or the next
// deployment after a kept bucket, never meets a name that is taken.
type names struct {
	bucket    string // of uploads: the content security policy and the key policy name it
	bucketARN string
	state     string // of passes and quotas, which the key's policy names too
	stateARN  string
	region    string
	login     string // Cognito's domain prefix, which must not hold "aws" or "cognito": so not config.Name
	// apiLog is the log group of the API's access log. A group of any other name is
	// written into a policy of the region's log groups, which has room for few
	// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html).
	apiLog string
	vault  string // of AWS Backup's, which outlives the stack
}

// vendedLogs begins the names of groups that AWS's services may write to as they
// are.
const vendedLogs = "/aws/vendedlogs/"

func newNames(scope constructs.Construct, config upload.Config) names {
	stack := awscdk.Stack_Of(scope)
	// arn:aws:cloudformation:region:account:stack/name/00000000-1111-2222-3333-444444444444:
	// the uuid's first group counts time and the last one names the maker, so the
	// two are unique together.
	uuid := split(2, "/", stack.StackId())
	id := *awscdk.Token_AsString(split(0, "-", uuid), nil) + "-" + *awscdk.Token_AsString(split(4, "-", uuid), nil)
	bucket := config.Name + "-uploads-" + id
	if config.Existing != nil {
		bucket = config.Existing.Bucket
	}
	return names{
		bucket:    bucket,
		bucketARN: "arn:" + *stack.Partition() + ":s3:::" + bucket,
		state:     config.Name + "-state-" + id,
		stateARN:  "arn:" + *stack.Partition() + ":s3:::" + config.Name + "-state-" + id,
		region:    *stack.Region(),
		login:     "login-" + id,
		vault:     config.Name + "-" + id,
		apiLog:    vendedLogs + *stack.StackName() + "-api-" + id,
	}
}

// split is the n-th part of a value, as CloudFormation computes it. Written out,
// because awscdk.Fn_Split hands Go a list of a known length, each of whose
// elements then holds the whole expression.
func split(n int, separator string, value any) map[string]any {
	return map[string]any{"Fn::Select": []any{n, map[string]any{"Fn::Split": []any{separator, value}}}}
}

// Tag puts the configured tags on everything in scope that can have tags.
func Tag(scope constructs.Construct, config upload.Config) {
	for _, name := range slices.Sorted(maps.Keys(config.Tags)) {
		awscdk.Tags_Of(scope).Add(&name, jsii.String(config.Tags[name]), nil)
	}
}
