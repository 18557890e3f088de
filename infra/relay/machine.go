package relay

import (
	"crypto/sha256"
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsautoscaling"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/relay/boot"
	"signet/infra/uploads"
	"signet/infra/waive"
	"signet/lambda/upload"
)

// newestLinux is the parameter that names Amazon Linux's newest image, which
// the Systems Manager's agent is part of. It is read at each start of a machine
// (https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html).
const newestLinux = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"

// Times of a machine's life. A new one is given up before the one that it is to
// replace goes: warmUp is longer than grace, which is longer than a start takes.
const (
	firstStart = 25 // minutes that CloudFormation waits for the first machine
	grace      = 5  // minutes in which a new machine need not be healthy
	warmUp     = 10 // minutes that both run
	lifeInDays = 14
)

// program is the file that a machine fetches.
type program struct{ url, arn, sha256 string }

func newProgram(scope constructs.Construct, path string) *program {
	data, err := os.ReadFile(path)
	if err != nil {
		panic(fmt.Errorf("got no program at %s, want signet built for Linux on arm64: %w", path, err))
	}
	asset := awss3assets.NewAsset(scope, jsii.String("Program"), &awss3assets.AssetProps{Path: &path})
	return &program{
		url: *asset.S3ObjectUrl(), arn: *asset.Bucket().ArnForObjects(asset.S3ObjectKey()),
		sha256: fmt.Sprintf("%x", sha256.Sum256(data)),
	}
}

// newMachine is an Auto Scaling group of one.
func newMachine(scope constructs.Construct, net *network, of uploads.Relayed, config upload.Config, program *program) awsautoscaling.AutoScalingGroup {
	handle := awscdk.NewCfnWaitConditionHandle(scope, jsii.String("FirstStart"), nil)
	group := awsautoscaling.NewAutoScalingGroup(scope, jsii.String("Machine"), &awsautoscaling.AutoScalingGroupProps{
		Vpc:            net.Vpc,
		VpcSubnets:     &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED},
		LaunchTemplate: newTemplate(scope, net, of, config, program, *handle.Ref()),
		MinCapacity:    jsii.Number(1), MaxCapacity: jsii.Number(1),
		HealthChecks: awsautoscaling.HealthChecks_WithAdditionalChecks(&awsautoscaling.AdditionalHealthChecksOptions{
			AdditionalTypes: &[]awsautoscaling.AdditionalHealthCheckType{awsautoscaling.AdditionalHealthCheckType_ELB}, GracePeriod: minutes(grace),
		}),
		DefaultInstanceWarmup: minutes(warmUp),
		// The new machine comes before the old one goes.
		MinHealthyPercentage: jsii.Number(100), MaxHealthyPercentage: jsii.Number(200),
		MaxInstanceLifetime: awscdk.Duration_Days(jsii.Number(lifeInDays)),
		UpdatePolicy: awsautoscaling.UpdatePolicy_InstanceRefresh(&awsautoscaling.InstanceRefreshOptions{
			Strategy: awsautoscaling.InstanceRefreshStrategy_ROLLING, MinHealthyPercentage: jsii.Number(100), MaxHealthyPercentage: jsii.Number(200),
		}),
	})
	// A machine that starts without them finds nothing: the endpoint, and the rules
	// that let it there, which wait for a function that looks up AWS's prefix lists.
	group.Node().AddDependency(net.s3, net.machine)
	resource := group.Node().FindChild(jsii.String("ASG")).(awscdk.CfnResource)
	unknown(resource, "E3016")
	waive.On(resource, noNotifications())
	started := awscdk.NewCfnWaitCondition(scope, jsii.String("FirstStarted"), &awscdk.CfnWaitConditionProps{
		Handle: handle.Ref(), Count: jsii.Number(1), Timeout: jsii.String(fmt.Sprint(firstStart * 60)),
	})
	started.Node().AddDependency(group)
	return group
}

