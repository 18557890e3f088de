// Package notify tells an application's server what happened to files: it reads what
// S3 and GuardDuty have told EventBridge, makes one typed event of it, and sends that,
// signed by Standard Webhooks (https://www.standardwebhooks.com), to the one receiver of
// the configuration.
//
// S3 may tell a thing twice and out of order. An event's id is a function of key,
// version and type, so that a repetition has the same one; its sequence, S3's own, says
// which of one key is later. What is not taken is tried again for a day, with growing
// pauses that the queue keeps; what nobody took then waits in the queue of failures.
//
// Nothing is kept here: an event is made again of what S3 has, at each attempt.
package notify

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/upload"
)

// Options are what a Notifier needs. All but Log, Now and Sent must be given.
type Options struct {
	// Config says what is told to whom, and how keys are read. Its Bucket is the one
	// whose events are taken.
	Config upload.Config
	// S3 looks versions up.
	S3 *s3.Client
	// Queue keeps what has to be tried again.
	Queue Queue
	// Sender brings an event to its receiver.
	Sender Sender
	// Sent hears of each attempt, from several goroutines at once. nil: nobody.
	Sent func(Attempt)
	// Log gets a line for each attempt, and for what no event is made of at Debug.
	// nil: slog.Default().
	Log *slog.Logger
	// Now is the clock. nil: time.Now.
	Now func() time.Time
}

// Queue is the queue that the messages come from, and the one of failures.
type Queue interface {
	// Pause hides a message of the queue for so long, 0 to 12 h.
	Pause(ctx context.Context, m Message, length time.Duration) error
	// Bury puts a message into the queue of failures. It is still in the first one.
	Bury(ctx context.Context, m Message, why string) error
}

// Sender brings events to a receiver. Send returns when the receiver has answered or
// did not in time; attempt counts from 1.
type Sender interface {
	Send(ctx context.Context, e *Event) Answer
}

// Answer is what a receiver answered.
type Answer struct {
	Status int    // of HTTP; 0: there was none
	Text   string // the beginning of its body
	Err    error  // why it is no success; nil: it is one
	Gone   bool   // it will take nothing more: no use in trying again
	// After is how long the receiver asks to be left alone; 0: it does not.
	After time.Duration
}

// Attempt is one attempt to tell an event, and what came of it.
type Attempt struct {
	Time      time.Time  `json:"time"`
	ID        string     `json:"id"`
	Type      string     `json:"type"`
	Key       string     `json:"key"`
	VersionID string     `json:"versionId"`
	Attempt   int        `json:"attempt"` // from 1
	Status    int        `json:"status,omitempty"`
	Answer    string     `json:"answer,omitempty"`
	Error     string     `json:"error,omitempty"`
	Millis    int64      `json:"ms"`
	Next      *time.Time `json:"next,omitempty"`   // when it is tried again
	Failed    bool       `json:"failed,omitempty"` // it is in the queue of failures
}

// LogValue is the same by the names of its JSON, so that a log for people reads as one for
// programs does.
func (a Attempt) LogValue() slog.Value {
	attrs := []slog.Attr{
		slog.Time("time", a.Time), slog.String("id", a.ID), slog.String("type", a.Type),
		slog.String("key", a.Key), slog.String("versionId", a.VersionID), slog.Int("attempt", a.Attempt),
	}
	if a.Status != 0 {
		attrs = append(attrs, slog.Int("status", a.Status))
	}
	for _, text := range []struct{ name, value string }{{"answer", a.Answer}, {"error", a.Error}} {
		if text.value != "" {
			attrs = append(attrs, slog.String(text.name, text.value))
		}
	}
	attrs = append(attrs, slog.Int64("ms", a.Millis))
	if a.Next != nil {
		attrs = append(attrs, slog.Time("next", *a.Next))
	}
	if a.Failed {
		attrs = append(attrs, slog.Bool("failed", true))
	}
	return slog.GroupValue(attrs...)
}

// Batch is what Lambda hands to a function that reads a queue
// (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html).
type Batch struct {
	Records []Message `json:"Records"`
}

// Message is one of a queue's. Its Body is an event of EventBridge's.
type Message struct {
	ID         string            `json:"messageId"`
	Receipt    string            `json:"receiptHandle"`
	Body       string            `json:"body"`
	Attributes map[string]string `json:"attributes"`
	Source     string            `json:"eventSourceARN"`
}

