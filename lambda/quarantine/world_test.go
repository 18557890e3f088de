package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"

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

// world is a real S3 gateway, an owner of files who may do everything, and a mover
// whose role has what it has on AWS.
type world struct {
	*mover
	owner *s3.Client
	said  *bytes.Buffer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	role := gatewaytest.Policy(t, upload.QuarantineGrants("arn:aws:s3:::"+bucket, []string{"uploads/"}, "", region))
	owner := gatewaytest.Owner(bucket)
	g := gatewaytest.Start(t, gateway.Config{Bucket: bucket, Region: region, Role: gateway.Role{Policy: role}, Users: []gateway.User{owner}})
	said := new(bytes.Buffer)
	return &world{
		mover: &mover{s3: gatewaytest.Client(g, region), log: slog.New(slog.NewJSONHandler(said, nil)), single: maxCopy, part: copyPart},
		owner: gatewaytest.UserClient(g, region, owner),
		said:  said,
	}
}

// put stores a version as its owner does and gives its id.
func (w *world) put(t *testing.T, key string, data []byte) string {
	t.Helper()
	out, err := w.owner.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(bucket), Key: &key, Body: bytes.NewReader(data), ContentType: aws.String("application/x-thing"),
		Metadata: map[string]string{"by": "ada"}, ChecksumAlgorithm: types.ChecksumAlgorithmCrc64nvme,
	})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.VersionId)
}

// get reads a version, or the current one, nil when it is not there.
func (w *world) get(t *testing.T, key, id string) (data []byte, out *s3.GetObjectOutput) {
	t.Helper()
	in := &s3.GetObjectInput{Bucket: aws.String(bucket), Key: &key}
	if id != "" {
		in.VersionId = &id
	}
	out, err := w.owner.GetObject(t.Context(), in)
	if isGone(err) {
		return nil, nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	if data, err = io.ReadAll(out.Body); err != nil {
		t.Fatal(err)
	}
	return data, out
}

func (w *world) tags(t *testing.T, key string) string {
	t.Helper()
	out, err := w.owner.GetObjectTagging(t.Context(), &s3.GetObjectTaggingInput{Bucket: aws.String(bucket), Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, tag := range out.TagSet {
		all = append(all, *tag.Key+"="+*tag.Value)
	}
	return strings.Join(all, "&")
}

// versions counts the versions and markers of a prefix.
func (w *world) versions(t *testing.T, prefix string) int {
	t.Helper()
	out, err := w.owner.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(bucket), Prefix: &prefix})
	if err != nil {
		t.Fatal(err)
	}
	return len(out.Versions) + len(out.DeleteMarkers)
}

// recorded is an event of testdata about a version.
func recorded(t *testing.T, file, key, id string) event {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(key)
	data = bytes.ReplaceAll(data, []byte(`"KEY"`), text)
	data = []byte(strings.NewReplacer("BUCKET", bucket, "VERSION", id).Replace(string(data)))
	var e event
	if err := json.Unmarshal(data, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// report hands over the event of a threat and wants it done.
func (w *world) report(t *testing.T, key, id string) {
	t.Helper()
	if err := w.handle(context.Background(), recorded(t, "threat.json", key, id)); err != nil {
		t.Fatalf("%s, %s: %v", key, id, err)
	}
}
