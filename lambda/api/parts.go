package api

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/lambda/upload"
)

// create begins a multipart upload whose checksum is the CRC64NVME of the whole
// object: the parts then need none of their own
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html).
func (s *store) create(ctx context.Context, m upload.Multipart) (uploadID string, err error) {
	out, err := s.s3().CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: s.bucket(), Key: aws.String(m.Object().Key()), ContentType: aws.String(m.Type()), Metadata: m.Metadata(), Tagging: nonEmpty(m.Tagging()),
		ChecksumAlgorithm: types.ChecksumAlgorithmCrc64nvme, ChecksumType: types.ChecksumTypeFullObject,
	})
	if err != nil {
		return "", s3Error(err)
	}
	return aws.ToString(out.UploadId), nil
}

// unfinished gives the page of unfinished uploads under a prefix that follows a
// key and one of its uploads, by key and id.
func (s *store) unfinished(ctx context.Context, prefix, afterKey, afterID string) (page []Unfinished, more bool, err error) {
	in := &s3.ListMultipartUploadsInput{Bucket: s.bucket(), Prefix: &prefix, EncodingType: upload.ListEncoding}
	if afterKey != "" {
		in.KeyMarker, in.UploadIdMarker = &afterKey, &afterID
	}
	out, err := s.s3().ListMultipartUploads(ctx, in)
	if err != nil {
		return nil, false, s3Error(err)
	}
	page = make([]Unfinished, 0, len(out.Uploads))
	for _, u := range out.Uploads {
		page = append(page, Unfinished{
			Key:      upload.ListedKey(string(out.EncodingType), aws.ToString(u.Key)),
			UploadID: aws.ToString(u.UploadId), Initiated: aws.ToTime(u.Initiated).UTC(),
		})
	}
	return page, aws.ToBool(out.IsTruncated), nil
}

// find looks for the unfinished upload of a key. Of several, which clients that
// began at once can leave, it is the oldest, and of one instant that with the
// least id, so that all of them choose the same one. Empty: there is none.
func (s *store) find(ctx context.Context, key string) (uploadID string, err error) {
	var first *Unfinished
	for afterKey, afterID := "", ""; ; {
		page, more, err := s.unfinished(ctx, key, afterKey, afterID)
		if err != nil {
			return "", err
		}
		for i, u := range page {
			if u.Key == key && (first == nil || older(u, *first)) {
				first = &page[i]
			}
			afterKey, afterID = u.Key, u.UploadID
		}
		if !more || len(page) == 0 {
			break
		}
	}
	if first == nil {
		return "", nil
	}
	return first.UploadID, nil
}

func older(a, b Unfinished) bool {
	if c := a.Initiated.Compare(b.Initiated); c != 0 {
		return c < 0
	}
	return a.UploadID < b.UploadID
}

// storedPart is a part as S3 lists it.
type storedPart struct {
	Part
	modified time.Time
}

// parts lists all stored parts of an upload, in order, over all pages.
func (s *store) parts(ctx context.Context, key, uploadID string) ([]storedPart, error) {
	var all []storedPart
	in := &s3.ListPartsInput{Bucket: s.bucket(), Key: &key, UploadId: &uploadID}
	for {
		out, err := s.s3().ListParts(ctx, in)
		if err != nil {
			return nil, s3Error(err)
		}
		for _, p := range out.Parts {
			part := Part{int(aws.ToInt32(p.PartNumber)), aws.ToInt64(p.Size), aws.ToString(p.ETag), crc64nvme(p.ChecksumCRC64NVME)}
			all = append(all, storedPart{part, at(p.LastModified)})
		}
		if !aws.ToBool(out.IsTruncated) || aws.ToString(out.NextPartNumberMarker) == "" {
			return all, nil
		}
		in.PartNumberMarker = out.NextPartNumberMarker
	}
}

// complete puts parts together. S3 can answer 200 and put an error into the
// body; the SDK reads it there and gives it as an error.
func (s *store) complete(ctx context.Context, c completion) (Completed, error) {
	in := &s3.CompleteMultipartUploadInput{
		Bucket: s.bucket(), Key: &c.key, UploadId: &c.uploadID, MpuObjectSize: aws.Int64(c.plan.Size),
		ChecksumType:    types.ChecksumTypeFullObject,
		MultipartUpload: &types.CompletedMultipartUpload{},
	}
	if c.crc64nvme != "" {
		in.ChecksumCRC64NVME = &c.crc64nvme
	}
	if c.keep {
		in.IfNoneMatch = aws.String("*")
	}
	for _, p := range c.parts {
		part := types.CompletedPart{PartNumber: aws.Int32(int32(p.PartNumber)), ETag: aws.String(p.ETag)}
		if p.Checksum != nil {
			part.ChecksumCRC64NVME = &p.Checksum.CRC64NVME
		}
		in.MultipartUpload.Parts = append(in.MultipartUpload.Parts, part)
	}
	out, err := s.s3().CompleteMultipartUpload(ctx, in)
	if err != nil {
		return Completed{}, s3Error(err)
	}
	return Completed{
		Key: c.key, Size: c.plan.Size, ETag: aws.ToString(out.ETag), VersionID: aws.ToString(out.VersionId),
		Checksum: crc64nvme(out.ChecksumCRC64NVME),
	}, nil
}

// crc64nvme is a checksum that S3 tells of; nil: it tells none.
func crc64nvme(sum *string) *Checksum {
	if aws.ToString(sum) == "" {
		return nil
	}
	return &Checksum{CRC64NVME: *sum}
}

// drop aborts an upload that nobody will go on with; that it is gone already is
// as well.
func (s *store) drop(ctx context.Context, key, uploadID string) error {
	if err := s.abort(ctx, key, uploadID); !is(err, upload.NoSuchUpload) {
		return err
	}
	return nil
}

// abort drops an upload and its parts.
func (s *store) abort(ctx context.Context, key, uploadID string) error {
	_, err := s.s3().AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: s.bucket(), Key: &key, UploadId: &uploadID})
	return s3Error(err)
}
