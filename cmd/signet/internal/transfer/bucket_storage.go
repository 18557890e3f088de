package transfer

import (
	"context"
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Storage says how a [Bucket] keeps what is put there.
type Storage struct {
	// CacheControl is kept with each object and told with its downloads. Empty: none.
	CacheControl string
	// Class is S3's storage class, such as STANDARD_IA. Empty: the bucket's own.
	Class string
	// NoChecksum asks nothing of S3's own checksums, for a store that knows none; see
	// [Engine]'s MD5.
	NoChecksum bool
}

// id tells uploads apart that are to be kept otherwise: one may not go on with
// another's parts.
func (s Storage) id() string {
	id := ""
	for _, word := range []string{s.CacheControl, s.Class} {
		if word != "" {
			id += "\n" + word
		}
	}
	if s.NoChecksum {
		id += "\nMD5"
	}
	return id
}

// holds says whether an object is kept as it is asked for.
func (s Storage) holds(out *s3.HeadObjectOutput) bool {
	class := out.StorageClass // S3 does not tell the usual one
	if class == "" {
		class = types.StorageClassStandard
	}
	return (s.CacheControl == "" || s.CacheControl == aws.ToString(out.CacheControl)) && (s.Class == "" || s.Class == string(class))
}

// mode asks for checksums, unless the store knows none.
func (s Storage) mode() types.ChecksumMode {
	if s.NoChecksum {
		return ""
	}
	return types.ChecksumModeEnabled
}

// checksum is what is signed of a checksum.
func (s Storage) checksum(crc64nvme string) *string {
	if s.NoChecksum {
		return nil
	}
	return optional(crc64nvme)
}

// head asks for an object; nil where it is not there, or may not be looked at: any
// other reason shows when it is sent, with S3's words, which a HEAD lacks.
func (b *Bucket) head(ctx context.Context, key string) (*s3.HeadObjectOutput, error) {
	var out *s3.HeadObjectOutput
	err := b.ask(func(c *s3.Client) (err error) {
		out, err = c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.bucket, Key: &key, ChecksumMode: b.storage.mode()})
		return err
	})
	if e, ok := errors.AsType[*Error](err); ok && e.Status >= http.StatusMultipleChoices && e.Status < http.StatusInternalServerError {
		return nil, nil
	}
	return out, err
}
