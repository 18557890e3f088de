// Package session is who a person is to a deployment: which one, by what token,
// and how the token is renewed. It is kept in a file for that person alone.
package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"signet/cmd/signet/internal/wait"
)

// The environment variables that take the place of the file: for scripts.
const (
	EnvAPI   = "SIGNET_API"
	EnvToken = "SIGNET_TOKEN"
)

// early is how long before its end a token is renewed.
const early = time.Minute

// Session is a signed-in person's. Its methods may be called from several
// goroutines at once.
type Session struct {
	API      string `json:"api"` // such as https://example.com/api
	ClientID string `json:"clientId,omitempty"`
	TokenURL string `json:"tokenUrl,omitempty"`
	// RevokeURL ends refresh tokens (RFC 7009). Empty: the provider offers none.
	RevokeURL string `json:"revokeUrl,omitempty"`
	// MaxFiles is the deployment's limit on files in one presign call; 0: unknown.
	MaxFiles int       `json:"maxFiles,omitempty"`
	Access   string    `json:"accessToken"`
	Refresh  string    `json:"refreshToken,omitempty"`
	Expires  time.Time `json:"expires"` // zero: unknown

	path string // empty: of the environment
	mu   sync.Mutex
}

// ErrNone says that nobody has signed in.
var ErrNone = errors.New("got no session: run signet login URL with the site's address, or set " + EnvAPI + " and " + EnvToken)

// path is where the session is kept.
func path() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "signet", "session.json"), nil
}

// Load gives the session of the environment, or the one that was kept.
func Load(getenv func(string) string) (*Session, error) {
	site, token := getenv(EnvAPI), getenv(EnvToken)
	if site != "" && token != "" {
		if err := Trusted(EnvAPI, site, getenv(EnvPlain) == "1"); err != nil {
			return nil, err
		}
		return &Session{API: strings.TrimRight(site, "/"), Access: token}, nil
	}
	if site != "" || token != "" {
		return nil, fmt.Errorf("got one of %s and %s, want both or none: set the other", EnvAPI, EnvToken)
	}
	p, err := path()
	if err != nil {
		return nil, err
	}
	s, err := read(p)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	return s, err
}

func read(p string) (*Session, error) {
	data, err := os.ReadFile(p)
	if err != nil {
		return nil, err
	}
	s := &Session{path: p}
	if json.Unmarshal(data, s) != nil || s.API == "" || s.Access == "" {
		return nil, fmt.Errorf("got %s that cannot be read: run signet login again", p)
	}
	return s, nil
}

// Save keeps the session, for the user alone: a new file takes the old one's
// place, so that no half of one is ever read.
func (s *Session) Save() error {
	if s.path == "" {
		p, err := path()
		if err != nil {
			return err
		}
		s.path = p
	}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return replace(s.path, data)
}

// replace writes a file for the user alone.
func replace(at string, data []byte) error {
	dir := filepath.Dir(at)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, "session-*") // with mode 0600
	if err != nil {
		return err
	}
	_, err = file.Write(append(data, '\n'))
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), at)
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return err
}

// End signs out: the kept session is forgotten, and the provider told to renew it no
// more. That there is none is as well. An access token that somebody has copied holds
// until its end, within the hour.
func End(ctx context.Context) error {
	p, err := path()
	if err != nil {
		return err
	}
	kept, _ := read(p) // one that cannot be read is forgotten all the same
	if err := os.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if kept == nil || kept.Refresh == "" || kept.RevokeURL == "" {
		return nil
	}
	if err := kept.revoke(ctx); err != nil {
		return fmt.Errorf("the session is forgotten here, but %w: it ends there by itself", err)
	}
	return nil
}

// revokeLimit is how long a provider may take to end a session.
const revokeLimit = 10 * time.Second

