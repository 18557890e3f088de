// Package relay takes uploads through a server, for those who cannot send to S3
// themselves: scripts behind strict firewalls, old browsers, files that have to be
// looked at on their way. It is as strict as the direct way, and keeps as little:
// no file touches a disk, the memory is the same whatever arrives, and there is no
// state but what lies in S3.
//
//	POST /api/relay         multipart/form-data, one file, which comes last
//	PUT  /api/relay/{name}  the file as the body; /api/relay/{space}/{name} into a space
//	GET  /relay             a page without script
//	GET  /readyz            whether it can take uploads
//	*    /api/…             the Lambda's handler, signet/lambda/api, but for the backend's
//	                        calls: who has signed them AWS alone can tell
//
// The two upload routes are described by a document of their own,
// GET /api/relay/openapi.json: that of signet/lambda/api is what API Gateway is made
// from, and there a route that only a server has would lead to nothing.
//
// Who signs in on the page has a cookie, sealed with a key that lives as long as
// the process: HttpOnly, Secure, SameSite=Strict, and a token in the form besides.
// Everybody else sends a JWT of the configured issuer, which is verified here.
package relay

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/prometheus/client_golang/prometheus"

	"signet/cmd/signet/internal/clamd"
	"signet/cmd/signet/internal/stream"
	"signet/lambda/api"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

// Paths that somebody else has to know: a load balancer, an issuer.
const (
	UploadPath   = api.Base + "/relay"
	PagePath     = "/relay"
	CallbackPath = PagePath + "/callback"
	ReadyPath    = "/readyz"
)

// Options are what a Relay needs. Config, Credentials and Log must be given.
type Options struct {
	// Config is the Lambda's. Its Auth must name an issuer.
	Config      upload.Config
	Credentials aws.CredentialsProvider
	// Origin is where people find the server, scheme://host. Empty: there is no page.
	Origin string
	// KeysFile has the issuer's public keys as a JSON Web Key Set. Empty: they are
	// asked for. With it there is no page: signing in needs the issuer itself.
	KeysFile string
	// Clamd looks at every file. Empty: nobody does.
	Clamd clamd.Daemon
	// Stall is how long a sender may take for 32 KiB, or for less at the end. 0: 30 s,
	// which is 1 kB/s.
	Stall time.Duration
	// Answer is how long 64 KiB of an answer may take to leave, or less at its end. 0:
	// 30 s, which is 2 kB/s.
	Answer time.Duration
	Log    *slog.Logger
}

// Relay answers all paths. It is safe for concurrent use.
type Relay struct {
	options Options
	policy  *upload.Policy
	tokens  *tokens
	page    *page // nil: there is none
	store   *stream.Store
	sender  *stream.Sender
	rest    *api.Handler
	metrics *metrics
	traffic *traffic
	last    readiness
}

// New makes the relay. It asks nobody anything yet; [Relay.Ready] does.
func New(o Options) (*Relay, error) {
	if o.Stall == 0 {
		o.Stall = 30 * time.Second
	}
	if o.Answer == 0 {
		o.Answer = 30 * time.Second
	}
	r := &Relay{options: o, policy: upload.NewPolicy(o.Config), store: stream.NewStore(o.Config, o.Credentials), traffic: newTraffic()}
	var err error
	if r.tokens, err = newTokens(o.Config.Auth, o.KeysFile); err != nil {
		return nil, err
	}
	if o.Origin != "" && o.KeysFile == "" {
		r.page = newPage(o.Config, r.policy, o.Origin, r.tokens)
	}
	r.metrics = newMetrics(r.traffic)
	r.sender = &stream.Sender{Store: r.store, Pool: stream.NewPool(), Sent: r.metrics.part, Log: o.Log}
	r.rest = api.New(api.Options{
		Config: o.Config, Log: o.Log,
		Credentials: func(ctx context.Context) (presign.Credentials, error) {
			c, err := o.Credentials.Retrieve(ctx)
			return presign.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken, Expires: c.Expires}, err
		},
		// Without a token, or with one that is refused, it is nobody's.
		Subject: func(q *http.Request) string {
			read, _ := r.tokens.Bearer(q.Context(), q.Header.Get("Authorization"))
			return read.Subject
		},
		Groups: func(q *http.Request) []string {
			read, _ := r.tokens.Bearer(q.Context(), q.Header.Get("Authorization"))
			return read.List(r.tokens.groups)
		},
	})
	return r, nil
}

