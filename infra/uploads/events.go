package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/waive"
	"signet/lambda/upload"
)

const (
	// eventsTimeout is how many seconds a batch of events may take: a receiver has 15,
	// and all of a batch are sent at once.
	eventsTimeout = 60
	// eventsBatch is how many events are sent at once by one copy of the function, and
	// eventsCopies how many copies there are at most: a new account has ten in all, of
	// which the API needs some.
	eventsBatch  = 10
	eventsCopies = 5
	// secretLength makes the generated text base64 of 33 bytes: letters and digits are,
	// when there are four times as many as a whole number.
	secretLength = 44
)

// Events tells an application's server what happened to files.
type Events struct {
	*Program
	// Queue holds what is to be told; Failures what nobody took for a day.
	Queue, Failures awssqs.Queue
	// Secret signs; nil where the receiver is one of AWS's.
	Secret awssecretsmanager.Secret
}

func newEvents(scope constructs.Construct, config upload.Config, bucket *Bucket, logs *Logs, code string) *Events {
	e := &Events{Failures: eventsQueue(scope, "EventsFailures", nil)}
	e.Queue = eventsQueue(scope, "EventsQueue", &awssqs.DeadLetterQueue{Queue: e.Failures, MaxReceiveCount: jsii.Number(upload.EventAttempts)})
	if config.Events.URL != "" {
		e.Secret = eventsSecret(scope)
	}
	e.Program = e.newTeller(scope, config, bucket, logs, code)
	bucket.readers = append(bucket.readers, e.Role.RoleArn())
	e.listen(scope, config, bucket)
	awslambda.NewEventSourceMapping(scope, jsii.String("EventsSource"), &awslambda.EventSourceMappingProps{
		Target: e.Function, EventSourceArn: e.Queue.QueueArn(), BatchSize: jsii.Number(eventsBatch),
		ReportBatchItemFailures: jsii.Bool(true), MaxConcurrency: jsii.Number(eventsCopies),
	})
	return e
}

