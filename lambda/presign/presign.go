// Package presign signs S3 requests in the query string with AWS Signature
// Version 4, signs POST policies, and signs all parts of a multipart upload at
// once. It takes only what a policy of package upload approved.
//
// A signature covers what the request says and nothing besides: no checksum, no
// header and no parameter is added that the request does not have. The body is
// not part of it (UNSIGNED-PAYLOAD), the path is escaped once and never cleaned,
// as S3 wants it
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html).
//
// The rules of Signature Version 4 stand by themselves in [Message], [Scope] and
// [Credentials], for whoever has to explain a signature.
package presign

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"signet/lambda/upload"
)

// maxExpires is the longest life of a presigned URL, as S3 has it
// (AuthenticatingRequests, X-Amz-Expires).
const maxExpires = 7 * 24 * time.Hour

// Credentials sign requests.
type Credentials struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string    // of temporary credentials; empty: long-lived ones
	Expires         time.Time // when they end; zero: unknown
}

// Options say what to sign for and with.
type Options struct {
	// Bucket is its name, Region where it is, both required.
	Bucket, Region string
	// Endpoint of S3 off AWS: scheme://host, with a port and a base path where it
	// has them, addressed in path style. Empty: AWS, https and virtual-host style,
	// but path style for a bucket whose name no certificate of AWS covers (dots).
	Endpoint string
	// Accelerate signs for Transfer Acceleration, DualStack for IPv6 and IPv4.
	// Neither counts with an Endpoint.
	Accelerate, DualStack bool
	// VirtualHost puts the bucket before the Endpoint's host: bucket.host/key.
	VirtualHost bool
	// TwoHosts has [Hosts.Both] and [Form] use the dual-stack host
	// beside the other one: a browser opens six connections to each host. With an
	// Endpoint it is SecondEndpoint, another name of the same store, that does so.
	TwoHosts       bool
	SecondEndpoint string
	// Edge is the origin of a site, scheme://host, whose paths lead on to the bucket:
	// a browser on it asks for no leave there, and sends as much at once as it likes.
	// Behind it is the bucket's regional host, and with an Endpoint EdgeEndpoint, in
	// virtual-host style. Empty, either of them: there is no such way.
	Edge, EdgeEndpoint string
	// Credentials are asked for at every signature, so that they may change.
	Credentials func(context.Context) (Credentials, error)
	// Now is the clock. Nil: time.Now.
	Now func() time.Time
}

// Signer signs requests for one bucket. It is safe for concurrent use.
type Signer struct {
	endpoint    endpoint
	second      *endpoint // the other host; nil: there is none
	edge        *endpoint // the way by the site; nil: there is none
	err         error     // what is wrong with the options
	bucket      string
	region      string
	credentials func(context.Context) (Credentials, error)
	now         func() time.Time
	cache       atomic.Pointer[session]
}

// New makes a signer. What is wrong with the options is a ConfigError of every
// later call.
func New(o Options) *Signer {
	s := &Signer{bucket: o.Bucket, region: o.Region, credentials: o.Credentials, now: o.Now}
	if s.now == nil {
		s.now = time.Now
	}
	if s.endpoint, s.err = resolve(o); s.err == nil {
		s.second, s.err = resolveSecond(o)
	}
	if s.err == nil {
		s.edge, s.err = resolveEdge(o)
	}
	return s
}

// URL is one presigned request.
type URL struct {
	Method string
	URL    string
	// Edge is the same request by the way of the site, with the same Headers; empty
	// where there is none, or it was not asked for.
	Edge string
	// Headers to send exactly so, by lower-case name; host is not among them.
	Headers map[string]string
	// Expires is when S3 stops accepting the URL: after the request's time, or
	// when the credentials end if that is known to be sooner.
	Expires time.Time
}

// URL signs one request. Its errors are of package upload: ConfigError for the
// options, ExpiredToken for credentials that have ended, InvalidRequest for a
// request that no policy made.
func (s *Signer) URL(ctx context.Context, r upload.Request) (URL, error) {
	return s.url(ctx, r, nil)
}

func (s *Signer) url(ctx context.Context, r upload.Request, edge *endpoint) (URL, error) {
	spec := r.Operation().Spec()
	if spec.OnKey && r.Key() == "" || r.Operation() == upload.PostObject {
		return URL{}, upload.Errorf(upload.InvalidRequest, "got a request for %s without a key or as a form, want one that a policy approved: ask for it there", spec.Name)
	}
	t, err := s.start(ctx, r.Expires())
	if err != nil {
		return URL{}, err
	}
	base, key := s.endpoint.bucketPath, ""
	if spec.OnKey {
		base, key = s.endpoint.keyPath, r.Key()
	}
	query := r.Query()
	signed := s.sign(t, s.endpoint, spec.Method, base, key, query, r.Headers())
	headers := make(map[string]string, len(r.Headers()))
	for _, h := range r.Headers() {
		headers[h.Name] = h.Value
	}
	by := s.byEdge(t, edge, signed, spec.Method, key, query, r.Headers())
	return URL{Method: spec.Method, URL: signed, Edge: by, Headers: headers, Expires: t.ends}, nil
}

