// Package gatewaytest is S3 for tests: a gateway that lives as long as a test, with an
// owner of the bucket who may do everything, and the SDK's client for either.
package gatewaytest

import (
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/cmd/signet/gateway"
	"signet/lambda/upload"
)

// Main is what TestMain has to be where a test starts a gateway, whose process is the
// test's own program once more. end is done after the tests.
func Main(m *testing.M, end ...func()) {
	if gateway.IsChild() {
		os.Exit(gateway.RunChild())
	}
	m.Run()
	for _, f := range end {
		f()
	}
}

// Start starts a gateway that ends with the test. Without a Dir it has one of its own.
func Start(t testing.TB, c gateway.Config) *gateway.Gateway {
	t.Helper()
	if c.Dir == "" {
		c.Dir = t.TempDir()
	}
	g, err := gateway.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() }) // nil always
	return g
}

// Policy is a role's that may do what is granted.
func Policy(t testing.TB, grants []upload.Grant) string {
	t.Helper()
	text, err := upload.PolicyDocument(grants)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// UploadPolicy is the policy of who signs for one's own files in a bucket, as on AWS.
func UploadPolicy(t testing.TB, bucket, kmsKey, region string) string {
	t.Helper()
	return Policy(t, upload.Grants("arn:aws:s3:::"+bucket, []string{"uploads/"}, kmsKey, region))
}

// Owner may do everything in a bucket.
func Owner(bucket string) gateway.User {
	return gateway.User{Name: "owner", AccessKeyID: "AKIDTESTOWNER", SecretAccessKey: "not-a-secret-anywhere-else", Policy: Everything(bucket)}
}

// Everything is the policy of who may do all that can be done in a bucket.
func Everything(bucket string) string {
	return `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::` + bucket + `", "arn:aws:s3:::` + bucket + `/*"]}]}`
}

// Client is the SDK's for a gateway, by the session of its role.
func Client(g *gateway.Gateway, region string) *s3.Client {
	return client(g, region, aws.CredentialsProviderFunc(g.Credentials))
}

// UserClient is the SDK's for a gateway, by a user's keys.
func UserClient(g *gateway.Gateway, region string, u gateway.User) *s3.Client {
	return client(g, region, credentials.NewStaticCredentialsProvider(u.AccessKeyID, u.SecretAccessKey, ""))
}

func client(g *gateway.Gateway, region string, c aws.CredentialsProvider) *s3.Client {
	return s3.New(s3.Options{Region: region, BaseEndpoint: aws.String(g.URL()), UsePathStyle: true, Credentials: c})
}
