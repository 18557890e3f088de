package uploads_test

import "strconv"

// told is a configuration that tells what happens to files.
const told = `{"name": "told", "events": {"url": "https://app.example.com/hooks/signet"}, "malwareScan": "strict", "alarms": "ops@example.com",
	"spaces": {"team": {"per": "group"}}}`

const (
	teller    = "Resources/UploadsEvents/Properties/"
	tells     = "Resources/UploadsEventsRole/Properties/Policies/0/PolicyDocument/Statement/Sid="
	fileRule  = "Resources/UploadsFileEvents/Properties/"
	scanRule  = "Resources/UploadsScanEvents/Properties/"
	telling   = "Resources/UploadsEventsQueue/Properties/"
	untold    = "Resources/UploadsEventsFailures/Properties/"
	eventsKey = "Resources/UploadsEventsSecret/"
)

// toldFacts hold with events.
func toldFacts() []fact {
	return []fact{
		{fileRule + "EventPattern/source", list{"aws.s3"}},
		{fileRule + "EventPattern/detail-type", list{"Object Created", "Object Deleted"}},
		{fileRule + "EventPattern/detail/bucket/name", list{"${UploadsBucket}"}},
		{fileRule + "EventPattern/detail/object/key/0/prefix", "uploads/"},
		{fileRule + "EventPattern/detail/object/key/1/prefix", "team/"},
		{fileRule + "State", "ENABLED"},
		{fileRule + "Targets/0/Arn", "${UploadsEventsQueue.Arn}"},
		{fileRule + "Targets/0/DeadLetterConfig/Arn", "${UploadsEventsFailures.Arn}"},
		{scanRule + "EventPattern/source", list{"aws.guardduty"}},
		{scanRule + "EventPattern/detail/scanResultDetails", nil}, // every verdict
		{scanRule + "State", "ENABLED"},
		{scanRule + "Targets/0/Arn", "${UploadsEventsQueue.Arn}"},
		{telling + "RedrivePolicy/deadLetterTargetArn", "${UploadsEventsFailures.Arn}"},
		{telling + "RedrivePolicy/maxReceiveCount", 11},
		{telling + "MessageRetentionPeriod", 14 * 24 * 3600},
		{telling + "SqsManagedSseEnabled", true},
		{telling + "VisibilityTimeout", 360},
		{untold + "MessageRetentionPeriod", 14 * 24 * 3600},
		{untold + "SqsManagedSseEnabled", true},
		{eventsKey + "Properties/GenerateSecretString/PasswordLength", 44},
		{eventsKey + "Properties/GenerateSecretString/ExcludePunctuation", true},
		{"Resources/UploadsEventsSource/Properties/FunctionResponseTypes", list{"ReportBatchItemFailures"}},
		{"Resources/UploadsEventsSource/Properties/ScalingConfig/MaximumConcurrency", 5},
		{"Resources/UploadsEventsSource/Properties/BatchSize", 10},
		{"Resources/UploadsEventsSource/Properties/EventSourceArn", "${UploadsEventsQueue.Arn}"},
		{teller + "Timeout", 60},
		{teller + "ReservedConcurrentExecutions", nil},
		{tells + "Look/Action", "s3:GetObjectVersion"},
		{tells + "Look/Resource", list{"${UploadsBucket.Arn}/team/*", "${UploadsBucket.Arn}/uploads/*"}},
		{tells + "LookMoved/Resource", "${UploadsBucket.Arn}/moved/*"},
		{tells + "KeyViaS3/Action", "kms:Decrypt"},
		{tells + "Queue/Resource", "${UploadsEventsQueue.Arn}"},
		{tells + "Failures/Action", "sqs:SendMessage"},
		{tells + "Failures/Resource", "${UploadsEventsFailures.Arn}"},
		{tells + "Secret/Action", "secretsmanager:GetSecretValue"},
		{tells + "Secret/Resource", "${UploadsEventsSecret}"},
		{tells + "Receiver", nil},
		{role + "Moved/Action", "s3:PutObject"},
		{role + "Moved/Resource", "${UploadsBucket.Arn}/moved/*"},
		{bucket + "LifecycleConfiguration/Rules/Id=moved/Prefix", "moved/"},
		{bucket + "LifecycleConfiguration/Rules/Id=moved/ExpirationInDays", 15},
		{denies + "DenyUnscanned/Condition/ArnNotLike/aws:PrincipalArn/3", "${UploadsEventsRole.Arn}"},
		{"Resources/UploadsEventsFailuresAlarm/Properties/MetricName", "ApproximateNumberOfMessagesVisible"},
		{"Resources/UploadsEventsFailuresAlarm/Properties/Threshold", 0},
		{"Resources/UploadsEventsLateAlarm/Properties/MetricName", "ApproximateAgeOfOldestMessage"},
		{"Resources/UploadsEventsAlarm/Properties/MetricName", "Errors"},
		{"Outputs/EventsQueueArn/Value", "${UploadsEventsQueue.Arn}"},
		{"Outputs/EventsFailuresArn/Value", "${UploadsEventsFailures.Arn}"},
		{"Outputs/EventsSecretArn/Value", "${UploadsEventsSecret}"},
		{"Outputs/EventsLogGroup/Value", "${UploadsEventsLogs}"},
	}
}

