package uploads

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/settings"
)

// checkRegion refuses other regions: at once where the stack names its own, else
// by a rule that CloudFormation reads before it makes the first resource
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html).
func checkRegion(scope constructs.Construct) {
	want := "want a region to which CloudFront delivers logs: " + strings.Join(settings.Regions(), ", ")
	region := awscdk.Stack_Of(scope).Region()
	if !*awscdk.Token_IsUnresolved(region) && !slices.Contains(settings.Regions(), *region) {
		panic(fmt.Errorf("%s: got the region %s, %s", *scope.Node().Path(), *region, want))
	}
	awscdk.NewCfnRule(scope, jsii.String("Region"), &awscdk.CfnRuleProps{Assertions: &[]*awscdk.CfnRuleAssertion{{
		Assert: awscdk.Fn_ConditionContains(jsii.Strings(settings.Regions()...), awscdk.Aws_REGION()), AssertDescription: &want,
	}}})
}
