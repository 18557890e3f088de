package facts

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"signet/lambda/upload"
)

// Stack is what a stack of ours has around the bucket.
type Stack struct {
	Name     string
	Function Function
	APIs     Fact[[]API]
	Sites    Fact[[]Site]
	Telling  Telling
	// State is the bucket of passes and quotas; its Name is empty where there is none.
	State Bucket
	// Roles are all of the stack's, the one that signs among them.
	Roles Fact[[]StackRole]
}

// resources are a stack's.
type resources struct {
	of      map[string][]string // physical ids by type
	logical map[string]string   // by physical ids
}

func readResources(ctx context.Context, c *cloudformation.Client, stack string) (resources, error) {
	r := resources{of: map[string][]string{}, logical: map[string]string{}}
	pages := cloudformation.NewListStackResourcesPaginator(c, &cloudformation.ListStackResourcesInput{StackName: &stack})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			what, remedy := trouble(err)
			return r, fmt.Errorf("stack %s: %s: %s", stack, what, cmp.Or(remedy, "check its name and region, and allow cloudformation:ListStackResources"))
		}
		for _, s := range page.StackResourceSummaries {
			if s.PhysicalResourceId != nil {
				kind := aws.ToString(s.ResourceType)
				r.of[kind] = append(r.of[kind], *s.PhysicalResourceId)
				r.logical[*s.PhysicalResourceId] = aws.ToString(s.LogicalResourceId)
			}
		}
	}
	return r, nil
}

// findFunction is the function of ours in a stack, which knows the rest: its
// environment names the bucket, and its resource in the template says what is intended.
func findFunction(ctx context.Context, c clients, r resources, stack string) (*lambda.GetFunctionConfigurationOutput, upload.Config, error) {
	for _, name := range r.of["AWS::Lambda::Function"] {
		out, err := c.lambda.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &name})
		if err != nil {
			what, remedy := trouble(err)
			return nil, upload.Config{}, fmt.Errorf("function %s: %s: %s", name, what, cmp.Or(remedy, "allow lambda:GetFunctionConfiguration, or give --bucket instead of --stack"))
		}
		if out.Environment == nil || out.Environment.Variables[upload.EnvVar] == "" {
			continue
		}
		written, err := WrittenConfig(ctx, c.stacks, stack, r.logical[name])
		if err != nil {
			return nil, upload.Config{}, err
		}
		config, err := upload.ParseConfig(written, []byte(out.Environment.Variables[upload.EnvVar]))
		if err != nil {
			return nil, config, fmt.Errorf("function %s: its %s: %w", name, upload.EnvVar, err)
		}
		return out, config, nil
	}
	return nil, upload.Config{}, fmt.Errorf("got stack %s, want one with a function whose environment has %s: give the name of cdk.json, or --bucket", stack, upload.EnvVar)
}

// WrittenConfig is what a person wrote, as the function's resource in the template has
// it in its metadata (infra/uploads/archive.go).
func WrittenConfig(ctx context.Context, c *cloudformation.Client, stack, function string) ([]byte, error) {
	out, err := c.DescribeStackResource(ctx, &cloudformation.DescribeStackResourceInput{StackName: &stack, LogicalResourceId: &function})
	if err != nil {
		what, remedy := trouble(err)
		return nil, fmt.Errorf("stack %s: %s: %s", stack, what, cmp.Or(remedy, "allow cloudformation:DescribeStackResource, or give --bucket instead of --stack"))
	}
	var metadata struct {
		Signet json.RawMessage `json:"signet"`
	}
	if out.StackResourceDetail != nil {
		err = json.Unmarshal([]byte(aws.ToString(out.StackResourceDetail.Metadata)), &metadata)
	}
	if err != nil || metadata.Signet == nil {
		return nil, fmt.Errorf("got stack %s without its configuration in the metadata of %s, want it there: deploy it with this version, or give --bucket and --config", stack, function)
	}
	return metadata.Signet, nil
}

// readStack reads what stands around the bucket. That the site's distribution leads to
// the bucket itself without access control is meant so: what is put there is signed in
// the query (infra/uploads/edge.go).
func readStack(ctx context.Context, c clients, name string, deployed upload.Config, r resources, f *lambda.GetFunctionConfigurationOutput) *Stack {
	s := &Stack{Name: name}
	var group sync.WaitGroup
	group.Go(func() { s.Function = readFunction(ctx, c, f) })
	group.Go(func() { s.APIs = readAPIs(ctx, c.api, r.of["AWS::ApiGatewayV2::Api"]) })
	group.Go(func() { s.Sites = readSites(ctx, c.front, r.of["AWS::CloudFront::Distribution"]) })
	group.Go(func() { s.Telling = readTelling(ctx, c.config, r) })
	group.Go(func() { s.State = readStateBucket(ctx, c.s3, deployed.StateBucket, deployed.Region) })
	group.Go(func() { s.Roles = readStackRoles(ctx, c.iam, r) })
	group.Wait()
	for i := range s.Sites.Value {
		s.Sites.Value[i].OpenOrigins = slices.DeleteFunc(s.Sites.Value[i].OpenOrigins, func(origin string) bool { return strings.HasPrefix(origin, deployed.Bucket+".") })
	}
	return s
}
