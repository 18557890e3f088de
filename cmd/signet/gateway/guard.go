package gateway

import (
	"context"
	"io"
	"mime"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/gofiber/fiber/v3"
	"github.com/valyala/fasthttp"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3api/middlewares"
	"github.com/versity/versitygw/s3api/utils"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"
)

// guard stands before the storage, behind authentication and policies. It does
// what versitygw leaves out and the deployed bucket does.
type guard struct {
	backend.Backend
	// keys keeps others away from a key that is being completed, overMarkers from
	// one whose delete marker is being written over.
	keys, overMarkers *keyLocks
	endings           *endings
	folders           folders
	events            *events // nil: nobody is told
	iam               auth.IAMService
	kmsKey            string

	// bucket has this policy and CORS configuration, from the settings; empty:
	// none. They are not stored: an extended attribute may be too small for them.
	bucket       string
	policy, cors []byte
	// state is the bucket of passes and quotas, whose objects are read and replaced by
	// many at once.
	state string
}

// requestKey is where front leaves the fiber.Ctx of a request for guard.
type requestKey struct{}

// GetBucketPolicy implements backend.Backend.
func (g *guard) GetBucketPolicy(ctx context.Context, bucket string) ([]byte, error) {
	if bucket != g.bucket {
		return g.Backend.GetBucketPolicy(ctx, bucket)
	}
	if len(g.policy) == 0 {
		return nil, s3err.GetBucketErr(s3err.ErrNoSuchBucketPolicy, bucket)
	}
	return g.policy, nil
}

// GetBucketCors implements backend.Backend.
func (g *guard) GetBucketCors(ctx context.Context, bucket string) ([]byte, error) {
	if bucket != g.bucket {
		return g.Backend.GetBucketCors(ctx, bucket)
	}
	if len(g.cors) == 0 {
		return nil, s3err.GetBucketErr(s3err.ErrNoSuchCORSConfiguration, bucket)
	}
	return g.cors, nil
}

// PutObject implements backend.Backend, for a PUT and for a form.
func (g *guard) PutObject(ctx context.Context, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	if rc, ok := ctx.(*fasthttp.RequestCtx); ok && rc.IsPost() {
		return g.postObject(rc, in)
	}
	if err := g.checkWrite(ctx); err != nil {
		return s3response.PutObjectOutput{}, err
	}
	in.Body = exactly(in.Body, in.ContentLength)
	if *in.Bucket == g.state { // versitygw changes file and ETag one after the other
		defer g.keys.lock(in.Key)()
	}
	var done func()
	in.IfNoneMatch, done = g.ifNone(ctx, in.Bucket, in.Key, in.IfNoneMatch)
	defer done()
	return g.tellPut(ctx, in, "PutObject")
}

// postObject stores a form's file. versitygw has checked the form's signature
// and policy, but not that its signer may write this very key.
func (g *guard) postObject(rc *fasthttp.RequestCtx, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	var none s3response.PutObjectOutput
	ctx, ok := rc.UserValue(requestKey{}).(fiber.Ctx)
	if !ok {
		return none, s3err.GetAPIError(s3err.ErrInternalError)
	}
	acc, _ := utils.ContextKeyAccount.Get(ctx).(auth.Account)
	acl, _ := utils.ContextKeyParsedAcl.Get(ctx).(auth.ACL)
	if err := auth.VerifyAccess(ctx, g, auth.AccessOptions{
		Acl: acl, AclPermission: auth.PermissionWrite, Acc: acc,
		Bucket: *in.Bucket, Object: *in.Key, Actions: []auth.Action{auth.PutObjectAction}, Iam: g.iam,
	}); err != nil {
		return none, err
	}
	form, _ := utils.ContextKeyObjectPostResult.Get(ctx).(middlewares.PostObjectResult)
	if err := checkAttributes(func(name string) string { return form.Fields[name] }, g.kmsKey); err != nil {
		return none, err
	}
	switch {
	case strings.Contains(*in.Key, "${filename}"):
		return none, s3err.GetAPIError(s3err.ErrNotImplemented)
	case !cleanKey(*in.Key):
		return none, errUncleanKey
	}
	_, params, err := mime.ParseMediaType(ctx.Get("Content-Type"))
	if err != nil {
		return none, s3err.GetAPIError(s3err.ErrMalformedPOSTRequest)
	}
	in.Body = newPartReader(in.Body, params["boundary"])
	return g.tellPut(rc, in, "POST Object")
}

