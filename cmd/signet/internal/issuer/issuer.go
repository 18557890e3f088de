// Package issuer is an OpenID Connect provider for this machine, standing in
// for Cognito: two users without passwords, one public client, authorization
// code with PKCE, refresh tokens that rotate and can be revoked,
// sign-out.
//
// It is written over go-jose and no provider library. github.com/zitadel/oidc's
// op asks for some thirty storage and client methods before it serves anything,
// more code than all of this, and then offers more than is wanted here: answers
// to any origin with credentials, a plain PKCE method, any port for every
// loopback redirect, introspection and token exchange. Its device
// authorization is what is given up; a command line signs in by a loopback
// redirect instead (RFC 8252).
package issuer

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// LoopbackPath is the path of a command line's redirect URI. Whatever the port,
// http://127.0.0.1/callback and http://[::1]/callback are registered
// (RFC 8252, section 7.3).
const LoopbackPath = "/callback"

// RelayPath is the path of the redirect URI of signet serve's page, registered in
// the same way: with that server on this machine, the page can be tried here.
const RelayPath = "/relay/callback"

const (
	codeLife  = time.Minute
	scopeOpen = "openid"
)

// Config is what a provider is called and whom it knows.
type Config struct {
	// URL is the issuer, http://127.0.0.1:port/path, without a slash at its end.
	// Required.
	URL string
	// Dir keeps the signing key and the refresh tokens, in files for the user
	// alone. It is made when absent. Required.
	Dir string
	// ClientID is the one public client. Empty: signet.
	ClientID string
	// Audience is whom access tokens are for. Empty: signet.
	Audience string
	// RedirectURIs are where a browser may be sent after signing in, besides
	// LoopbackPath: exactly these.
	RedirectURIs []string
	// Pages tells of an origin whether its pages, wherever they lie, may have people
	// sign in, call this provider and be come back to. nil: no other than RedirectURIs.
	Pages func(origin string) bool
	// PostLogoutRedirectURIs are where it may be sent after signing out. nil:
	// RedirectURIs.
	PostLogoutRedirectURIs []string
	// Users may sign in. nil: alice and bob.
	Users []User
	// GroupsClaim is the claim of access and ID tokens that has the user's groups. Empty:
	// cognito:groups, as with Cognito.
	GroupsClaim string
	// AccessLife is how long access and ID tokens are valid. 0: 1 h.
	AccessLife time.Duration
	// RefreshLife is how long a refresh token is valid after its last use. 0: 30
	// days, as with Cognito.
	RefreshLife time.Duration
	// Now dates tokens. nil: time.Now.
	Now func() time.Time
}

// User is somebody who can sign in, by a click.
type User struct {
	Subject string // sub of the tokens; unique
	Name    string
	Email   string
	Groups  []string // that the user is in
}

// ReadyUsers are those that there are when nobody says others.
func ReadyUsers() []User {
	return []User{
		{Subject: "alice", Name: "Alice", Email: "alice@example.com", Groups: []string{"design", "admins"}},
		{Subject: "bob", Name: "Bob", Email: "bob@example.com", Groups: []string{"design"}},
	}
}

// Issuer is the provider. It is an http.Handler for all paths under that of its
// URL, which it expects in full: mount it without stripping the prefix.
type Issuer struct {
	config  Config
	path    string // of URL
	key     *signingKey
	codes   *codes
	refresh *refreshTokens
	matcher language.Matcher
	mux     *http.ServeMux
}

