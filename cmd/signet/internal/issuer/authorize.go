package issuer

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// asked is a valid authorization request.
type asked struct {
	redirectURI string
	state       string
	nonce       string
	challenge   string // S256
	scope       string // granted
	query       url.Values
}

// oauthError is an error of RFC 6749.
type oauthError struct {
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

// authorize shows the users to choose from.
func (i *Issuer) authorize(w http.ResponseWriter, r *http.Request) {
	if a, ok := i.asked(w, r, r.URL.Query()); ok {
		i.loginPage(w, r, a)
	}
}

// choose takes the choice and sends the browser back with a code. The page holds
// the whole request, which is checked again: nothing is kept in between.
func (i *Issuer) choose(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "got a form that cannot be read", http.StatusBadRequest)
		return
	}
	a, ok := i.asked(w, r, r.PostForm)
	if !ok {
		return
	}
	if r.PostForm.Get("cancel") != "" {
		i.redirect(w, r, a, url.Values{"error": {"access_denied"}})
		return
	}
	u, ok := i.user(r.PostForm.Get("user"))
	if !ok {
		i.loginPage(w, r, a)
		return
	}
	now := i.config.Now()
	i.redirect(w, r, a, url.Values{"code": {i.codes.add(grant{
		session:     session{ID: newSecret(), Subject: u.Subject, Scope: a.scope, AuthTime: now},
		redirectURI: a.redirectURI, nonce: a.nonce, challenge: a.challenge, expires: now.Add(codeLife),
	})}})
}

// asked checks a request. When it is not ok the answer is written: a page when
// the browser cannot be sent back, else an error sent back with it.
func (i *Issuer) asked(w http.ResponseWriter, r *http.Request, q url.Values) (asked, bool) {
	a := asked{
		redirectURI: q.Get("redirect_uri"), state: q.Get("state"), nonce: q.Get("nonce"),
		challenge: q.Get("code_challenge"), scope: grantedScope(q.Get("scope")), query: q,
	}
	switch {
	case q.Get("client_id") != i.config.ClientID:
		i.messagePage(w, r, http.StatusBadRequest, unknownClient)
		return a, false
	case !i.registered(a.redirectURI):
		i.messagePage(w, r, http.StatusBadRequest, unknownRedirect)
		return a, false
	}
	if e := a.fault(); e.Code != "" {
		i.redirect(w, r, a, url.Values{"error": {e.Code}, "error_description": {e.Description}})
		return a, false
	}
	return a, true
}

func (a asked) fault() oauthError {
	q := a.query
	switch {
	case q.Get("response_type") != "code":
		return oauthError{"unsupported_response_type", "got another response_type, want code"}
	case q.Get("response_mode") != "" && q.Get("response_mode") != "query":
		return oauthError{"invalid_request", "got another response_mode, want query"}
	case a.scope == "":
		return oauthError{"invalid_scope", "got no scope openid, want it"}
	case q.Get("code_challenge_method") != "S256" || !validChallenge(a.challenge):
		return oauthError{"invalid_request", "got no valid code_challenge, want one with the method S256 (RFC 7636)"}
	case q.Has("request") || q.Has("request_uri"):
		return oauthError{"request_not_supported", "got a request object, want parameters"}
	case slices.Contains(strings.Fields(q.Get("prompt")), "none"):
		return oauthError{"login_required", "got prompt none, but a user is chosen each time"}
	}
	return oauthError{}
}

// grantedScope drops scopes that mean nothing here. It is empty without openid.
func grantedScope(scope string) string {
	known := []string{scopeOpen, "profile", "email", "offline_access"}
	scopes := slices.DeleteFunc(strings.Fields(scope), func(s string) bool { return !slices.Contains(known, s) })
	if !slices.Contains(scopes, scopeOpen) {
		return ""
	}
	return strings.Join(scopes, " ")
}

// validChallenge tells whether c can be a SHA-256 sum.
func validChallenge(c string) bool {
	sum, err := base64.RawURLEncoding.Strict().DecodeString(c)
	return err == nil && len(sum) == 32
}

// registered tells whether a browser may be sent to uri with a code.
func (i *Issuer) registered(uri string) bool {
	if slices.Contains(i.config.RedirectURIs, uri) {
		return true
	}
	u, err := url.Parse(uri)
	if err != nil || u.Port() == "" {
		return false
	}
	if i.config.Pages != nil && u.User == nil && u.Fragment == "" && i.config.Pages(u.Scheme+"://"+u.Host) {
		return true
	}
	// What the parts do not say, such as a user or a fragment, must not be there.
	return u.Port() != "0" && slices.Contains([]string{
		"http://127.0.0.1:" + u.Port() + LoopbackPath,
		"http://[::1]:" + u.Port() + LoopbackPath,
		"http://127.0.0.1:" + u.Port() + RelayPath,
	}, uri)
}

// redirect sends the browser back to who asked, with the issuer's name (RFC 9207).
func (i *Issuer) redirect(w http.ResponseWriter, r *http.Request, a asked, answer url.Values) {
	u, err := url.Parse(a.redirectURI)
	if err != nil { // of the configuration
		i.messagePage(w, r, http.StatusBadRequest, unknownRedirect)
		return
	}
	q := u.Query()
	for name, values := range answer {
		q[name] = values
	}
	if a.state != "" {
		q.Set("state", a.state)
	}
	q.Set("iss", i.config.URL)
	u.RawQuery = q.Encode()
	http.Redirect(w, r, u.String(), http.StatusSeeOther)
}
