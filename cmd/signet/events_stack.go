package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/cmd/signet/internal/events"
	"signet/lambda/notify"
	"signet/lambda/upload"
)

// stackEvents are a deployment's: what its outputs name, called with this machine's own
// AWS credentials.
type stackEvents struct {
	aws     aws.Config
	caller  *notify.AWS
	config  upload.Config
	outputs map[string]string
}

// What the stack's outputs are called.
const (
	outputBucket   = "BucketName"
	outputQueue    = "EventsQueueArn"
	outputFailures = "EventsFailuresArn"
	outputSecret   = "EventsSecretArn"
	outputLog      = "EventsLogGroup"
)

func openStackEvents(ctx context.Context, f eventsFlags) (*stackEvents, error) {
	var options []func(*config.LoadOptions) error
	if f.region != "" {
		options = append(options, config.WithRegion(f.region))
	}
	if f.profile != "" {
		options = append(options, config.WithSharedConfigProfile(f.profile))
	}
	c, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, err
	}
	s := &stackEvents{aws: c, caller: &notify.AWS{Region: c.Region, Credentials: c.Credentials}, outputs: map[string]string{}}
	if s.config, err = loadConfig(f.config); err != nil {
		return nil, err
	}
	out, err := cloudformation.NewFromConfig(c).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &f.stack})
	if err != nil {
		return nil, err
	}
	for _, stack := range out.Stacks {
		for _, o := range stack.Outputs {
			s.outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
		}
	}
	if s.outputs[outputQueue] == "" {
		return nil, fmt.Errorf("got stack %s, which tells no events, want one deployed with the field events: add it and deploy", f.stack)
	}
	s.config.Bucket, s.config.Region = s.outputs[outputBucket], c.Region
	return s, nil
}

// sent reads the function's log.
func (s *stackEvents) sent(ctx context.Context, limit int) ([]notify.Attempt, error) {
	group := s.outputs[outputLog]
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(cloudwatchlogs.NewFromConfig(s.aws), &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: &group, FilterPattern: aws.String(`{ $.msg = "sent" }`), StartTime: aws.Int64(time.Now().AddDate(0, 0, -2).UnixMilli()),
	})
	var all []notify.Attempt
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Events {
			var line struct{ Attempt notify.Attempt }
			if json.Unmarshal([]byte(aws.ToString(e.Message)), &line) == nil && line.Attempt.ID != "" {
				all = append(all, line.Attempt)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b notify.Attempt) int { return a.Time.Compare(b.Time) })
	if limit > 0 && len(all) > limit {
		all = all[len(all)-limit:]
	}
	return all, nil
}

func (s *stackEvents) again(ctx context.Context, since time.Time) ([]events.Again, error) {
	return events.Since(ctx, s3.NewFromConfig(s.aws), s.config, since, time.Now().Add(time.Minute))
}

func (s *stackEvents) deliver(ctx context.Context, bodies []string) error {
	address, err := notify.QueueURL(s.outputs[outputQueue])
	if err != nil {
		return err
	}
	q := &notify.SQS{AWS: s.caller}
	for _, body := range bodies {
		if err := q.Enqueue(ctx, address, body); err != nil {
			return err
		}
	}
	return nil
}

func (s *stackEvents) vault() (*notify.Vault, error) {
	if s.outputs[outputSecret] == "" {
		return nil, errors.New("got a stack that signs nothing, want one with events.url: a queue, bus or function has no secret")
	}
	return &notify.Vault{AWS: s.caller, ID: s.outputs[outputSecret], Now: time.Now}, nil
}

func (s *stackEvents) secret(ctx context.Context) (string, error) {
	v, err := s.vault()
	if err != nil {
		return "", err
	}
	secret, _, err := v.Current(ctx)
	return secret.String(), err
}

func (s *stackEvents) rotate(ctx context.Context) (string, error) {
	v, err := s.vault()
	if err != nil {
		return "", err
	}
	secret := events.NewSecret()
	return secret.String(), v.Rotate(ctx, secret, events.NewToken())
}

func (s *stackEvents) redrive(ctx context.Context) error {
	return (&notify.SQS{AWS: s.caller}).Redrive(ctx, s.outputs[outputFailures], s.outputs[outputQueue])
}
