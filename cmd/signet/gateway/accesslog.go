package gateway

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/s3api/utils"
)

// accessLog writes a line for each request, in the format of S3's server access
// logs (https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html).
//
// versitygw can write such a log itself, but not one that programs for S3's read:
// its operations have names of their own (s3_PutObject), the month is written
// out, the request line has no method, what may hold spaces is not in quotes, and
// signatures and session tokens stand there for anybody to use. Here they do not.
//
// Otherwise than S3, a copy has one record, not a second one of its reading half,
// bytes sent are those that the answer announces, the size of a form is that of
// all its fields, and a quote in a header is escaped.
type accessLog struct {
	region string

	mu  sync.Mutex
	out io.Writer
}

// openAccessLog appends to a file that its owner alone may read. No name: nil,
// which logs nothing.
func openAccessLog(name, region string) (*accessLog, error) {
	if name == "" {
		return nil, nil
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &accessLog{region: region, out: file}, nil
}

// write logs a request that was answered.
func (l *accessLog) write(ctx fiber.Ctx, failed error, began, ended time.Time) {
	if l == nil {
		return
	}
	host := string(ctx.Request().Host())
	bucket, key := addressed(host, string(ctx.Request().URI().PathOriginal()))
	if bucket == "" { // S3's logs are a bucket's
		return
	}
	ms := strconv.FormatInt(ended.Sub(began).Milliseconds(), 10)
	method, query := ctx.Method(), ctx.Request().URI().QueryArgs()
	status := ctx.Response().StatusCode()
	if failed != nil {
		status = http.StatusInternalServerError
	}
	operation := operationName(method, key, query.Has, ctx.Get("x-amz-copy-source") != "")
	sent, size := lengths(ctx, method, operation)
	who, _ := utils.ContextKeyAccount.Get(ctx).(auth.Account)
	id, hostID := utils.EnsureRequestIDs(ctx)
	version, kind := signedHow(ctx)
	target := method + " " + string(ctx.Request().URI().PathOriginal()) + "?" + redacted(string(ctx.Request().URI().QueryString())) + " HTTP/1.1"
	line := strings.Join([]string{
		AccountID, bucket, "[" + began.UTC().Format("02/Jan/2006:15:04:05 -0700") + "]", ctx.IP(), orDash(who.Arn), id, operation,
		orDash((&url.URL{Path: key}).EscapedPath()), quoted(strings.Replace(target, "? ", " ", 1)), strconv.Itoa(status), orDash(errorCode(ctx, status)),
		sent, size, ms, ms, quoted(orDash(ctx.Get("Referer"))), quoted(orDash(ctx.Get("User-Agent"))),
		orDash(string(query.Peek("versionId"))), orDash(hostID), version, "-", kind, host, "-", "-", "-", l.region,
	}, " ")
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(l.out, line) // a full disk must not fail the request
}

// addressed is the bucket and the key of a request, in either style.
func addressed(host, path string) (bucket, key string) {
	path, err := url.PathUnescape(strings.TrimPrefix(path, "/"))
	if err != nil {
		return "", ""
	}
	name, _, _ := strings.Cut(host, ":")
	if bucket, ok := strings.CutSuffix(name, "."+VirtualDomain); ok {
		return bucket, path
	}
	bucket, key, _ = strings.Cut(path, "/")
	return bucket, key
}

// operationName is what S3 calls a request in its logs: REST, method, resource.
func operationName(method, key string, has func(string) bool, copies bool) string {
	if method == http.MethodOptions {
		return "REST.OPTIONS.PREFLIGHT"
	}
	resource := "OBJECT"
	switch {
	case has("uploads"):
		resource = "UPLOADS"
	case key == "" && has("versions"):
		resource = "BUCKETVERSIONS"
	case key == "" && method == http.MethodPost && has("delete"):
		resource = "MULTI_OBJECT_DELETE"
	case key == "" && method != http.MethodPost:
		resource = "BUCKET"
	case has("partNumber") && has("uploadId"):
		resource = "PART"
	case has("uploadId"):
		resource = "UPLOAD"
	case has("tagging"):
		resource = "OBJECT_TAGGING"
	case has("acl"):
		resource = "ACL"
	}
	if copies && method == http.MethodPut {
		method = "COPY"
	}
	return "REST." + method + "." + resource
}

// lengths is how many bytes were sent, and the size of the object or part, each
// as it stands in a log.
func lengths(ctx fiber.Ctx, method, operation string) (sent, size string) {
	answer, asked := ctx.Response().Header.ContentLength(), int64(ctx.Request().Header.ContentLength())
	sent, size = "-", "-"
	if answer > 0 && method != http.MethodHead {
		sent = strconv.Itoa(answer)
	}
	switch operation {
	case "REST.GET.OBJECT", "REST.HEAD.OBJECT":
		size = strconv.Itoa(max(answer, 0))
		if _, whole, ok := strings.Cut(ctx.GetRespHeader("Content-Range"), "/"); ok {
			size = whole
		}
	case "REST.PUT.OBJECT", "REST.PUT.PART":
		if n, err := strconv.ParseInt(ctx.Get("x-amz-decoded-content-length"), 10, 64); err == nil {
			asked = n
		}
		size = strconv.FormatInt(max(asked, 0), 10)
	case "REST.POST.OBJECT": // the form's fields with it: what is the file is not known here
		size = strconv.FormatInt(max(asked, 0), 10)
	case "REST.POST.UPLOAD":
		size = orDash(ctx.Get("x-amz-mp-object-size"))
	}
	return sent, size
}

// signedHow is the version of the signature and where it stood.
func signedHow(ctx fiber.Ctx) (version, kind string) {
	switch {
	case ctx.Get("Authorization") != "":
		return "SigV4", "AuthHeader"
	case ctx.Query("X-Amz-Signature") != "":
		return "SigV4", "QueryString"
	}
	return "-", "-"
}

// redacted is a query without what lets others use it.
func redacted(query string) string {
	parameters := strings.Split(query, "&")
	for i, p := range parameters {
		name, _, _ := strings.Cut(p, "=")
		if strings.EqualFold(name, "X-Amz-Signature") || strings.EqualFold(name, "X-Amz-Security-Token") {
			parameters[i] = name + "=REDACTED"
		}
	}
	return strings.Join(parameters, "&")
}

// errorCode is S3's code in the answer.
func errorCode(ctx fiber.Ctx, status int) string {
	if status < 400 || ctx.Response().IsBodyStream() {
		return ""
	}
	_, rest, _ := bytes.Cut(ctx.Response().Body(), []byte("<Code>"))
	code, _, _ := bytes.Cut(rest, []byte("</Code>"))
	return string(code)
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, "%22") + `"` }

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
