package gateway

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// underMarker tells whether a key's current version is a delete marker. Of
// HeadObject and GetObject only the second says so.
func (g *guard) underMarker(ctx context.Context, bucket, key *string) bool {
	if _, err := g.Backend.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: key}); err == nil {
		return false
	}
	out, err := g.Backend.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key})
	if err == nil {
		out.Body.Close() // it was written just now
		return false
	}
	return out != nil && aws.ToBool(out.DeleteMarker)
}

// ifNone decides on the If-None-Match of a write. A delete marker counts as no
// object with S3, but versitygw finds its file and refuses
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
// Where one is in the way the header is dropped, and until done is called no
// other write of the key is decided on, so that one of several still wins.
func (g *guard) ifNone(ctx context.Context, bucket, key, header *string) (left *string, done func()) {
	if aws.ToString(header) == "" || !g.underMarker(ctx, bucket, key) {
		return header, func() {}
	}
	unlock := g.overMarkers.lock(key)
	if !g.underMarker(ctx, bucket, key) {
		unlock()
		return header, func() {}
	}
	return nil, unlock
}
