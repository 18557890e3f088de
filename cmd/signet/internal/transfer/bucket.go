package transfer

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"signet/lambda/upload"
)

const (
	// bucketBatch is as many files as are read ahead; signing them is local.
	bucketBatch = 250
	// bucketExpires is the life of signatures that are used at once.
	bucketExpires = time.Hour
)

// Bucket is the target that signs with the machine's own credentials.
type Bucket struct {
	client *s3.Client
	sign   *s3.PresignClient
	bucket string
	notes  Notes
}

// NewBucket makes one. notes remember unfinished uploads on this machine.
func NewBucket(client *s3.Client, bucket string, notes Notes) *Bucket {
	return &Bucket{client: client, sign: s3.NewPresignClient(client, s3.WithPresignExpires(bucketExpires)), bucket: bucket, notes: notes}
}

// Batch implements [Target].
func (b *Bucket) Batch() int { return bucketBatch }

// Presign implements [Target].
func (b *Bucket) Presign(ctx context.Context, wishes []Wish) ([]Signed, error) {
	signed := make([]Signed, len(wishes))
	for i, w := range wishes {
		in := &s3.PutObjectInput{
			Bucket: &b.bucket, Key: &w.Key, ContentLength: &w.Size, ContentType: optional(w.Type), Metadata: w.Metadata,
			ChecksumCRC64NVME: optional(w.CRC64NVME),
		}
		out, err := b.sign.PresignPutObject(ctx, in)
		if err != nil {
			return nil, bucketError(err)
		}
		signed[i].Request = Request{Key: w.Key, URL: out.URL, Headers: map[string]string{}, Expires: time.Now().Add(bucketExpires)}
		for name, values := range out.SignedHeader {
			signed[i].Headers[strings.ToLower(name)] = values[0]
		}
	}
	return signed, nil
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Begin implements [Target]. An object of the same size and checksum is the file:
// nothing is sent again. An unfinished upload is continued when it was begun on
// this machine for this file: another tool's, of the same key, is its own affair.
func (b *Bucket) Begin(ctx context.Context, w Wish) (Multipart, error) {
	plan, err := upload.NewPlan(w.Size)
	if err != nil {
		return nil, err
	}
	if err := b.compare(ctx, w); err != nil {
		return nil, err
	}
	m := &bucketUpload{Bucket: b, key: w.Key, plan: plan, note: b.notes.name(b.bucket, w.Key, w.ID)}
	if id := b.notes.read(m.note); id != "" {
		stored, err := b.parts(ctx, w.Key, id)
		if err == nil {
			m.id, m.stored = id, stored
			return m, nil
		}
		if remedyOf(err) != Restart {
			return nil, err
		}
	}
	out, err := b.client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: &b.bucket, Key: &w.Key, ContentType: optional(w.Type), Metadata: w.Metadata,
		ChecksumAlgorithm: types.ChecksumAlgorithmCrc64nvme, ChecksumType: types.ChecksumTypeFullObject,
	})
	if err != nil {
		return nil, bucketError(err)
	}
	m.id = aws.ToString(out.UploadId)
	return m, b.notes.write(m.note, m.id)
}

// compare is an Error of remedy Exists when the key has the file already.
func (b *Bucket) compare(ctx context.Context, w Wish) error {
	same, err := b.Same(ctx, w.Key, w.Path)
	if err != nil || !same {
		return err
	}
	return &Error{Status: 412, Code: string(upload.PreconditionFailed), Detail: w.Key + " is there already", Remedy: Exists, Key: w.Key}
}

func (b *Bucket) parts(ctx context.Context, key, id string) (all []Part, err error) {
	pages := s3.NewListPartsPaginator(b.client, &s3.ListPartsInput{Bucket: &b.bucket, Key: &key, UploadId: &id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, bucketError(err)
		}
		for _, p := range page.Parts {
			all = append(all, Part{int(aws.ToInt32(p.PartNumber)), aws.ToInt64(p.Size), aws.ToString(p.ETag), aws.ToString(p.ChecksumCRC64NVME)})
		}
	}
	return all, nil
}

// bucketUpload is an upload that this machine signs.
type bucketUpload struct {
	*Bucket
	key, id string
	plan    upload.Plan
	stored  []Part
	note    string
}

func (m *bucketUpload) Key() string       { return m.key }
func (m *bucketUpload) Plan() upload.Plan { return m.plan }
func (m *bucketUpload) Stored() []Part    { return m.stored }

// Part implements [Multipart].
func (m *bucketUpload) Part(ctx context.Context, n int, _ bool) (Request, error) {
	out, err := m.sign.PresignUploadPart(ctx, &s3.UploadPartInput{
		Bucket: &m.bucket, Key: &m.key, UploadId: &m.id, PartNumber: aws.Int32(int32(n)), ContentLength: aws.Int64(m.plan.Length(n)),
	})
	if err != nil {
		return Request{}, bucketError(err)
	}
	headers := map[string]string{}
	for name := range maps.Keys(out.SignedHeader) {
		headers[strings.ToLower(name)] = out.SignedHeader.Get(name)
	}
	return Request{Key: m.key, URL: out.URL, Headers: headers}, nil
}

// Complete implements [Multipart].
func (m *bucketUpload) Complete(ctx context.Context, parts []Part, crc64nvme string) (Object, error) {
	in := &s3.CompleteMultipartUploadInput{
		Bucket: &m.bucket, Key: &m.key, UploadId: &m.id, MpuObjectSize: &m.plan.Size,
		ChecksumCRC64NVME: &crc64nvme, ChecksumType: types.ChecksumTypeFullObject, MultipartUpload: &types.CompletedMultipartUpload{},
	}
	for _, p := range parts {
		in.MultipartUpload.Parts = append(in.MultipartUpload.Parts, types.CompletedPart{
			PartNumber: aws.Int32(int32(p.Number)), ETag: &p.ETag, ChecksumCRC64NVME: optional(p.CRC64NVME),
		})
	}
	out, err := m.client.CompleteMultipartUpload(ctx, in)
	if err != nil {
		e := bucketError(err)
		if slices.Contains([]string{"BadDigest", "InvalidPart", "InvalidPartOrder"}, codeOf(e)) {
			e.Remedy = Restart
		}
		return Object{}, e
	}
	if stored := aws.ToString(out.ChecksumCRC64NVME); stored != "" && stored != crc64nvme {
		return Object{}, &Error{Code: "BadDigest", Detail: "got crc64nvme " + stored + " from S3, want " + crc64nvme + ": send the file again"}
	}
	m.notes.remove(m.note)
	return Object{Key: m.key, ETag: aws.ToString(out.ETag)}, nil
}

// Abort implements [Multipart].
func (m *bucketUpload) Abort(ctx context.Context) error {
	m.notes.remove(m.note)
	_, err := m.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &m.bucket, Key: &m.key, UploadId: &m.id})
	if e := bucketError(err); e != nil && e.Code != string(upload.NoSuchUpload) {
		return e
	}
	return nil
}

// bucketError gives an error of the SDK its remedy; nil for nil.
func bucketError(err error) *Error {
	if err == nil {
		return nil
	}
	status := 0
	if e, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		status = e.HTTPStatusCode()
	}
	code, message := "", ""
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		code, message = e.ErrorCode(), e.ErrorMessage()
	}
	if code == "" && status == 0 {
		// No answer: no credentials, no region, or no line.
		return &Error{Code: "Lost", Detail: "S3 was not asked: " + reason(err), Err: err}
	}
	e := classify(status, code, message)
	e.Err = err
	return e
}

// reason is the innermost of the SDK's nested errors, which alone says something.
func reason(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}
