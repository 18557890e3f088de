package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"signet/lambda/presign"
	"signet/lambda/upload"
)

const (
	// maxCopy is the largest object of one CopyObject.
	maxCopy = upload.MaxPutSize
	// copyPart makes 200 parts of the 100 GB up to which GuardDuty scans
	// (https://docs.aws.amazon.com/guardduty/latest/ug/malware-protection-s3-quotas-guardduty.html).
	copyPart = 512 * upload.MiB
	// copiesAtOnce keep a copy of 100 GB within the function's 15 minutes.
	copiesAtOnce = 16
	// threatTag is the scan's tag in a request. It is written anew and not copied,
	// for it may be late: GuardDuty's event does not wait for it.
	threatTag = upload.ScanTag + "=" + upload.ThreatFound
)

// copy copies a version, with its metadata and type, within S3. The bucket's
// default encrypts the copy.
func (m *mover) copy(ctx context.Context, v version, source *s3.HeadObjectOutput, to string) error {
	from := v.bucket + "/" + presign.EscapePath(v.key) + "?versionId=" + v.id
	if aws.ToInt64(source.ContentLength) > m.single {
		return m.copyParts(ctx, v.bucket, from, source, to)
	}
	_, err := m.s3.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: &v.bucket, Key: &to, CopySource: &from,
		TaggingDirective: types.TaggingDirectiveReplace, Tagging: aws.String(threatTag),
	})
	return err
}

// copyParts asks for no checksum: S3 then makes the one of the whole by itself
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html).
func (m *mover) copyParts(ctx context.Context, bucket, from string, source *s3.HeadObjectOutput, to string) error {
	begun, err := m.s3.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: &bucket, Key: &to, Tagging: aws.String(threatTag), Metadata: source.Metadata, ContentType: source.ContentType,
		CacheControl: source.CacheControl, ContentDisposition: source.ContentDisposition,
		ContentEncoding: source.ContentEncoding, ContentLanguage: source.ContentLanguage,
	})
	if err != nil {
		return err
	}
	parts, err := m.sendParts(ctx, bucket, from, to, *begun.UploadId, aws.ToInt64(source.ContentLength))
	if err == nil {
		_, err = m.s3.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
			Bucket: &bucket, Key: &to, UploadId: begun.UploadId,
			MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
		})
	}
	if err == nil {
		return nil
	}
	// The context may be what ended; the parts would be paid for until they expire.
	_, abort := m.s3.AbortMultipartUpload(context.WithoutCancel(ctx), &s3.AbortMultipartUploadInput{Bucket: &bucket, Key: &to, UploadId: begun.UploadId})
	if abort != nil {
		m.log.WarnContext(ctx, "abort", "key", to, "upload", *begun.UploadId, "error", abort)
	}
	return err
}

func (m *mover) sendParts(ctx context.Context, bucket, from, to, id string, size int64) ([]types.CompletedPart, error) {
	length := max(m.part, (size+upload.MaxParts-1)/upload.MaxParts)
	parts := make([]types.CompletedPart, (size+length-1)/length)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(copiesAtOnce)
	for i := range parts {
		group.Go(func() error {
			first := int64(i) * length
			copied, err := m.s3.UploadPartCopy(ctx, &s3.UploadPartCopyInput{
				Bucket: &bucket, Key: &to, UploadId: &id, PartNumber: aws.Int32(int32(i + 1)), CopySource: &from,
				CopySourceRange: aws.String(fmt.Sprintf("bytes=%d-%d", first, min(first+length, size)-1)),
			})
			if err != nil {
				return fmt.Errorf("part %d: %w", i+1, err)
			}
			parts[i] = types.CompletedPart{PartNumber: aws.Int32(int32(i + 1)), ETag: copied.CopyPartResult.ETag}
			return nil
		})
	}
	return parts, group.Wait()
}
