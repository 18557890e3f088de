package uploads

import (
	_ "embed"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// NewStack is a stack of the configured name that holds Signet and nothing else,
// for the account and region of whoever deploys it. Its outputs have short
// names: SiteURL, and not UploadsSiteURL0123ABCD.
func NewStack(scope constructs.Construct, props Props) *Uploads {
	stack := awscdk.NewStack(scope, &props.Config.Name, &awscdk.StackProps{
		Description:           jsii.String("Signet: uploads straight into S3"),
		TerminationProtection: jsii.Bool(true),
	})
	Tag(stack, props.Config) // for what CDK puts into the stack and not into our construct
	u := NewUploads(stack, "Uploads", props)
	for _, output := range u.outputs {
		output.OverrideLogicalId(output.Node().Id())
	}
	return u
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
