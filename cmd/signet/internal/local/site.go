package local

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"signet/frontend"
	"signet/frontend/hosting"
	"signet/lambda/upload"
)

// site plays CloudFront with the site's bucket behind it: the same files, the
// same security headers, the same caching.
type site struct {
	files    http.Handler
	built    bool
	settings []byte // config.json
	policy   string // Content-Security-Policy
	guests   bool   // there is a page for them
}

func newSite(c upload.Config, s3, issuerURL string) (*site, error) {
	files, built := frontend.Site()
	settings, err := json.Marshal(hosting.Settings(c, hosting.SignIn{
		Issuer: issuerURL, ClientID: "signet", Scope: "openid profile email offline_access",
	}))
	if err != nil {
		return nil, err
	}
	from, err := url.Parse(issuerURL)
	if err != nil {
		return nil, err
	}
	storage := []string{s3}
	if c.SecondEndpoint != "" {
		storage = append(storage, c.SecondEndpoint)
	}
	return &site{
		files: http.FileServerFS(files), built: built, guests: built && c.Passes, settings: settings,
		policy: hosting.ContentSecurityPolicy(c, storage, from.Scheme+"://"+from.Host),
	}, nil
}

// ServeHTTP serves a file of the site.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", s.policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cache-Control", "no-cache")
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "the site takes GET and HEAD", http.StatusMethodNotAllowed)
	case r.URL.Path == "/config.json":
		header.Set("Content-Type", "application/json")
		w.Write(s.settings)
	case s.guests && r.URL.Path == hosting.GuestPath:
		r.URL.Path = hosting.GuestFile
		s.files.ServeHTTP(w, r)
	case !s.built:
		http.Error(w, "this binary was built without the site: run make build", http.StatusNotFound)
	default:
		if strings.HasPrefix(r.URL.Path, "/assets/") { // their names carry a hash
			header.Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		s.files.ServeHTTP(w, r)
	}
}
