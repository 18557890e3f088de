package notify

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// SQS is the queue of a deployment.
type SQS struct {
	AWS *AWS
	// Failures is the address of the queue of failures.
	Failures string
}

// Pause implements Queue.
func (q *SQS) Pause(ctx context.Context, m Message, length time.Duration) error {
	address, err := QueueURL(m.Source)
	if err != nil {
		return err
	}
	return q.AWS.Call(ctx, "sqs", "AmazonSQS.ChangeMessageVisibility", "1.0", map[string]any{
		"QueueUrl": address, "ReceiptHandle": m.Receipt, "VisibilityTimeout": int(length.Seconds()),
	}, nil)
}

// Bury implements Queue. The reason is an attribute, which a message's body has no room
// for.
func (q *SQS) Bury(ctx context.Context, m Message, why string) error {
	return q.AWS.Call(ctx, "sqs", "AmazonSQS.SendMessage", "1.0", map[string]any{
		"QueueUrl": q.Failures, "MessageBody": m.Body, "MessageAttributes": map[string]any{"why": text(readable([]byte(why)))},
	}, nil)
}

// Enqueue puts a message into a queue.
func (q *SQS) Enqueue(ctx context.Context, address, body string) error {
	return q.AWS.Call(ctx, "sqs", "AmazonSQS.SendMessage", "1.0", map[string]any{"QueueUrl": address, "MessageBody": body}, nil)
}

// Redrive puts all failures back into the queue that they came from. Both are ARNs.
func (q *SQS) Redrive(ctx context.Context, failures, queue string) error {
	return q.AWS.Call(ctx, "sqs", "AmazonSQS.StartMessageMoveTask", "1.0", map[string]any{"SourceArn": failures, "DestinationArn": queue}, nil)
}

func text(s string) map[string]any {
	if s == "" {
		s = "-" // SQS takes no empty value
	}
	return map[string]any{"DataType": "String", "StringValue": s}
}

// QueueURL is the address of the queue of an ARN.
func QueueURL(arn string) (string, error) {
	p := strings.Split(arn, ":")
	if len(p) != 6 || p[2] != "sqs" {
		return "", fmt.Errorf("got the queue %q, want an ARN of SQS's", arn)
	}
	return "https://sqs." + p[3] + ".amazonaws.com/" + p[4] + "/" + p[5], nil
}
