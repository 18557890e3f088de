package facts

import (
	"cmp"
	"context"
	"fmt"
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
}

// resources are the physical ids of a stack's resources by type.
type resources map[string][]string

func readResources(ctx context.Context, c *cloudformation.Client, stack string) (resources, error) {
	r := resources{}
	pages := cloudformation.NewListStackResourcesPaginator(c, &cloudformation.ListStackResourcesInput{StackName: &stack})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			what, remedy := trouble(err)
			return nil, fmt.Errorf("stack %s: %s: %s", stack, what, cmp.Or(remedy, "check its name and region, and allow cloudformation:ListStackResources"))
		}
		for _, s := range page.StackResourceSummaries {
			if s.PhysicalResourceId != nil {
				r[aws.ToString(s.ResourceType)] = append(r[aws.ToString(s.ResourceType)], *s.PhysicalResourceId)
			}
		}
	}
	return r, nil
}

// findFunction is the function of ours in a stack, which knows the rest: its
// environment names the bucket and says what is intended.
func findFunction(ctx context.Context, c *lambda.Client, r resources, stack string) (*lambda.GetFunctionConfigurationOutput, upload.Config, error) {
	for _, name := range r["AWS::Lambda::Function"] {
		out, err := c.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &name})
		if err != nil {
			what, remedy := trouble(err)
			return nil, upload.Config{}, fmt.Errorf("function %s: %s: %s", name, what, cmp.Or(remedy, "allow lambda:GetFunctionConfiguration, or give --bucket instead of --stack"))
		}
		if out.Environment == nil || out.Environment.Variables[upload.EnvVar] == "" {
			continue
		}
		config, err := upload.ParseConfig([]byte(out.Environment.Variables[upload.EnvVar]))
		if err != nil {
			return nil, config, fmt.Errorf("function %s: its %s: %w", name, upload.EnvVar, err)
		}
		return out, config, nil
	}
	return nil, upload.Config{}, fmt.Errorf("got stack %s, want one with a function whose environment has %s: give the name of cdk.json, or --bucket", stack, upload.EnvVar)
}

// readStack reads what stands around the bucket.
func readStack(ctx context.Context, c clients, name string, r resources, f *lambda.GetFunctionConfigurationOutput) *Stack {
	s := &Stack{Name: name}
	var group sync.WaitGroup
	group.Go(func() { s.Function = readFunction(ctx, c, f) })
	group.Go(func() { s.APIs = readAPIs(ctx, c.api, r["AWS::ApiGatewayV2::Api"]) })
	group.Go(func() { s.Sites = readSites(ctx, c.front, r["AWS::CloudFront::Distribution"]) })
	group.Wait()
	return s
}
