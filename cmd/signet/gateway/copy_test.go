package gateway

import (
	"bytes"
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

// Each copied part has a checksum of its own, so that the whole gets the right one.
func TestCopiedParts(t *testing.T) {
	g := newGateway(t)
	c := g.roleClient()
	content := bytes.Repeat([]byte("0123456789abcdef"), 10<<20/16)
	put, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(testBucket), Key: aws.String("mine/from"), Body: bytes.NewReader(content), ChecksumAlgorithm: types.ChecksumAlgorithmCrc64nvme})
	if err != nil {
		t.Fatal(err)
	}
	upload, err := c.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{
		Bucket: aws.String(testBucket), Key: aws.String("mine/to"), ChecksumAlgorithm: types.ChecksumAlgorithmCrc64nvme, ChecksumType: types.ChecksumTypeFullObject,
	})
	if err != nil {
		t.Fatal(err)
	}
	var parts []types.CompletedPart
	for n, part := range []string{"bytes=0-5242879", "bytes=5242880-10485759"} {
		out, err := c.UploadPartCopy(t.Context(), &s3.UploadPartCopyInput{
			Bucket: aws.String(testBucket), Key: aws.String("mine/to"), UploadId: upload.UploadId, PartNumber: aws.Int32(int32(n + 1)),
			CopySource: aws.String(testBucket + "/mine/from?versionId=" + aws.ToString(put.VersionId)), CopySourceRange: &part,
		})
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, types.CompletedPart{PartNumber: aws.Int32(int32(n + 1)), ETag: out.CopyPartResult.ETag, ChecksumCRC64NVME: out.CopyPartResult.ChecksumCRC64NVME})
	}
	done, err := c.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{
		Bucket: aws.String(testBucket), Key: aws.String("mine/to"), UploadId: upload.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
		ChecksumCRC64NVME: put.ChecksumCRC64NVME, ChecksumType: types.ChecksumTypeFullObject,
	})
	if err != nil || aws.ToString(done.ChecksumCRC64NVME) != aws.ToString(put.ChecksumCRC64NVME) {
		t.Errorf("got %v, %v, want the checksum %s", done, err, aws.ToString(put.ChecksumCRC64NVME))
	}
}

// An object that is copied onto itself with other metadata is a new version, as on S3.
func TestCopyOntoItself(t *testing.T) {
	g := newGateway(t)
	c, key := g.roleClient(), aws.String("mine/a.txt")
	first, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(testBucket), Key: key, Body: strings.NewReader("one")})
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.CopyObject(t.Context(), &s3.CopyObjectInput{
		Bucket: aws.String(testBucket), Key: key, CopySource: aws.String(testBucket + "/mine/a.txt?versionId=" + aws.ToString(first.VersionId)),
		MetadataDirective: types.MetadataDirectiveReplace, Metadata: map[string]string{"b": "2"},
	})
	if err != nil || aws.ToString(again.VersionId) == "" || aws.ToString(again.VersionId) == aws.ToString(first.VersionId) {
		t.Fatalf("the copy is %+v, %v, want a version of its own", again, err)
	}
	for id, want := range map[*string]string{first.VersionId: "", again.VersionId: "2"} {
		out, err := c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(testBucket), Key: key, VersionId: id})
		if err != nil || out.Metadata["b"] != want || aws.ToInt64(out.ContentLength) != 3 {
			t.Errorf("version %s: %+v, %v", aws.ToString(id), out, err)
		}
	}
}