// received is how often the message was handed out, this time included.
func (m Message) received() int {
	n, err := strconv.Atoi(m.Attributes["ApproximateReceiveCount"])
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// Failures tells Lambda which messages of a batch stay in the queue.
type Failures struct {
	Items []Failure `json:"batchItemFailures"`
}

// Failure names a message.
type Failure struct {
	ID string `json:"itemIdentifier"`
}

// Notifier tells events. It is safe for concurrent use.
type Notifier struct {
	options Options
	policy  *upload.Policy
}

// New makes a Notifier.
func New(o Options) *Notifier {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sent == nil {
		o.Sent = func(Attempt) {}
	}
	return &Notifier{options: o, policy: upload.NewPolicy(o.Config)}
}

// Handle takes a batch of messages, all at once, so that a receiver that hangs for one
// of them holds up none of the others. The failures are those to be tried again.
func (n *Notifier) Handle(ctx context.Context, b Batch) (Failures, error) {
	failed := make([]bool, len(b.Records))
	var all sync.WaitGroup
	for i, m := range b.Records {
		all.Go(func() { failed[i] = !n.take(ctx, m) })
	}
	all.Wait()
	out := Failures{Items: []Failure{}}
	for i, m := range b.Records {
		if failed[i] {
			out.Items = append(out.Items, Failure{ID: m.ID})
		}
	}
	return out, nil
}

// take tells what a message is about; false leaves it in the queue.
func (n *Notifier) take(ctx context.Context, m Message) (done bool) {
	told, err := Parse([]byte(m.Body))
	if err != nil {
		n.options.Log.ErrorContext(ctx, "event", "message", m.ID, "error", err)
		return n.bury(ctx, m, err.Error())
	}
	if told.bucket != n.options.Config.Bucket {
		n.options.Log.ErrorContext(ctx, "event", "message", m.ID, "bucket", told.bucket, "error", "another bucket's: look at the rule that fills the queue")
		return true
	}
	e, none, err := n.Event(ctx, told)
	switch {
	case err != nil:
		n.options.Log.ErrorContext(ctx, "event", "message", m.ID, "key", told.key, "version", told.version, "attempt", m.received(), "error", err)
		n.again(ctx, m, 0)
		return false
	case e == nil:
		n.options.Log.DebugContext(ctx, "event", "message", m.ID, "key", told.key, "version", told.version, "none", none)
		return true
	case !n.options.Config.Events.Wants(e.Type):
		return true
	}
	return n.send(ctx, m, e)
}

// send makes one attempt.
func (n *Notifier) send(ctx context.Context, m Message, e *Event) (done bool) {
	began := n.options.Now()
	answer := n.options.Sender.Send(ctx, e)
	a := Attempt{
		Time: began.UTC(), ID: e.ID, Type: e.Type, Key: e.Data.Key, VersionID: e.Data.VersionID, Attempt: m.received(),
		Status: answer.Status, Answer: answer.Text, Millis: n.options.Now().Sub(began).Milliseconds(),
	}
	switch {
	case answer.Err == nil:
		done = true
	case answer.Gone || m.received() >= upload.EventAttempts:
		a.Error, a.Failed = answer.Err.Error(), true
		done = n.bury(ctx, m, a.Error)
	default:
		a.Error = answer.Err.Error()
		if next := n.again(ctx, m, answer.After); next != nil {
			a.Next = next
		}
	}
	n.options.Sent(a)
	level := slog.LevelInfo
	if a.Error != "" {
		level = slog.LevelWarn
	}
	n.options.Log.Log(ctx, level, "sent", "attempt", a)
	return done
}

// again has the queue hand the message out later: by the schedule, or as late as the
// receiver asks. Where the queue cannot be told, its own time-out does it.
func (n *Notifier) again(ctx context.Context, m Message, after time.Duration) *time.Time {
	pause := max(Pause(m.received()), min(after, longestAsked))
	if err := n.options.Queue.Pause(ctx, m, pause); err != nil {
		n.options.Log.ErrorContext(ctx, "pause", "message", m.ID, "error", err)
		return nil
	}
	next := n.options.Now().Add(pause).UTC()
	return &next
}

// bury puts a message where a person finds it; where that fails it stays.
func (n *Notifier) bury(ctx context.Context, m Message, why string) (done bool) {
	err := n.options.Queue.Bury(ctx, m, why)
	if err != nil {
		n.options.Log.ErrorContext(ctx, "bury", "message", m.ID, "error", err)
	}
	return err == nil
}
