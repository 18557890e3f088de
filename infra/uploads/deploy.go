package uploads

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3deployment"
	"github.com/aws/jsii-runtime-go"

	"signet/frontend/hosting"
	"signet/infra/waive"
	"signet/lambda/upload"
)

// hashed are the files that Vite names by their content, so that they never change.
const hashed = "assets/*"

// deploy copies the built site and its config.json into the site's bucket and
// makes CloudFront forget the old ones. Hashed files come first and old ones
// stay, so that a page that is open, or an index.html that is still cached, finds
// its scripts.
func (s *Site) deploy(config upload.Config, logs *Logs, auth *Auth, dir string) {
	files := awss3assets.NewAsset(s.Construct, jsii.String("Files"), &awss3assets.AssetProps{
		Path: &dir, Exclude: jsii.Strings(".*", "**/.*"), // dist/.keep
	})
	source := awss3deployment.Source_Bucket(files.Bucket(), files.S3ObjectKey())
	settings := awss3deployment.Source_JsonData(jsii.String("config.json"), hosting.Settings(config, hosting.SignIn{
		Issuer: auth.issuer, ClientID: auth.clientID, Scope: auth.asked(), Logout: auth.logout,
	}), nil)
	group := logs.NewLogGroup(s.Construct, "DeployLogs")
	role := s.deployRole(files, group)
	first := awss3deployment.NewBucketDeployment(s.Construct, jsii.String("Hashed"), &awss3deployment.BucketDeploymentProps{
		DestinationBucket: s.bucket,
		Sources:           &[]awss3deployment.ISource{source},
		Exclude:           jsii.Strings("*"),
		Include:           jsii.Strings(hashed),
		CacheControl: &[]awss3deployment.CacheControl{
			awss3deployment.CacheControl_SetPublic(),
			awss3deployment.CacheControl_MaxAge(days(365)), awss3deployment.CacheControl_Immutable(),
		},
		Prune:    jsii.Bool(false),
		Role:     role.WithoutPolicyUpdates(nil),
		LogGroup: group,
	})
	then := awss3deployment.NewBucketDeployment(s.Construct, jsii.String("Rest"), &awss3deployment.BucketDeploymentProps{
		DestinationBucket: s.bucket,
		Sources:           &[]awss3deployment.ISource{source, settings},
		Exclude:           jsii.Strings(s.left(config)...),
		CacheControl:      &[]awss3deployment.CacheControl{awss3deployment.CacheControl_NoCache()},
		Distribution:      s.distribution,
		DistributionPaths: jsii.Strings("/*"),
		Role:              role.WithoutPolicyUpdates(nil),
		LogGroup:          group,
	})
	then.Node().AddDependency(first)
	s.copied = then
	s.harden(role)
	waive.On(cfn(role), runtimeNames(awscdk.Stack_Of(s.Construct), *s.bucket.ArnForObjects(jsii.String("*")), archives(files)), waive.NoResource())
}

// left are the files that the second copy neither writes nor takes away.
func (s *Site) left(config upload.Config) []string {
	if config.Relay {
		return []string{hashed, RelayKeys}
	}
	return []string{hashed}
}

// deployRole is the role of CDK's copying function. What CDK would grant by
// itself has wildcard actions (s3:GetObject*, s3:List*) and a managed policy.
func (s *Site) deployRole(files awss3assets.Asset, group awslogs.LogGroup) awsiam.Role {
	distribution := "arn:" + *awscdk.Stack_Of(s.Construct).Partition() + ":cloudfront::" + *awscdk.Stack_Of(s.Construct).Account() +
		":distribution/" + *s.distribution.DistributionId()
	statements := &[]awsiam.PolicyStatement{
		// The files' asset and config.json's, whose name is not known here.
		Allow(upload.Grant{Sid: "Assets", Actions: []string{"s3:GetObject"}, Resources: []string{archives(files)}}),
		Allow(upload.Grant{Sid: "Site", Actions: []string{"s3:DeleteObject", "s3:GetObject", "s3:PutObject"}, Resources: []string{*s.bucket.ArnForObjects(jsii.String("*"))}}),
		Allow(upload.Grant{Sid: "SiteList", Actions: []string{"s3:GetBucketTagging", "s3:ListBucket"}, Resources: []string{*s.bucket.BucketArn()}}),
		Allow(upload.Grant{Sid: "Invalidation", Actions: []string{"cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"}, Resources: []string{distribution}}),
		Allow(upload.Grant{Sid: "Logs", Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resources: []string{*group.LogGroupArn()}}),
		Traces(),
	}
	return awsiam.NewRole(s.Construct, jsii.String("DeployRole"), &awsiam.RoleProps{
		Description: jsii.String("Copies the site"),
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"Copying": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: statements}),
		},
	})
}

// archives are those of the CDK's bucket of assets.
func archives(files awss3assets.Asset) string {
	return *files.Bucket().ArnForObjects(jsii.String("*.zip"))
}

// harden finds CDK's copying function, which BucketDeployment keeps to itself,
// by its role. A stack has one for all of its sites, with the role of the first.
func (s *Site) harden(role awsiam.Role) {
	found := false
	for _, c := range *awscdk.Stack_Of(s.Construct).Node().FindAll("") {
		if f, ok := c.(awslambda.CfnFunction); ok && *f.Role() == *role.RoleArn() {
			f.SetTracingConfig(&awslambda.CfnFunction_TracingConfigProperty{Mode: jsii.String("Active")})
			Tidy(f, waive.ProviderRuntime(), waive.NoQueue(), waive.PlainEnvironment(), waive.SharedConcurrency())
			found = true
		}
	}
	if !found {
		panic(fmt.Errorf("%s: got no function of its own that copies the site, want one: put it into a stack without another bucket deployment", *s.Node().Path()))
	}
}
