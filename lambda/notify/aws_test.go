package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"signet/lambda/upload"
)

// services plays AWS's: it keeps what was asked, and answers by X-Amz-Target.
type services struct {
	asked   []string
	answers map[string]string // a status other than 200 stands before it
}

func (s *services) start(t *testing.T) *AWS {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		target := r.Header.Get("X-Amz-Target")
		if target == "" {
			target = r.Header.Get("X-Amz-Invocation-Type") + " " + r.URL.EscapedPath()
		}
		if !strings.Contains(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=AKIA/") {
			t.Errorf("%s: got it unsigned", target)
		}
		s.asked = append(s.asked, target+" "+string(body))
		answer := s.answers[target]
		if stage := "AWSPREVIOUS"; strings.Contains(string(body), stage) {
			answer = s.answers[stage]
		}
		if status, rest, ok := strings.Cut(answer, " "); ok && len(status) == 3 {
			w.WriteHeader(map[string]int{"400": 400, "500": 500}[status])
			answer = rest
		}
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(server.Close)
	return &AWS{Region: "eu-west-1", Endpoint: server.URL, Credentials: credentials.NewStaticCredentialsProvider("AKIA", "secret", "token")}
}

func secretText(s string, made time.Time) string {
	text, _ := json.Marshal(map[string]any{"SecretString": s, "CreatedDate": float64(made.Unix())})
	return string(text)
}

// TestVault: the secret before signs for a day, what was read is kept for a minute, and
// holds where AWS does not answer.
func TestVault(t *testing.T) {
	now := time.Now()
	generated := strings.Repeat("aB3x", 11) // as Secrets Manager makes them
	s := &services{answers: map[string]string{
		"secretsmanager.GetSecretValue": secretText(generated, now.Add(-time.Hour)), "AWSPREVIOUS": secretText(Secret(strings.Repeat("b", 32)).String(), now),
	}}
	v := &Vault{AWS: s.start(t), ID: "arn", Now: func() time.Time { return now }}
	got, err := v.Get(t.Context())
	if err != nil || len(got) != 2 || len(got[0]) != 33 || string(got[1]) != strings.Repeat("b", 32) {
		t.Fatalf("got %v, %v, want both", got, err)
	}
	if _, err := v.Get(t.Context()); err != nil || len(s.asked) != 2 {
		t.Errorf("got %d calls, want what was read kept", len(s.asked))
	}
	now = now.Add(2 * time.Minute)
	s.answers["secretsmanager.GetSecretValue"] = `500 {}`
	if got, err := v.Get(t.Context()); err != nil || len(got) != 2 {
		t.Errorf("got %v, %v, want what was read before", got, err)
	}
	now = now.Add(25 * time.Hour)
	s.answers["secretsmanager.GetSecretValue"] = secretText(generated, now.Add(-25*time.Hour))
	if got, err := v.Get(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("got %v, %v, want the new one alone", got, err)
	}
	// The first secret has none before it.
	s.answers["secretsmanager.GetSecretValue"] = secretText(generated, now)
	s.answers["AWSPREVIOUS"] = `400 {"__type": "com.amazonaws.secretsmanager#ResourceNotFoundException"}`
	now = now.Add(2 * time.Minute)
	if got, err := v.Get(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("got %v, %v, want the first one", got, err)
	}
	if err := v.Rotate(t.Context(), Secret(strings.Repeat("c", 32)), "a-token-of-thirty-two-characters"); err != nil || !strings.Contains(s.asked[len(s.asked)-1], "whsec_Y2Nj") {
		t.Errorf("got %v, %v", s.asked[len(s.asked)-1], err)
	}
	for _, bad := range []string{"", "whsec_", "whsec_c2hvcnQ=", "not base64!", strings.Repeat("aB3x", 23)} {
		if _, err := ParseSecret(bad); err == nil {
			t.Errorf("got %q taken for a secret", bad)
		}
	}
}

