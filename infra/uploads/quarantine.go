package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/waive"
	"signet/lambda/upload"
)

// quarantineTimeout is how many seconds a move may take, the most of Lambda:
// GuardDuty scans up to 100 GB, of which a copy is a matter of minutes.
const quarantineTimeout = 15 * 60

// Quarantine moves what the malware scan calls a threat to quarantine/. The
// bucket's policy keeps it from being read, before and after.
type Quarantine struct {
	*Program
	// Failures has the events that failed three times: look why, and send them again.
	Failures awssqs.Queue
}

func newQuarantine(scope constructs.Construct, config upload.Config, bucket *Bucket, logs *Logs, code string) *Quarantine {
	stack := awscdk.Stack_Of(scope)
	queue := awssqs.NewQueue(scope, jsii.String("QuarantineFailures"), &awssqs.QueueProps{
		Encryption: awssqs.QueueEncryption_SQS_MANAGED, EnforceSSL: jsii.Bool(true), RetentionPeriod: days(14),
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	waive.On(cfn(queue), queueKey())
	program := NewProgram(scope, "Quarantine", logs, ProgramProps{
		Does: "Moves malware to quarantine", Code: code, Seconds: quarantineTimeout, Failures: queue,
		Grants: upload.QuarantineGrants(*bucket.BucketArn(), config.Prefixes(), *bucket.key.KeyArn(), *stack.Region()),
	})
	waive.On(cfn(program.Role), runtimeNames(stack, append(bucket.uploads(config), *bucket.ArnForObjects(jsii.String(upload.QuarantinePrefix + "*")))...), waive.NoResource())
	awsevents.NewRule(scope, jsii.String("ThreatFound"), &awsevents.RuleProps{
		Description: jsii.String("Hands malware of " + config.Name + " to the function that moves it"),
		// https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html
		EventPattern: &awsevents.EventPattern{
			Source: jsii.Strings("aws.guardduty"), DetailType: jsii.Strings(upload.ScanResult),
			Detail: &map[string]any{
				"s3ObjectDetails":   scannedObject(config, bucket),
				"scanResultDetails": map[string]any{"scanResultStatus": []string{upload.ThreatFound}},
			},
		},
		Targets: &[]awsevents.IRuleTarget{awseventstargets.NewLambdaFunction(program.Function, &awseventstargets.LambdaFunctionProps{DeadLetterQueue: queue})},
	})
	bucket.mover, bucket.writers = program.Role.RoleArn(), append(bucket.writers, program.Role.RoleArn())
	return &Quarantine{Program: program, Failures: queue}
}

// rows are the alarms, none without the function.
func (q *Quarantine) rows() []Alarm {
	if q == nil {
		return nil
	}
	waiting := q.Failures.MetricApproximateNumberOfMessagesVisible(&awscloudwatch.MetricOptions{Statistic: jsii.String("Maximum"), Period: minutes(5)})
	return []Alarm{
		{"QuarantineAlarm", "Malware could not be moved to quarantine; nobody can read it, and it is tried again",
			q.MetricErrors(&awscloudwatch.MetricOptions{Statistic: jsii.String("Sum"), Period: minutes(5)}), 0, 1, 1},
		{"QuarantineFailuresAlarm", "Malware is where it was uploaded: its event waits in the queue of failures", waiting, 0, 1, 1},
	}
}

// scannedObject is what events of the scan are about: with so many spaces that the
// scan is of the whole bucket, not of what has been moved already.
func scannedObject(config upload.Config, bucket *Bucket) map[string]any {
	details := map[string]any{"bucketName": []*string{bucket.BucketName()}}
	if scanPrefixes(config) == nil {
		details["objectKey"] = []any{map[string]any{"anything-but": map[string]any{"prefix": upload.QuarantinePrefix}}}
	}
	return details
}