// Metrics gathers what Prometheus asks for.
func (h *Relay) Metrics() prometheus.Gatherer { return h.metrics.registry }

// callLimit is how long a request of the API, with its body of 900 kB at most, may
// take to arrive.
const callLimit = 30 * time.Second

// ServeHTTP leads a request to what answers it. No ServeMux: that answers an
// unclean path with a redirect, where a file's name is to be refused.
func (h *Relay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w = newMoving(w, h.options.Answer)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if lines(r.Header) > mostLines {
		h.refuse(w, r, upload.Errorf(HeaderFieldsTooLarge, "got %d header lines, want at most %d: leave some out", lines(r.Header), mostLines))
		return
	}
	path := r.URL.Path
	if r.Body != http.NoBody && path != UploadPath && !strings.HasPrefix(path, UploadPath+"/") {
		http.NewResponseController(w).SetReadDeadline(time.Now().Add(callLimit))
	}
	if h.cors(w, r) {
		return
	}
	switch {
	case path == UploadPath && r.Method == http.MethodPost, r.Method == http.MethodPut && strings.HasPrefix(path, UploadPath+"/"):
		h.upload(w, r)
	case path == UploadPath+"/openapi.json" && r.Method == http.MethodGet:
		w.Header().Set("Content-Type", "application/json")
		w.Write(document)
	case path == UploadPath, strings.HasPrefix(path, UploadPath+"/"):
		w.Header().Set("Allow", "POST, PUT")
		h.refuse(w, r, upload.Errorf(upload.MethodNotAllowed, "got %s, want POST %s or PUT %s/NAME: correct it", r.Method, UploadPath, UploadPath))
	case strings.HasPrefix(path, api.Base+"/backend/"):
		h.refuse(w, r, upload.Errorf(upload.AccessDenied, "got a call of the backend's at a server that cannot check whose signature it is, want it at the API's own address, BackendURL of the stack's outputs: send it there"))
	case strings.HasPrefix(path, api.Base+"/"):
		h.rest.ServeHTTP(w, r)
	case path == ReadyPath:
		h.ready(w, r)
	case h.page != nil:
		h.page.ServeHTTP(w, r)
	default:
		h.refuse(w, r, upload.Errorf(upload.NoSuchRoute, "got a path that is not here, want %s or %s: correct it", UploadPath, api.Base))
	}
}

// mostLines is more header lines than any client sends. net/http bounds their bytes.
const mostLines = 100

func lines(header http.Header) (n int) {
	for _, values := range header {
		n += len(values)
	}
	return n
}

// cors gives pages of the configured origins what API Gateway gives them, and says
// whether that was all: the answer to a preflight.
func (h *Relay) cors(w http.ResponseWriter, r *http.Request) (done bool) {
	origin := r.Header.Get("Origin")
	if !strings.HasPrefix(r.URL.Path, api.Base+"/") || !slices.Contains(h.options.Config.Origins, origin) {
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	w.Header().Set("Vary", "Origin")
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	w.Header().Set("Access-Control-Allow-Methods", strings.Join(append(upload.CORSAPIMethods(h.options.Config.Passes), http.MethodPut), ","))
	w.Header().Set("Access-Control-Allow-Headers", strings.Join(append(upload.CORSAPIHeaders(h.options.Config.Passes), checksumHeader), ","))
	w.Header().Set("Access-Control-Max-Age", "7200")
	w.WriteHeader(http.StatusNoContent)
	return true
}

// ready answers whether an upload that came now would be taken.
func (h *Relay) ready(w http.ResponseWriter, r *http.Request) {
	if err := h.Ready(); err != nil {
		h.refuse(w, r, err)
		return
	}
	write(w, "application/json", http.StatusOK, map[string]string{"status": "ready"})
}