func eventsQueue(scope constructs.Construct, id string, failures *awssqs.DeadLetterQueue) awssqs.Queue {
	queue := awssqs.NewQueue(scope, &id, &awssqs.QueueProps{
		Encryption: awssqs.QueueEncryption_SQS_MANAGED, EnforceSSL: jsii.Bool(true), RetentionPeriod: days(14),
		VisibilityTimeout: awscdk.Duration_Seconds(jsii.Number(6 * eventsTimeout)), DeadLetterQueue: failures,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	waive.On(cfn(queue), queueKey())
	return queue
}

// eventsSecret is made by the deployment. It goes away with the stack: nothing else
// needs it.
func eventsSecret(scope constructs.Construct) awssecretsmanager.Secret {
	secret := awssecretsmanager.NewSecret(scope, jsii.String("EventsSecret"), &awssecretsmanager.SecretProps{
		Description:          jsii.String("Signs what is told of files; signet events secret prints it, signet events rotate changes it"),
		GenerateSecretString: &awssecretsmanager.SecretStringGenerator{PasswordLength: jsii.Number(secretLength), ExcludePunctuation: jsii.Bool(true)},
		RemovalPolicy:        awscdk.RemovalPolicy_DESTROY,
	})
	waive.On(cfn(secret), waive.Waiver{IDs: []string{"AwsSolutions-SMG4", "CKV_AWS_149"},
		Reason: "The receiver has to learn of a new secret, so a person rotates it; AWS's key for secrets encrypts it, and the role alone may read it"})
	return secret
}

// newTeller is the function, with what its role may do.
func (e *Events) newTeller(scope constructs.Construct, config upload.Config, bucket *Bucket, logs *Logs, code string) *Program {
	stack := awscdk.Stack_Of(scope)
	config.Resolved = upload.Resolved{Bucket: *bucket.BucketName(), Region: *stack.Region(), EventsFailures: *e.Failures.QueueUrl()}
	grants := append(upload.NotifyGrants(*bucket.BucketArn(), config.Prefixes(), *bucket.key.KeyArn(), *stack.Region()),
		upload.Grant{Sid: "Queue", Resources: []string{*e.Queue.QueueArn()},
			Actions: []string{"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}},
		upload.Grant{Sid: "Failures", Actions: []string{"sqs:SendMessage"}, Resources: []string{*e.Failures.QueueArn()}})
	if e.Secret != nil {
		config.EventsSecret = *e.Secret.SecretArn()
		grants = append(grants, upload.Grant{Sid: "Secret", Actions: []string{"secretsmanager:GetSecretValue"}, Resources: []string{config.EventsSecret}})
	}
	for _, r := range []struct{ arn, action string }{
		{config.Events.Queue, "sqs:SendMessage"}, {config.Events.Bus, "events:PutEvents"}, {config.Events.Function, "lambda:InvokeFunction"},
	} {
		if r.arn != "" {
			grants = append(grants, upload.Grant{Sid: "Receiver", Actions: []string{r.action}, Resources: []string{r.arn}})
		}
	}
	written, resolved, err := config.Split()
	if err != nil {
		panic(err) // Config has no value that JSON cannot write
	}
	program := NewProgram(scope, "Events", logs, ProgramProps{
		Does: "Tells what happened to files", Code: code, Seconds: eventsTimeout, Grants: grants,
		Config: written, Environment: map[string]string{upload.EventsEnvVar: string(resolved)},
	}, waive.PlainEnvironment(), waive.NoQueue())
	waive.On(cfn(program.Role), runtimeNames(stack, append(bucket.uploads(config), *bucket.ArnForObjects(jsii.String(upload.MovedPrefix + "*")))...), waive.NoResource())
	return program
}

// listen has EventBridge put what S3 and GuardDuty tell of the spaces into the queue
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html).
func (e *Events) listen(scope constructs.Construct, config upload.Config, bucket *Bucket) {
	kinds := []string{"Object Created", "Object Deleted"}
	var keys []any
	for _, space := range config.AllSpaces() {
		keys = append(keys, map[string]any{"prefix": space.Prefix})
		if space.Confirm > 0 && len(kinds) == 2 {
			kinds = append(kinds, "Object Tags Deleted")
		}
	}
	e.rule(scope, "FileEvents", "Hands on what happens to files of "+config.Name, &awsevents.EventPattern{
		Source: jsii.Strings("aws.s3"), DetailType: jsii.Strings(kinds...),
		Detail: &map[string]any{
			"bucket": map[string]any{"name": []*string{bucket.BucketName()}},
			"object": map[string]any{"key": keys},
		},
	})
	if config.MalwareScan {
		e.rule(scope, "ScanEvents", "Hands on what the malware scan says of files of "+config.Name, &awsevents.EventPattern{
			Source: jsii.Strings("aws.guardduty"), DetailType: jsii.Strings(upload.ScanResult),
			Detail: &map[string]any{"s3ObjectDetails": scannedObject(config, bucket)},
		})
	}
}

func (e *Events) rule(scope constructs.Construct, id, description string, pattern *awsevents.EventPattern) {
	awsevents.NewRule(scope, &id, &awsevents.RuleProps{
		Description: &description, EventPattern: pattern,
		Targets: &[]awsevents.IRuleTarget{awseventstargets.NewSqsQueue(e.Queue, &awseventstargets.SqsQueueProps{DeadLetterQueue: e.Failures})},
	})
}

// rows are the alarms, none without events.
func (e *Events) rows() []Alarm {
	if e == nil {
		return nil
	}
	most := &awscloudwatch.MetricOptions{Statistic: jsii.String("Maximum"), Period: minutes(5)}
	return []Alarm{
		{"EventsAlarm", "Events fail before they are sent: look into the function's log", e.MetricErrors(&awscloudwatch.MetricOptions{Statistic: jsii.String("Sum"), Period: minutes(5)}), 0, 2, 3},
		{"EventsLateAlarm", "An event was not taken for an hour: look at events.url; it is tried for a day", e.Queue.MetricApproximateAgeOfOldestMessage(most), 3600, 2, 3},
		{"EventsFailuresAlarm", "Nobody took an event: it waits in the queue of failures; signet events redrive sends it again", e.Failures.MetricApproximateNumberOfMessagesVisible(most), 0, 1, 1},
	}
}

// addEventsOutputs adds what signet events looks for.
func (u *Uploads) addEventsOutputs() {
	e := u.Events
	if e == nil {
		return
	}
	u.output("EventsQueueArn", *e.Queue.QueueArn(), "The queue of events that are to be told")
	u.output("EventsFailuresArn", *e.Failures.QueueArn(), "The queue of events that nobody took")
	u.output("EventsLogGroup", *e.Function.LogGroup().LogGroupName(), "What was told, and what was answered")
	if e.Secret != nil {
		u.output("EventsSecretArn", *e.Secret.SecretArn(), "The secret that events are signed with")
	}
}