func (s *Session) revoke(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, revokeLimit)
	defer cancel()
	form := url.Values{"token": {s.Refresh}, "token_type_hint": {"refresh_token"}, "client_id": {s.ClientID}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.RevokeURL, strings.NewReader(form.Encode()))
	if err != nil {
		return errors.New("the provider has no address that ends it")
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := (&http.Client{CheckRedirect: stay}).Do(r)
	if err != nil {
		return errors.New("the provider cannot be reached")
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the provider answered %d and may not have ended it", answer.StatusCode)
	}
	return nil
}

// stay follows no redirect: what is sent is for one address alone.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Token gives a token that holds, renewed if need be.
func (s *Session) Token(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.Expires.IsZero() && time.Until(s.Expires) < early {
		if err := s.renew(ctx); err != nil {
			return "", err
		}
	}
	return s.Access, nil
}

// renew gets a new token by refresh token. Another process may have done so with
// the same one, which works only once: then its session is taken over.
func (s *Session) renew(ctx context.Context) error {
	if s.path != "" {
		if kept, err := read(s.path); err == nil && kept.API == s.API && kept.Access != s.Access {
			s.Access, s.Refresh, s.Expires = kept.Access, kept.Refresh, kept.Expires
			if time.Until(s.Expires) > early {
				return nil
			}
		}
	}
	if s.Refresh == "" {
		return errors.New("got a session that has ended: run signet login again")
	}
	config := oauth2.Config{ClientID: s.ClientID, Endpoint: oauth2.Endpoint{TokenURL: s.TokenURL, AuthStyle: oauth2.AuthStyleInParams}}
	token, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: s.Refresh}).Token()
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); err != nil && (!ok || refused.Response.StatusCode >= http.StatusInternalServerError) {
		// It may pass: whoever calls tries again.
		return &url.Error{Op: "Post", URL: s.TokenURL, Err: fmt.Errorf("the session's provider gave no token: %s", plain(err))}
	}
	if err != nil {
		return fmt.Errorf("got a session that cannot be renewed (%s): run signet login again", plain(err))
	}
	s.take(token)
	return s.Save()
}

func (s *Session) take(t *oauth2.Token) {
	s.Access, s.Expires = t.AccessToken, t.Expiry
	if t.RefreshToken != "" {
		s.Refresh = t.RefreshToken
	}
}

// plain is an error of the token endpoint without what was sent to it.
func plain(err error) string {
	if e, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		if e.ErrorCode != "" {
			return e.ErrorCode
		}
		return fmt.Sprint("status ", e.Response.StatusCode)
	}
	return "the provider cannot be reached"
}

// callLimit is how long a call may take. API Gateway answers within 30 s; off AWS
// the completion of a large upload takes as long as its bytes are copied, and to
// ask again meanwhile would only begin another copy.
const callLimit = 15 * time.Minute

// HTTP is a client for the API that renews the token when the API does not take
// it, once for a request.
func (s *Session) HTTP() *http.Client {
	line := http.DefaultTransport.(*http.Transport).Clone()
	line.MaxIdleConnsPerHost = callsAtOnce
	return &http.Client{Transport: patient{renewing{s, line}, wait.For}, Timeout: callLimit, CheckRedirect: stay}
}

// callsAtOnce is how many connections to a service without HTTP/2 are kept for the next
// calls.
const callsAtOnce = 64

type renewing struct {
	session *Session
	next    http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t renewing) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := t.next.RoundTrip(r)
	used := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if err != nil || used == "" || answer.StatusCode != http.StatusUnauthorized || r.GetBody == nil || !t.session.renewed(r.Context(), used) {
		return answer, err
	}
	answer.Body.Close()
	again := r.Clone(r.Context())
	if again.Body, err = r.GetBody(); err != nil {
		return nil, err
	}
	token, err := t.session.Token(r.Context())
	if err != nil {
		return nil, err
	}
	again.Header.Set("Authorization", "Bearer "+token)
	return t.next.RoundTrip(again)
}

// renewed says whether there is now another token than the one that was refused.
func (s *Session) renewed(ctx context.Context, used string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Access != used || s.renew(ctx) == nil
}