func newTemplate(scope constructs.Construct, net *network, of uploads.Relayed, config upload.Config, program *program, ready string) awsec2.LaunchTemplate {
	stack := awscdk.Stack_Of(scope)
	template := awsec2.NewLaunchTemplate(scope, jsii.String("Template"), &awsec2.LaunchTemplateProps{
		MachineImage: awsec2.MachineImage_ResolveSsmParameterAtLaunch(jsii.String(newestLinux), nil),
		InstanceType: awsec2.NewInstanceType(jsii.String("t4g.small")),
		Role:         newRole(scope, net, of, config, program), SecurityGroup: net.machine,
		// The credentials of the role are for this machine's own programs alone: with
		// one hop, an answer does not get past it.
		RequireImdsv2: jsii.Bool(true), HttpPutResponseHopLimit: jsii.Number(1), InstanceMetadataTags: jsii.Bool(false),
		AssociatePublicIpAddress: jsii.Bool(false), DetailedMonitoring: jsii.Bool(true),
		BlockDevices: &[]*awsec2.BlockDevice{{DeviceName: jsii.String("/dev/xvda"), Volume: awsec2.BlockDeviceVolume_Ebs(jsii.Number(10), &awsec2.EbsDeviceOptions{
			VolumeType: awsec2.EbsDeviceVolumeType_GP3, Encrypted: jsii.Bool(true), DeleteOnTermination: jsii.Bool(true),
		})}},
		UserData: awsec2.UserData_Custom(jsii.String(boot.Machine{
			Region: *stack.Region(), Program: program.url, SHA256: program.sha256,
			Keys: "s3://" + *of.Site.BucketName() + "/" + uploads.RelayKeys, Config: environment(stack, of, config), Ready: ready,
		}.Script())),
	})
	allowImageByParameter(template)
	return template
}

// environment is the configuration as the program reads it: with the issuer in the
// place of Cognito, because the program knows issuers only; with S3's plain
// endpoint, the one that the VPC has a way to; and without the site's domain.
func environment(stack awscdk.Stack, of uploads.Relayed, config upload.Config) string {
	config.Accelerate, config.DualStack, config.Domain = false, false, nil
	config.Auth = upload.Auth{Issuer: of.Issuer, Audience: of.Audience}
	config.Resolved = upload.Resolved{Bucket: *of.Bucket.BucketName(), Region: *stack.Region(), KMSKey: of.KeyARN}
	if of.State != nil {
		config.StateBucket = *of.State.BucketName()
	}
	text, err := config.JSON()
	if err != nil {
		panic(err) // Config has no value that JSON cannot write
	}
	return string(text)
}

// registration is how Session Manager's agent says that it is there.
const registration = "ssm:UpdateInstanceInformation"

// sessionActions are what else it calls
// (https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html).
func sessionActions() []string {
	return []string{
		"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
		"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
	}
}

// bucketGrants are those of signing: on the objects, and on the bucket.
func bucketGrants(of uploads.Relayed, config upload.Config) (objects []upload.Grant, lists []string) {
	for _, g := range uploads.SigningGrants(*of.Bucket.BucketArn(), config, "", "") {
		if g.Resources[0] == *of.Bucket.BucketArn() {
			lists = append(lists, g.Actions...)
			continue
		}
		objects = append(objects, g)
	}
	return objects, lists
}

// stateGrants are for making room in quotas; none without.
func stateGrants(of uploads.Relayed) []upload.Grant {
	if of.State == nil {
		return nil
	}
	return upload.StateGrants(*of.State.BucketArn())
}

func newRole(scope constructs.Construct, net *network, of uploads.Relayed, config upload.Config, program *program) awsiam.Role {
	stack := awscdk.Stack_Of(scope)
	var statements []awsiam.PolicyStatement
	for _, g := range append(uploads.SigningGrants(*of.Bucket.BucketArn(), config, of.KeyARN, *stack.Region()),
		upload.Grant{Sid: "Program", Actions: []string{"s3:GetObject"}, Resources: []string{program.arn}},
		upload.Grant{Sid: "Keys", Actions: []string{"s3:GetObject"}, Resources: []string{*of.Site.ArnForObjects(jsii.String(uploads.RelayKeys))}},
		upload.Grant{Sid: "Register", Actions: []string{registration}, Resources: []string{"arn:" + *stack.Partition() + ":ec2:" + *stack.Region() + ":" + *stack.Account() + ":instance/*"}},
		upload.Grant{Sid: "Sessions", Actions: sessionActions(), Resources: []string{"*"}},
	) {
		statements = append(statements, uploads.Allow(g))
	}
	for _, g := range stateGrants(of) {
		statements = append(statements, uploads.Allow(g))
	}
	statements = append(statements, awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("DenyElsewhere"), Effect: awsiam.Effect_DENY, Actions: jsii.Strings("s3:*"), Resources: jsii.Strings("*"),
		Conditions: &map[string]any{"StringNotEquals": condition{"aws:SourceVpce": net.s3.VpcEndpointId()}},
	}))
	role := awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		RoleName: jsii.String(uploads.RelayRole(config)), Description: jsii.String("Puts what the relay receives into S3"),
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("ec2.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"Relaying": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements}),
		},
	})
	waive.On(cfn(role), machineRole())
	return role
}
