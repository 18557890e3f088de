package api

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/lambda/upload"
)

// copyLimits say how objects are copied within S3.
type copyLimits struct {
	whole  int64 // bytes: the largest that is copied in one request
	part   int64 // bytes: the least part of what is larger
	atOnce int   // parts
}

// defaultCopies: S3 copies something like 100 MB a second in one request, and a call
// has half a minute.
func defaultCopies() copyLimits {
	return copyLimits{whole: 512 * upload.MiB, part: 128 * upload.MiB, atOnce: 16}
}

// copying is a copy of a version of an object under a key that is free.
type copying struct {
	from      details
	to        string
	metadata  map[string]string
	tagging   string
	crc64nvme string // of the whole, where S3 has it
	limits    copyLimits
	until     time.Time // when to begin no more parts
	now       func() time.Time
}

// copy makes the copy, and gives its version. A key that is taken is
// PreconditionFailed. Tags are not copied: see copyVersion.
func (s *store) copy(ctx context.Context, c copying) (versionID string, err error) {
	if c.from.size > c.limits.whole {
		return s.copyParts(ctx, c)
	}
	h := c.from.headers
	out, err := s.s3().CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: s.bucket(), Key: &c.to, CopySource: s.source(c.from.key, c.from.versionID), IfNoneMatch: aws.String("*"),
		MetadataDirective: types.MetadataDirectiveReplace, Metadata: c.metadata, TaggingDirective: types.TaggingDirectiveReplace, Tagging: nonEmpty(c.tagging),
		ContentType: h.contentType, ContentEncoding: h.encoding, ContentLanguage: h.language, ContentDisposition: h.disposition,
		CacheControl: h.cacheControl, Expires: expires(h),
	})
	if err != nil {
		return "", s3Error(err)
	}
	return aws.ToString(out.VersionId), nil
}

// expires reads the header that S3's SDK wants as a time. What is none stays behind.
func expires(h headers) *time.Time {
	if t, err := http.ParseTime(aws.ToString(h.expires)); err == nil {
		return &t
	}
	return nil
}

// copyParts copies in parts. It goes on with what an earlier call has begun under the
// same key: S3 knows which parts it has.
func (s *store) copyParts(ctx context.Context, c copying) (versionID string, err error) {
	uploadID, err := s.find(ctx, c.to)
	if err == nil && uploadID == "" {
		uploadID, err = s.createCopy(ctx, c)
	}
	if err != nil {
		return "", err
	}
	plan := c.plan()
	if err := s.copyMissing(ctx, c, plan, uploadID); err != nil {
		return "", supersededCopy(err)
	}
	parts, err := s.parts(ctx, c.to, uploadID)
	if err != nil {
		return "", supersededCopy(err)
	}
	if left := missing(plan, parts); len(left) > 0 {
		return "", upload.Errorf(upload.SlowDown, "got %d of %d parts copied so far, want all: ask again, the next call goes on", plan.PartCount-len(left), plan.PartCount)
	}
	done, err := s.complete(ctx, completion{key: c.to, uploadID: uploadID, plan: plan, parts: parts, crc64nvme: c.crc64nvme, keep: true})
	if is(err, upload.BadDigest) || is(err, upload.PreconditionFailed) {
		if dropped := s.drop(ctx, c.to, uploadID); dropped != nil {
			return "", fmt.Errorf("%w, and aborting the copy: %w", err, dropped)
		}
	}
	return done.VersionID, supersededCopy(err)
}

// supersededCopy reads the errors of an upload that is gone: another call with the same
// move has completed it.
func supersededCopy(err error) error {
	if is(err, upload.NoSuchUpload) {
		return &upload.Error{Code: upload.PreconditionFailed, Detail: "got a copy that somebody else has finished, want one: nothing needs to be done", Err: err}
	}
	return err
}

// plan is how the object is cut: into parts that are copied in seconds, but no more of
// them than S3 takes.
func (c copying) plan() upload.Plan {
	part := c.limits.part
	for (c.from.size+part-1)/part > upload.MaxParts {
		part *= 2
	}
	part = min(part, upload.MaxPartSize)
	return upload.Plan{Size: c.from.size, PartSize: part, PartCount: int((c.from.size + part - 1) / part)}
}

// missing lists the parts of a plan that are not stored as it has them.
func missing(plan upload.Plan, stored []storedPart) (numbers []int) {
	has := map[int]bool{}
	for _, p := range stored {
		has[p.PartNumber] = p.Size == plan.Length(p.PartNumber)
	}
	for n := 1; n <= plan.PartCount; n++ {
		if !has[n] {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// createCopy begins the copy, as create begins an upload.
func (s *store) createCopy(ctx context.Context, c copying) (uploadID string, err error) {
	h := c.from.headers
	out, err := s.s3().CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: s.bucket(), Key: &c.to, Metadata: c.metadata, Tagging: nonEmpty(c.tagging),
		ContentType: h.contentType, ContentEncoding: h.encoding, ContentLanguage: h.language, ContentDisposition: h.disposition,
		CacheControl: h.cacheControl, Expires: expires(h),
		ChecksumAlgorithm: types.ChecksumAlgorithmCrc64nvme, ChecksumType: types.ChecksumTypeFullObject,
	})
	if err != nil {
		return "", s3Error(err)
	}
	return aws.ToString(out.UploadId), nil
}

// copyMissing copies the parts that are not there yet, several at once, as long as the
// time lasts.
func (s *store) copyMissing(ctx context.Context, c copying, plan upload.Plan, uploadID string) error {
	stored, err := s.parts(ctx, c.to, uploadID)
	if err != nil {
		return err
	}
	numbers := make(chan int)
	errs := make([]error, c.limits.atOnce)
	var all sync.WaitGroup
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for i := range errs {
		all.Go(func() {
			for n := range numbers {
				if errs[i] = s.copyPart(ctx, c, plan, uploadID, n); errs[i] != nil {
					stop()
					return
				}
			}
		})
	}
	for _, n := range missing(plan, stored) {
		if !c.now().Before(c.until) {
			break
		}
		select {
		case numbers <- n:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(numbers)
	all.Wait()
	return firstError(errs)
}

// firstError is the one that made the others stop.
func firstError(errs []error) (first error) {
	for _, err := range errs {
		if err != nil && (first == nil || is(first, upload.InternalError) || is(first, upload.ServiceUnavailable)) {
			first = err
		}
	}
	return first
}

func (s *store) copyPart(ctx context.Context, c copying, plan upload.Plan, uploadID string, n int) error {
	from := plan.Offset(n)
	_, err := s.s3().UploadPartCopy(ctx, &s3.UploadPartCopyInput{
		Bucket: s.bucket(), Key: &c.to, UploadId: &uploadID, PartNumber: aws.Int32(int32(n)),
		CopySource: s.source(c.from.key, c.from.versionID), CopySourceRange: aws.String(fmt.Sprintf("bytes=%d-%d", from, from+plan.Length(n)-1)),
	})
	return s3Error(err)
}
