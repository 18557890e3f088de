package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// NewSender makes the sender that a configuration asks for: its receiver's ARN says how
// it is called. The ids stand in the messages.
func NewSender(a *AWS, queue, bus, function string) Sender {
	switch {
	case queue != "":
		return &queueSender{a, queue}
	case bus != "":
		return &busSender{a, bus}
	default:
		return &functionSender{a, function}
	}
}

// regional is a caller in the region that an ARN names.
func regional(a *AWS, arn string) *AWS {
	other := *a
	if p := strings.Split(arn, ":"); len(p) > 3 && p[3] != "" {
		other.Region = p[3]
	}
	return &other
}

func answered(err error) Answer {
	if err == nil {
		return Answer{Status: http.StatusOK}
	}
	a := Answer{Err: err}
	if e, ok := errors.AsType[*AWSError](err); ok {
		a.Status = e.Status
	}
	return a
}

type queueSender struct {
	aws *AWS
	arn string
}

// Send implements Sender. In a FIFO queue the events of one key stay in their order.
func (s *queueSender) Send(ctx context.Context, e *Event) Answer {
	address, err := QueueURL(s.arn)
	if err != nil {
		return Answer{Err: err}
	}
	in := map[string]any{
		"QueueUrl": address, "MessageBody": string(e.whole()),
		"MessageAttributes": map[string]any{"webhook-id": text(e.ID), "type": text(e.Type)},
	}
	if strings.HasSuffix(s.arn, ".fifo") {
		sum := sha256.Sum256([]byte(e.Data.Key))
		in["MessageGroupId"], in["MessageDeduplicationId"] = hex.EncodeToString(sum[:]), e.ID
	}
	return answered(regional(s.aws, s.arn).Call(ctx, "sqs", "AmazonSQS.SendMessage", "1.0", in, nil))
}

type busSender struct {
	aws *AWS
	arn string
}

// Send implements Sender.
func (s *busSender) Send(ctx context.Context, e *Event) Answer {
	var out struct {
		FailedEntryCount int
		Entries          []struct{ ErrorCode, ErrorMessage string }
	}
	err := regional(s.aws, s.arn).Call(ctx, "events", "AWSEvents.PutEvents", "1.1", map[string]any{"Entries": []any{map[string]any{
		"EventBusName": s.arn, "Source": "signet", "DetailType": e.Type, "Detail": string(e.whole()), "Time": e.Timestamp.Unix(),
	}}}, &out)
	if err == nil && out.FailedEntryCount > 0 && len(out.Entries) > 0 {
		err = fmt.Errorf("the event bus answered %s: %s", out.Entries[0].ErrorCode, out.Entries[0].ErrorMessage)
	}
	return answered(err)
}

type functionSender struct {
	aws *AWS
	arn string
}

// Send implements Sender. Lambda keeps the event and calls the function, more than once
// where it fails.
func (s *functionSender) Send(ctx context.Context, e *Event) Answer {
	_, err := regional(s.aws, s.arn).send(ctx, "lambda", "/2015-03-31/functions/"+url.PathEscape(s.arn)+"/invocations",
		http.Header{"X-Amz-Invocation-Type": {"Event"}, "Content-Type": {"application/json"}}, e.whole())
	return answered(err)
}