// toldMutants break it.
func toldMutants() []mutant {
	return []mutant{
		{"deletions are not told", fileRule + "EventPattern/detail-type", list{"Object Created"}},
		{"other buckets' files", fileRule + "EventPattern/detail/bucket", nil},
		{"what is no file of a space", fileRule + "EventPattern/detail/object", nil},
		{"rule off", fileRule + "State", "DISABLED"},
		{"events lost by the rule", fileRule + "Targets/0/DeadLetterConfig", nil},
		{"threats are not told", scanRule + "State", "DISABLED"},
		{"one failure holds up a batch", "Resources/UploadsEventsSource/Properties/FunctionResponseTypes", nil},
		{"it takes all copies of a new account", "Resources/UploadsEventsSource/Properties/ScalingConfig", nil},
		{"events that are lost", telling + "RedrivePolicy", nil},
		{"given up after an hour", telling + "RedrivePolicy/maxReceiveCount", 5},
		{"gone before anybody looks", untold + "MessageRetentionPeriod", 3600},
		{"failures that nobody hears of", "Resources/UploadsEventsFailuresAlarm", nil},
		{"reads everything", tells + "Look/Resource", "${UploadsBucket.Arn}/*"},
		{"reads every secret", tells + "Secret/Resource", "*"},
		{"a secret that is none", eventsKey + "Properties/GenerateSecretString/ExcludePunctuation", false},
		{"the word of a move stays for ever", bucket + "LifecycleConfiguration/Rules/Id=moved", nil},
		{"a move cannot leave its word", role + "Moved", nil},
		{"it cannot look at what could not be scanned", denies + "DenyUnscanned/Condition/ArnNotLike/aws:PrincipalArn/3", "arn"},
		{"visible again while it is sent", telling + "VisibilityTimeout", 30},
	}
}

// received is who is told in place of a server, by the name of a stack.
func received() map[string]string {
	return map[string]string{
		"tell-0": `"queue": "arn:aws:sqs:eu-west-1:111122223333:files.fifo"`,
		"tell-1": `"bus": "arn:aws:events:eu-west-1:111122223333:event-bus/files"`,
		"tell-2": `"function": "arn:aws:lambda:eu-west-1:111122223333:function:files"`,
	}
}

// receivedContexts are configurations that tell AWS's own services.
func receivedContexts() (all []string) {
	for i := range len(received()) {
		name := "tell-" + strconv.Itoa(i)
		all = append(all, `{"name": "`+name+`", "events": {`+received()[name]+`}}`)
	}
	return all
}

// receivedFacts hold for each of them: the role may do one thing more, and there is no
// secret.
func receivedFacts(stack string) []fact {
	var action, resource string
	switch stack {
	case "tell-0":
		action, resource = "sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:files.fifo"
	case "tell-1":
		action, resource = "events:PutEvents", "arn:aws:events:eu-west-1:111122223333:event-bus/files"
	case "tell-2":
		action, resource = "lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:files"
	default:
		return nil
	}
	return []fact{
		{tells + "Receiver/Action", action}, {tells + "Receiver/Resource", resource}, {tells + "Secret", nil},
		{"Resources/UploadsEventsSecret", nil}, {"Outputs/EventsSecretArn", nil}, {"Resources/UploadsScanEvents", nil},
	}
}
