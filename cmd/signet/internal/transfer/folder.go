package transfer

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/lambda/upload"
)

// Listed is an object of a listing.
type Listed struct {
	Key  string
	Size int64
	ETag string
}

// List gives all objects under a prefix.
func (b *Bucket) List(ctx context.Context, prefix string) (all []Listed, err error) {
	pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, bucketError(err)
		}
		for _, o := range page.Contents {
			all = append(all, Listed{aws.ToString(o.Key), aws.ToInt64(o.Size), aws.ToString(o.ETag)})
		}
	}
	return all, nil
}

// Delete deletes objects, as many in a call as S3 takes. done hears of each.
func (b *Bucket) Delete(ctx context.Context, keys []string, done func(key string, err error)) {
	for len(keys) > 0 {
		n := min(len(keys), upload.ListPage)
		batch := &types.Delete{}
		for i := range keys[:n] {
			batch.Objects = append(batch.Objects, types.ObjectIdentifier{Key: &keys[i]})
		}
		out, err := b.client.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: &b.bucket, Delete: batch})
		if err != nil {
			for _, key := range keys[:n] {
				done(key, bucketError(err))
			}
		} else {
			for _, d := range out.Deleted {
				done(aws.ToString(d.Key), nil)
			}
			for _, e := range out.Errors {
				done(aws.ToString(e.Key), classify(0, aws.ToString(e.Code), aws.ToString(e.Message)))
			}
		}
		keys = keys[n:]
	}
}
