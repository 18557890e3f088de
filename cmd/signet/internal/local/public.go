package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/upload"
)

// public plays the distribution of public files: anybody may read what lies in a public
// space, from an origin that is not the site's, and nothing of it runs.
type public struct {
	store    *s3.Client
	bucket   string
	prefixes []string
	log      *slog.Logger
}

// servePublic serves the public spaces' files at a port of their own; without any it
// does nothing. It gives the origin.
func (c *Cloud) servePublic(o Options) (origin string, err error) {
	p := &public{store: c.client(), bucket: c.Bucket, log: o.Log}
	for _, s := range o.Config.AllSpaces() {
		if s.Public() {
			p.prefixes = append(p.prefixes, s.Prefix)
		}
	}
	if len(p.prefixes) == 0 {
		return "", nil
	}
	listener, err := listen(0)
	if err != nil {
		return "", err
	}
	c.public = &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelWarn)}
	go func() {
		if err := c.public.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			c.failed <- err
		}
	}()
	return "http://" + listener.Addr().String(), nil
}

// ServeHTTP serves one file.
func (p *public) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	for _, h := range upload.PublicHeaders() {
		header.Set(h.Name, h.Value)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "public files are read, and no more", http.StatusMethodNotAllowed)
		return
	}
	key := strings.TrimPrefix(r.URL.Path, "/")
	if strings.HasSuffix(key, "/") || !slices.ContainsFunc(p.prefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) }) {
		http.Error(w, "there is no such file", http.StatusNotFound)
		return
	}
	in := &s3.GetObjectInput{Bucket: &p.bucket, Key: &key}
	if part := r.Header.Get("Range"); part != "" {
		in.Range = &part
	}
	out, err := p.store.GetObject(r.Context(), in)
	if err != nil {
		status := http.StatusNotFound
		if e, ok := errors.AsType[*awshttp.ResponseError](err); ok && e.HTTPStatusCode() == http.StatusRequestedRangeNotSatisfiable {
			status = e.HTTPStatusCode()
		}
		http.Error(w, "there is no such file", status)
		return
	}
	defer out.Body.Close()
	header.Set("Cache-Control", fmt.Sprintf("public, max-age=%.0f", upload.PublicMaxAge.Seconds()))
	header.Set("Content-Type", aws.ToString(out.ContentType))
	header.Set("Content-Disposition", upload.PublicDisposition(aws.ToString(out.ContentType)))
	header.Set("Content-Length", strconv.FormatInt(aws.ToInt64(out.ContentLength), 10))
	header.Set("ETag", aws.ToString(out.ETag))
	header.Set("Accept-Ranges", "bytes")
	status := http.StatusOK
	if out.ContentRange != nil {
		header.Set("Content-Range", *out.ContentRange)
		status = http.StatusPartialContent
	}
	w.WriteHeader(status)
	if r.Method == http.MethodGet {
		if _, err := io.Copy(w, out.Body); err != nil {
			p.log.Debug("public file", "error", err)
		}
	}
}

// client is S3 as the handler's role reaches it.
func (c *Cloud) client() *s3.Client {
	endpoint := c.direct
	if endpoint == "" {
		endpoint = c.resolved.Endpoint
	}
	return s3.New(s3.Options{
		Region: c.resolved.Region, BaseEndpoint: &endpoint, UsePathStyle: !c.resolved.VirtualHost,
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
		Credentials: aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			k, err := c.credentials(ctx)
			return aws.Credentials{AccessKeyID: k.AccessKeyID, SecretAccessKey: k.SecretAccessKey, SessionToken: k.SessionToken, CanExpire: !k.Expires.IsZero(), Expires: k.Expires}, err
		}),
	})
}
