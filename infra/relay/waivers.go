package relay

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/waive"
)

// The decisions not to fix what a checker finds in the relay's stack.

func triedAgain() waive.Waiver {
	return waive.Waiver{IDs: []string{"CKV_AWS_116"}, Reason: "The schedule calls it again in five minutes with the same; an alarm tells of failures"}
}

func noResource() waive.Waiver {
	return waive.Waiver{IDs: []string{"AwsSolutions-IAM5"}, Only: []string{"Resource::*"},
		Reason: "X-Ray's, Session Manager's and the look-up's actions take no resource"}
}

func plainWithin() waive.Waiver {
	return waive.Waiver{IDs: []string{"CKV_AWS_2", "CKV_AWS_103"},
		Reason: "CloudFront takes publicly trusted certificates alone, which a load balancer's own name cannot have; the way to it is private"}
}

func goesWithStack() waive.Waiver {
	return waive.Waiver{IDs: []string{"CKV_AWS_150"}, Reason: "It holds nothing: deleting the stack is to delete it"}
}

func noNotifications() waive.Waiver {
	return waive.Waiver{IDs: []string{"AwsSolutions-AS3"}, Reason: "A group of one: that it has no healthy machine is an alarm, that it replaces one is no news"}
}

func noFirewall() waive.Waiver {
	return waive.Waiver{IDs: []string{"AwsSolutions-CFR1", "AwsSolutions-CFR2", "CKV_AWS_68"},
		Reason: "Every upload needs a token, and the program limits connections: a firewall or a list of countries is the owner's decision, and costs"}
}

// machineRole is for a role whose grants checkers cannot see the narrowness of: what
// they would name is in another stack.
func machineRole() waive.Waiver {
	return waive.Waiver{IDs: []string{"AwsSolutions-IAM5", "CKV_AWS_111"},
		Reason: "Keys of uploads are made at run time, nothing outside the prefix; Session Manager's actions take no resource"}
}

// allowImageByParameter is for the two checkers of templates that know images by
// their ids alone: CDK's own, and cfn-lint.
func allowImageByParameter(template awsec2.LaunchTemplate) {
	const rule = "E1152"
	unknown(cfn(template), rule)
	awscdk.Validations_Of(template).Acknowledge(&awscdk.Acknowledgment{
		Id: jsii.String("CloudFormation-Validate::" + rule), Reason: jsii.String("EC2 resolves the image's parameter at each start"),
	})
}

// unknown is for properties that are newer than cfn-lint: the tags of listeners,
// and updates by instance refresh. CDK's own check, of the same version as CDK,
// knows them.
func unknown(resource awscdk.CfnResource, rule string) {
	resource.AddMetadata(jsii.String("cfn-lint"), map[string]any{"config": map[string]any{"ignore_checks": []string{rule}}})
}
