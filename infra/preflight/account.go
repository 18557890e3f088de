package main

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"signet/lambda/upload"
)

// account asks AWS.
type account struct {
	region    string
	formation *cloudformation.Client
	east      *cloudformation.Client // of the region with CloudFront's certificates
	trails    *cloudtrail.Client
	watch     *cloudwatch.Client
	keys      *kms.Client
	functions *lambda.Client
	storage   *s3.Client
	who       *sts.Client
	http      *http.Client
}

func newAccount(c aws.Config) *account {
	return &account{
		region: c.Region, formation: cloudformation.NewFromConfig(c),
		east:   cloudformation.NewFromConfig(c, func(o *cloudformation.Options) { o.Region = certificates }),
		trails: cloudtrail.NewFromConfig(c), watch: cloudwatch.NewFromConfig(c),
		keys: kms.NewFromConfig(c), functions: lambda.NewFromConfig(c), storage: s3.NewFromConfig(c), who: sts.NewFromConfig(c), http: &http.Client{Timeout: issuerTimeout},
	}
}

// answer is what a call said, or why it said nothing.
type answer[T any] struct {
	value T
	err   error
}

func ask[T any](value T, err error) answer[T] { return answer[T]{value, err} }

// facts are all that the checks judge.
type facts struct {
	region     string
	caller     answer[string] // the account's number
	stack      answer[stack]
	relay      answer[stack]
	bootstrap  answer[int]      // version of the CDK's own stack; 0: there is none
	east       answer[int]      // the same where the certificate is made
	unreserved answer[int]      // copies of functions that nobody has reserved
	reserved   answer[int]      // copies that this stack's function has now
	trails     answer[[]string] // names of the region's trails
	dashboard  answer[bool]     // one of the name is there
	alias      answer[bool]     // alias/NAME-uploads is there
	algorithms answer[[]string] // of the issuer's tokens; empty: not said
}

// stack is one of CloudFormation's; the zero value: it is not there.
type stack struct {
	status      string
	description string
}

func (s stack) there() bool {
	return s.status != "" && s.status != string(types.StackStatusDeleteComplete)
}

// read asks everything that a deployment of this configuration depends on.
func (a *account) read(ctx context.Context, c upload.Config) facts {
	f := facts{region: a.region, stack: ask(a.find(ctx, c.Name)), relay: ask(a.find(ctx, c.Name+"-relay")), bootstrap: ask(bootstrap(ctx, a.formation))}
	if makesCertificate(c) {
		f.east = ask(bootstrap(ctx, a.east))
	}
	identity, err := a.who.GetCallerIdentity(ctx, nil)
	if f.caller.err = err; err == nil {
		f.caller.value = aws.ToString(identity.Account)
	}
	settings, err := a.functions.GetAccountSettings(ctx, nil)
	if f.unreserved.err = err; err == nil && settings.AccountLimit != nil {
		f.unreserved.value = int(aws.ToInt32(settings.AccountLimit.UnreservedConcurrentExecutions))
	}
	f.reserved = ask(a.reservedBy(ctx, c.Name, f.stack.value))
	f.trails = ask(a.trailNames(ctx))
	_, err = a.watch.GetDashboard(ctx, &cloudwatch.GetDashboardInput{DashboardName: &c.Name})
	f.dashboard = ask(exists(err))
	_, err = a.keys.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String("alias/" + c.Name + "-uploads")})
	f.alias = ask(exists(err))
	if c.Auth.Issuer != "" {
		f.algorithms = ask(algorithms(ctx, a.http, c.Auth.Issuer))
	}
	return f
}

// exists turns the answer about one thing into whether it is there.
func exists(err error) (bool, error) {
	var api smithy.APIError
	if errors.As(err, &api) && strings.Contains(api.ErrorCode(), "NotFound") {
		return false, nil
	}
	return err == nil, err
}

func (a *account) describe(ctx context.Context, name string) (*types.Stack, error) {
	return describe(ctx, a.formation, name)
}

func describe(ctx context.Context, c *cloudformation.Client, name string) (*types.Stack, error) {
	out, err := c.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() == "ValidationError" && strings.Contains(api.ErrorMessage(), "does not exist") {
		return nil, nil
	}
	if err != nil || len(out.Stacks) == 0 {
		return nil, err
	}
	return &out.Stacks[0], nil
}

func (a *account) find(ctx context.Context, name string) (stack, error) {
	s, err := a.describe(ctx, name)
	if s == nil {
		return stack{}, err
	}
	return stack{status: string(s.StackStatus), description: aws.ToString(s.Description)}, nil
}

func bootstrap(ctx context.Context, c *cloudformation.Client) (int, error) {
	s, err := describe(ctx, c, "CDKToolkit")
	if s == nil {
		return 0, err
	}
	for _, o := range s.Outputs {
		if aws.ToString(o.OutputKey) == "BootstrapVersion" {
			return strconv.Atoi(aws.ToString(o.OutputValue))
		}
	}
	return 0, nil
}

// reservedBy is what a stack that is there has reserved for its function.
func (a *account) reservedBy(ctx context.Context, name string, s stack) (int, error) {
	if !s.there() {
		return 0, nil
	}
	resources, err := a.formation.DescribeStackResources(ctx, &cloudformation.DescribeStackResourcesInput{StackName: &name})
	if err != nil {
		return 0, err
	}
	for _, r := range resources.StackResources {
		if aws.ToString(r.ResourceType) == "AWS::Lambda::Function" && strings.HasPrefix(aws.ToString(r.LogicalResourceId), "UploadsFunction") {
			out, err := a.functions.GetFunctionConcurrency(ctx, &lambda.GetFunctionConcurrencyInput{FunctionName: r.PhysicalResourceId})
			if err != nil {
				return 0, err
			}
			return int(aws.ToInt32(out.ReservedConcurrentExecutions)), nil
		}
	}
	return 0, nil
}

func (a *account) trailNames(ctx context.Context) ([]string, error) {
	out, err := a.trails.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{IncludeShadowTrails: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, t := range out.TrailList {
		names = append(names, aws.ToString(t.Name))
	}
	return names, nil
}

// output is one of a stack's outputs; empty without it.
func (a *account) output(ctx context.Context, name, key string) (string, error) {
	s, err := a.describe(ctx, name)
	if s == nil {
		return "", err
	}
	for _, o := range s.Outputs {
		if aws.ToString(o.OutputKey) == key {
			return aws.ToString(o.OutputValue), nil
		}
	}
	return "", nil
}

// resource is one of a stack's.
type resource struct{ Logical, Type, Physical string }

// keptTypes are those of which a stack keeps what it has made.
var keptTypes = []string{"AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Cognito::UserPool"}

// kept is what a stack leaves when it is deleted.
func (a *account) kept(ctx context.Context, name string) ([]resource, error) {
	out, err := a.formation.DescribeStackResources(ctx, &cloudformation.DescribeStackResourcesInput{StackName: &name})
	if err != nil {
		return nil, err
	}
	var list []resource
	for _, kind := range keptTypes {
		for _, r := range out.StackResources {
			if aws.ToString(r.ResourceType) == kind {
				list = append(list, resource{aws.ToString(r.LogicalResourceId), kind, aws.ToString(r.PhysicalResourceId)})
			}
		}
	}
	return list, nil
}

func (a *account) unprotect(ctx context.Context, name string) error {
	_, err := a.formation.UpdateTerminationProtection(ctx, &cloudformation.UpdateTerminationProtectionInput{
		StackName: &name, EnableTerminationProtection: aws.Bool(false),
	})
	return err
}
