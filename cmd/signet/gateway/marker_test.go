package gateway

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// A deleted object can be written again with If-None-Match, once.
func TestWriteOverAMarker(t *testing.T) {
	g := newGateway(t)
	c := g.roleClient()
	key := aws.String("mine/a")
	put := func(body string) error {
		_, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(testBucket), Key: key, Body: strings.NewReader(body), IfNoneMatch: aws.String("*")})
		return err
	}
	del := func() {
		t.Helper()
		if _, err := c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(testBucket), Key: key}); err != nil {
			t.Fatal(err)
		}
	}
	if err := put("first"); err != nil {
		t.Fatal(err)
	}
	wantCode(t, put("again"), "PreconditionFailed")
	del()
	var won atomic.Int32
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if put("second") == nil {
				won.Add(1)
			}
		})
	}
	wait.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of 8 writes over a marker won, want 1", won.Load())
	}

	complete := func() error {
		u, err := c.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String(testBucket), Key: key})
		if err != nil {
			t.Fatal(err)
		}
		part, err := c.UploadPart(t.Context(), &s3.UploadPartInput{Bucket: aws.String(testBucket), Key: key, UploadId: u.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader("x")})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{Bucket: aws.String(testBucket), Key: key, UploadId: u.UploadId, IfNoneMatch: aws.String("*"),
			MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{PartNumber: aws.Int32(1), ETag: part.ETag}}}})
		return err
	}
	wantCode(t, complete(), "PreconditionFailed")
	del()
	if err := complete(); err != nil {
		t.Errorf("completion over a marker: %v", err)
	}
}
