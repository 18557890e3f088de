package relay

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/customresources"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/uploads"
	"signet/infra/waive"
	"signet/lambda/upload"
)

// prefixLists are the addresses that AWS keeps lists of. Their ids differ from
// region to region, and CloudFormation has no way to ask for one: a function of
// the CDK does.
type prefixLists struct{ cloudFront, s3 string }

func newPrefixLists(scope constructs.Construct, logs *uploads.Logs) *prefixLists {
	stack := awscdk.Stack_Of(scope)
	group := logs.NewLogGroup(scope, "PrefixListLogs")
	role := awsiam.NewRole(scope, jsii.String("PrefixListRole"), &awsiam.RoleProps{
		Description: jsii.String("Looks up AWS's prefix lists at deployment"),
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{"Looking": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{
			Statements: &[]awsiam.PolicyStatement{
				uploads.Allow(upload.Grant{Sid: "Look", Actions: []string{"ec2:DescribeManagedPrefixLists"}, Resource: "*"}),
				uploads.Allow(upload.Grant{Sid: "Logs", Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resource: *group.LogGroupArn()}),
				uploads.Traces(),
			},
		})},
	})
	waive.On(cfn(role), noResource())
	look := func(id, name string) string {
		call := &customresources.AwsSdkCall{
			Service: jsii.String("EC2"), Action: jsii.String("describeManagedPrefixLists"),
			Parameters:         map[string]any{"Filters": []any{map[string]any{"Name": "prefix-list-name", "Values": []string{name}}}},
			OutputPaths:        jsii.Strings("PrefixLists.0.PrefixListId"),
			PhysicalResourceId: customresources.PhysicalResourceId_Of(&name),
			Logging:            customresources.Logging_WithDataHidden(),
		}
		resource := customresources.NewAwsCustomResource(scope, &id, &customresources.AwsCustomResourceProps{
			OnUpdate: call, Role: role.WithoutPolicyUpdates(nil), LogGroup: group, InstallLatestAwsSdk: jsii.Bool(false), Timeout: minutes(1),
		})
		return *resource.GetResponseField(jsii.String("PrefixLists.0.PrefixListId"))
	}
	lists := &prefixLists{
		cloudFront: look("CloudFrontList", "com.amazonaws.global.cloudfront.origin-facing"),
		s3:         look("S3List", "com.amazonaws."+*stack.Region()+".s3"),
	}
	harden(stack, role)
	return lists
}

// harden finds CDK's function that asks, by its role, and makes it like our own.
func harden(stack awscdk.Stack, role awsiam.Role) {
	for _, c := range *stack.Node().FindAll("") {
		if f, ok := c.(awslambda.CfnFunction); ok && *f.Role() == *role.RoleArn() {
			f.SetTracingConfig(&awslambda.CfnFunction_TracingConfigProperty{Mode: jsii.String("Active")})
			f.SetReservedConcurrentExecutions(jsii.Number(1))
			uploads.Tidy(f, waive.NoQueue())
			return
		}
	}
	panic(fmt.Errorf("%s: got no function that looks up prefix lists, want one: put the relay into a stack of its own", *stack.Node().Path()))
}
