package gateway

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// Fifty count in one object, each by If-Match: none is lost, and what is read is always
// the object that its ETag is of.
func TestStateBucketHoldsConditionalWrites(t *testing.T) {
	const state, writers, each = "state", 50, 4
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::state","arn:aws:s3:::state/*"]}]}`
	g, err := Start(t.Context(), Config{Dir: t.TempDir(), Bucket: "uploads", StateBucket: state, Role: Role{Policy: policy}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Close() })
	client := s3.New(s3.Options{Region: "us-east-1", BaseEndpoint: aws.String(g.URL()), UsePathStyle: true, Credentials: aws.CredentialsProviderFunc(g.Credentials),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired, RetryMaxAttempts: 1})
	key := aws.String("usage/uploads/alice")
	put := func(n int, etag string) error {
		in := &s3.PutObjectInput{Bucket: aws.String(state), Key: key, Body: bytes.NewReader([]byte(strconv.Itoa(n)))}
		if etag == "" {
			in.IfNoneMatch = aws.String("*")
		} else {
			in.IfMatch = &etag
		}
		_, err := client.PutObject(context.Background(), in)
		return err
	}
	if err := put(0, ""); err != nil {
		t.Fatal(err)
	}
	if err := put(9, ""); codeOf(err) != "PreconditionFailed" {
		t.Errorf("a second one: %v", err)
	}
	var wait sync.WaitGroup
	for range writers {
		wait.Go(func() {
			for done := 0; done < each; {
				n, etag := readCount(t, client, state, key)
				switch err := put(n+1, etag); codeOf(err) {
				case "":
					done++
				case "PreconditionFailed", "ConditionalRequestConflict":
				default:
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	if n, _ := readCount(t, client, state, key); n != writers*each {
		t.Errorf("counted %d, want %d", n, writers*each)
	}
	versions, err := client.ListObjectVersions(context.Background(), &s3.ListObjectVersionsInput{Bucket: aws.String(state)})
	if err != nil || len(versions.Versions) != 1 {
		t.Errorf("%d versions (%v), want one", len(versions.Versions), err)
	}
}

func readCount(t *testing.T, client *s3.Client, bucket string, key *string) (int, string) {
	out, err := client.GetObject(context.Background(), &s3.GetObjectInput{Bucket: &bucket, Key: key})
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer out.Body.Close()
	var b bytes.Buffer
	b.ReadFrom(out.Body)
	n, err := strconv.Atoi(b.String())
	if err != nil {
		t.Error(err)
	}
	return n, aws.ToString(out.ETag)
}

func codeOf(err error) string {
	if e := smithy.APIError(nil); errors.As(err, &e) {
		return e.ErrorCode()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
