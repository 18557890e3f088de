package relay

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/customresources"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/uploads"
	"signet/infra/waive"
	"signet/lambda/upload"
)

// lookups ask EC2, at deployment, for what differs from region to region or from
// account to account. CloudFormation has no way to ask: a function of the CDK does.
type lookups struct {
	scope constructs.Construct
	role  awsiam.Role
	group awslogs.LogGroup
}

func newLookups(scope constructs.Construct, logs *uploads.Logs) *lookups {
	group := logs.NewLogGroup(scope, "LookupLogs")
	role := awsiam.NewRole(scope, jsii.String("LookupRole"), &awsiam.RoleProps{
		Description: jsii.String("Looks up AWS's prefix lists and zones at deployment"),
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{"Looking": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{
			Statements: &[]awsiam.PolicyStatement{
				uploads.Allow(upload.Grant{Sid: "Look", Actions: []string{"ec2:DescribeAvailabilityZones", "ec2:DescribeManagedPrefixLists"}, Resources: []string{"*"}}),
				uploads.Allow(upload.Grant{Sid: "Logs", Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resources: []string{*group.LogGroupArn()}}),
				uploads.Traces(),
			},
		})},
	})
	waive.On(cfn(role), noResource())
	return &lookups{scope, role, group}
}

// ask makes one call, whose answer's values stand at the given paths.
func (l *lookups) ask(id, action string, filters map[string][]string, paths ...string) []string {
	var list []any
	for _, name := range []string{"prefix-list-name", "state", "zone-id", "zone-type"} { // in an order, so that two syntheses are equal
		if values, ok := filters[name]; ok {
			list = append(list, map[string]any{"Name": name, "Values": values})
		}
	}
	resource := customresources.NewAwsCustomResource(l.scope, &id, &customresources.AwsCustomResourceProps{
		OnUpdate: &customresources.AwsSdkCall{
			Service: jsii.String("EC2"), Action: &action,
			Parameters: map[string]any{"Filters": list}, OutputPaths: jsii.Strings(paths...),
			PhysicalResourceId: customresources.PhysicalResourceId_Of(&id),
			Logging:            customresources.Logging_WithDataHidden(),
		},
		Role: l.role.WithoutPolicyUpdates(nil), LogGroup: l.group, InstallLatestAwsSdk: jsii.Bool(false), Timeout: minutes(1),
	})
	values := make([]string, len(paths))
	for i, path := range paths {
		values[i] = *resource.GetResponseField(&path)
	}
	return values
}

// prefixList is the id of a list of addresses that AWS keeps.
func (l *lookups) prefixList(id, name string) string {
	return l.ask(id, "describeManagedPrefixLists", map[string][]string{"prefix-list-name": {name}}, "PrefixLists.0.PrefixListId")[0]
}

// zones are the names of two zones of this account in which a VPC origin may
// stand. Names are shuffled: us-east-1a is another zone in the next account, so
// that ids have to be asked for.
func (l *lookups) zones() []string {
	return l.ask("Zones", "describeAvailabilityZones", map[string][]string{
		"state": {"available"}, "zone-type": {"availability-zone"}, "zone-id": originZones(),
	}, "AvailabilityZones.0.ZoneName", "AvailabilityZones.1.ZoneName")
}

// originZones are the ids of all zones in [signet/infra/settings.Regions] that VPC origins take.
// Left out are use1-az3, usw1-az2, apne1-az3, apne2-az1 and cac1-az3
// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html,
// "Supported AWS Regions").
func originZones() []string {
	var ids []string
	for _, region := range []struct{ code, zones string }{
		{"apne1", "124"}, {"apne2", "234"}, {"apne3", "123"}, {"aps1", "123"}, {"apse1", "123"}, {"apse2", "123"},
		{"cac1", "124"}, {"euc1", "123"}, {"eun1", "123"}, {"euw1", "123"}, {"euw2", "123"}, {"euw3", "123"}, {"sae1", "123"},
		{"use1", "12456"}, {"use2", "123"}, {"usw1", "13"}, {"usw2", "1234"},
	} {
		for _, zone := range region.zones {
			ids = append(ids, region.code+"-az"+string(zone))
		}
	}
	return ids
}

// harden finds CDK's function that asks, by its role, and makes it like our own.
func (l *lookups) harden() {
	stack := awscdk.Stack_Of(l.scope)
	for _, c := range *stack.Node().FindAll("") {
		if f, ok := c.(awslambda.CfnFunction); ok && *f.Role() == *l.role.RoleArn() {
			f.SetTracingConfig(&awslambda.CfnFunction_TracingConfigProperty{Mode: jsii.String("Active")})
			uploads.Tidy(f, waive.NoQueue(), waive.SharedConcurrency())
			return
		}
	}
	panic(fmt.Errorf("%s: got no function that looks up prefix lists, want one: put the relay into a stack of its own", *stack.Node().Path()))
}
