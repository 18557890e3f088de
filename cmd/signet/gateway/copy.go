package gateway

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/valyala/fasthttp"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3response"
)

// CopyObject implements backend.Backend. S3 holds a copy to If-None-Match as it does
// a PUT; versitygw does not look at the header, so such a copy is made of a read and a
// PUT, which does
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html, "If-None-Match").
func (g *guard) CopyObject(ctx context.Context, in s3response.CopyObjectInput) (s3response.CopyObjectOutput, error) {
	if err := g.checkCopy(ctx, in.CopySource); err != nil {
		return s3response.CopyObjectOutput{}, err
	}
	out, err := g.copyObject(ctx, in)
	if err == nil {
		g.tellCreated(ctx, in.Bucket, in.Key, aws.ToString(out.VersionId), "CopyObject")
	}
	return out, err
}

func (g *guard) copyObject(ctx context.Context, in s3response.CopyObjectInput) (s3response.CopyObjectOutput, error) {
	if rc, ok := ctx.(*fasthttp.RequestCtx); ok {
		if header := string(rc.Request.Header.Peek("If-None-Match")); header != "" || ontoItself(in) {
			return g.copyIfNone(ctx, in, header)
		}
	}
	defer g.folders.settleLong()()
	return g.Backend.CopyObject(ctx, in)
}

// ontoItself says of a copy that it gives an object other metadata: S3 makes a version of
// it, versitygw changes the one that is there.
func ontoItself(in s3response.CopyObjectInput) bool {
	bucket, key, _, err := backend.ParseCopySource(aws.ToString(in.CopySource))
	return err == nil && in.MetadataDirective == types.MetadataDirectiveReplace && bucket == aws.ToString(in.Bucket) && key == aws.ToString(in.Key)
}

// copyIfNone copies by a read and a PUT; header is empty where any object may be there.
func (g *guard) copyIfNone(ctx context.Context, in s3response.CopyObjectInput, header string) (s3response.CopyObjectOutput, error) {
	var none s3response.CopyObjectOutput
	source, err := g.readSource(ctx, in.CopySource, s3.GetObjectInput{
		ChecksumMode: types.ChecksumModeEnabled, IfMatch: in.CopySourceIfMatch, IfNoneMatch: in.CopySourceIfNoneMatch,
	})
	if err != nil {
		return none, err
	}
	defer source.Body.Close()
	if in.MetadataDirective != types.MetadataDirectiveReplace {
		in.Metadata, in.ContentType, in.ContentEncoding = source.Metadata, source.ContentType, source.ContentEncoding
		in.ContentLanguage, in.ContentDisposition = source.ContentLanguage, source.ContentDisposition
		in.CacheControl, in.Expires = source.CacheControl, source.ExpiresString
	}
	put := s3response.PutObjectInput{
		Bucket: in.Bucket, Key: in.Key, Body: source.Body, ContentLength: source.ContentLength, ChecksumAlgorithm: algorithmOf(in, source),
		ContentType: in.ContentType, ContentEncoding: in.ContentEncoding, ContentLanguage: in.ContentLanguage,
		ContentDisposition: in.ContentDisposition, CacheControl: in.CacheControl, Expires: in.Expires, Metadata: in.Metadata,
	}
	if in.TaggingDirective == types.TaggingDirectiveReplace {
		put.Tagging = in.Tagging
	}
	var done func()
	put.IfNoneMatch, done = g.ifNone(ctx, in.Bucket, in.Key, nonEmpty(&header))
	defer done()
	out, err := g.storeObject(ctx, put)
	if err != nil {
		return none, err
	}
	return s3response.CopyObjectOutput{
		CopyObjectResult: &s3response.CopyObjectResult{
			ETag: &out.ETag, ChecksumCRC64NVME: out.ChecksumCRC64NVME, ChecksumSHA256: out.ChecksumSHA256, ChecksumType: out.ChecksumType,
		},
		VersionId: &out.VersionID, CopySourceVersionId: source.VersionId,
	}, nil
}

// algorithmOf is the copy's checksum algorithm: the one asked for, else the source's.
func algorithmOf(in s3response.CopyObjectInput, source *s3.GetObjectOutput) types.ChecksumAlgorithm {
	switch {
	case in.ChecksumAlgorithm != "":
		return in.ChecksumAlgorithm
	case aws.ToString(source.ChecksumSHA256) != "" && source.ChecksumType != types.ChecksumTypeComposite:
		return types.ChecksumAlgorithmSha256
	default:
		return types.ChecksumAlgorithmCrc64nvme
	}
}

// UploadPartCopy implements backend.Backend. versitygw gives a part the checksum of the
// whole source where both have one of the same algorithm, and completes to a wrong one;
// so a part's copy is made of a read and an upload.
func (g *guard) UploadPartCopy(ctx context.Context, in *s3.UploadPartCopyInput) (s3response.CopyPartResult, error) {
	var none s3response.CopyPartResult
	if err := g.checkCopy(ctx, in.CopySource); err != nil {
		return none, err
	}
	source, err := g.readSource(ctx, in.CopySource, s3.GetObjectInput{
		Range: nonEmpty(in.CopySourceRange), IfMatch: in.CopySourceIfMatch, IfNoneMatch: in.CopySourceIfNoneMatch,
		IfModifiedSince: in.CopySourceIfModifiedSince, IfUnmodifiedSince: in.CopySourceIfUnmodifiedSince,
	})
	if err != nil {
		return none, err
	}
	defer source.Body.Close()
	out, err := g.storePart(ctx, &s3.UploadPartInput{
		Bucket: in.Bucket, Key: in.Key, UploadId: in.UploadId, PartNumber: in.PartNumber, Body: source.Body, ContentLength: source.ContentLength,
	})
	if err != nil {
		return none, err
	}
	return s3response.CopyPartResult{
		ETag: out.ETag, LastModified: time.Now(), CopySourceVersionId: aws.ToString(source.VersionId), ChecksumCRC64NVME: out.ChecksumCRC64NVME,
	}, nil
}

// readSource reads what a copy names as its source.
func (g *guard) readSource(ctx context.Context, source *string, get s3.GetObjectInput) (*s3.GetObjectOutput, error) {
	bucket, key, version, err := backend.ParseCopySource(aws.ToString(source))
	if err != nil {
		return nil, err
	}
	get.Bucket, get.Key, get.VersionId = &bucket, &key, nonEmpty(&version)
	return g.GetObject(ctx, &get)
}

func nonEmpty(s *string) *string {
	if aws.ToString(s) == "" {
		return nil
	}
	return s
}
