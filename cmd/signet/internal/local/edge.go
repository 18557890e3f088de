package local

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"

	"signet/frontend/hosting"
	"signet/lambda/upload"
)

// edge plays the site's distribution on its way to the bucket: a PUT under a prefix
// of uploads goes on to S3 as it is, with another Host, without cookies and
// Authorization, and with CloudFront's mark. Whatever else comes there is refused, and
// no answer from there runs as a page.
type edge struct {
	prefixes []string // of paths, as "/uploads/"
	proxy    *httputil.ReverseProxy
	rest     http.Handler
}

// withEdge puts the edge before the rest; it is the rest where there is none.
func withEdge(c upload.Config, s3 string, log *slog.Logger, rest http.Handler) (http.Handler, error) {
	if c.Site == "" || c.EdgeUse() == upload.EdgeOff {
		return rest, nil
	}
	to, err := url.Parse(s3)
	if err != nil {
		return nil, err
	}
	_, host, _ := strings.Cut(c.EdgeEndpoint, "://")
	host = c.Bucket + "." + host
	var prefixes []string
	for _, prefix := range c.Prefixes() {
		prefixes = append(prefixes, "/"+prefix)
	}
	return &edge{
		prefixes: prefixes,
		rest:     rest,
		proxy: &httputil.ReverseProxy{
			Rewrite:   func(p *httputil.ProxyRequest) { toBucket(p, to.Host, host) },
			Transport: &http.Transport{MaxIdleConnsPerHost: 128, DisableCompression: true},
			ErrorLog:  slog.NewLogLogger(log.Handler(), slog.LevelDebug),
			ModifyResponse: func(r *http.Response) error {
				inert(r.Header)
				return nil
			},
		},
	}, nil
}

// toBucket leaves of a request what CloudFront does, with the path and the query as
// they came: they are signed.
func toBucket(p *httputil.ProxyRequest, address, host string) {
	p.Out.URL.Scheme, p.Out.URL.Host, p.Out.Host = "http", address, host
	p.Out.URL.RawQuery = p.In.URL.RawQuery
	p.Out.Header.Del("Cookie")
	p.Out.Header.Del("Authorization")
	p.Out.Header.Set("X-Amz-Cf-Id", rand.Text()+rand.Text()+"==")
}

// ServeHTTP implements http.Handler.
func (e *edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !e.covers(r.URL.Path) {
		e.rest.ServeHTTP(w, r)
		return
	}
	if r.Method != http.MethodPut {
		inert(w.Header())
		w.Header().Set("Allow", http.MethodPut)
		http.Error(w, "only what is signed is put here", http.StatusMethodNotAllowed)
		return
	}
	// S3 may refuse before the body's end: its answer goes on at once, and the
	// connection is not closed under a browser that still sends.
	_ = http.NewResponseController(w).EnableFullDuplex() // HTTP/2 does so anyway
	e.proxy.ServeHTTP(w, r)
}

func (e *edge) covers(path string) bool {
	for _, prefix := range e.prefixes {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// inert keeps an answer from ever being a page of the site's origin.
func inert(h http.Header) {
	for name, value := range hosting.EdgeHeaders() {
		h.Set(name, value)
	}
}
