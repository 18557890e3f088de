package transfer

import (
	"context"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/lambda/upload"
)

// Unfinished is an upload in parts that was begun and not completed.
type Unfinished struct {
	Key, UploadID string
	Initiated     time.Time
}

// Unfinished lists all unfinished uploads whose keys have a prefix.
func (b *Bucket) Unfinished(ctx context.Context, prefix string) (all []Unfinished, err error) {
	in := &s3.ListMultipartUploadsInput{Bucket: &b.bucket, Prefix: optional(prefix), EncodingType: types.EncodingTypeUrl}
	for more := true; more; {
		var out *s3.ListMultipartUploadsOutput
		err := b.ask(func(c *s3.Client) (err error) {
			out, err = c.ListMultipartUploads(ctx, in)
			return err
		})
		if err == nil && aws.ToString(out.Bucket) == "" {
			err = errNotS3(http.StatusOK, "the bucket's name")
		}
		if err != nil {
			return nil, err
		}
		for i := range out.Uploads {
			u := &out.Uploads[i]
			key, err := plain(out.EncodingType, u.Key)
			if err == nil {
				err = within(key, in.Prefix)
			}
			if err != nil {
				return nil, err
			}
			all = append(all, Unfinished{key, aws.ToString(u.UploadId), aws.ToTime(u.Initiated)})
		}
		if more, err = goOn(in, out); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// goOn leaves in the input where the next page begins, and says whether there is one.
func goOn(in *s3.ListMultipartUploadsInput, out *s3.ListMultipartUploadsOutput) (more bool, err error) {
	if !aws.ToBool(out.IsTruncated) {
		return false, nil
	}
	next, err := plain(out.EncodingType, out.NextKeyMarker)
	if err != nil {
		return false, err
	}
	if next == aws.ToString(in.KeyMarker) && aws.ToString(out.NextUploadIdMarker) == aws.ToString(in.UploadIdMarker) {
		return false, errNotS3(http.StatusOK, "where the next page begins")
	}
	in.KeyMarker, in.UploadIdMarker = &next, out.NextUploadIdMarker
	return true, nil
}

// AbortUpload drops an unfinished upload with all its parts. It asks again until S3
// knows of none: a part that was being written may have survived the first time
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html).
func (b *Bucket) AbortUpload(ctx context.Context, key, id string) error {
	for range 3 {
		err := b.ask(func(c *s3.Client) error {
			_, err := c.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &b.bucket, Key: &key, UploadId: &id})
			return err
		})
		if codeOf(err) == string(upload.NoSuchUpload) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil // a store that says yes each time
}
