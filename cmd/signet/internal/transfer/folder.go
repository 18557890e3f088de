package transfer

import (
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/lambda/upload"
)

// Delete deletes objects, as many in a call as S3 takes. done hears of each. A key that
// XML cannot hold is deleted by its address: in a list the SDK would write another one;
// so are all where the store knows no checksums, for a list of many wants one.
func (b *Bucket) Delete(ctx context.Context, keys []string, done func(key string, err error)) {
	listable := make([]string, 0, len(keys))
	for _, key := range keys {
		if inXML(key) && !b.storage.NoChecksum {
			listable = append(listable, key)
			continue
		}
		done(key, b.ask(func(c *s3.Client) error {
			_, err := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.bucket, Key: &key})
			return err
		}))
	}
	b.deleteListed(ctx, listable, done)
}

// inXML says whether XML 1.0 can hold a text as it is
// (https://www.w3.org/TR/xml/#charsets).
func inXML(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
	})
}

func (b *Bucket) deleteListed(ctx context.Context, keys []string, done func(key string, err error)) {
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
