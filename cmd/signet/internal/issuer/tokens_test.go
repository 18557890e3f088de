package issuer

import (
	"encoding/base64"
	"net/url"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

func TestCodeExchange(t *testing.T) {
	s := newSite(t, t.TempDir())
	verifier := oauth2.GenerateVerifier()
	for _, c := range []struct {
		name    string
		changes map[string]string
		late    time.Duration
		want    string
	}{
		{"as it should be", nil, 0, ""},
		{"in time", nil, codeLife - time.Second, ""},
		{"late", nil, codeLife, "invalid_grant"},
		{"wrong verifier", map[string]string{"code_verifier": oauth2.GenerateVerifier()}, 0, "invalid_grant"},
		{"no verifier", map[string]string{"code_verifier": ""}, 0, "invalid_grant"},
		{"another redirect", map[string]string{"redirect_uri": "http://127.0.0.1:54321/callback"}, 0, "invalid_grant"},
		{"no redirect", map[string]string{"redirect_uri": ""}, 0, "invalid_grant"},
		{"another client", map[string]string{"client_id": "other"}, 0, "invalid_client"},
		{"no client", map[string]string{"client_id": ""}, 0, "invalid_client"},
		{"unknown code", map[string]string{"code": "x"}, 0, "invalid_grant"},
		{"no code", map[string]string{"code": ""}, 0, "invalid_grant"},
		{"password", map[string]string{"grant_type": "password"}, 0, "unsupported_grant_type"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, back := s.choose(s.request(verifier, nil), "alice")
			s.clock.at = s.clock.at.Add(c.late)
			form := url.Values{"grant_type": {"authorization_code"}, "client_id": {"signet"}, "code": {back.Get("code")},
				"redirect_uri": {s.server.URL + "/"}, "code_verifier": {verifier}}
			for name, value := range c.changes {
				form.Set(name, value)
			}
			got, e := s.post(form)
			if e.Code != c.want || (got.AccessToken != "") != (c.want == "") {
				t.Errorf("got %q, want %q", e.Code, c.want)
			}
			if _, e := s.post(form); e.Code == "" {
				t.Error("got tokens at a second try, want an error")
			}
		})
	}
	t.Run("client in the header", func(t *testing.T) {
		_, back := s.choose(s.request(verifier, nil), "alice")
		form := url.Values{"grant_type": {"authorization_code"}, "code": {back.Get("code")}, "redirect_uri": {s.server.URL + "/"}, "code_verifier": {verifier}}
		basic := base64.StdEncoding.EncodeToString([]byte("signet:"))
		if _, e := s.post(form, "Authorization", "Basic "+basic); e.Code != "" {
			t.Errorf("got %q, want tokens", e.Code)
		}
	})
	t.Run("a reused code ends the session", func(t *testing.T) {
		_, back := s.choose(s.request(verifier, nil), "alice")
		form := url.Values{"grant_type": {"authorization_code"}, "client_id": {"signet"}, "code": {back.Get("code")},
			"redirect_uri": {s.server.URL + "/"}, "code_verifier": {verifier}}
		first, _ := s.post(form)
		s.post(form)
		if _, e := s.renew(first.RefreshToken); e.Code != "invalid_grant" {
			t.Errorf("got %q for the session's refresh token, want invalid_grant", e.Code)
		}
	})
}

func TestRefresh(t *testing.T) {
	s := newSite(t, t.TempDir())
	first := s.signIn("alice")
	other := s.signIn("alice") // a session of its own
	second, e := s.renew(first.RefreshToken)
	if e.Code != "" || second.RefreshToken == first.RefreshToken || second.AccessToken == first.AccessToken {
		t.Fatalf("got %+v, want new tokens", e)
	}
	for _, raw := range []string{second.AccessToken, second.IDToken} {
		if tok, err := s.verify(raw, "signet"); err != nil || tok.Subject != "alice" {
			t.Errorf("got %v, %v, want alice", tok, err)
		}
	}
	s.clock.at = s.clock.at.Add(s.issuer.config.RefreshLife - time.Second)
	third, e := s.renew(second.RefreshToken)
	if e.Code != "" {
		t.Fatalf("got %+v just before its end, want new tokens", e)
	}
	if _, e := s.post(url.Values{"grant_type": {"refresh_token"}, "client_id": {"signet"}, "refresh_token": {third.RefreshToken}, "scope": {"openid"}}); e.Code != "" {
		t.Errorf("got %+v for a smaller scope, want tokens", e)
	}
	// Used before: whoever has it, the session is over.
	if _, e := s.renew(third.RefreshToken); e.Code != "invalid_grant" {
		t.Errorf("got %+v for a used token, want invalid_grant", e)
	}
	if _, e := s.renew(other.RefreshToken); e.Code != "" {
		t.Errorf("got %+v for another session, want it untouched", e)
	}
	late := s.signIn("bob")
	s.clock.at = s.clock.at.Add(s.issuer.config.RefreshLife)
	for name, token := range map[string]string{"over": late.RefreshToken, "unknown": "x", "none": "", "an access token": late.AccessToken} {
		if _, e := s.renew(token); e.Code != "invalid_grant" {
			t.Errorf("%s: got %+v, want invalid_grant", name, e)
		}
	}
}

func TestUsedTokenEndsAllThatCameOfIt(t *testing.T) {
	s := newSite(t, t.TempDir())
	first := s.signIn("alice")
	second, _ := s.renew(first.RefreshToken)
	s.renew(first.RefreshToken)
	if _, e := s.renew(second.RefreshToken); e.Code != "invalid_grant" {
		t.Errorf("got %+v, want the session to be over", e)
	}
}

// What is revoked is over, with all that came of the same signing in, and nothing else.
func TestRevoke(t *testing.T) {
	s := newSite(t, t.TempDir())
	first, other := s.signIn("alice"), s.signIn("alice")
	second, _ := s.renew(first.RefreshToken)
	revoke := func(form url.Values) int {
		resp := s.do(s.issuer.URL()+"/revoke", form)
		resp.Body.Close()
		return resp.StatusCode
	}
	for _, c := range []struct {
		name string
		form url.Values
		want int
	}{
		{"another client", url.Values{"client_id": {"other"}, "token": {second.RefreshToken}}, 401},
		{"no token", url.Values{"client_id": {"signet"}}, 400},
		{"an access token", url.Values{"client_id": {"signet"}, "token": {second.AccessToken}}, 400},
		{"an unknown one", url.Values{"client_id": {"signet"}, "token": {"x"}}, 200},
		{"one of it that was used", url.Values{"client_id": {"signet"}, "token": {first.RefreshToken}, "token_type_hint": {"refresh_token"}}, 200},
		{"one that was revoked", url.Values{"client_id": {"signet"}, "token": {second.RefreshToken}}, 200},
	} {
		if got := revoke(c.form); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
	if _, e := s.renew(second.RefreshToken); e.Code != "invalid_grant" {
		t.Errorf("got %+v for a revoked token, want invalid_grant", e)
	}
	if _, e := s.renew(other.RefreshToken); e.Code != "" {
		t.Errorf("got %+v for another session, want it untouched", e)
	}
}
