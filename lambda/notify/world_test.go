package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/gateway/gatewaytest"
	"signet/lambda/upload"
)

func TestMain(m *testing.M) { gatewaytest.Main(m) }

const (
	bucket = "uploads"
	region = "us-east-1"
)

// world is a real S3 gateway that tells its events, an owner who may do everything, and
// a Notifier whose role has what it has on AWS.
type world struct {
	*Notifier
	owner *s3.Client
	inbox string
	read  int

	mu     sync.Mutex
	sent   []*Event
	answer func(*Event) Answer
	pauses map[string]time.Duration
	buried []string
}

func newWorld(t *testing.T, change ...func(*upload.Config)) *world {
	t.Helper()
	config := upload.DefaultConfig()
	config.Resolved = upload.Resolved{Bucket: bucket, Region: region}
	config.Events = &upload.Events{URL: "https://app.example.com/hooks"}
	for _, f := range change {
		f(&config)
	}
	role := gatewaytest.Policy(t, upload.NotifyGrants("arn:aws:s3:::"+bucket, config.Prefixes(), "", region))
	w := &world{inbox: filepath.Join(t.TempDir(), "inbox.jsonl"), pauses: map[string]time.Duration{}}
	owner := gatewaytest.Owner(bucket)
	g := gatewaytest.Start(t, gateway.Config{Bucket: bucket, Region: region, Role: gateway.Role{Policy: role}, Events: w.inbox, Users: []gateway.User{owner}})
	w.owner = gatewaytest.UserClient(g, region, owner)
	w.Notifier = New(Options{Config: config, S3: gatewaytest.Client(g, region), Queue: w, Sender: w, Log: slog.New(slog.DiscardHandler)})
	return w
}

// Send implements Sender.
func (w *world) Send(_ context.Context, e *Event) Answer {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, e)
	if w.answer != nil {
		return w.answer(e)
	}
	return Answer{Status: 204}
}

// Pause implements Queue.
func (w *world) Pause(_ context.Context, m Message, length time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pauses[m.ID] = length
	return nil
}

// Bury implements Queue.
func (w *world) Bury(_ context.Context, m Message, why string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buried = append(w.buried, why)
	return nil
}

// told are the events that S3 has told since the last call.
func (w *world) told(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(w.inbox)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	fresh := lines[w.read:]
	w.read = len(lines)
	return fresh
}

// take hands messages over and gives what was sent.
func (w *world) take(t *testing.T, bodies ...string) []*Event {
	t.Helper()
	w.sent = nil
	var b Batch
	for i, body := range bodies {
		b.Records = append(b.Records, message(i, body, 1))
	}
	failures, err := w.Handle(t.Context(), b)
	if err != nil || len(failures.Items) > 0 {
		t.Fatalf("got %+v, %v, want everything taken", failures, err)
	}
	return w.sent
}

func message(i int, body string, received int) Message {
	return Message{ID: "m" + strconv.Itoa(i), Body: body, Attributes: map[string]string{"ApproximateReceiveCount": strconv.Itoa(received)}}
}

// put stores a version as its owner does and gives its id.
func (w *world) put(t *testing.T, key, content string, more ...func(*s3.PutObjectInput)) string {
	t.Helper()
	in := &s3.PutObjectInput{
		Bucket: aws.String(bucket), Key: &key, Body: strings.NewReader(content), ContentType: aws.String("text/plain"),
		Metadata: map[string]string{"case": "4711", "signet-by": "bob"}, ChecksumAlgorithm: types.ChecksumAlgorithmCrc64nvme,
	}
	for _, f := range more {
		f(in)
	}
	out, err := w.owner.PutObject(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.VersionId)
}

func (w *world) remove(t *testing.T, key, version string) string {
	t.Helper()
	out, err := w.owner.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(bucket), Key: &key, VersionId: nonEmpty(version)})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.VersionId)
}

// verdict is GuardDuty's event of a scan, as it documents it.
func verdict(key, version, status string, threats ...string) string {
	var found []map[string]string
	for _, name := range threats {
		found = append(found, map[string]string{"name": name})
	}
	list, _ := json.Marshal(found)
	return fmt.Sprintf(`{"version": "0", "id": "72c7d362-737a-6dce-fc78-9e27a0171419", "detail-type": "GuardDuty Malware Protection Object Scan Result",
		"source": "aws.guardduty", "account": "111122223333", "time": "2026-02-28T01:01:01Z", "region": "us-east-1",
		"resources": ["arn:aws:guardduty:us-east-1:111122223333:malware-protection-plan/b4c7f464ab3a4EXAMPLE"],
		"detail": {"schemaVersion": "1.0", "scanStatus": "COMPLETED", "resourceType": "S3_OBJECT",
			"s3ObjectDetails": {"bucketName": %q, "objectKey": %q, "eTag": "ASIAI44QH8DHBEXAMPLE", "versionId": %q, "s3Throttled": false},
			"scanResultDetails": {"scanResultStatus": %q, "threats": %s}}}`, bucket, key, version, status, list)
}