// TestQueueCalls asks SQS for what its API wants.
func TestQueueCalls(t *testing.T) {
	s := &services{answers: map[string]string{"AmazonSQS.SendMessage": "{}", "AmazonSQS.StartMessageMoveTask": "{}"}}
	q := &SQS{AWS: s.start(t), Failures: "https://sqs.eu-west-1.amazonaws.com/111122223333/failures"}
	m := Message{ID: "1", Receipt: "handle", Body: "{}", Source: "arn:aws:sqs:eu-west-1:111122223333:queue"}
	if err := q.Pause(t.Context(), m, 90*time.Second); err != nil {
		t.Fatal(err)
	}
	if err := q.Bury(t.Context(), m, "got 410"); err != nil {
		t.Fatal(err)
	}
	if err := q.Redrive(t.Context(), "arn:failures", "arn:queue"); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`AmazonSQS.ChangeMessageVisibility {"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/111122223333/queue","ReceiptHandle":"handle","VisibilityTimeout":90}`,
		`AmazonSQS.SendMessage {"MessageAttributes":{"why":{"DataType":"String","StringValue":"got 410"}},"MessageBody":"{}","QueueUrl":"https://sqs.eu-west-1.amazonaws.com/111122223333/failures"}`,
		`AmazonSQS.StartMessageMoveTask {"DestinationArn":"arn:queue","SourceArn":"arn:failures"}`,
	}
	for i := range want {
		if s.asked[i] != want[i] {
			t.Errorf("got %s, want %s", s.asked[i], want[i])
		}
	}
	if err := q.Pause(t.Context(), Message{Source: "local"}, 0); err == nil {
		t.Error("got a queue that is none taken")
	}
}

// TestOtherReceivers: a queue, a bus and a function get the event with its id in it; what
// they refuse is no success.
func TestOtherReceivers(t *testing.T) {
	e := &Event{ID: "msg_1", Type: upload.FileStored, Timestamp: time.Unix(0, 0).UTC(), Data: Data{Key: "uploads/a"}}
	s := &services{answers: map[string]string{"AmazonSQS.SendMessage": "{}", "AWSEvents.PutEvents": `{"FailedEntryCount": 0}`}}
	a := s.start(t)
	for _, sender := range []Sender{
		NewSender(a, "arn:aws:sqs:eu-west-1:111122223333:files.fifo", "", ""),
		NewSender(a, "", "arn:aws:events:us-east-1:111122223333:event-bus/files", ""),
		NewSender(a, "", "", "arn:aws:lambda:eu-west-1:111122223333:function:files"),
	} {
		if got := sender.Send(context.Background(), e); got.Err != nil {
			t.Errorf("got %+v", got)
		}
	}
	for i, parts := range [][]string{
		{"AmazonSQS.SendMessage", `"MessageDeduplicationId":"msg_1"`, `"MessageGroupId":`, `\"id\":\"msg_1\"`, `\"type\":\"file.stored\"`},
		{"AWSEvents.PutEvents", `"DetailType":"file.stored"`, `"Source":"signet"`, `"EventBusName":"arn:aws:events:us-east-1`, `\"id\":\"msg_1\"`},
		{"Event /2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:files/invocations", `{"id":"msg_1","type":"file.stored"`},
	} {
		for _, part := range parts {
			if !strings.Contains(s.asked[i], part) {
				t.Errorf("got %s, want %s in it", s.asked[i], part)
			}
		}
	}
	s.answers["AWSEvents.PutEvents"] = `{"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]}`
	s.answers["AmazonSQS.SendMessage"] = `400 {"__type": "com.amazonaws.sqs#QueueDoesNotExist"}`
	for _, sender := range []Sender{NewSender(a, "arn:aws:sqs:eu-west-1:111122223333:gone", "", ""), NewSender(a, "", "arn:aws:events:us-east-1:111122223333:event-bus/files", "")} {
		if got := sender.Send(context.Background(), e); got.Err == nil || got.Gone {
			t.Errorf("got %+v, want it tried again", got)
		}
	}
}
