// Package hosting is what whoever serves the site has to give it: the
// config.json that it reads at its start, and its content security policy. The
// stack and the local cloud share it, so that the page runs under the same
// rules in both.
package hosting

import (
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
	return map[string]any{
		"name":          c.Name,
		"api":           "/api",
		"auth":          auth,
		"maxObjectSize": int64(c.MaxObjectSize),
		"maxFiles":      c.MaxFiles,
		"allowedTypes":  c.AllowedTypes,
	}
}

// ContentSecurityPolicy allows the site its own files, and connections to
// itself and to the origins given: S3's and the issuer's. Nothing inline, no
// other site's frame.
func ContentSecurityPolicy(connect ...string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "font-src 'self'",
		"worker-src 'self'", "manifest-src 'self'", "connect-src " + strings.Join(append([]string{"'self'"}, connect...), " "),
		"base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
	}, "; ")
}
