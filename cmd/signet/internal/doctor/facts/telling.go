package facts

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Telling is what a stack of ours tells events with. Its facts are not Set where it tells
// none.
type Telling struct {
	Waiting Fact[int]       // messages of the queue, those that are tried again among them
	Failed  Fact[int]       // messages of the queue of failures
	Secret  Fact[time.Time] // when it was last changed
}

func readTelling(ctx context.Context, config aws.Config, r resources) Telling {
	var e Telling
	for _, address := range r.of["AWS::SQS::Queue"] {
		switch logical := r.logical[address]; {
		case strings.Contains(logical, "EventsQueue"):
			e.Waiting = readQueue(ctx, config, address)
		case strings.Contains(logical, "EventsFailures"):
			e.Failed = readQueue(ctx, config, address)
		}
	}
	for _, arn := range r.of["AWS::SecretsManager::Secret"] {
		if strings.Contains(r.logical[arn], "EventsSecret") {
			e.Secret = readSecret(ctx, config, arn)
		}
	}
	return e
}

// readQueue counts the messages of a queue, hidden ones too.
func readQueue(ctx context.Context, config aws.Config, address string) Fact[int] {
	return read("sqs:GetQueueAttributes", nil, func() (int, error) {
		var page struct {
			Attributes []struct{ Name, Value string } `xml:"GetQueueAttributesResult>Attribute"`
		}
		err := query(ctx, config, "sqs", url.Values{
			"Action": {"GetQueueAttributes"}, "Version": {"2012-11-05"}, "QueueUrl": {address},
			"AttributeName.1": {"ApproximateNumberOfMessages"}, "AttributeName.2": {"ApproximateNumberOfMessagesNotVisible"},
		}, &page)
		all := 0
		for _, a := range page.Attributes {
			n, _ := strconv.Atoi(a.Value) // SQS's own numbers
			all += n
		}
		return all, err
	})
}

// readSecret asks when a secret was changed, not what it is.
func readSecret(ctx context.Context, config aws.Config, arn string) Fact[time.Time] {
	return read("secretsmanager:DescribeSecret", nil, func() (time.Time, error) {
		var out struct{ CreatedDate, LastChangedDate float64 }
		err := ask(ctx, config, "secretsmanager", "secretsmanager.DescribeSecret", map[string]string{"SecretId": arn}, &out)
		return time.Unix(int64(max(out.CreatedDate, out.LastChangedDate)), 0), err
	})
}
