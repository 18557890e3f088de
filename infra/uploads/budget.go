package uploads

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsbudgets"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/lambda/upload"
)

// newBudget mails when the month's cost of the account passes 80 % of the budget,
// or is forecast to pass all of it. It is the whole account's: a budget by tag
// stays at zero until somebody activates the tag for cost allocation.
func newBudget(scope constructs.Construct, config upload.Config) {
	notify := func(kind string, percent float64) any {
		return &awsbudgets.CfnBudget_NotificationWithSubscribersProperty{
			Notification: &awsbudgets.CfnBudget_NotificationProperty{
				NotificationType: &kind, ComparisonOperator: jsii.String("GREATER_THAN"), Threshold: &percent, ThresholdType: jsii.String("PERCENTAGE"),
			},
			Subscribers: []any{&awsbudgets.CfnBudget_SubscriberProperty{Address: &config.Budget.Address, SubscriptionType: jsii.String("EMAIL")}},
		}
	}
	var tags []any
	for _, name := range slices.Sorted(maps.Keys(config.Tags)) {
		tags = append(tags, &awsbudgets.CfnBudget_ResourceTagProperty{Key: &name, Value: jsii.String(config.Tags[name])})
	}
	awsbudgets.NewCfnBudget(scope, jsii.String("Budget"), &awsbudgets.CfnBudgetProps{
		Budget: &awsbudgets.CfnBudget_BudgetDataProperty{
			BudgetName:  &config.Name,
			BudgetType:  jsii.String("COST"),
			TimeUnit:    jsii.String("MONTHLY"),
			BudgetLimit: &awsbudgets.CfnBudget_SpendProperty{Amount: jsii.Number(config.Budget.Monthly), Unit: jsii.String("USD")},
		},
		NotificationsWithSubscribers: []any{notify("ACTUAL", 80), notify("FORECASTED", 100)},
		ResourceTags:                 tags, // which CDK does not know of
	})
}
