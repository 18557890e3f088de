package facts

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/lambda/upload"
)

// Unfinished counts the multipart uploads that were begun and never completed:
// their parts are stored and paid for, and no list of objects shows them.
type Unfinished struct {
	Count  int           // of uploads
	Bytes  int64         // of their parts
	Oldest time.Duration // age
	// Uncounted is the number of uploads whose parts could not be listed, so that
	// Bytes is a lower bound.
	Uncounted int
	// Unlisted is why, for the first of them.
	Unlisted string
}

// readUnfinished goes through all pages of uploads and of each one's parts.
func readUnfinished(ctx context.Context, c *s3.Client, bucket string, now time.Time) Fact[Unfinished] {
	return read("s3:ListBucketMultipartUploads", nil, func() (Unfinished, error) {
		var u Unfinished
		err := eachUpload(ctx, c, bucket, func(upload types.MultipartUpload, key string) {
			u.Count++
			if upload.Initiated != nil {
				u.Oldest = max(u.Oldest, now.Sub(*upload.Initiated))
			}
			bytes, err := partBytes(ctx, c, bucket, &key, upload.UploadId)
			u.Bytes += bytes
			if err != nil {
				u.Uncounted++
				u.Unlisted, _ = trouble(err)
			}
		})
		return u, err
	})
}

// Plain is a key or a marker of a list as it was stored. Lists are asked for in
// URL encoding, and some stores answer without.
func Plain(encoding types.EncodingType, text *string) (string, error) {
	return upload.DecodeListed(string(encoding), aws.ToString(text))
}

// eachUpload asks for keys in URL encoding, because XML cannot hold every key.
func eachUpload(ctx context.Context, c *s3.Client, bucket string, tell func(types.MultipartUpload, string)) error {
	in := &s3.ListMultipartUploadsInput{Bucket: &bucket, EncodingType: types.EncodingTypeUrl}
	for {
		page, err := c.ListMultipartUploads(ctx, in)
		if err != nil {
			return err
		}
		for _, upload := range page.Uploads {
			key, err := Plain(page.EncodingType, upload.Key)
			if err != nil {
				return err
			}
			tell(upload, key)
		}
		next, err := Plain(page.EncodingType, page.NextKeyMarker)
		if err != nil || !aws.ToBool(page.IsTruncated) {
			return err
		}
		if next == aws.ToString(in.KeyMarker) && aws.ToString(page.NextUploadIdMarker) == aws.ToString(in.UploadIdMarker) {
			return errors.New("got the same page of uploads again, want the next: the store does not page")
		}
		in.KeyMarker, in.UploadIdMarker = &next, page.NextUploadIdMarker
	}
}

func partBytes(ctx context.Context, c *s3.Client, bucket string, key, id *string) (int64, error) {
	var bytes int64
	pages := s3.NewListPartsPaginator(c, &s3.ListPartsInput{Bucket: &bucket, Key: key, UploadId: id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return bytes, err
		}
		for _, p := range page.Parts {
			bytes += aws.ToInt64(p.Size)
		}
	}
	return bytes, nil
}
