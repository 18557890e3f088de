package issuer

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// clock is a time that tests move.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// site is a provider that runs, and the application that uses it.
type site struct {
	t      *testing.T
	issuer *Issuer
	clock  *clock
	server *httptest.Server
	config oauth2.Config
	http   *http.Client // does not follow redirects
}

func newSite(t *testing.T, dir string) *site {
	t.Helper()
	s := &site{t: t, clock: &clock{at: time.Now()}}
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.issuer.ServeHTTP(w, r) }))
	t.Cleanup(s.server.Close)
	s.open(dir)
	s.http = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	s.config = oauth2.Config{
		ClientID: "signet", RedirectURL: s.server.URL + "/", Scopes: []string{"openid", "profile", "email"},
		Endpoint: oauth2.Endpoint{AuthURL: s.issuer.URL() + "/authorize", TokenURL: s.issuer.URL() + "/token", AuthStyle: oauth2.AuthStyleInParams},
	}
	return s
}

func (s *site) open(dir string) {
	s.t.Helper()
	i, err := New(Config{URL: s.server.URL + "/oidc", Dir: dir, RedirectURIs: []string{s.server.URL + "/"}, Now: s.clock.now})
	if err != nil {
		s.t.Fatal(err)
	}
	s.issuer = i
}

// do sends a request; body is the form of a POST, nil makes it a GET.
func (s *site) do(address string, form url.Values, header ...string) *http.Response {
	s.t.Helper()
	method, body := "GET", io.Reader(http.NoBody)
	if form != nil {
		method, body = "POST", strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, address, body)
	if err != nil {
		s.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for at := 0; at < len(header); at += 2 {
		r.Header.Set(header[at], header[at+1])
	}
	resp, err := s.http.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

func bodyOf(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// request is a valid authorization request with changes: a value of "-" takes a
// parameter out.
func (s *site) request(verifier string, changes map[string]string) url.Values {
	s.t.Helper()
	u, err := url.Parse(s.config.AuthCodeURL("the-state", oauth2.S256ChallengeOption(verifier), oidc.Nonce("the-nonce")))
	if err != nil {
		s.t.Fatal(err)
	}
	q := u.Query()
	for name, value := range changes {
		q.Set(name, value)
		if value == "-" {
			q.Del(name)
		}
	}
	return q
}

// choose signs in as user and returns where the browser is sent.
func (s *site) choose(q url.Values, user string) (*http.Response, url.Values) {
	s.t.Helper()
	q.Set("user", user)
	resp := s.do(s.issuer.URL()+"/authorize", q)
	to, err := url.Parse(resp.Header.Get("Location"))
	if err != nil {
		s.t.Fatal(err)
	}
	return resp, to.Query()
}

// signIn returns the tokens of user.
func (s *site) signIn(user string) *oauth2.Token {
	s.t.Helper()
	verifier := oauth2.GenerateVerifier()
	_, back := s.choose(s.request(verifier, nil), user)
	tok, err := s.config.Exchange(s.t.Context(), back.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		s.t.Fatal(err)
	}
	return tok
}

// verify checks a token as a resource server does.
func (s *site) verify(token, audience string) (*oidc.IDToken, error) {
	s.t.Helper()
	p, err := oidc.NewProvider(s.t.Context(), s.issuer.URL())
	if err != nil {
		s.t.Fatal(err)
	}
	return p.Verifier(&oidc.Config{ClientID: audience, Now: s.clock.now}).Verify(s.t.Context(), token)
}

// renew exchanges a refresh token.
func (s *site) renew(token string) (tokens, oauthError) {
	return s.post(url.Values{"grant_type": {"refresh_token"}, "client_id": {"signet"}, "refresh_token": {token}})
}

func (s *site) post(form url.Values, header ...string) (t tokens, e oauthError) {
	s.t.Helper()
	resp := s.do(s.issuer.URL()+"/token", form, header...)
	body := bodyOf(s.t, resp)
	if json.Unmarshal([]byte(body), &t) != nil || json.Unmarshal([]byte(body), &e) != nil {
		s.t.Fatalf("got %s %q, want JSON", resp.Status, body)
	}
	if (resp.StatusCode == 200) != (e.Code == "") {
		s.t.Errorf("got %s with error %q", resp.Status, e.Code)
	}
	if resp.Header.Get("Cache-Control") != "no-store" {
		s.t.Errorf("got Cache-Control %q, want no-store", resp.Header.Get("Cache-Control"))
	}
	return t, e
}
