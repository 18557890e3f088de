package uploads_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/uploads"
)

// TestRules synthesizes a stack that does everything wrong and wants each rule
// to say so, and the synthesis to fail.
func TestRules(t *testing.T) {
	flags, err := contextOf("../../cdk.json")
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	app := awscdk.NewApp(&awscdk.AppProps{Context: &flags, Outdir: &out, AnalyticsReporting: jsii.Bool(false)})
	wrong(awscdk.NewStack(app, jsii.String("wrong"), nil))
	awscdk.Validations_Of(app).AddPlugins(uploads.Rules())
	if !panics(func() { app.Synth(nil) }) {
		t.Error("got a synthesis that succeeds, want it to fail")
	}
	data, err := os.ReadFile(filepath.Join(out, "validation-report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		PluginReports []struct {
			Violations []struct{ RuleName, Severity string }
		}
	}
	if err := json.Unmarshal(data, &report); err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, plugin := range report.PluginReports {
		for _, v := range plugin.Violations {
			if v.Severity == "error" && len(v.RuleName) == len("SIGNET-001") && v.RuleName[:7] == "SIGNET-" {
				got[v.RuleName] = true
			}
		}
	}
	want := []string{
		"SIGNET-001", "SIGNET-002", "SIGNET-003", "SIGNET-004", "SIGNET-005", "SIGNET-006",
		"SIGNET-007", "SIGNET-008", "SIGNET-009", "SIGNET-010", "SIGNET-011", "SIGNET-012",
		"SIGNET-013", "SIGNET-014", "SIGNET-015", "SIGNET-016",
	}
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

func wrong(stack awscdk.Stack) {
	awss3.NewCfnBucket(stack, jsii.String("Bucket"), &awss3.CfnBucketProps{
		CorsConfiguration: &awss3.CfnBucket_CorsConfigurationProperty{CorsRules: []any{&awss3.CfnBucket_CorsRuleProperty{
			AllowedMethods: jsii.Strings("PUT"), AllowedOrigins: jsii.Strings("https://*.example.com"),
		}}},
	})
	awskms.NewCfnKey(stack, jsii.String("Key"), nil)
	role := awsiam.NewRole(stack, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy:       awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		ManagedPolicies: &[]awsiam.IManagedPolicy{awsiam.ManagedPolicy_FromAwsManagedPolicyName(jsii.String("ReadOnlyAccess"))},
		InlinePolicies: &map[string]awsiam.PolicyDocument{"All": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{
			Statements: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Actions: jsii.Strings("s3:Get*"), Resources: jsii.Strings("*"),
			})},
		})},
	})
	awslambda.NewCfnFunction(stack, jsii.String("Function"), &awslambda.CfnFunctionProps{
		Role: role.RoleArn(), Runtime: jsii.String("nodejs22.x"), Handler: jsii.String("index.handler"),
		Code: &awslambda.CfnFunction_CodeProperty{ZipFile: jsii.String("exports.handler = 0")},
	})
	awscloudfront.NewCfnDistribution(stack, jsii.String("Distribution"), &awscloudfront.CfnDistributionProps{
		DistributionConfig: &awscloudfront.CfnDistribution_DistributionConfigProperty{
			Enabled: jsii.Bool(true),
			Origins: []any{&awscloudfront.CfnDistribution_OriginProperty{
				Id: jsii.String("o"), DomainName: jsii.String("example.com"),
				CustomOriginConfig: &awscloudfront.CfnDistribution_CustomOriginConfigProperty{OriginProtocolPolicy: jsii.String("https-only")},
			}},
			DefaultCacheBehavior: &awscloudfront.CfnDistribution_DefaultCacheBehaviorProperty{
				TargetOriginId: jsii.String("o"), ViewerProtocolPolicy: jsii.String("allow-all"), CachePolicyId: jsii.String("658327ea-f89d-4fab-a63d-7e88639e58f6"),
			},
		},
	})
	wrongMachine(stack)
}

func wrongMachine(stack awscdk.Stack) {
	awsec2.NewCfnLaunchTemplate(stack, jsii.String("Template"), &awsec2.CfnLaunchTemplateProps{
		LaunchTemplateData: &awsec2.CfnLaunchTemplate_LaunchTemplateDataProperty{
			MetadataOptions: &awsec2.CfnLaunchTemplate_MetadataOptionsProperty{HttpTokens: jsii.String("required"), HttpPutResponseHopLimit: jsii.Number(2)},
			BlockDeviceMappings: []any{&awsec2.CfnLaunchTemplate_BlockDeviceMappingProperty{
				DeviceName: jsii.String("/dev/xvda"), Ebs: &awsec2.CfnLaunchTemplate_EbsProperty{Encrypted: jsii.Bool(false)},
			}},
		},
	})
	vpc := awsec2.NewCfnVPC(stack, jsii.String("Vpc"), &awsec2.CfnVPCProps{CidrBlock: jsii.String("10.0.0.0/24")})
	awsec2.NewCfnVPCEndpoint(stack, jsii.String("Endpoint"), &awsec2.CfnVPCEndpointProps{
		VpcId: vpc.AttrVpcId(), ServiceName: jsii.String("com.amazonaws.eu-west-1.s3"),
	})
	awsec2.NewCfnSecurityGroup(stack, jsii.String("Group"), &awsec2.CfnSecurityGroupProps{
		VpcId: vpc.AttrVpcId(), GroupDescription: jsii.String("open"), SecurityGroupIngress: []any{
			&awsec2.CfnSecurityGroup_IngressProperty{IpProtocol: jsii.String("tcp"), FromPort: jsii.Number(22), ToPort: jsii.Number(22), CidrIp: jsii.String("0.0.0.0/0")},
		},
	})
}
