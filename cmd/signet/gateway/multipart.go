package gateway

import (
	"context"
	"math"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/s3response"
)

// CompleteMultipartUpload implements backend.Backend. In S3 it happens at once;
// versitygw puts the object up first and its version and checksum later, and
// hides the upload meanwhile, so nobody else may look at the key.
func (g *guard) CompleteMultipartUpload(ctx context.Context, in *s3.CompleteMultipartUploadInput) (s3response.CompleteMultipartUploadResult, string, error) {
	var done func()
	in.IfNoneMatch, done = g.ifNone(ctx, in.Bucket, in.Key, in.IfNoneMatch)
	defer done()
	defer g.keys.lock(in.Key)()
	defer g.folders.settleLong()()
	result, version, err := g.Backend.CompleteMultipartUpload(ctx, in)
	if err == nil {
		g.over(ctx, in.Bucket, in.Key, in.UploadId)
		g.tellCreated(ctx, in.Bucket, in.Key, version, "CompleteMultipartUpload")
	}
	return result, version, err
}

// HeadObject implements backend.Backend.
func (g *guard) HeadObject(ctx context.Context, in *s3.HeadObjectInput) (*s3.HeadObjectOutput, error) {
	defer g.keys.rlock(in.Key)()
	out, err := g.Backend.HeadObject(ctx, in)
	if err == nil {
		out.LastModified = made(out.VersionId, out.LastModified)
	}
	return out, err
}

// GetObject implements backend.Backend.
func (g *guard) GetObject(ctx context.Context, in *s3.GetObjectInput) (*s3.GetObjectOutput, error) {
	defer g.keys.rlock(in.Key)()
	out, err := g.Backend.GetObject(ctx, in)
	if err == nil {
		out.LastModified = made(out.VersionId, out.LastModified)
	}
	return out, err
}

// ListParts implements backend.Backend.
func (g *guard) ListParts(ctx context.Context, in *s3.ListPartsInput) (s3response.ListPartsResult, error) {
	defer g.keys.rlock(in.Key)()
	return g.Backend.ListParts(ctx, in)
}

// ListMultipartUploads implements backend.Backend. versitygw cannot go on
// within the uploads of one key, so a list without a delimiter is cut into
// pages here, as S3 documents it: a marker means the keys after it, and of its
// own key the uploads whose ids are greater
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html).
func (g *guard) ListMultipartUploads(ctx context.Context, in *s3.ListMultipartUploadsInput) (s3response.ListMultipartUploadsResult, error) {
	if aws.ToString(in.Delimiter) != "" {
		return g.Backend.ListMultipartUploads(ctx, in)
	}
	all := *in
	all.KeyMarker, all.UploadIdMarker, all.MaxUploads = nil, nil, aws.Int32(math.MaxInt32)
	out, err := g.Backend.ListMultipartUploads(ctx, &all)
	if err != nil {
		return out, err
	}
	limit := pageLimit(in.MaxUploads)
	after := place{aws.ToString(in.KeyMarker), aws.ToString(in.UploadIdMarker)}
	uploads, more := pageOf(g.unended(out.Uploads), after, limit,
		func(u s3response.Upload) place { return place{u.Key, u.UploadID} }, strings.Compare)
	out.KeyMarker, out.UploadIDMarker, out.MaxUploads = after.key, after.id, limit
	out.NextKeyMarker, out.NextUploadIDMarker, out.IsTruncated = "", "", more
	if more {
		last := uploads[len(uploads)-1]
		out.NextKeyMarker, out.NextUploadIDMarker = last.Key, last.UploadID
	}
	out.Uploads = uploads
	return out, nil
}
