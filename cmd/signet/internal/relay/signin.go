package relay

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"signet/cmd/signet/internal/token"
	"signet/lambda/api"
	"signet/lambda/upload"
)

// Cookies of the page. The prefix has browsers refuse them from anywhere but this
// very host, over HTTPS (RFC 6265bis, section 4.1.3).
const (
	sessionCookie = "__Host-signet"
	signInCookie  = "__Host-signet-sign-in"
	// signInLife is how long signing in may take.
	signInLife = 10 * time.Minute
	// sessionLife is the longest sign-in; the issuer's tokens mostly end before.
	sessionLife = 12 * time.Hour
)

// session is who signed in on the page.
type session struct {
	ID      string `json:"id"`
	Subject string `json:"subject"`
	// Groups are those of the ID token, as far as a cookie holds them.
	Groups []string `json:"groups,omitempty"`
	CSRF   string   `json:"csrf"`
}

func (s session) bearer() (upload.Bearer, error) { return upload.NewBearer(s.Subject, s.Groups...) }

// mostGroups is how many bytes of groups a cookie has room for: browsers keep 4 KiB of
// it. Who is in more is taken to be in the first of them.
const mostGroups = 2 << 10

func someGroups(all []string) []string {
	room := mostGroups
	for i, g := range all {
		if room -= len(g) + 3; room < 0 {
			return all[:i]
		}
	}
	return all
}

// proves says that a form came from a page of this sign-in.
func (s session) proves(csrf string) bool {
	return s.CSRF != "" && subtle.ConstantTimeCompare([]byte(s.CSRF), []byte(csrf)) == 1
}

// signingIn is what has to be remembered between leaving for the issuer and coming
// back.
type signingIn struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
}

// session reads the cookie. A request that another site has sent is nobody's.
func (p *page) session(r *http.Request) (s session, err error) {
	_, err = upload.NewCaller("")
	cookie, missing := r.Cookie(sessionCookie)
	if missing != nil || p.guard.Check(r) != nil || p.seal.open(cookie.Value, sessionCookie, &s) != nil || p.out.has(s.ID) {
		return session{}, err
	}
	return s, nil
}

func (p *page) oauth(ctx context.Context) (*oauth2.Config, error) {
	issuer, err := p.tokens.issuer.Metadata(ctx)
	if err != nil {
		return nil, unavailable("signing in is not possible now: try again later", err)
	}
	return &oauth2.Config{
		ClientID: p.tokens.client, RedirectURL: p.origin + CallbackPath, Scopes: []string{"openid"},
		// A public client has no password to send.
		Endpoint: oauth2.Endpoint{AuthURL: issuer.Authorization, TokenURL: issuer.Token, AuthStyle: oauth2.AuthStyleInParams},
	}, nil
}

// signIn sends the browser to the issuer: authorization code with PKCE.
func (p *page) signIn(w http.ResponseWriter, r *http.Request) {
	config, err := p.oauth(r.Context())
	if err != nil {
		p.fail(w, r, err)
		return
	}
	s := signingIn{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	// Lax: the browser comes back from the issuer's site.
	if err := p.keep(w, signInCookie, s, signInLife, http.SameSiteLaxMode); err != nil {
		p.fail(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, config.AuthCodeURL(s.State, oauth2.SetAuthURLParam("nonce", s.Nonce), oauth2.S256ChallengeOption(s.Verifier)), http.StatusSeeOther)
}

// callback makes the sign-in a session.
func (p *page) callback(w http.ResponseWriter, r *http.Request) {
	var s signingIn
	cookie, err := r.Cookie(signInCookie)
	if err == nil {
		err = p.seal.open(cookie.Value, signInCookie, &s)
	}
	q := r.URL.Query()
	if err != nil || subtle.ConstantTimeCompare([]byte(s.State), []byte(q.Get("state"))) != 1 {
		p.fail(w, r, upload.Errorf(upload.AccessDenied, "got a sign-in that was not begun here, or too long ago: sign in again"))
		return
	}
	p.drop(w, signInCookie)
	if q.Get("error") != "" {
		p.fail(w, r, upload.Errorf(upload.AccessDenied, "the issuer answered %.80q: sign in again", q.Get("error")))
		return
	}
	who, err := p.exchange(r.Context(), q.Get("code"), s)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	life := min(sessionLife, time.Until(who.Expires))
	if err := p.keep(w, sessionCookie, session{ID: rand.Text(), Subject: who.Subject, Groups: someGroups(who.List(p.tokens.groups)), CSRF: rand.Text()}, life, http.SameSiteStrictMode); err != nil {
		p.fail(w, r, err)
		return
	}
	// No redirect: the chain began on another site, and a strict cookie does not
	// travel on it. A page that goes on by itself begins a new one.
	p.show(w, r, http.StatusOK, view{Refresh: PagePath})
}

// exchange gets the ID token for a code, and verifies it.
func (p *page) exchange(ctx context.Context, code string, s signingIn) (token.Token, error) {
	config, err := p.oauth(ctx)
	if err != nil {
		return token.Token{}, err
	}
	refused := func(cause error) error {
		return &upload.Error{Code: upload.AccessDenied, Detail: "the issuer did not confirm the sign-in: sign in again", Err: cause}
	}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Timeout: 10 * time.Second})
	answer, err := config.Exchange(ctx, code, oauth2.VerifierOption(s.Verifier))
	if err != nil {
		return token.Token{}, refused(plain(err))
	}
	p.revoke(ctx, config.ClientID, answer.RefreshToken)
	raw, _ := answer.Extra("id_token").(string)
	who, err := p.tokens.ID(ctx, raw, p.tokens.client, s.Nonce)
	if err != nil {
		return token.Token{}, refused(err)
	}
	return who, nil
}

// plain is an error of the token endpoint without what was sent to it.
func plain(err error) error {
	if e, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return errors.New("the token endpoint answered " + e.ErrorCode)
	}
	return errors.New("the token endpoint did not answer")
}

func (p *page) signOut(w http.ResponseWriter, r *http.Request) {
	s, err := p.session(r)
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	if err != nil || !s.proves(r.PostFormValue(fieldCSRF)) {
		p.fail(w, r, upload.Errorf(upload.AccessDenied, "got a form that was not of this sign-in, want one of the page: open it again"))
		return
	}
	p.out.add(s.ID, time.Now())
	p.drop(w, sessionCookie)
	http.Redirect(w, r, PagePath, http.StatusSeeOther)
}

func (p *page) fail(w http.ResponseWriter, r *http.Request, err error) {
	problem, _ := api.ProblemOf(err)
	problem.Status = status(problem.Code)
	problem.Title = http.StatusText(problem.Status)
	p.problem(w, r, problem)
}

func (p *page) keep(w http.ResponseWriter, name string, v any, life time.Duration, site http.SameSite) error {
	value, err := p.seal.seal(v, name, life)
	if err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: int(life.Seconds()), Secure: true, HttpOnly: true, SameSite: site})
	return nil
}

func (p *page) drop(w http.ResponseWriter, name string) {
	http.SetCookie(w, &http.Cookie{Name: name, Path: "/", MaxAge: -1, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}
