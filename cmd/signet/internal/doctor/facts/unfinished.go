package facts

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
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
		pages := s3.NewListMultipartUploadsPaginator(c, &s3.ListMultipartUploadsInput{Bucket: &bucket})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return u, err
			}
			for _, upload := range page.Uploads {
				u.Count++
				if upload.Initiated != nil {
					u.Oldest = max(u.Oldest, now.Sub(*upload.Initiated))
				}
				bytes, err := partBytes(ctx, c, bucket, upload.Key, upload.UploadId)
				u.Bytes += bytes
				if err != nil {
					u.Uncounted, u.Unlisted = u.Uncounted+1, trouble(err)
				}
			}
		}
		return u, nil
	})
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
