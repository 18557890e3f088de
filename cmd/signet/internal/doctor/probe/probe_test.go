package probe_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/gateway/gatewaytest"
	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/probe"
	"signet/lambda/upload"
)

func TestMain(m *testing.M) { gatewaytest.Main(m) }

const bucket = "probed"

// start runs a real S3 gateway as change makes it; without, it is as `signet
// dev` has it.
func start(t *testing.T, change func(*gateway.Config)) aws.Config {
	t.Helper()
	c := gateway.Config{
		Bucket: bucket, KMSKey: "arn:aws:kms:us-east-1:111122223333:key/x", Origins: []string{"http://127.0.0.1:1"},
		AllowedHeaders: upload.CORSAllowedHeaders(), MaxSignatureAge: 20 * time.Minute, Role: gateway.Role{Policy: gatewaytest.UploadPolicy(t, bucket, "", "")}, Logger: slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&c)
	}
	g := gatewaytest.Start(t, c)
	return aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(g.URL()), Credentials: aws.CredentialsProviderFunc(g.Credentials)}
}

func target() probe.Target {
	return probe.Target{Bucket: bucket, Prefix: "uploads/", Expires: 15 * time.Minute}
}

// left are the versions and markers that are there.
func left(t *testing.T, c aws.Config) (keys []string) {
	t.Helper()
	out, err := facts.S3(c).ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(bucket), Prefix: aws.String("uploads/")})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range out.Versions {
		keys = append(keys, *v.Key)
	}
	for _, m := range out.DeleteMarkers {
		keys = append(keys, *m.Key)
	}
	return keys
}

func by(results []doctor.Result, status doctor.Status) (ids []string) {
	for _, r := range results {
		if r.Status == status {
			ids = append(ids, strings.TrimPrefix(r.ID, "probe-"))
		}
	}
	slices.Sort(ids)
	return ids
}

func TestSafeGatewayRefuses(t *testing.T) {
	c := start(t, nil)
	results, err := probe.Run(t.Context(), c, target())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if want := map[bool]doctor.Status{true: doctor.Skip, false: doctor.Pass}[r.ID == "probe-plain-http"]; r.Status != want {
			t.Errorf("%s: %s %s, want %s", r.ID, r.Status, r.Got, want)
		}
	}
	if keys := left(t, c); len(keys) > 0 {
		t.Errorf("left %v", keys)
	}
}

// A gateway with holes: each is found, and what went in through it is removed.
func TestHolesAreFound(t *testing.T) {
	c := start(t, func(c *gateway.Config) {
		c.KMSKey, c.MaxSignatureAge = "", 0
		c.Origins = []string{"https://signet-doctor-probe.invalid"}
		c.BucketPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::probed/*"}]}`
	})
	results, err := probe.Run(t.Context(), c, target())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"anonymous-get", "foreign-origin", "old-signature", "unencrypted-put"}
	if got := by(results, doctor.Fail); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if keys := left(t, c); len(keys) > 0 {
		t.Errorf("left %v", keys)
	}
}

// What takes everything is no S3, and every probe says so.
func TestServerThatTakesEverything(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		if r.URL.Query().Has("versions") {
			fmt.Fprint(w, `<ListVersionsResult></ListVersionsResult>`)
		}
	}))
	defer s.Close()
	c := aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(s.URL), Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
	})}
	results, err := probe.Run(t.Context(), c, target())
	if err != nil {
		t.Fatal(err)
	}
	if fails := by(results, doctor.Fail); len(fails) != len(results)-1 {
		t.Errorf("got %v of %d", fails, len(results))
	}
}

// Without a plain upload a refusal says nothing.
func TestNoRightToUpload(t *testing.T) {
	c := start(t, func(c *gateway.Config) {
		c.Role.Policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucketVersions","Resource":"*"}]}`
	})
	results, err := probe.Run(t.Context(), c, target())
	if err != nil {
		t.Fatal(err)
	}
	if unknown := by(results, doctor.Unknown); len(unknown) != len(results) || !strings.Contains(results[0].Got, "allow s3:PutObject") {
		t.Errorf("got %v of %d: %s", unknown, len(results), results[0].Got)
	}
}

// Interrupted in the middle, it still removes what it stored.
func TestInterrupted(t *testing.T) {
	c := start(t, func(c *gateway.Config) { c.KMSKey = "" })
	ctx, cancel := context.WithCancel(t.Context())
	var sent atomic.Int32
	keys := c.Credentials
	c.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
		if sent.Add(1) == 4 {
			cancel()
		}
		return keys.Retrieve(ctx)
	})
	_, err := probe.Run(ctx, c, target())
	if err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("got %v", err)
	}
	c.Credentials = keys
	if keys := left(t, c); len(keys) > 0 {
		t.Errorf("left %v", keys)
	}
}
