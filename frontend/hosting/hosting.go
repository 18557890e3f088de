// Package hosting is what whoever serves the site has to give it: the
// config.json that it reads at its start, and its content security policy. The
// stack and the local cloud share it, so that the page runs under the same
// rules in both.
package hosting

import (
	"slices"
	"strings"

	"signet/lambda/upload"
)

// SignIn says where the site signs in.
type SignIn struct {
	Issuer   string // of OpenID Connect; its discovery document lies below it
	ClientID string
	Scope    string // separated by spaces; openid is among them
	// Logout is Cognito's /logout address, for issuers whose discovery names no
	// end_session_endpoint. Empty: discovery has one.
	Logout string
}

// Settings is the site's config.json, as frontend/src/config.ts reads it.
func Settings(c upload.Config, s SignIn) map[string]any {
	auth := map[string]any{"issuer": s.Issuer, "clientId": s.ClientID, "scope": s.Scope}
	if s.Logout != "" {
		auth["logout"] = s.Logout
	}
	settings := map[string]any{
		"name":          c.Name,
		"api":           "/api",
		"auth":          auth,
		"maxObjectSize": int64(c.MaxObjectSize),
		"maxFiles":      c.MaxFiles,
		"allowedTypes":  c.AllowedTypes,
	}
	if c.Passes {
		settings["passes"] = true
	}
	if c.Brand != nil {
		settings["brand"] = c.Brand
	}
	if len(c.Spaces) > 0 {
		settings["spaces"] = true
	}
	if c.Counts() {
		settings["quota"] = true
	}
	return settings
}

// GuestPath is where guests find their page, whose token stands behind #, and GuestFile
// the site's file that it is.
const (
	GuestPath = "/p"
	GuestFile = "/p.html"
)

// ContentSecurityPolicy allows the site its own files; from the storage, S3's
// origins, connections, pictures, sound, film, and frames, in which a PDF is shown
// and a download begins; and connections to the other origins given, such as the
// issuer's; and the picture of the brand. Nothing inline, no other site's frame.
func ContentSecurityPolicy(c upload.Config, storage []string, connect ...string) string {
	images := []string{"'self'", "blob:", "data:"}
	if c.Brand != nil && c.Brand.LogoOrigin() != "" {
		images = append(images, c.Brand.LogoOrigin())
	}
	list := func(sources ...[]string) string { return strings.Join(slices.Concat(sources...), " ") }
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "font-src 'self'",
		"img-src " + list(images, storage), "media-src " + list([]string{"blob:"}, storage), "frame-src " + list(storage),
		"worker-src 'self'", "manifest-src 'self'", "connect-src " + list([]string{"'self'"}, storage, connect),
		"base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
	}, "; ")
}
