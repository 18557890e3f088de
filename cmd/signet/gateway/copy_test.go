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

// A copy with If-None-Match keeps what it carries, and only one of several to a key is
// made.
func TestCopyIfNoneMatch(t *testing.T) {
	g := newGateway(t)
	c := g.roleClient()
	const from = "mine/한 a+b.txt"
	if _, err := c.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(testBucket), Key: aws.String(from), Body: strings.NewReader("123456789"), ContentType: aws.String("text/x"), Metadata: map[string]string{"a": "1"},
	}); err != nil {
		t.Fatal(err)
	}
	copyTo := func(key string) (*s3.CopyObjectOutput, error) {
		return c.CopyObject(t.Context(), &s3.CopyObjectInput{
			Bucket: aws.String(testBucket), Key: &key, CopySource: aws.String(testBucket + "/mine/%ED%95%9C%20a%2Bb.txt"), IfNoneMatch: aws.String("*"),
			MetadataDirective: types.MetadataDirectiveReplace, Metadata: map[string]string{"b": "2"}, ContentType: aws.String("text/y"),
		})
	}
	var made, refused atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			switch _, err := copyTo("mine/copy"); {
			case err == nil:
				made.Add(1)
			case strings.Contains(err.Error(), "PreconditionFailed"):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if made.Load() != 1 || refused.Load() != 7 {
		t.Errorf("%d copies are made and %d refused, want 1 and 7", made.Load(), refused.Load())
	}
	head := func(key string) *s3.HeadObjectOutput {
		out, err := c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(testBucket), Key: &key, ChecksumMode: types.ChecksumModeEnabled})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	got := head("mine/copy")
	if aws.ToString(got.ContentType) != "text/y" || got.Metadata["b"] != "2" || got.Metadata["a"] != "" || aws.ToString(got.ChecksumCRC64NVME) != "rosUhgp5mIg=" {
		t.Errorf("the copy is %s with %v and checksum %s", aws.ToString(got.ContentType), got.Metadata, aws.ToString(got.ChecksumCRC64NVME))
	}
	if _, err := c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(testBucket), Key: aws.String("mine/copy")}); err != nil {
		t.Fatal(err)
	}
	if _, err := copyTo("mine/copy"); err != nil {
		t.Errorf("a copy over a delete marker: %v", err)
	}
}
