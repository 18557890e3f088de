package transfer

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/minio/crc64nvme"
)

// Same says whether an object is a file, by size and checksum. Ours are
// CRC64NVME; what another tool has stored may have another algorithm's. An object
// that is not there, or has no checksum of its whole, is not the same; nor is one
// that may not be looked at: who may write and no more sends it again, and any
// other reason shows there, with S3's words, which a HEAD lacks.
func (b *Bucket) Same(ctx context.Context, key, path string) (bool, error) {
	var out *s3.HeadObjectOutput
	err := b.ask(func(c *s3.Client) (err error) {
		out, err = c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.bucket, Key: &key, ChecksumMode: types.ChecksumModeEnabled})
		return err
	})
	if e, ok := errors.AsType[*Error](err); ok && e.Status >= 300 && e.Status < 500 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	size, err := sizeOf(path)
	if err != nil || size != aws.ToInt64(out.ContentLength) {
		return false, err
	}
	sum, h := checksumOf(out)
	if h == nil {
		return false, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	if _, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{file}, make([]byte, chunk)); err != nil {
		return false, err
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil)) == sum, nil
}

// checksumOf gives an object's checksum and what computes it; nil where there is
// none of the whole. A checksum of checksums has a - and the number of parts.
func checksumOf(out *s3.HeadObjectOutput) (string, hash.Hash) {
	for _, c := range []struct {
		sum *string
		new func() hash.Hash
	}{
		{out.ChecksumCRC64NVME, func() hash.Hash { return crc64nvme.New() }},
		{out.ChecksumCRC32, func() hash.Hash { return crc32.NewIEEE() }},
		{out.ChecksumCRC32C, func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) }},
		{out.ChecksumSHA256, sha256.New},
		{out.ChecksumSHA1, sha1.New},
	} {
		if c.sum != nil && !strings.Contains(*c.sum, "-") {
			return *c.sum, c.new()
		}
	}
	return "", nil
}
