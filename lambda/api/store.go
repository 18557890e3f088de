package api

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"signet/lambda/presign"
	"signet/lambda/upload"
)

// store is the bucket, reached through the SDK. The client is made by the first
// call that needs it: most cold starts answer a presign, which needs none.
type store struct {
	config      upload.Config
	credentials func(context.Context) (presign.Credentials, error)
	http        *http.Client

	once   sync.Once
	client *s3.Client
}

func (s *store) s3() *s3.Client {
	s.once.Do(func() {
		options := s3.Options{
			Region: s.config.Region,
			Credentials: aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
				c, err := s.credentials(ctx)
				return aws.Credentials{
					AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken,
					CanExpire: !c.Expires.IsZero(), Expires: c.Expires,
				}, err
			}),
			// No checksum that the caller did not give.
			RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
			ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
		}
		if s.config.Endpoint != "" {
			options.BaseEndpoint = aws.String(s.config.Endpoint)
			options.UsePathStyle = !s.config.VirtualHost
		}
		if s.http != nil {
			options.HTTPClient = s.http
		}
		s.client = s3.New(options)
	})
	return s.client
}

func (s *store) bucket() *string { return aws.String(s.config.Bucket) }

// codeIn is S3's error code in an error of the SDK, empty if there is none. A
// HEAD answer has no body, so its status stands in for the code.
func codeIn(err error) upload.Code {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		switch code := e.ErrorCode(); code {
		case "NotFound":
			return upload.NoSuchKey
		case "Forbidden":
			return upload.AccessDenied
		case "":
		default:
			return upload.Code(code)
		}
	}
	if e, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		switch e.HTTPStatusCode() {
		case http.StatusNotFound:
			return upload.NoSuchKey
		case http.StatusForbidden:
			return upload.AccessDenied
		}
	}
	return ""
}

// s3Error turns an error of a call to S3 into the one that is answered. What S3
// says about the caller's request is passed on with a fix; what it says about
// the service's own permissions or health is not the caller's business, and is
// logged.
func s3Error(err error) error {
	if err == nil {
		return nil
	}
	code, detail := codeIn(err), ""
	switch code {
	case upload.NoSuchUpload:
		detail = "got an uploadId that S3 does not know, want one from GET /uploads: it was completed or aborted, begin again"
	case upload.NoSuchKey:
		detail = "got a key that has no object, want one from GET /files: it was deleted or never finished"
	case upload.NoSuchVersion:
		detail = "got a versionId that S3 does not know, want one from GET /files/versions: list them again"
	case upload.PreconditionFailed:
		detail = "got a file that is already there, want a new one: nothing was changed; compare them, and send yours under another id where it differs"
	case upload.ConditionalRequestConflict:
		detail = "got two writes of the same key at once, want one: try again"
	case upload.InvalidPart, "InvalidPartOrder":
		code, detail = upload.InvalidPart, "got a part that S3 does not have as described, want those of GET /uploads/parts: send it again"
	case upload.EntityTooSmall:
		detail = "got a part below S3's 5 MiB before the last one, want the plan's parts: send it again"
	case upload.EntityTooLarge:
		detail = "got an object above S3's limit for this call, want at most 5 GiB: send it in parts"
	case upload.BadDigest, "XAmzContentChecksumMismatch":
		code, detail = upload.BadDigest, "got a checksum that is not that of the stored bytes, want the file unchanged: nothing was stored, begin again"
	case upload.SlowDown, upload.ServiceUnavailable, "RequestTimeout", "Throttling", "ThrottlingException":
		code, detail = upload.SlowDown, "S3 asks for fewer requests: wait a second and try again"
	case "NoSuchBucket", upload.AccessDenied, "KMS.DisabledException", "KMS.KMSInvalidStateException":
		code, detail = upload.InternalError, "the service may not use its bucket or key: its operator finds the reason in the log"
	case upload.InvalidArgument, upload.InvalidRequest:
		detail = "S3 refused an argument of the request, want those of an earlier answer: correct key, uploadId or versionId"
	default:
		if away(err) {
			return s3Away(err)
		}
		code, detail = upload.InternalError, "S3 did not answer as expected: try again, and look into the service's log if it stays"
	}
	return &upload.Error{Code: code, Detail: detail, Err: err}
}

// away says that S3 gave no answer in time, or a 5xx of its own, whatever its code is.
// Nothing is wrong with the request then, nor with the service. A caller who has gone
// is another matter.
func away(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	if answer, ok := errors.AsType[*awshttp.ResponseError](err); ok && answer.HTTPStatusCode() >= http.StatusInternalServerError {
		return true
	}
	_, unsent := errors.AsType[*smithyhttp.RequestSendError](err)
	return unsent || errors.Is(err, context.DeadlineExceeded) || codeIn(err) == upload.InternalError
}

// s3Away is the 503 for it: what was asked for may have happened all the same.
func s3Away(err error) error {
	return &upload.Error{Code: upload.ServiceUnavailable, Err: err,
		Detail: "S3 does not answer: nothing is wrong with what was asked, wait a few seconds and try again"}
}

// StoreError is s3Error for others who call S3 with the SDK: the error that may be
// answered, with S3's own inside. nil for nil.
func StoreError(err error) error { return s3Error(err) }

func is(err error, code upload.Code) bool { return err != nil && upload.CodeOf(err) == code }

// object is what HEAD says.
type object struct {
	size      int64
	etag      string
	versionID string
	checksum  *Checksum
}

func (o object) completed(key string) Completed {
	return Completed{Key: key, Size: o.size, ETag: o.etag, VersionID: o.versionID, Checksum: o.checksum}
}

// head looks the current version of an object up; errors are those of look.
func (s *store) head(ctx context.Context, key string) (object, error) {
	d, err := s.look(ctx, key, "")
	return object{size: d.size, etag: d.etag, versionID: d.versionID, checksum: d.checksum}, err
}

// wholeChecksum is what S3 has of a whole object; nil: none. A composite checksum is
// one of its parts' checksums and compares with nothing.
func wholeChecksum(out *s3.HeadObjectOutput) *Checksum {
	sum := Checksum{CRC64NVME: aws.ToString(out.ChecksumCRC64NVME), SHA256: aws.ToString(out.ChecksumSHA256)}
	if sum == (Checksum{}) || out.ChecksumType == types.ChecksumTypeComposite {
		return nil
	}
	return &sum
}

// remove deletes a key, or one version of it when versionID is not empty.
func (s *store) remove(ctx context.Context, key, versionID string) error {
	in := &s3.DeleteObjectInput{Bucket: s.bucket(), Key: &key}
	if versionID != "" {
		in.VersionId = &versionID
	}
	_, err := s.s3().DeleteObject(ctx, in)
	return s3Error(err)
}
