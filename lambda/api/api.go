// Package api is Signet's HTTP interface: routes, messages, problem answers,
// the OpenAPI document they are held to, and a client of all of it. It decides
// nothing itself; [upload.Policy] does, and [presign.Signer] signs.
//
// The handler holds no state between requests: what is unfinished lives in S3.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"signet/lambda/api/openapi"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

// Base is the path that every route lies under.
const Base = openapi.Base

// MaxBody is the longest request body, in bytes: enough for 1,000 files in one
// presign call and for the ETags of 10,000 parts.
const MaxBody = 900_000

// callLimit is how long a call may take. The function is ended two seconds later, and
// would have said nothing to whoever asks of an S3 that does not answer.
const callLimit = 27 * time.Second

// Options are what a Handler needs. Config and Subject must be given, and so
// must Credentials.
type Options struct {
	Config upload.Config
	// Credentials sign, and call S3. They are asked for at each use, so that they
	// may change.
	Credentials func(context.Context) (presign.Credentials, error)
	// Subject is the sub claim of the request's verified token; empty when there
	// is none.
	Subject func(*http.Request) string
	// Groups are those that the request's verified token says its caller is in. It is
	// asked where the configuration has spaces. nil: nobody is in any.
	Groups func(*http.Request) []string
	// Backend is the ARN of whoever signed the request for execute-api, verified; empty
	// when nobody did. nil: nobody can.
	Backend func(*http.Request) string
	// Log gets a line for each request, without keys, URLs or tokens: what went
	// well at Debug, the caller's errors at Info, ours at Error. nil:
	// slog.Default().
	Log *slog.Logger
	// HTTP sends what this package sends to S3. nil: the SDK's own client, and
	// http.DefaultClient.
	HTTP *http.Client
	// Now is the clock. nil: time.Now.
	Now func() time.Time
	// S3 is the address of the handler's own calls to S3, for when Config.Endpoint
	// names a proxy that only clients go through. Empty: Config.Endpoint.
	S3 string
	// Edge is what the header [upload.EdgeHeader] has of a call that came through
	// CloudFront; others are AccessDenied, but for those under /api/backend/. Empty:
	// nobody asks.
	Edge string
}

// Handler answers the API. It is safe for concurrent use.
type Handler struct {
	options Options
	policy  *upload.Policy
	signer  *presign.Signer
	// proofs signs what this handler alone sends: the requests that are sessions.
	proofs  *presign.Signer
	proving presign.Options // proofs'
	store   *store
	// sessions is a cache: what is not in it is asked for.
	sessions sessions
	askers   askers
	routes   map[string][]call // by path
	copies   copyLimits
	// Of passes and quotas. records is nil where the configuration has neither.
	records   *records
	passes    *passCache
	passwords *passwords
}

// New makes the handler. It touches neither the network nor S3's SDK, which
// the first request that needs it creates.
func New(o Options) *Handler {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	c := o.Config
	own := c
	if o.S3 != "" {
		own.Endpoint = o.S3
	}
	h := &Handler{
		options: o,
		policy:  upload.NewPolicy(c),
		signer: presign.New(presign.Options{
			Bucket: c.Bucket, Region: c.Region, Endpoint: c.Endpoint, VirtualHost: c.VirtualHost, Accelerate: c.Accelerate,
			TwoHosts: c.DualStack, SecondEndpoint: c.SecondEndpoint, Edge: c.Site, EdgeEndpoint: c.EdgeEndpoint,
			Credentials: o.Credentials, Now: o.Now,
		}),
		proving: presign.Options{
			Bucket: c.Bucket, Region: c.Region, Endpoint: own.Endpoint, VirtualHost: c.VirtualHost, Credentials: o.Credentials, Now: o.Now,
		},
		copies:    defaultCopies(),
		passes:    &passCache{},
		passwords: newPasswords(),
		store:     &store{config: own, credentials: o.Credentials, http: o.HTTP},
	}
	h.proofs = presign.New(h.proving)
	if c.HasState() {
		h.records = newRecords(own, o)
	}
	h.routes = h.paths()
	return h
}

// ServeHTTP answers one request and logs it.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := h.options.Now()
	answer := &recorder{ResponseWriter: w, status: http.StatusOK}
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	ctx, cancel := context.WithTimeout(r.Context(), callLimit)
	h.dispatch(answer, r.WithContext(ctx))
	cancel()

	log := []slog.Attr{
		slog.String("method", r.Method), slog.String("route", answer.route), slog.Int("status", answer.status),
		slog.Float64("ms", float64(h.options.Now().Sub(start).Microseconds())/1000),
	}
	level := slog.LevelDebug // API Gateway's access log has every request
	if answer.err != nil {
		level = slog.LevelInfo
		log = append(log, slog.String("code", string(upload.CodeOf(answer.err))))
		if why := reason(answer.err); why != "" {
			log = append(log, slog.String("error", why))
		}
	}
	if answer.status >= 500 && r.Context().Err() == nil { // else the client has gone
		level = slog.LevelError
	}
	h.options.Log.LogAttrs(r.Context(), level, "request", log...)
}

// recorder remembers of an answer what the log wants.
type recorder struct {
	http.ResponseWriter
	route  string
	status int
	err    error
	// companion says that the answer is for a client of Companion's protocol.
	companion bool
}

// WriteHeader keeps the status.
func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}
