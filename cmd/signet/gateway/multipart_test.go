package gateway

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Pages that end among the uploads of one key, at any length.
func TestUploadPages(t *testing.T) {
	g := newGateway(t)
	c := g.roleClient()
	var want []string
	for _, key := range []string{"mine/a", "mine/b", "mine/b", "mine/b", "mine/c"} {
		u, err := c.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String(testBucket), Key: &key})
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, key+" "+*u.UploadId)
	}
	slices.Sort(want)
	for limit := range int32(6) {
		var got []string
		in := &s3.ListMultipartUploadsInput{Bucket: aws.String(testBucket), Prefix: aws.String("mine/"), MaxUploads: aws.Int32(limit + 1)}
		for {
			out, err := c.ListMultipartUploads(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range out.Uploads {
				got = append(got, *u.Key+" "+*u.UploadId)
			}
			if !aws.ToBool(out.IsTruncated) {
				break
			}
			in.KeyMarker, in.UploadIdMarker = out.NextKeyMarker, out.NextUploadIdMarker
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d: got %q, want %q", limit+1, got, want)
		}
	}
}

// Whoever sees an object that was just completed sees all of it.
func TestCompleteHappensAtOnce(t *testing.T) {
	g := newGateway(t)
	c := g.roleClient()
	for i := range 10 {
		key := fmt.Sprint("mine/", i)
		u, err := c.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String(testBucket), Key: &key,
			ChecksumAlgorithm: types.ChecksumAlgorithmCrc64nvme, ChecksumType: types.ChecksumTypeFullObject})
		if err != nil {
			t.Fatal(err)
		}
		part, err := c.UploadPart(t.Context(), &s3.UploadPartInput{Bucket: aws.String(testBucket), Key: &key, UploadId: u.UploadId, PartNumber: aws.Int32(1), ChecksumAlgorithm: types.ChecksumAlgorithmCrc64nvme})
		if err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				c.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{Bucket: aws.String(testBucket), Key: &key, UploadId: u.UploadId,
					MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{PartNumber: aws.Int32(1), ETag: part.ETag, ChecksumCRC64NVME: part.ChecksumCRC64NVME}}}})
				out, err := c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(testBucket), Key: &key, ChecksumMode: "ENABLED"})
				if err != nil {
					t.Errorf("after its completion %s: %v", key, err)
				} else if aws.ToString(out.VersionId) == "" || aws.ToString(out.ChecksumCRC64NVME) == "" {
					t.Errorf("after its completion %s has version %q and checksum %q", key, aws.ToString(out.VersionId), aws.ToString(out.ChecksumCRC64NVME))
				}
			})
		}
		wait.Wait()
	}
}

// A part that arrives after its upload was completed or aborted does not bring the
// upload back.
func TestPartsThatComeTooLate(t *testing.T) {
	g := newGateway(t)
	c, bucket := g.roleClient(), aws.String(testBucket)
	for _, end := range []string{"complete", "abort"} {
		key := aws.String("mine/" + end)
		u, err := c.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key})
		if err != nil {
			t.Fatal(err)
		}
		part, err := c.UploadPart(t.Context(), &s3.UploadPartInput{Bucket: bucket, Key: key, UploadId: u.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader("hello")})
		if err != nil {
			t.Fatal(err)
		}
		late, body := io.Pipe()
		answered := make(chan answer)
		r := g.presign(t, "PUT", "/"+testBucket+"/"+*key+"?partNumber=2&uploadId="+*u.UploadId, strings.Repeat("x", 1<<20), nil)
		r.Body = late
		go func() { answered <- send(t, r) }()
		if _, err := body.Write(make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		if end == "abort" {
			_, err = c.AbortMultipartUpload(t.Context(), &s3.AbortMultipartUploadInput{Bucket: bucket, Key: key, UploadId: u.UploadId})
		} else {
			_, err = c.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{Bucket: bucket, Key: key, UploadId: u.UploadId,
				MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{PartNumber: aws.Int32(1), ETag: part.ETag}}}})
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := body.Write(make([]byte, 1<<20-1000)); err != nil {
			t.Fatal(err)
		}
		body.Close()
		a := <-answered
		a.want(t, 404, "NoSuchUpload")
		out, err := c.ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: bucket, Prefix: key})
		if err != nil || len(out.Uploads) > 0 {
			t.Errorf("%s: %d uploads are left, %v", end, len(out.Uploads), err)
		}
	}
}

func TestLongKeys(t *testing.T) {
	g := newGateway(t)
	part := strings.Repeat("k", 203)
	longest := "mine/" + strings.Join([]string{part, part, part, part, part}, "/") // 5 + 5 × 203 + 4
	send(t, g.presign(t, "PUT", "/"+testBucket+"/"+longest, "x", nil)).want(t, 200, "")
	send(t, g.presign(t, "PUT", "/"+testBucket+"/"+longest+"k", "x", nil)).want(t, 400, "KeyTooLongError")
}
