package gateway

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/versity/versitygw/s3api/utils"
	"github.com/versity/versitygw/s3err"
)

// VirtualDomain is the domain of virtual-hosted-style addressing; browsers
// resolve all of *.localhost to this machine.
const VirtualDomain = "s3.localhost"

// maxKeyBytes is S3's longest key
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html).
const maxKeyBytes = 1024

// errUncleanKey answers to keys that S3 can hold and a folder cannot.
var errUncleanKey = s3err.APIError{
	Code:           "InvalidArgument",
	Description:    "The local gateway keeps objects as files: a key with an empty, . or .. segment is refused.",
	HTTPStatusCode: http.StatusBadRequest,
}

// front is the first to see a request and the last to see its answer.
type front struct {
	kmsKey          string
	maxSignatureAge time.Duration
	now             func() time.Time
	log             *accessLog
	once            sync.Once
}

func (f *front) handle(ctx fiber.Ctx) error {
	began := f.now()
	err := f.answer(ctx)
	if err != nil || ctx.Response().StatusCode() >= 400 {
		linger(ctx)
	}
	f.log.write(ctx, err, began, f.now())
	return err
}

func (f *front) answer(ctx fiber.Ctx) error {
	// Else a form is read to its end, into memory and temporary files, before
	// anyone sees it, and a cut one may pass for whole. versitygw means to stream
	// it and leaves this at its default. The first request is our own: see
	// firstRequest.
	f.once.Do(func() { ctx.App().Server().DisablePreParseMultipartForm = true })
	key, ok := requestedKey(string(ctx.Request().Host()), string(ctx.Request().URI().PathOriginal()))
	switch read := ctx.Method() == http.MethodGet || ctx.Method() == http.MethodHead; {
	case !ok && read:
		return refuse(ctx, s3err.GetAPIError(s3err.ErrNoSuchKey)) // none can have been written
	case !ok:
		return refuse(ctx, errUncleanKey)
	}
	if len(key) > maxKeyBytes {
		return refuse(ctx, s3err.GetKeyTooLongErr(int64(len(key)), maxKeyBytes))
	}
	if id := ctx.Query("uploadId"); id != "" && !isUploadID(id) {
		return refuse(ctx, s3err.GetNoSuchUploadErr(id))
	}
	if f.tooOld(ctx.Query("X-Amz-Date")) {
		return refuse(ctx, s3err.GetAPIError(s3err.ErrAccessDenied))
	}
	passEdge(ctx)
	ctx.RequestCtx().SetUserValue(requestKey{}, ctx)
	err := ctx.Next()
	if f.kmsKey != "" && ctx.Response().StatusCode() < 400 && showsEncryption(ctx, key) {
		h := &ctx.Response().Header
		h.Set(sseHeader, "aws:kms")
		h.Set(sseKeyHeader, f.kmsKey)
		h.Set(sseKeyEnabled, "true")
	}
	return err
}

// What a client that is refused may still send, in bytes and in time: as much as
// a file in one PUT of ours has.
const (
	lingerBytes = 16 << 20
	lingerTime  = 5 * time.Second
)

// linger reads on until a client that is refused has sent its body. A connection
// that is closed before is reset, and the client may never see why; versitygw
// itself reads 256 KiB, and none of a body in chunks of unknown number.
func linger(ctx fiber.Ctx) {
	body := ctx.Request().BodyStream()
	if body == nil || ctx.Request().Header.ContentLength() <= 0 {
		return
	}
	c := ctx.RequestCtx().Conn()
	_ = c.SetReadDeadline(time.Now().Add(lingerTime)) // without it the client's own patience has to do
	defer c.SetReadDeadline(time.Time{})
	_, _ = io.CopyN(io.Discard, body, lingerBytes) // who sends more, or stops, is cut
}

// edgeMark is the header that CloudFront adds to each request, unsigned. S3 refuses
// every other x-amz-* header that is not signed, and this one where the signature is in
// Authorization; with a signature in the query it is reported to let it pass.
const edgeMark = "X-Amz-Cf-Id"

// passEdge has the edge's mark count for nothing where S3 does.
func passEdge(ctx fiber.Ctx) {
	signed := strings.Split(strings.ToLower(ctx.Query("X-Amz-SignedHeaders")), ";")
	if ctx.Query("X-Amz-Signature") != "" && !slices.Contains(signed, strings.ToLower(edgeMark)) {
		ctx.Request().Header.Del(edgeMark)
	}
}

func refuse(ctx fiber.Ctx, err s3err.S3Error) error {
	id, host := utils.EnsureRequestIDs(ctx)
	ctx.Response().Header.SetContentType(fiber.MIMEApplicationXML)
	return ctx.Status(err.StatusCode()).Send(err.XMLBody(id, host))
}

// isUploadID tells whether an upload id is one of versitygw's, a UUID. It makes a
// path of the id without looking at it, and removes what lies there.
func isUploadID(id string) bool {
	if len(id) != 36 {
		return false
	}
	for i := range len(id) {
		c := id[i]
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (c == '-') || !dash && !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return true
}

// tooOld tells whether a query signature is older than the bucket allows.
func (f *front) tooOld(date string) bool {
	signed, err := time.Parse("20060102T150405Z", date)
	return err == nil && f.maxSignatureAge > 0 && f.now().Sub(signed) > f.maxSignatureAge
}

// requestedKey is the key that a request names, empty for a bucket. It is not
// ok when the path cannot be unescaped or the key is not clean.
func requestedKey(host, path string) (string, bool) {
	path, err := url.PathUnescape(strings.TrimPrefix(path, "/"))
	if err != nil {
		return "", false
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	key := path
	if !strings.HasSuffix(host, "."+VirtualDomain) {
		_, key, _ = strings.Cut(path, "/")
	}
	return key, key == "" || cleanKey(key)
}

// cleanKey tells whether key is the same as a path. A slash at the end is: it
// makes a folder.
func cleanKey(key string) bool {
	if key == "" {
		return false
	}
	for s := range strings.SplitSeq(strings.TrimSuffix(key, "/"), "/") {
		if s == "" || s == "." || s == ".." {
			return false
		}
	}
	return true
}

// showsEncryption tells whether S3 names an object's encryption in the answer:
// to PutObject, PostObject, CopyObject, GetObject, HeadObject and all of
// multipart but the listings and the abort.
func showsEncryption(ctx fiber.Ctx, key string) bool {
	query := ctx.Request().URI().QueryArgs()
	if key == "" {
		return ctx.Method() == http.MethodPost && query.Len() == 0
	}
	for _, other := range []string{"acl", "attributes", "legal-hold", "retention", "tagging", "restore", "select"} {
		if query.Has(other) {
			return false
		}
	}
	switch ctx.Method() {
	case http.MethodPut, http.MethodPost, http.MethodHead:
		return true
	case http.MethodGet:
		return !query.Has("uploadId") // ListParts
	}
	return false
}
