package transfer

import (
	"context"
	"net/http"
	"net/url"

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

// List gives all objects under a prefix. S3 is asked to encode keys as in a URL,
// for XML cannot hold every character that a key can
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html).
func (b *Bucket) List(ctx context.Context, prefix string) (all []Listed, err error) {
	err = b.ask(func(c *s3.Client) error {
		all = nil
		pages := s3.NewListObjectsV2Paginator(c, &s3.ListObjectsV2Input{Bucket: &b.bucket, Prefix: &prefix, EncodingType: types.EncodingTypeUrl})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			if aws.ToString(page.Name) == "" {
				return errNotS3(http.StatusOK, "the bucket's name")
			}
			for _, o := range page.Contents {
				key := aws.ToString(o.Key)
				if page.EncodingType == types.EncodingTypeUrl {
					if key, err = url.QueryUnescape(key); err != nil {
						return errNotS3(http.StatusOK, "keys that are encoded as it says")
					}
				}
				all = append(all, Listed{key, aws.ToInt64(o.Size), aws.ToString(o.ETag)})
			}
		}
		return nil
	})
	return all, err
}

// Delete deletes objects, as many in a call as S3 takes. done hears of each.
func (b *Bucket) Delete(ctx context.Context, keys []string, done func(key string, err error)) {
	for len(keys) > 0 {
		n := min(len(keys), upload.ListPage)
		batch := &types.Delete{}
		for i := range keys[:n] {
			batch.Objects = append(batch.Objects, types.ObjectIdentifier{Key: &keys[i]})
		}
		var out *s3.DeleteObjectsOutput
		err := b.ask(func(c *s3.Client) (err error) {
			out, err = c.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: &b.bucket, Delete: batch})
			return err
		})
		tellDeleted(keys[:n], out, err, done)
		keys = keys[n:]
	}
}

// tellDeleted tells of each key what became of it: deleted is what S3 said is.
func tellDeleted(keys []string, out *s3.DeleteObjectsOutput, err error, done func(key string, err error)) {
	outcome := map[string]error{}
	if err == nil {
		for _, d := range out.Deleted {
			outcome[aws.ToString(d.Key)] = nil
		}
		for _, e := range out.Errors {
			outcome[aws.ToString(e.Key)] = classify(0, aws.ToString(e.Code), aws.ToString(e.Message))
		}
	}
	for _, key := range keys {
		said, ok := outcome[key]
		switch {
		case err != nil:
			said = err
		case !ok:
			said = errNotS3(http.StatusOK, "a word on this key")
		}
		done(key, said)
	}
}
