package transfer

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/minio/crc64nvme"
)

// Same says whether an object is a file, by size and checksum. Ours are
// CRC64NVME; what another tool has stored may have another algorithm's, or an ETag that
// is the MD5 of its bytes. An object that is not there, or has none of these, is not
// the same; nor is one that may not be looked at: who may write and no more sends it
// again.
func (b *Bucket) Same(ctx context.Context, key, path string) (bool, error) {
	out, err := b.head(ctx, key)
	if err != nil || out == nil {
		return false, err
	}
	return isSame(out, path)
}

func isSame(out *s3.HeadObjectOutput, path string) (bool, error) {
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
	return slices.Equal(h.Sum(nil), sum), nil
}

// checksumOf gives an object's checksum and what computes it; nil where there is
// none of the whole. A checksum of checksums has a - and the number of parts.
func checksumOf(out *s3.HeadObjectOutput) ([]byte, hash.Hash) {
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
		if c.sum == nil || strings.Contains(*c.sum, "-") {
			continue
		}
		if sum, err := base64.StdEncoding.DecodeString(*c.sum); err == nil {
			return sum, c.new()
		}
	}
	return md5Of(aws.ToString(out.ETag), aws.ToInt64(out.ContentLength))
}
