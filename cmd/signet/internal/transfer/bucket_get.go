package transfer

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// AskChecksum asks S3 for its checksum of an object.
func (b *Bucket) AskChecksum(ctx context.Context, key string) (c Checksum, err error) {
	err = b.ask(func(client *s3.Client) error {
		out, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.bucket, Key: &key, ChecksumMode: b.storage.mode()})
		if err == nil {
			c = Checksum{aws.ToString(out.ChecksumCRC64NVME), aws.ToString(out.ChecksumSHA256)}
		}
		return err
	})
	return c, err
}

// SignGet signs the download of an object, with its checksum.
func (b *Bucket) SignGet(ctx context.Context, key string) (Request, error) {
	out, err := b.sign().PresignGetObject(ctx, &s3.GetObjectInput{Bucket: &b.bucket, Key: &key, ChecksumMode: b.storage.mode()})
	if err != nil {
		return Request{}, bucketError(err)
	}
	r := Request{Key: key, URL: out.URL, Headers: map[string]string{}, Expires: time.Now().Add(bucketExpires)}
	for name, values := range out.SignedHeader {
		if name = strings.ToLower(name); name != "host" {
			r.Headers[name] = values[0]
		}
	}
	return r, nil
}
