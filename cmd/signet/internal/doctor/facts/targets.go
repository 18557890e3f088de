package facts

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"
)

// Listener is a function, queue or topic that hears of new objects.
type Listener struct {
	ARN  string
	Gone bool
}

// readListeners asks each of the account's own whether it is there. The SDK's
// modules for SQS and SNS are left out for two calls.
func readListeners(ctx context.Context, c clients, events Fact[Events], account Fact[string]) Fact[[]Listener] {
	const need = "lambda:GetFunctionConfiguration, sqs:GetQueueUrl and sns:GetTopicAttributes"
	if events.Trouble != "" {
		return unread[[]Listener](need, "who hears of new objects is not known ("+events.Trouble+")", events)
	}
	return read(need, nil, func() (all []Listener, err error) {
		for _, arn := range events.Value.Targets {
			parts := strings.SplitN(arn, ":", 6)
			if len(parts) != 6 || account.Set && parts[4] != account.Value {
				continue
			}
			gone, err := isGone(ctx, c, arn, parts)
			if err != nil {
				return nil, err
			}
			all = append(all, Listener{arn, gone})
		}
		return all, nil
	})
}

func isGone(ctx context.Context, c clients, arn string, parts []string) (bool, error) {
	var err error
	switch parts[2] {
	case "lambda":
		_, err = c.lambda.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: aws.String(arn)})
	case "sqs":
		err = query(ctx, c.config, "sqs", url.Values{"Action": {"GetQueueUrl"}, "Version": {"2012-11-05"}, "QueueName": {parts[5]}, "QueueOwnerAWSAccountId": {parts[4]}}, nil)
	case "sns":
		err = query(ctx, c.config, "sns", url.Values{"Action": {"GetTopicAttributes"}, "Version": {"2010-03-31"}, "TopicArn": {arn}}, nil)
	}
	var api smithy.APIError
	absent := []string{"ResourceNotFoundException", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "NotFound", "NotFoundException"}
	if errors.As(err, &api) && slices.Contains(absent, api.ErrorCode()) {
		return true, nil
	}
	return false, err
}
