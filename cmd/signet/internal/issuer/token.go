package issuer

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// tokens is the answer of the token endpoint.
type tokens struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int64  `json:"expires_in"` // seconds
	RefreshToken string `json:"refresh_token"`
	IDToken      string `json:"id_token"`
	Scope        string `json:"scope"`
}

// token exchanges a code or a refresh token. There is always a refresh token in
// return, asked for by offline_access or not, as with Cognito.
func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		writeJSON(w, http.StatusBadRequest, oauthError{"invalid_request", "got a form that cannot be read"})
		return
	}
	if clientID(r) != i.config.ClientID {
		writeJSON(w, http.StatusUnauthorized, oauthError{"invalid_client", "got another client_id, want " + i.config.ClientID})
		return
	}
	switch r.PostForm.Get("grant_type") {
	case "authorization_code":
		i.exchange(w, r.PostForm)
	case "refresh_token":
		i.renew(w, r.PostForm)
	default:
		writeJSON(w, http.StatusBadRequest, oauthError{"unsupported_grant_type", "want authorization_code or refresh_token"})
	}
}

// clientID is who a public client says it is, in the form or as the name of basic
// authentication with an empty password, where some libraries put it.
func clientID(r *http.Request) string {
	if name, password, ok := r.BasicAuth(); ok && password == "" {
		if id, err := url.QueryUnescape(name); err == nil {
			return id
		}
	}
	return r.PostForm.Get("client_id")
}

func (i *Issuer) exchange(w http.ResponseWriter, form url.Values) {
	g, state := i.codes.take(form.Get("code"))
	if state == spent {
		// Two hold this code; one of them should not (RFC 6749, section 4.1.2).
		if err := i.refresh.end(g.session.ID); err != nil {
			writeFailure(w)
			return
		}
	}
	switch {
	case state != fresh:
		writeJSON(w, http.StatusBadRequest, oauthError{"invalid_grant", "got a code that is unknown, used or older than " + codeLife.String() + ": sign in again"})
	case form.Get("redirect_uri") != g.redirectURI:
		writeJSON(w, http.StatusBadRequest, oauthError{"invalid_grant", "got another redirect_uri than the code was for"})
	case !verified(form.Get("code_verifier"), g.challenge):
		writeJSON(w, http.StatusBadRequest, oauthError{"invalid_grant", "got a code_verifier that does not fit the code_challenge"})
	default:
		i.issue(w, g.session, g.nonce)
	}
}

// verified compares by S256 (RFC 7636, section 4.6).
func verified(verifier, challenge string) bool {
	sum := sha256.Sum256([]byte(verifier))
	got := base64.RawURLEncoding.EncodeToString(sum[:])
	return len(verifier) >= 43 && len(verifier) <= 128 && subtle.ConstantTimeCompare([]byte(got), []byte(challenge)) == 1
}

func (i *Issuer) renew(w http.ResponseWriter, form url.Values) {
	s, ok, err := i.refresh.take(form.Get("refresh_token"))
	if err != nil {
		writeFailure(w)
		return
	}
	if !ok {
		writeJSON(w, http.StatusBadRequest, oauthError{"invalid_grant", "got a refresh token that is unknown, used or over: sign in again"})
		return
	}
	if asked := form.Get("scope"); asked != "" {
		// Less may be asked for, never more.
		if s.Scope = intersect(asked, s.Scope); s.Scope == "" {
			writeJSON(w, http.StatusBadRequest, oauthError{"invalid_scope", "got no scope that was granted"})
			return
		}
	}
	i.issue(w, s, "")
}

func intersect(asked, granted string) string {
	var both []string
	for _, s := range strings.Fields(asked) {
		if strings.Contains(" "+granted+" ", " "+s+" ") {
			both = append(both, s)
		}
	}
	return strings.Join(both, " ")
}

func (i *Issuer) issue(w http.ResponseWriter, s session, nonce string) {
	u, ok := i.user(s.Subject)
	if !ok { // a user of an earlier configuration
		writeJSON(w, http.StatusBadRequest, oauthError{"invalid_grant", "the user is no more: sign in again"})
		return
	}
	t := tokens{TokenType: "Bearer", ExpiresIn: int64(i.config.AccessLife.Seconds()), Scope: s.Scope}
	var err error
	if t.AccessToken, err = i.accessToken(u, s.Scope, i.config.AccessLife); err == nil {
		t.IDToken, err = i.idToken(u, s, nonce)
	}
	if err == nil {
		t.RefreshToken, err = i.refresh.add(s, i.config.Now().Add(i.config.RefreshLife))
	}
	if err != nil {
		writeFailure(w)
		return
	}
	writeJSON(w, http.StatusOK, t)
}

func writeFailure(w http.ResponseWriter) {
	writeJSON(w, http.StatusInternalServerError, oauthError{"server_error", "the tokens could not be kept: see that the folder can be written to"})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that is gone needs no answer
}
