package issuer

import "net/http"

// revoke ends the session of a refresh token (RFC 7009), with all that came of it. A
// token that nobody knows is as good as revoked. Access tokens are not kept, and so
// cannot be: they end within AccessLife, as Cognito's do
// (https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html).
func (i *Issuer) revoke(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		writeJSON(w, http.StatusBadRequest, oauthError{"invalid_request", "got a form that cannot be read"})
		return
	}
	token := r.PostForm.Get("token")
	switch {
	case clientID(r) != i.config.ClientID:
		writeJSON(w, http.StatusUnauthorized, oauthError{"invalid_client", "got another client_id, want " + i.config.ClientID})
		return
	case token == "":
		writeJSON(w, http.StatusBadRequest, oauthError{"invalid_request", "got no token"})
		return
	}
	if _, err := i.checkAccess(token); err == nil {
		writeJSON(w, http.StatusBadRequest, oauthError{"unsupported_token_type", "got an access token, want a refresh token: it ends by itself"})
		return
	}
	if err := i.refresh.revoke(token); err != nil {
		writeFailure(w)
		return
	}
	w.WriteHeader(http.StatusOK)
}
