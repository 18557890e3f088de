package facts

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/budgets"
	budgettypes "github.com/aws/aws-sdk-go-v2/service/budgets/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Budget is a budget of the account's costs.
type Budget struct {
	Name   string
	Warned int // notifications that somebody gets
}

// Alarm is a CloudWatch alarm on a metric.
type Alarm struct {
	Name       string
	Namespaces []string // of its metrics, such as AWS/Lambda
	Acts       bool     // actions are on, and there is one
	Off        bool     // there is one, and actions are off
}

func readAccount(ctx context.Context, c *sts.Client) Fact[string] {
	return read("sts:GetCallerIdentity", nil, func() (string, error) {
		out, err := c.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			return "", err
		}
		return aws.ToString(out.Account), nil
	})
}

func readAccountBlock(ctx context.Context, c *s3control.Client, account Fact[string]) Fact[Block] {
	const need = "s3:GetAccountPublicAccessBlock"
	if !account.Set {
		return unread[Block](need, "the account's number is not known ("+account.Trouble+")", account)
	}
	return read(need, []string{"NoSuchPublicAccessBlockConfiguration"}, func() (Block, error) {
		out, err := c.GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: &account.Value})
		if err != nil || out.PublicAccessBlockConfiguration == nil {
			return Block{}, err
		}
		p := out.PublicAccessBlockConfiguration
		return Block{aws.ToBool(p.BlockPublicAcls), aws.ToBool(p.IgnorePublicAcls), aws.ToBool(p.BlockPublicPolicy), aws.ToBool(p.RestrictPublicBuckets)}, nil
	})
}

func readBudgets(ctx context.Context, c *budgets.Client, account Fact[string]) Fact[[]Budget] {
	const need = "budgets:ViewBudget"
	if !account.Set {
		return unread[[]Budget](need, "the account's number is not known ("+account.Trouble+")", account)
	}
	return read(need, []string{"NotFoundException"}, func() (all []Budget, err error) {
		pages := budgets.NewDescribeBudgetsPaginator(c, &budgets.DescribeBudgetsInput{AccountId: &account.Value})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, b := range page.Budgets {
				if b.BudgetType != budgettypes.BudgetTypeCost {
					continue
				}
				told, err := c.DescribeNotificationsForBudget(ctx, &budgets.DescribeNotificationsForBudgetInput{AccountId: &account.Value, BudgetName: b.BudgetName})
				if err != nil {
					return nil, err
				}
				all = append(all, Budget{aws.ToString(b.BudgetName), len(told.Notifications)})
			}
		}
		return all, nil
	})
}

func readAlarms(ctx context.Context, c *cloudwatch.Client) Fact[[]Alarm] {
	return read("cloudwatch:DescribeAlarms", nil, func() (all []Alarm, err error) {
		pages := cloudwatch.NewDescribeAlarmsPaginator(c, &cloudwatch.DescribeAlarmsInput{AlarmTypes: []types.AlarmType{types.AlarmTypeMetricAlarm}})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, a := range page.MetricAlarms {
				one := Alarm{Name: aws.ToString(a.AlarmName), Acts: aws.ToBool(a.ActionsEnabled) && len(a.AlarmActions) > 0, Off: !aws.ToBool(a.ActionsEnabled) && len(a.AlarmActions) > 0}
				if a.Namespace != nil {
					one.Namespaces = append(one.Namespaces, *a.Namespace)
				}
				for _, m := range a.Metrics {
					if m.MetricStat != nil && m.MetricStat.Metric != nil {
						one.Namespaces = append(one.Namespaces, aws.ToString(m.MetricStat.Metric.Namespace))
					}
				}
				all = append(all, one)
			}
		}
		return all, nil
	})
}
