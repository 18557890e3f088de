package transfer

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/lambda/upload"
)

// Listed is an object of a listing.
type Listed struct {
	Key      string
	Size     int64 // bytes
	ETag     string
	Modified time.Time
}

// Page is a page of a listing.
type Page struct {
	Objects []Listed
	// Folders are what keys begin with up to the delimiter, which is their end.
	Folders []string
}

// turn is a page, or why there is none.
type turn struct {
	Page
	err error
}

// Pages lists the objects under a prefix in S3's order, page after page; the next one
// is asked for while one is looked at. What lies behind the delimiter, where there is
// one, is put together in folders.
func (b *Bucket) Pages(ctx context.Context, prefix, delimiter string) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		turns := make(chan turn, 1)
		go func() {
			defer close(turns)
			in := &s3.ListObjectsV2Input{Bucket: &b.bucket, Prefix: &prefix, Delimiter: optional(delimiter), EncodingType: types.EncodingTypeUrl}
			for more := true; more; {
				var t turn
				t.Page, t.err = b.page(ctx, in)
				select {
				case turns <- t:
				case <-ctx.Done():
					return
				}
				more = t.err == nil && in.ContinuationToken != nil
			}
		}()
		for t := range turns {
			if !yield(t.Page, t.err) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(Page{}, err)
		}
	}
}

// page asks for a page, and leaves in the input where the next one begins. S3 is asked
// to encode keys as in a URL, for XML cannot hold every character that a key can
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html).
func (b *Bucket) page(ctx context.Context, in *s3.ListObjectsV2Input) (p Page, err error) {
	var out *s3.ListObjectsV2Output
	err = b.ask(func(c *s3.Client) (err error) {
		out, err = c.ListObjectsV2(ctx, in)
		return err
	})
	switch {
	case err != nil:
		return p, err
	case aws.ToString(out.Name) == "":
		return p, errNotS3(http.StatusOK, "the bucket's name")
	}
	if p.Objects, err = objects(out); err != nil {
		return Page{}, err
	}
	for i := range p.Objects {
		if err := within(p.Objects[i].Key, in.Prefix); err != nil {
			return Page{}, err
		}
	}
	for i := range out.CommonPrefixes {
		folder, err := plain(out.EncodingType, out.CommonPrefixes[i].Prefix)
		if err != nil {
			return Page{}, err
		}
		p.Folders = append(p.Folders, folder)
	}
	next := out.NextContinuationToken
	if !aws.ToBool(out.IsTruncated) {
		next = nil
	} else if aws.ToString(next) == "" || aws.ToString(next) == aws.ToString(in.ContinuationToken) {
		return p, errNotS3(http.StatusOK, "where the next page begins")
	}
	in.ContinuationToken = next
	return p, nil
}

func objects(out *s3.ListObjectsV2Output) ([]Listed, error) {
	all := make([]Listed, len(out.Contents))
	for i := range out.Contents {
		o := &out.Contents[i]
		key, err := plain(out.EncodingType, o.Key)
		if err != nil {
			return nil, err
		}
		all[i] = Listed{key, aws.ToInt64(o.Size), aws.ToString(o.ETag), aws.ToTime(o.LastModified)}
	}
	return all, nil
}

// plain is a key, a prefix or a marker of a list as it is stored. What cannot be decoded
// is an error: to get or to delete something else would be worse.
func plain(encoding types.EncodingType, text *string) (string, error) {
	key, err := upload.DecodeListed(string(encoding), aws.ToString(text))
	if err != nil {
		return "", errNotS3(http.StatusOK, "keys that are encoded as it says")
	}
	return key, nil
}

// within fails for a key that was not asked for: what is listed may be deleted.
func within(key string, prefix *string) error {
	if strings.HasPrefix(key, aws.ToString(prefix)) {
		return nil
	}
	return errNotS3(http.StatusOK, "keys that all begin as was asked for")
}

// List gives all objects under a prefix.
func (b *Bucket) List(ctx context.Context, prefix string) (all []Listed, err error) {
	for page, err := range b.Pages(ctx, prefix, "") {
		if err != nil {
			return nil, err
		}
		all = append(all, page.Objects...)
	}
	return all, nil
}

// Head gives the object of a key, where there is one.
func (b *Bucket) Head(ctx context.Context, key string) (o Listed, there bool, err error) {
	err = b.ask(func(c *s3.Client) error {
		out, err := c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.bucket, Key: &key})
		if err == nil {
			o = Listed{key, aws.ToInt64(out.ContentLength), aws.ToString(out.ETag), aws.ToTime(out.LastModified)}
		}
		return err
	})
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusNotFound {
		return Listed{}, false, nil
	}
	if err == nil && o.ETag == "" {
		err = errNotS3(http.StatusOK, "an ETag")
	}
	return o, err == nil, err
}
