package issuer

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// metadata answers discovery (OpenID Connect Discovery 1.0).
func (i *Issuer) metadata(w http.ResponseWriter, _ *http.Request) {
	base := i.config.URL
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                                         base,
		"authorization_endpoint":                         base + "/authorize",
		"token_endpoint":                                 base + "/token",
		"revocation_endpoint":                            base + "/revoke",
		"userinfo_endpoint":                              base + "/userinfo",
		"end_session_endpoint":                           base + "/logout",
		"jwks_uri":                                       base + "/keys",
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query"},
		"grant_types_supported":                          []string{"authorization_code", "refresh_token"},
		"subject_types_supported":                        []string{"public"},
		"id_token_signing_alg_values_supported":          []string{"RS256"},
		"token_endpoint_auth_methods_supported":          []string{"none"},
		"revocation_endpoint_auth_methods_supported":     []string{"none"},
		"code_challenge_methods_supported":               []string{"S256"},
		"scopes_supported":                               []string{scopeOpen, "profile", "email", "offline_access"},
		"claims_supported":                               []string{"sub", "name", "preferred_username", "email", "email_verified", "auth_time", "sid"},
		"ui_locales_supported":                           []string{"en", "ko"},
		"authorization_response_iss_parameter_supported": true,
		"request_parameter_supported":                    false,
		"request_uri_parameter_supported":                false,
	})
}

// keys answers with the public key.
func (i *Issuer) keys(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, i.key.public())
}

// userinfo answers to a valid access token.
func (i *Issuer) userinfo(w http.ResponseWriter, r *http.Request) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	claims, err := i.checkAccess(token)
	u, ok := i.user(claims.Subject)
	if !strings.EqualFold(scheme, "Bearer") || err != nil || !ok {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		writeJSON(w, http.StatusUnauthorized, oauthError{"invalid_token", "got no valid access token: sign in again"})
		return
	}
	writeJSON(w, http.StatusOK, struct {
		Subject string `json:"sub"`
		profile
	}{u.Subject, u.profile(claims.Scope)})
}

// logout ends the session of an ID token and sends the browser where it asks to
// go, if that is registered (OpenID Connect RP-Initiated Logout 1.0).
func (i *Issuer) logout(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "got a form that cannot be read", http.StatusBadRequest)
		return
	}
	hint, err := i.checkHint(r.Form.Get("id_token_hint"))
	if err == nil {
		if err := i.refresh.end(hint.SessionID); err != nil {
			writeFailure(w)
			return
		}
	}
	to := r.Form.Get("post_logout_redirect_uri")
	known := err == nil || r.Form.Get("client_id") == i.config.ClientID
	if !known || !slices.Contains(i.config.PostLogoutRedirectURIs, to) {
		i.messagePage(w, r, http.StatusOK, signedOut)
		return
	}
	u, err := url.Parse(to)
	if err != nil { // of the configuration
		i.messagePage(w, r, http.StatusOK, signedOut)
		return
	}
	if state := r.Form.Get("state"); state != "" {
		q := u.Query()
		q.Set("state", state)
		u.RawQuery = q.Encode()
	}
	http.Redirect(w, r, u.String(), http.StatusSeeOther)
}
