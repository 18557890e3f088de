package stream

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/crc"
	"signet/lambda/api"
	"signet/lambda/upload"
)

const (
	// attempts of each request to S3, with the SDK's pauses: half a minute.
	attempts = 6
	// requestLimit bounds one request with its attempts. The sender does not: once
	// a part is in memory it is sent, for what stops half-way leaves its traces.
	requestLimit = 2 * time.Minute
	// completeLimit is S3's own: it answers that an upload is being completed for
	// as long as it takes.
	completeLimit = 10 * time.Minute
)

// Store is the bucket.
type Store struct {
	client         *s3.Client
	bucket, kmsKey string
	prefix         string
}

// NewStore reaches the configuration's bucket with these credentials.
func NewStore(c upload.Config, credentials aws.CredentialsProvider) *Store {
	options := s3.Options{
		Region: c.Region, Credentials: aws.NewCredentialsCache(credentials),
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = attempts }),
		// Every body comes with its CRC64NVME, which S3 compares: neither the SDK's
		// own checksum nor a SHA-256 for the signature would add to that.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
		HTTPClient:                 &http.Client{Transport: transport()},
	}
	if c.Endpoint != "" {
		options.BaseEndpoint, options.UsePathStyle = &c.Endpoint, !c.VirtualHost
	}
	return &Store{client: s3.New(options), bucket: c.Bucket, kmsKey: c.KMSKey, prefix: c.Prefix}
}

// unsigned leaves the body out of the signature.
func unsigned(o *s3.Options) {
	o.APIOptions = append(o.APIOptions, v4.SwapComputePayloadSHA256ForUnsignedPayloadMiddleware)
}

// Ready asks S3 for one key of the prefix: that it answers, and lets us.
func (s *Store) Ready(ctx context.Context) error {
	_, err := s.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: &s.prefix, MaxKeys: aws.Int32(1)},
		func(o *s3.Options) { o.RetryMaxAttempts = 1 })
	return err
}

// apart is a context that outlives the sender's, whose going must not cut a
// request that changes something.
func apart(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), limit)
}

func (s *Store) encryption() (types.ServerSideEncryption, *string) {
	if s.kmsKey == "" {
		return "", nil // the bucket's own
	}
	return types.ServerSideEncryptionAwsKms, &s.kmsKey
}

func nonEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func ifNoneMatch(a upload.Stream) *string {
	if a.Keep() {
		return aws.String("*")
	}
	return nil
}

func (s *Store) put(ctx context.Context, a upload.Stream, body io.ReadSeeker, size int64, sum string) (api.Completed, error) {
	ctx, cancel := apart(ctx, requestLimit)
	defer cancel()
	in := &s3.PutObjectInput{
		Bucket: &s.bucket, Key: aws.String(a.Object().Key()), Body: body, ContentLength: &size, ContentType: aws.String(a.Type()),
		ChecksumCRC64NVME: &sum, IfNoneMatch: ifNoneMatch(a), Metadata: a.Metadata(), Tagging: nonEmpty(a.Tagging()),
	}
	in.ServerSideEncryption, in.SSEKMSKeyId = s.encryption()
	out, err := s.client.PutObject(ctx, in, unsigned)
	if err != nil {
		return s.there(ctx, a, size, sum, api.StoreError(err))
	}
	return completed(a, size, out.ETag, out.VersionId, sum), nil
}

// putKnown stores a file under the key that follows from its content: S3 takes these
// bytes alone. That it is there already is as well, for it is the same.
func (s *Store) putKnown(ctx context.Context, a upload.Request, body io.ReadSeeker, size int64, sum string) (api.Completed, error) {
	ctx, cancel := apart(ctx, requestLimit)
	defer cancel()
	key, header := a.Key(), map[string]*string{}
	for _, h := range a.Headers() {
		header[h.Name] = &h.Value
	}
	in := &s3.PutObjectInput{
		Bucket: &s.bucket, Key: &key, Body: body, ContentLength: &size, ContentType: header["content-type"],
		ChecksumSHA256: header["x-amz-checksum-sha256"], IfNoneMatch: header["if-none-match"], Metadata: a.Metadata(), Tagging: nonEmpty(a.Tagging()),
	}
	in.ServerSideEncryption, in.SSEKMSKeyId = s.encryption()
	done := api.Completed{Key: key, Size: size, Checksum: &api.Checksum{CRC64NVME: sum, SHA256: aws.ToString(in.ChecksumSHA256)}}
	out, err := s.client.PutObject(ctx, in, unsigned)
	if err == nil {
		done.ETag, done.VersionID = aws.ToString(out.ETag), aws.ToString(out.VersionId)
		return done, nil
	}
	refusal := api.StoreError(err)
	if upload.CodeOf(refusal) != upload.PreconditionFailed {
		return api.Completed{}, refusal
	}
	there, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: &key, ChecksumMode: types.ChecksumModeEnabled})
	if err != nil || aws.ToInt64(there.ContentLength) != size || there.ChecksumSHA256 != nil && *there.ChecksumSHA256 != done.Checksum.SHA256 {
		return api.Completed{}, refusal
	}
	done.ETag, done.VersionID = aws.ToString(there.ETag), aws.ToString(there.VersionId)
	return done, nil
}

