package facts

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"signet/cmd/signet/internal/doctor/policy"
)

// Function is the function that signs.
type Function struct {
	Name, Runtime, Role string
	Variables           []string // names of its environment; their values stay unread
	Traced              bool
	Concurrency         Fact[int32]    // reserved; not Set: none
	Log                 Fact[LogGroup] // not Set: there is none yet
	URL                 Fact[string]   // kind of authorization of its own address; not Set: none
	Policy              Fact[policy.Document]
}

// LogGroup is where a function writes its log.
type LogGroup struct {
	Name string
	Days int32 // until it is gone; 0: never
	Key  string
}

func readFunction(ctx context.Context, c clients, out *lambda.GetFunctionConfigurationOutput) Function {
	name := out.FunctionName
	f := Function{Name: aws.ToString(name), Runtime: string(out.Runtime), Role: aws.ToString(out.Role)}
	f.Variables = slices.Sorted(maps.Keys(out.Environment.Variables))
	f.Traced = out.TracingConfig != nil && out.TracingConfig.Mode == types.TracingModeActive
	f.Concurrency = read("lambda:GetFunctionConcurrency", nil, func() (int32, error) {
		c, err := c.lambda.GetFunctionConcurrency(ctx, &lambda.GetFunctionConcurrencyInput{FunctionName: name})
		if err != nil || c.ReservedConcurrentExecutions == nil {
			return -1, err
		}
		return *c.ReservedConcurrentExecutions, nil
	})
	f.Concurrency.Set = f.Concurrency.Set && f.Concurrency.Value >= 0
	f.URL = read("lambda:GetFunctionUrlConfig", []string{"ResourceNotFoundException"}, func() (string, error) {
		u, err := c.lambda.GetFunctionUrlConfig(ctx, &lambda.GetFunctionUrlConfigInput{FunctionName: name})
		if err != nil {
			return "", err
		}
		return string(u.AuthType), nil
	})
	f.Policy = read("lambda:GetPolicy", []string{"ResourceNotFoundException"}, func() (policy.Document, error) {
		p, err := c.lambda.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: name})
		if err != nil {
			return policy.Document{}, err
		}
		return parsePolicy(aws.ToString(p.Policy))
	})
	group := "/aws/lambda/" + f.Name
	if out.LoggingConfig != nil && out.LoggingConfig.LogGroup != nil {
		group = *out.LoggingConfig.LogGroup
	}
	f.Log = readLogGroup(ctx, c.logs, group)
	return f
}

func readLogGroup(ctx context.Context, c *cloudwatchlogs.Client, name string) Fact[LogGroup] {
	f := read("logs:DescribeLogGroups", nil, func() (LogGroup, error) {
		pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(c, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &name})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return LogGroup{}, err
			}
			for _, g := range page.LogGroups {
				if aws.ToString(g.LogGroupName) == name {
					return LogGroup{name, aws.ToInt32(g.RetentionInDays), aws.ToString(g.KmsKeyId)}, nil
				}
			}
		}
		return LogGroup{}, nil
	})
	f.Set = f.Set && f.Value.Name != ""
	return f
}
