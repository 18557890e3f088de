package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Cognito compares callback addresses exactly and takes plain http for localhost
// alone: this is the one that the stack registers (infra/uploads/auth.go).
const cognitoCallback = "http://localhost:8976/callback"

// loginLimit is how long a person may take to sign in.
const loginLimit = 5 * time.Minute

// Login is how to sign in.
type Login struct {
	// Site is the site's address, https://host; config.json lies below it.
	Site string
	// Callback is where the browser comes back to, http://localhost:PORT/PATH.
	// Empty: what the provider registers, any free port where it takes any.
	Callback string
	// Show gets the address to open in a browser, who signs the person in, and the site
	// that the token goes to. fresh says that the two were not met together before. Its
	// error ends it.
	Show func(address, issuer, site string, fresh bool) error
	// Plain lets http go to other machines.
	Plain bool
}

// siteConfig is what config.json says (frontend/src/config.ts).
type siteConfig struct {
	API      string
	MaxFiles int
	Auth     struct{ Issuer, ClientID, Scope string }
}

// Run signs in by authorization code with PKCE over a loopback redirect (RFC
// 8252) and gives the session, which is not kept yet.
func (l Login) Run(ctx context.Context) (*Session, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, loginLimit, errors.New("nobody signed in within five minutes: run signet login again"))
	defer cancel()
	site, err := l.site()
	if err != nil {
		return nil, err
	}
	config, err := readConfig(ctx, site)
	if err != nil {
		return nil, err
	}
	if err := Trusted("issuer", config.Auth.Issuer, l.Plain); err != nil {
		return nil, err
	}
	ctx = oidc.ClientContext(ctx, &http.Client{Transport: brief{}})
	provider, err := oidc.NewProvider(ctx, config.Auth.Issuer)
	if err != nil {
		return nil, fmt.Errorf("got no answer of the sign-in provider %s (%w): see that it can be reached", config.Auth.Issuer, err)
	}
	listener, callback, err := l.listen(config.Auth.Issuer)
	if err != nil {
		return nil, err
	}
	defer listener.Close()
	client := oauth2.Config{ClientID: config.Auth.ClientID, Endpoint: provider.Endpoint(), RedirectURL: callback, Scopes: strings.Fields(config.Auth.Scope)}
	client.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	verifier, state := oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	revoke, err := l.endpoints(provider)
	if err != nil {
		return nil, err
	}
	met := pair{site, config.Auth.Issuer}
	if err := l.Show(client.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier)), met.Issuer, met.Site, !met.known()); err != nil {
		return nil, err
	}
	code, err := receive(ctx, listener, callback, state)
	if err != nil {
		return nil, err
	}
	token, err := client.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return nil, fmt.Errorf("got no token from the provider (%s): run signet login again", plain(err))
	}
	s := &Session{API: site + config.API, ClientID: client.ClientID, TokenURL: client.Endpoint.TokenURL, RevokeURL: revoke, MaxFiles: config.MaxFiles}
	s.take(token)
	return s, met.remember()
}

// brief cuts answers that are longer than a provider's are.
type brief struct{}

// RoundTrip implements http.RoundTripper.
func (brief) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, 1<<20), answer.Body}
	}
	return answer, err
}

// endpoints looks at the addresses that the provider names, one of which a browser is
// going to open, and gives the one that ends sessions.
func (l Login) endpoints(provider *oidc.Provider) (revoke string, err error) {
	var more struct {
		Revoke string `json:"revocation_endpoint"`
	}
	if err := provider.Claims(&more); err != nil {
		return "", fmt.Errorf("got a sign-in provider whose description cannot be read: %w", err)
	}
	for what, address := range map[string]string{
		"authorization_endpoint": provider.Endpoint().AuthURL, "token_endpoint": provider.Endpoint().TokenURL, "revocation_endpoint": more.Revoke,
	} {
		if address == "" && what == "revocation_endpoint" {
			continue
		}
		if err := Trusted(what, address, l.Plain); err != nil {
			return "", err
		}
	}
	return more.Revoke, nil
}

// site reads the address: with the API's path at its end it is the site's too.
func (l Login) site() (string, error) {
	if err := Trusted("site", l.Site, l.Plain); err != nil {
		return "", err
	}
	u, err := url.Parse(l.Site)
	if err != nil {
		return "", err
	}
	return u.Scheme + "://" + u.Host, nil
}

func readConfig(ctx context.Context, site string) (c siteConfig, err error) {
	bad := func(err error) (siteConfig, error) {
		return c, fmt.Errorf("got no config.json of Signet at %s (%w): give the site's address", site, err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, site+"/config.json", nil)
	if err != nil {
		return bad(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return bad(errors.Unwrap(err))
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return bad(fmt.Errorf("status %d", answer.StatusCode))
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, 1<<20)).Decode(&c); err != nil {
		return bad(errors.New("it is no JSON"))
	}
	if c.Auth.Issuer == "" || c.Auth.ClientID == "" || !strings.HasPrefix(c.API, "/") {
		return bad(errors.New("it lacks api or auth"))
	}
	return c, nil
}

func (l Login) listen(issuer string) (net.Listener, string, error) {
	callback := l.Callback
	if u, err := url.Parse(issuer); callback == "" && err == nil && strings.HasSuffix(u.Hostname(), ".amazonaws.com") {
		callback = cognitoCallback
	}
	if callback == "" {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, "", err
		}
		return listener, "http://" + listener.Addr().String() + "/callback", nil
	}
	u, err := url.Parse(callback)
	if err != nil || u.Scheme != "http" || u.Port() == "" || u.Hostname() != "localhost" && !net.ParseIP(u.Hostname()).IsLoopback() {
		return nil, "", fmt.Errorf("got callback %q, want http://localhost:PORT/PATH as the provider registers it: correct --callback", callback)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", u.Port()))
	if err != nil {
		return nil, "", fmt.Errorf("got port %s, which another program uses: end that, or give another --callback that the provider registers", u.Port())
	}
	return listener, callback, nil
}

// receive waits for the browser to come back with a code.
func receive(ctx context.Context, listener net.Listener, callback, state string) (string, error) {
	u, err := url.Parse(callback)
	if err != nil {
		return "", err
	}
	type answer struct {
		code string
		err  error
	}
	answers := make(chan answer, 1)
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		// Whatever else asks, a page that guesses the port among it, has not the state.
		if r.URL.Path != u.Path || query.Get("state") != state {
			http.NotFound(w, r)
			return
		}
		a, text := answer{code: query.Get("code")}, "You are signed in. You may close this page."
		if reason := query.Get("error"); reason != "" || a.code == "" {
			a.err, text = fmt.Errorf("got %q from the provider, want a code: run signet login again", reason), "Signing in has failed. You may close this page."
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, text)
		select {
		case answers <- a:
		default: // a second one of the same browser
		}
	})}
	go server.Serve(listener)
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = server.Shutdown(closing) // the page has been sent by then, or nobody reads it
	}()
	select {
	case a := <-answers:
		return a.code, a.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}
