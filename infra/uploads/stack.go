package uploads

import (
	_ "embed"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/lambda/upload"
)

// NewStack is an empty stack with the configured name, for the account and
// region of whoever deploys it.
func NewStack(scope constructs.Construct, config upload.Config) awscdk.Stack {
	stack := awscdk.NewStack(scope, &config.Name, &awscdk.StackProps{
		Description: jsii.String("Signet: uploads straight into S3"),
	})
	tag(stack, config) // for what CDK puts into the stack and not into our construct
	return stack
}

//go:embed rules.rego
var rules string

// Rules is CDK's own validation of the templates, which fails the synthesis,
// with this project's rules added to its own.
func Rules() awscdk.CloudFormationValidatePlugin {
	return awscdk.NewCloudFormationValidatePlugin(&awscdk.CloudFormationValidatePluginProps{
		RegoRules: &[]*awscdk.ValidationRuleSource{{Name: jsii.String("signet"), Content: &rules}},
	})
}
