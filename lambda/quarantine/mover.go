package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/lambda/upload"
)

// mover moves versions to quarantine.
type mover struct {
	s3  *s3.Client
	log *slog.Logger
	// single is the largest object, in bytes, that is copied in one request.
	single int64
	// part is the least size of a part of a larger one, in bytes.
	part int64
}

func (m *mover) handle(ctx context.Context, e event) error {
	v, threats, err := e.threat()
	if err != nil {
		return err
	}
	to := upload.QuarantineKey(v.key, v.id)
	did, err := m.move(ctx, v, to)
	attributes := []any{"bucket", v.bucket, "key", v.key, "version", v.id, "to", to, "threats", threats}
	if err != nil {
		m.log.ErrorContext(ctx, "quarantine", append(attributes, "error", err)...)
		return err
	}
	m.log.WarnContext(ctx, "quarantine", append(attributes, "did", did)...)
	return nil
}

// move copies a version to a key, looks at the copy and deletes the version. It
// says what it did: "moved", or "gone" when the version is no longer there, for it
// was moved before or its owner deleted it.
func (m *mover) move(ctx context.Context, v version, to string) (string, error) {
	source, err := m.head(ctx, v)
	if isGone(err) {
		return "gone", nil
	}
	if err != nil {
		return "", fmt.Errorf("version %s of %s: %w", v.id, v.key, err)
	}
	kept, err := m.head(ctx, version{bucket: v.bucket, key: to})
	if err != nil && !isGone(err) {
		return "", fmt.Errorf("%s: %w", to, err)
	}
	if err != nil || !same(source, kept) {
		if err := m.copy(ctx, v, source, to); err != nil {
			return "", fmt.Errorf("copying version %s of %s: %w", v.id, v.key, err)
		}
		if kept, err = m.head(ctx, version{bucket: v.bucket, key: to}); err != nil {
			return "", fmt.Errorf("%s: %w", to, err)
		}
	}
	if !same(source, kept) {
		return "", fmt.Errorf("got a copy of %d bytes with CRC64NVME %q, want %d and %q: the version is left where it is; delete %s and send the event again",
			aws.ToInt64(kept.ContentLength), aws.ToString(kept.ChecksumCRC64NVME), aws.ToInt64(source.ContentLength), aws.ToString(source.ChecksumCRC64NVME), to)
	}
	if _, err := m.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &v.bucket, Key: &v.key, VersionId: &v.id}); err != nil {
		return "", fmt.Errorf("deleting version %s of %s, whose copy is there: %w", v.id, v.key, err)
	}
	return "moved", nil
}

// head reads what S3 knows of a version, or of the current one when it has no id.
func (m *mover) head(ctx context.Context, v version) (*s3.HeadObjectOutput, error) {
	in := &s3.HeadObjectInput{Bucket: &v.bucket, Key: &v.key, ChecksumMode: types.ChecksumModeEnabled}
	if v.id != "" {
		in.VersionId = &v.id
	}
	return m.s3.HeadObject(ctx, in)
}

// same compares what an object and its copy have in common: the size, and the
// checksum of the whole where S3 has both.
func same(a, b *s3.HeadObjectOutput) bool {
	x, y := aws.ToString(a.ChecksumCRC64NVME), aws.ToString(b.ChecksumCRC64NVME)
	return aws.ToInt64(a.ContentLength) == aws.ToInt64(b.ContentLength) && (x == y || x == "" || y == "")
}

// isGone says that S3 has no such version. HEAD has no body to tell more: 404 is
// an object or version that is not there, 405 a delete marker.
func isGone(err error) bool {
	answer := new(awshttp.ResponseError)
	return errors.As(err, &answer) && (answer.HTTPStatusCode() == 404 || answer.HTTPStatusCode() == 405)
}