// New opens the provider that c.Dir holds, or makes one. It fails when the
// configuration is not complete or a file cannot be read or written.
func New(c Config) (*Issuer, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme == "" || u.Host == "" || strings.HasSuffix(c.URL, "/") || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("issuer: got URL %q, want scheme://host:port/path without a slash at its end", c.URL)
	}
	if c.Dir == "" {
		return nil, errors.New("issuer: got no Dir, want one: set it")
	}
	c.defaults()
	key, err := loadKey(c.Dir)
	if err != nil {
		return nil, err
	}
	refresh, err := loadRefreshTokens(c.Dir, c.Now)
	if err != nil {
		return nil, err
	}
	i := &Issuer{
		config: c, path: u.Path, key: key, refresh: refresh, codes: newCodes(c.Now),
		matcher: language.NewMatcher(languages()), mux: http.NewServeMux(),
	}
	own := http.NewCrossOriginProtection()
	for pattern, handler := range map[string]http.Handler{
		"GET /.well-known/openid-configuration": http.HandlerFunc(i.metadata),
		"GET /keys":                             http.HandlerFunc(i.keys),
		"GET /authorize":                        http.HandlerFunc(i.authorize),
		"POST /authorize":                       own.Handler(http.HandlerFunc(i.choose)),
		"POST /token":                           http.HandlerFunc(i.token),
		"POST /revoke":                          http.HandlerFunc(i.revoke),
		"GET /userinfo":                         http.HandlerFunc(i.userinfo),
		"POST /userinfo":                        http.HandlerFunc(i.userinfo),
		"GET /logout":                           http.HandlerFunc(i.logout),
		"POST /logout":                          http.HandlerFunc(i.logout),
	} {
		method, rest, _ := strings.Cut(pattern, " ")
		i.mux.Handle(method+" "+i.path+rest, handler)
	}
	return i, nil
}

func (c *Config) defaults() {
	if c.ClientID == "" {
		c.ClientID = "signet"
	}
	if c.Audience == "" {
		c.Audience = "signet"
	}
	if c.PostLogoutRedirectURIs == nil {
		c.PostLogoutRedirectURIs = c.RedirectURIs
	}
	if c.Users == nil {
		c.Users = ReadyUsers()
	}
	if c.GroupsClaim == "" {
		c.GroupsClaim = "cognito:groups"
	}
	if c.AccessLife == 0 {
		c.AccessLife = time.Hour
	}
	if c.RefreshLife == 0 {
		c.RefreshLife = 30 * 24 * time.Hour
	}
	if c.Now == nil {
		c.Now = time.Now
	}
}

// ServeHTTP implements http.Handler.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	if i.shared(w, r) {
		return
	}
	// Nothing here takes more than a form of a few fields.
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	i.mux.ServeHTTP(w, r)
}

// shared lets pages of other origins that are known read the answers. It tells whether
// that is all: a browser has asked for leave.
func (i *Issuer) shared(w http.ResponseWriter, r *http.Request) bool {
	h, origin := w.Header(), r.Header.Get("Origin")
	h.Add("Vary", "Origin")
	if origin == "" || i.config.Pages == nil || !i.config.Pages(origin) {
		return false
	}
	h.Set("Access-Control-Allow-Origin", origin)
	if r.Method != http.MethodOptions {
		return false
	}
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
	w.WriteHeader(http.StatusNoContent)
	return true
}

// URL is the issuer, as in the iss of its tokens.
func (i *Issuer) URL() string { return i.config.URL }

// Token mints an access token of the user whose sub it is given, valid for life
// from now. It fails for an unknown user and when life is not positive.
func (i *Issuer) Token(subject string, life time.Duration) (string, error) {
	u, ok := i.user(subject)
	if !ok {
		return "", fmt.Errorf("got user %q, want one of %s", subject, strings.Join(i.subjects(), ", "))
	}
	if life <= 0 {
		return "", fmt.Errorf("got a life of %v, want more than none", life)
	}
	return i.accessToken(u, scopeOpen, life)
}

func (i *Issuer) user(subject string) (User, bool) {
	at := slices.IndexFunc(i.config.Users, func(u User) bool { return u.Subject == subject })
	if at < 0 {
		return User{}, false
	}
	return i.config.Users[at], true
}

func (i *Issuer) subjects() []string {
	var all []string
	for _, u := range i.config.Users {
		all = append(all, u.Subject)
	}
	return all
}
