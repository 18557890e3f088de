package uploads

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Regions are those that a stack can be deployed to: all that AWS has on by
// default. To the buckets of those that an account has to opt in to, CloudFront
// delivers no logs, or AWS does not say that it does
// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html,
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html).
func Regions() []string {
	return []string{
		"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
		"ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
		"us-east-1", "us-east-2", "us-west-1", "us-west-2",
	}
}

// checkRegion refuses other regions: at once where the stack names its own, else
// by a rule that CloudFormation reads before it makes the first resource
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html).
func checkRegion(scope constructs.Construct) {
	want := "want a region to which CloudFront delivers logs: " + strings.Join(Regions(), ", ")
	region := awscdk.Stack_Of(scope).Region()
	if !*awscdk.Token_IsUnresolved(region) && !slices.Contains(Regions(), *region) {
		panic(fmt.Errorf("%s: got the region %s, %s", *scope.Node().Path(), *region, want))
	}
	awscdk.NewCfnRule(scope, jsii.String("Region"), &awscdk.CfnRuleProps{Assertions: &[]*awscdk.CfnRuleAssertion{{
		Assert: awscdk.Fn_ConditionContains(jsii.Strings(Regions()...), awscdk.Aws_REGION()), AssertDescription: &want,
	}}})
}