func completed(a upload.Stream, size int64, etag, version *string, sum string) api.Completed {
	return api.Completed{
		Key: a.Object().Key(), Size: size, ETag: aws.ToString(etag), VersionID: aws.ToString(version), Checksum: &api.Checksum{CRC64NVME: sum},
	}
}

func (s *Store) create(ctx context.Context, a upload.Stream) (string, error) {
	ctx, cancel := apart(ctx, requestLimit)
	defer cancel()
	in := &s3.CreateMultipartUploadInput{
		Bucket: &s.bucket, Key: aws.String(a.Object().Key()), ContentType: aws.String(a.Type()),
		Metadata: a.Metadata(), Tagging: nonEmpty(a.Tagging()), ChecksumAlgorithm: types.ChecksumAlgorithmCrc64nvme, ChecksumType: types.ChecksumTypeFullObject,
	}
	in.ServerSideEncryption, in.SSEKMSKeyId = s.encryption()
	out, err := s.client.CreateMultipartUpload(ctx, in)
	if err != nil {
		return "", api.StoreError(err)
	}
	return aws.ToString(out.UploadId), nil
}

// part sends a part with its checksum.
func (s *Store) part(ctx context.Context, key, uploadID string, number int, p *part) (types.CompletedPart, error) {
	ctx, cancel := apart(ctx, requestLimit)
	defer cancel()
	n, sum := aws.Int32(int32(number)), aws.String(crc.Base64(p.sum))
	out, err := s.client.UploadPart(ctx, &s3.UploadPartInput{
		Bucket: &s.bucket, Key: &key, UploadId: &uploadID, PartNumber: n, Body: p.body(), ContentLength: &p.size, ChecksumCRC64NVME: sum,
	}, unsigned)
	if err != nil {
		return types.CompletedPart{}, api.StoreError(err)
	}
	return types.CompletedPart{PartNumber: n, ETag: out.ETag, ChecksumCRC64NVME: sum}, nil
}

// complete puts the parts together; S3 compares size and checksum of the whole.
func (s *Store) complete(ctx context.Context, a upload.Stream, uploadID string, parts []types.CompletedPart, size int64, sum string) (api.Completed, error) {
	ctx, cancel := apart(ctx, completeLimit)
	defer cancel()
	slices.SortFunc(parts, func(a, b types.CompletedPart) int { return int(*a.PartNumber - *b.PartNumber) })
	out, err := s.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &s.bucket, Key: aws.String(a.Object().Key()), UploadId: &uploadID, MpuObjectSize: &size, IfNoneMatch: ifNoneMatch(a),
		ChecksumType: types.ChecksumTypeFullObject, ChecksumCRC64NVME: &sum, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	})
	if err != nil {
		return api.Completed{}, api.StoreError(err)
	}
	if stored := aws.ToString(out.ChecksumCRC64NVME); stored != "" && stored != sum {
		err := upload.Errorf(upload.BadDigest, "got crc64nvme %s, want %s as stored: the object was removed, send the file again", sum, stored)
		_, removal := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.bucket, Key: aws.String(a.Object().Key()), VersionId: out.VersionId})
		return api.Completed{}, errors.Join(err, removal)
	}
	return completed(a, size, out.ETag, out.VersionId, sum), nil
}

// abort drops an upload, and asks again until S3 knows of none: a part that was
// being written may have survived the first time
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html).
func (s *Store) abort(ctx context.Context, key, uploadID string) error {
	ctx, cancel := apart(ctx, requestLimit)
	defer cancel()
	for range 3 {
		_, err := s.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &s.bucket, Key: &key, UploadId: &uploadID})
		if upload.CodeOf(api.StoreError(err)) == upload.NoSuchUpload {
			return nil
		}
		if err != nil {
			return api.StoreError(err)
		}
	}
	return nil // a store that says yes each time
}

// there looks whether the key has these very bytes: by an attempt of ours whose
// answer was lost, or by an earlier upload of the same id. Then a refusal is none.
func (s *Store) there(ctx context.Context, a upload.Stream, size int64, sum string, refusal error) (api.Completed, error) {
	if code := upload.CodeOf(refusal); code != upload.PreconditionFailed && code != upload.NoSuchUpload {
		return api.Completed{}, refusal
	}
	ctx, cancel := apart(ctx, requestLimit)
	defer cancel()
	out, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: aws.String(a.Object().Key()), ChecksumMode: types.ChecksumModeEnabled})
	if err != nil || aws.ToInt64(out.ContentLength) != size || aws.ToString(out.ChecksumCRC64NVME) != sum {
		return api.Completed{}, refusal
	}
	return completed(a, size, out.ETag, out.VersionId, sum), nil
}