// ticket is what one call signs with: the session of its credentials, its time
// and how long its signatures live.
type ticket struct {
	*session
	date    [len(timeFormat)]byte // X-Amz-Date
	seconds int64                 // X-Amz-Expires
	ends    time.Time
}

// start asks for credentials and the time, once for each call, so that every
// signature in an answer has the same ones.
func (s *Signer) start(ctx context.Context, expires time.Duration) (ticket, error) {
	if s.err != nil {
		return ticket{}, s.err
	}
	if expires < time.Second || expires > maxExpires {
		return ticket{}, upload.Errorf(upload.InvalidRequest, "got a life of %s, want 1s to %s: ask a policy for the request", expires, maxExpires)
	}
	c, err := s.credentials(ctx)
	if err == nil && (c.AccessKeyID == "" || c.SecretAccessKey == "") {
		err = errNoCredentials
	}
	if err != nil {
		return ticket{}, &upload.Error{Code: upload.InternalError, Detail: "got no credentials to sign with, want the service's own: try again later", Err: err}
	}
	now := s.now().UTC().Truncate(time.Second)
	if !c.Expires.IsZero() && !c.Expires.After(now) {
		return ticket{}, upload.Errorf(upload.ExpiredToken, "got credentials that ended at %s, want some that live: renew them", c.Expires.UTC().Format(time.RFC3339))
	}
	expires = expires.Truncate(time.Second)
	ends := now.Add(expires)
	if !c.Expires.IsZero() && c.Expires.Before(ends) {
		ends = c.Expires.UTC()
	}
	t := ticket{session: s.session(c, now), seconds: int64(expires / time.Second), ends: ends}
	now.AppendFormat(t.date[:0], timeFormat)
	return t, nil
}

// sign presigns a request: base is escaped and key is not, query is decoded, and
// headers have lower-case names in order, without host. Its buffers have fixed
// sizes so that they stay on the stack; what is longer moves off it.
func (s *Signer) sign(t ticket, to endpoint, method, base, key string, query, headers []upload.Header) string {
	headers = withHost(make([]upload.Header, 0, 16), headers, to.host)
	b := make([]byte, 0, 4096)
	b = append(b, method...)
	b = append(b, '\n')
	from := len(b)
	b = append(b, base...)
	b = appendEscaped(b, key, true)
	path := b[from:]
	b = append(b, '\n')
	from = len(b)
	b = t.appendQuery(b, encodeAll(query), headers)
	canonicalQuery := b[from:]
	b = append(b, '\n')
	b = appendHeaders(b, headers)
	b = append(b, unsignedPayload...)
	signature := t.signature(t.date[:], b)

	var u strings.Builder
	u.Grow(len(to.origin) + len(path) + 1 + len(canonicalQuery) + len(signatureParam) + len(signature))
	u.WriteString(to.origin)
	u.Write(path)
	u.WriteByte('?')
	u.Write(canonicalQuery)
	u.WriteString(signatureParam)
	u.Write(signature[:])
	return u.String()
}

// appendQuery appends the canonical query of a presigned request without its
// signature: the request's own parameters, already encoded, and in between, in
// their place, those that presigning adds.
func (t ticket) appendQuery(b []byte, own, headers []upload.Header) []byte {
	sortQuery(own)
	start := len(b)
	add := func(name string) {
		n, _ := slices.BinarySearchFunc(own, name, func(p upload.Header, name string) int { return strings.Compare(p.Name, name) })
		b = appendParams(b, own[:n], start)
		own = own[n:]
		if len(b) > start {
			b = append(b, '&')
		}
		b = append(append(b, name...), '=')
	}
	add("X-Amz-Algorithm")
	b = append(b, Algorithm...)
	add("X-Amz-Credential")
	b = append(b, t.credential...)
	add("X-Amz-Date")
	b = append(b, t.date[:]...)
	add("X-Amz-Expires")
	b = strconv.AppendInt(b, t.seconds, 10)
	if t.token != "" {
		add("X-Amz-Security-Token")
		b = append(b, t.token...)
	}
	add("X-Amz-SignedHeaders")
	for i, h := range headers {
		if i > 0 {
			b = append(b, "%3B"...)
		}
		b = appendEscaped(b, h.Name, false)
	}
	return appendParams(b, own, start)
}
