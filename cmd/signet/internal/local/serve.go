package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/internal/issuer"
	"signet/cmd/signet/internal/reference"
	"signet/lambda/upload"
)

func (c *Cloud) serve(o Options, listener net.Listener) error {
	if o.TLS {
		made, file, err := certificate(o.Dir)
		if err != nil {
			return err
		}
		c.certificate, c.Certificate = &made, file
	}
	sites := origins(o)
	c.Site, c.API = sites[0], sites[0]+"/api"
	id, err := issuer.New(issuer.Config{
		URL: c.Site + "/oidc", Dir: filepath.Join(o.Dir, "issuer"),
		RedirectURIs: withSlash(sites), PostLogoutRedirectURIs: withSlash(sites), AccessLife: o.TokenLife, Pages: ownPage,
		Users: withPeople(o.People), GroupsClaim: o.Config.Auth.Groups(),
	})
	if err != nil {
		return err
	}
	if err := c.mint(id, o); err != nil {
		return err
	}
	if c.Public, err = c.servePublic(o); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	c.stopSweep = stop
	c.sweep(ctx, o)
	c.resolve(&o, sites)
	s3 := cmp.Or(o.Endpoint, c.S3)
	site, err := newSite(o.Config, s3, id.URL())
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", site)
	mux.Handle("/oidc/", id)
	mux.Handle(Reference, http.StripPrefix(strings.TrimSuffix(Reference, "/"), reference.Handler(s3)))
	rest, err := withEdge(o.Config, c.faulty.way(c.S3), o.Log, mux)
	if err != nil {
		return err
	}
	all := behaviors(c.faulty.before(newFront(o, id.URL(), c)), rest)
	if err := c.serveControl(o, id); err != nil {
		return err
	}
	c.S3 = c.faulty.way(c.S3)
	c.listen(o, onlyHosts(sites, all), listener)
	return nil
}

// resolve tells the configuration what only a deployment knows: this one.
func (c *Cloud) resolve(o *Options, sites []string) {
	o.Config.Resolved = c.resolved
	o.Config.Public = c.Public
	c.Backend = backendKeys(&o.Config)
	if c.gateway != nil && (o.Config.EdgeUse() != upload.EdgeOff || o.Config.Passes) {
		o.Config.Site = cmp.Or(o.SiteEndpoint, c.Site)
		o.Config.EdgeEndpoint = strings.Replace(c.S3, "//127.0.0.1", "//"+gateway.VirtualDomain, 1)
	}
	if o.Config.DualStack && o.Config.Store == nil {
		o.Config.SecondEndpoint = secondName(o.Config.Endpoint)
	}
	o.Config.Origins = slices.Concat(o.Config.Origins, sites)
}

// listen answers until the cloud is closed.
func (c *Cloud) listen(o Options, handler http.Handler, listener net.Listener) {
	c.server = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelWarn)}
	serve := c.server.Serve
	if c.certificate != nil {
		encrypt(c.server, *c.certificate)
		serve = func(l net.Listener) error { return c.server.ServeTLS(l, "", "") }
	}
	go func() {
		if err := serve(listener); !errors.Is(err, http.ErrServerClosed) {
			c.failed <- err
		}
	}()
}

// secondName plays the dual-stack host: to a browser it is another host, with six
// connections of its own.
func secondName(endpoint string) string {
	return strings.Replace(endpoint, "//127.0.0.1", "//localhost", 1)
}

// behaviors plays CloudFront's: the API's paths go to API Gateway as they are,
// where a ServeMux would answer two slashes in a row with a redirect.
func behaviors(api, rest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			api.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	})
}

// onlyHosts answers requests under the sites' own names alone. A page elsewhere
// whose name suddenly leads to this machine would else be of the same origin
// (DNS rebinding), and signing in takes no password here.
func onlyHosts(sites []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(sites, "http://"+r.Host) && !slices.Contains(sites, "https://"+r.Host) {
			http.Error(w, "this server is "+sites[0], http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func withSlash(sites []string) []string {
	out := make([]string, len(sites))
	for i, s := range sites {
		out[i] = s + "/"
	}
	return out
}

// Wait returns when ctx ends, with nil, or when a part of the cloud fails.
func (c *Cloud) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-c.failed:
		return err
	case <-c.ended():
		return fmt.Errorf("the S3 gateway ended: %w", c.gateway.Wait())
	}
}

// Close stops everything within two seconds: requests in flight get half of
// one to end.
func (c *Cloud) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	c.stopSweep()
	if c.public != nil {
		c.public.Close()
	}
	if err := c.server.Shutdown(ctx); err != nil {
		c.server.Close()
	}
	c.faulty.close()
	return c.closeS3()
}
