package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

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
	case upload.SlowDown, "ServiceUnavailable", "RequestTimeout", "Throttling", "ThrottlingException":
		code, detail = upload.SlowDown, "S3 asks for fewer requests: wait a second and try again"
	case "NoSuchBucket", upload.AccessDenied, "KMS.DisabledException", "KMS.KMSInvalidStateException":
		code, detail = upload.InternalError, "the service may not use its bucket or key: its operator finds the reason in the log"
	case upload.InvalidArgument, upload.InvalidRequest:
		detail = "S3 refused an argument of the request, want those of an earlier answer: correct key, uploadId or versionId"
	default:
		code, detail = upload.InternalError, "S3 did not answer as expected: try again, and look into the service's log if it stays"
	}
	return &upload.Error{Code: code, Detail: detail, Err: err}
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

// head looks an object up. A key without an object is NoSuchKey; S3 answers 403
// in its place to a role that may list its prefix only, and since no other key
// gets here, that is NoSuchKey too
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html, "Permissions").
func (s *store) head(ctx context.Context, key string) (object, error) {
	out, err := s.s3().HeadObject(ctx, &s3.HeadObjectInput{Bucket: s.bucket(), Key: &key, ChecksumMode: "ENABLED"})
	if code := codeIn(err); code == upload.AccessDenied || code == upload.NoSuchKey {
		e := upload.ErrNoSuchKey(key)
		e.Err = err
		return object{}, e
	}
	if err != nil {
		return object{}, s3Error(err)
	}
	return object{
		size: aws.ToInt64(out.ContentLength), etag: aws.ToString(out.ETag),
		versionID: aws.ToString(out.VersionId), checksum: wholeChecksum(out),
	}, nil
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

// list gives a page of at most limit files under a prefix, after a key.
func (s *store) list(ctx context.Context, prefix, after string, limit int) (files []StoredFile, more bool, err error) {
	in := &s3.ListObjectsV2Input{Bucket: s.bucket(), Prefix: &prefix, MaxKeys: aws.Int32(int32(limit))}
	if after != "" {
		in.StartAfter = &after
	}
	out, err := s.s3().ListObjectsV2(ctx, in)
	if err != nil {
		return nil, false, s3Error(err)
	}
	files = make([]StoredFile, 0, len(out.Contents))
	for _, o := range out.Contents {
		key := aws.ToString(o.Key)
		files = append(files, StoredFile{Key: key, Name: upload.NameOf(key), Size: aws.ToInt64(o.Size), Modified: at(o.LastModified)})
	}
	return files, aws.ToBool(out.IsTruncated), nil
}

// deleted gives the files under a prefix whose current version is a delete
// marker, among the next limit versions after a place in the list, and the place
// where to go on. An empty next key is the end.
func (s *store) deleted(ctx context.Context, prefix, key, versionID string, limit int) (files []StoredFile, nextKey, nextVersion string, err error) {
	in := &s3.ListObjectVersionsInput{Bucket: s.bucket(), Prefix: &prefix, MaxKeys: aws.Int32(int32(limit))}
	if key != "" {
		in.KeyMarker, in.VersionIdMarker = &key, &versionID
	}
	out, err := s.s3().ListObjectVersions(ctx, in)
	if err != nil {
		return nil, "", "", s3Error(err)
	}
	files = []StoredFile{}
	for _, m := range out.DeleteMarkers {
		if key := aws.ToString(m.Key); aws.ToBool(m.IsLatest) {
			files = append(files, StoredFile{Key: key, Name: upload.NameOf(key), Modified: at(m.LastModified)})
		}
	}
	if aws.ToBool(out.IsTruncated) {
		nextKey, nextVersion = aws.ToString(out.NextKeyMarker), aws.ToString(out.NextVersionIdMarker)
	}
	return files, nextKey, nextVersion, nil
}

// versions gives all versions of one key, newest first.
func (s *store) versions(ctx context.Context, key string) ([]Version, error) {
	var all []Version
	in := &s3.ListObjectVersionsInput{Bucket: s.bucket(), Prefix: &key}
	for {
		out, err := s.s3().ListObjectVersions(ctx, in)
		if err != nil {
			return nil, s3Error(err)
		}
		for _, v := range out.Versions {
			if aws.ToString(v.Key) == key {
				all = append(all, Version{key, aws.ToString(v.VersionId), aws.ToInt64(v.Size), at(v.LastModified), aws.ToBool(v.IsLatest), false})
			}
		}
		for _, m := range out.DeleteMarkers {
			if aws.ToString(m.Key) == key {
				all = append(all, Version{key, aws.ToString(m.VersionId), 0, at(m.LastModified), aws.ToBool(m.IsLatest), true})
			}
		}
		// Keys come in order, the prefix itself first: once another key is
		// reached there is no more of this one.
		if !aws.ToBool(out.IsTruncated) || aws.ToString(out.NextKeyMarker) != key {
			return newestFirst(all), nil
		}
		in.KeyMarker, in.VersionIdMarker = out.NextKeyMarker, out.NextVersionIdMarker
	}
}

// newestFirst puts versions and markers, which S3 lists apart, into one order.
// S3 dates them to the second: within one, the versions keep S3's order, which is
// newest first, but where a marker stands among them is not known. The current
// one is always at the top.
func newestFirst(versions []Version) []Version {
	slices.SortStableFunc(versions, func(a, b Version) int {
		switch {
		case a.Latest:
			return -1
		case b.Latest:
			return 1
		default:
			return b.Modified.Compare(a.Modified)
		}
	})
	return versions
}

// copyVersion makes a version the current one by copying it onto its key. Tags
// are not copied: the role may not read them, and a scan's verdict belongs to
// the version that was scanned.
func (s *store) copyVersion(ctx context.Context, key, versionID string) (string, error) {
	source := s.config.Bucket + "/" + presign.EscapePath(key) + "?versionId=" + versionID
	out, err := s.s3().CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: s.bucket(), Key: &key, CopySource: &source, TaggingDirective: "REPLACE",
	})
	if err != nil {
		return "", s3Error(err)
	}
	return aws.ToString(out.VersionId), nil
}

// at is S3's time, which is in whole seconds.
func at(t *time.Time) time.Time { return aws.ToTime(t).UTC().Truncate(time.Second) }
