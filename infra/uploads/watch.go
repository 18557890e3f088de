package uploads

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/lambda/upload"
)

// watch is what the dashboard shows and the alarms measure.
type watch struct {
	errors, throttles, invocations awscloudwatch.IMetric // of the function
	p50, p99                       awscloudwatch.IMetric // of the function's duration
	slow                           awscloudwatch.IMetric // p99 where there are enough calls for it to say something
	requests, client, server       awscloudwatch.IMetric // of the API: all, 4xx, 5xx
	clientShare                    awscloudwatch.IMetric // 4xx of all, in percent
	keyShare                       awscloudwatch.IMetric // KMS requests of their quota, in percent
}

// newWatch adds the dashboard and, where an address is configured, the alarms.
func newWatch(u *Uploads, config upload.Config, logs *Logs) {
	w := newMetrics(u)
	w.dashboard(u, config)
	if config.Alarms != "" {
		w.alarms(u, config, logs)
	}
}

func newMetrics(u *Uploads) watch {
	sum := &awscloudwatch.MetricOptions{Statistic: jsii.String("Sum"), Period: minutes(5)}
	quantile := func(q string) *awscloudwatch.MetricOptions {
		return &awscloudwatch.MetricOptions{Statistic: &q, Period: minutes(5)}
	}
	w := watch{
		errors:      u.Function.MetricErrors(sum),
		throttles:   u.Function.MetricThrottles(sum),
		invocations: u.Function.MetricInvocations(sum),
		p50:         u.Function.MetricDuration(quantile("p50")),
		p99:         u.Function.MetricDuration(quantile("p99")),
		requests:    u.API.MetricCount(sum),
		client:      u.API.MetricClientError(sum),
		server:      u.API.MetricServerError(sum),
	}
	// Of a few calls the p99 is the slowest: one large upload that S3 puts together.
	w.slow = ratio("IF(calls > 20, p99, 0)", "p99 of more than 20 calls, ms", map[string]awscloudwatch.IMetric{"calls": w.invocations, "p99": w.p99})
	// Below 20 requests a share says nothing.
	w.clientShare = ratio("IF(all > 20, 100 * part / all, 0)", "4xx, % of requests", map[string]awscloudwatch.IMetric{"part": w.client, "all": w.requests})
	// The quota counts all keys of the account in the region, so this sees others'
	// use too: that is what throttles ours.
	calls := awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
		Namespace: jsii.String("AWS/Usage"), MetricName: jsii.String("CallCount"), Statistic: jsii.String("Sum"), Period: minutes(1),
		DimensionsMap: &map[string]*string{
			"Service": jsii.String("KMS"), "Type": jsii.String("API"), "Class": jsii.String("None"),
			"Resource": jsii.String("CryptographicOperationsSymmetric"),
		},
	})
	w.keyShare = awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Expression: jsii.String("100 * calls / SERVICE_QUOTA(calls)"), Label: jsii.String("KMS, % of quota"), Period: minutes(1),
		UsingMetrics: &map[string]awscloudwatch.IMetric{"calls": calls},
	})
	return w
}

func ratio(expression, label string, of map[string]awscloudwatch.IMetric) awscloudwatch.IMetric {
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Expression: &expression, Label: &label, Period: minutes(5), UsingMetrics: &of,
	})
}

// alarms tell the configured topic, or mail the configured address, which has to
// confirm the subscription.
func (w watch) alarms(u *Uploads, config upload.Config, logs *Logs) {
	u.topic = newTopic(u, config, logs)
	for _, row := range slices.Concat(w.rows(), u.Quarantine.rows(), u.Events.rows(), replicaRows(config, u.Bucket)) {
		row.Add(u.Construct, u.topic)
	}
}

// newTopic is where alarms go: the configured topic, whose policy and key its owner
// has made, or one that mails.
func newTopic(u *Uploads, config upload.Config, logs *Logs) awssns.ITopic {
	if arn := config.AlarmTopic(); arn != "" {
		return awssns.Topic_FromTopicArn(u.Construct, jsii.String("AlarmTopic"), &arn)
	}
	topic := awssns.NewTopic(u.Construct, jsii.String("AlarmTopic"), &awssns.TopicProps{EnforceSSL: jsii.Bool(true), MasterKey: logs.key})
	// With a policy of its own the topic no longer has the one that lets its account in.
	topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("Alarms"), Actions: jsii.Strings("sns:Publish"), Resources: &[]*string{topic.TopicArn()},
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil)},
		Conditions: &map[string]any{"StringEquals": condition{"aws:SourceAccount": awscdk.Stack_Of(u.Construct).Account()}},
	}))
	topic.AddSubscription(awssnssubscriptions.NewEmailSubscription(&config.Alarms, nil))
	return topic
}

// Alarm is one alarm: it rings when the metric was above a value in so many
// periods among the last so many.
type Alarm struct {
	ID, Says  string
	Metric    awscloudwatch.IMetric
	Above     float64
	Of, Among float64
}

// Add adds the alarm to a scope. A metric without data is well.
func (a Alarm) Add(scope constructs.Construct, topic awssns.ITopic) {
	alarm := awscloudwatch.NewAlarm(scope, &a.ID, &awscloudwatch.AlarmProps{
		AlarmDescription: &a.Says, Metric: a.Metric, Threshold: &a.Above,
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
		DatapointsToAlarm:  &a.Of, EvaluationPeriods: &a.Among,
		TreatMissingData: awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	action := awscloudwatchactions.NewSnsAction(topic)
	alarm.AddAlarmAction(action)
	alarm.AddOkAction(action)
}

func (w watch) rows() []Alarm {
	return []Alarm{
		{"ErrorsAlarm", "The function failed", w.errors, 0, 1, 1},
		{"ThrottlesAlarm", "The function was throttled: raise its concurrency, or look for a caller in a loop", w.throttles, 0, 2, 3},
		{"SlowAlarm", "One call in a hundred took more than 3 s", w.slow, 3000, 3, 3},
		{"ServerErrorsAlarm", "The API answered 5xx", w.server, 0, 2, 3},
		{"ClientErrorsAlarm", "More than a third of the calls got 4xx", w.clientShare, 33, 3, 3},
		{"KeyAlarm", "KMS is at 80 % of its request quota; with the bucket key on, uploads hardly add to it", w.keyShare, 80, 3, 5},
	}
}

func (w watch) dashboard(u *Uploads, config upload.Config) {
	board := awscloudwatch.NewDashboard(u.Construct, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{DashboardName: &config.Name})
	board.AddWidgets(
		graph("API calls", w.requests, w.client, w.server),
		graph("Function", w.invocations, w.errors, w.throttles),
	)
	board.AddWidgets(
		graph("Duration, ms", w.p50, w.p99),
		graph("Shares, %", w.clientShare, w.keyShare),
	)
}

func graph(title string, lines ...awscloudwatch.IMetric) awscloudwatch.IWidget {
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{Title: &title, Width: jsii.Number(12), Left: &lines})
}

func minutes(n int) awscdk.Duration { return awscdk.Duration_Minutes(jsii.Number(n)) }