// CreateMultipartUpload implements backend.Backend.
func (g *guard) CreateMultipartUpload(ctx context.Context, in s3response.CreateMultipartUploadInput) (s3response.InitiateMultipartUploadResult, error) {
	if err := g.checkWrite(ctx); err != nil {
		return s3response.InitiateMultipartUploadResult{}, err
	}
	return g.Backend.CreateMultipartUpload(ctx, in)
}

// DeleteObjects implements backend.Backend. Its keys come in the body, where
// front does not see them.
func (g *guard) DeleteObjects(ctx context.Context, in *s3.DeleteObjectsInput) (s3response.DeleteResult, error) {
	for _, o := range in.Delete.Objects {
		if o.Key == nil || !cleanKey(*o.Key) {
			return s3response.DeleteResult{}, errUncleanKey
		}
	}
	return g.tellDeletions(ctx, in)
}

func (g *guard) checkCopy(ctx context.Context, source *string) error {
	if source != nil {
		path, _, _ := strings.Cut(strings.TrimPrefix(*source, "/"), "?")
		path, err := url.PathUnescape(path)
		_, key, _ := strings.Cut(path, "/")
		if err != nil || !cleanKey(key) {
			return errUncleanKey
		}
	}
	return g.checkWrite(ctx)
}

// checkWrite refuses request headers that the bucket policy would.
func (g *guard) checkWrite(ctx context.Context) error {
	rc, ok := ctx.(*fasthttp.RequestCtx)
	if !ok {
		return nil // not a request: the gateway itself, setting up
	}
	return checkAttributes(func(name string) string { return string(rc.Request.Header.Peek(name)) }, g.kmsKey)
}

// aclAttributes are the headers and form fields that grant access by ACL
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html).
func aclAttributes() []string {
	return []string{"acl", "x-amz-acl", "x-amz-grant-full-control", "x-amz-grant-read", "x-amz-grant-read-acp",
		"x-amz-grant-write", "x-amz-grant-write-acp"}
}

const (
	sseHeader      = "x-amz-server-side-encryption"
	sseKeyHeader   = "x-amz-server-side-encryption-aws-kms-key-id"
	sseKeyEnabled  = "x-amz-server-side-encryption-bucket-key-enabled"
	customerHeader = "x-amz-server-side-encryption-customer-algorithm"
	customerKey    = "x-amz-server-side-encryption-customer-key"
)

// checkAttributes decides on the headers or form fields of a write as the
// deployed bucket's policy does: no ACL, and no encryption but with kmsKey. Plain
// aws:kms without a key would be AWS's own key, hence another one.
func checkAttributes(get func(string) string, kmsKey string) error {
	denied := s3err.GetAPIError(s3err.ErrAccessDenied)
	for _, name := range aclAttributes() {
		if get(name) != "" {
			return denied
		}
	}
	if kmsKey == "" {
		return nil
	}
	if get(customerHeader) != "" || get(customerKey) != "" {
		return denied
	}
	algorithm, key := get(sseHeader), get(sseKeyHeader)
	if algorithm == "" && key == "" || algorithm == "aws:kms" && key == kmsKey {
		return nil
	}
	return denied
}

// exactly makes a body fail that ends before its length: the server underneath
// takes a cut connection for the body's end.
func exactly(body io.Reader, length *int64) io.Reader {
	if body == nil || length == nil {
		return body
	}
	return &exactReader{body: body, left: *length}
}

type exactReader struct {
	body io.Reader
	left int64
}

// Read implements io.Reader.
func (r *exactReader) Read(p []byte) (int, error) {
	n, err := r.body.Read(p)
	r.left -= int64(n)
	if err == io.EOF && r.left > 0 {
		err = s3err.GetAPIError(s3err.ErrContentLengthMismatch)
	}
	return n, err
}

// Algorithm implements middlewares.ChecksumReader, by which the storage knows a
// body with a trailing checksum. Empty: it has none.
func (r *exactReader) Algorithm() string {
	if c, ok := r.body.(middlewares.ChecksumReader); ok {
		return c.Algorithm()
	}
	return ""
}

// Checksum implements middlewares.ChecksumReader.
func (r *exactReader) Checksum() string {
	if c, ok := r.body.(middlewares.ChecksumReader); ok {
		return c.Checksum()
	}
	return ""
}
