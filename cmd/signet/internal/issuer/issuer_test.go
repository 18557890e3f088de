package issuer

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

func TestSignIn(t *testing.T) {
	s := newSite(t, t.TempDir())
	verifier := oauth2.GenerateVerifier()
	resp, back := s.choose(s.request(verifier, nil), "alice")
	if resp.StatusCode != http.StatusSeeOther || !strings.HasPrefix(resp.Header.Get("Location"), s.server.URL+"/?") {
		t.Fatalf("got %s to %q, want back to the site", resp.Status, resp.Header.Get("Location"))
	}
	if back.Get("state") != "the-state" || back.Get("iss") != s.issuer.URL() {
		t.Errorf("got state %q, iss %q, want what was sent and the issuer", back.Get("state"), back.Get("iss"))
	}
	tok, err := s.config.Exchange(t.Context(), back.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	if tok.TokenType != "Bearer" || tok.ExpiresIn != 3600 || tok.RefreshToken == "" {
		t.Errorf("got %s for %d s, refresh token %v, want Bearer, 3600, one", tok.TokenType, tok.ExpiresIn, tok.RefreshToken != "")
	}

	access, err := s.verify(tok.AccessToken, "signet")
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		ClientID string `json:"client_id"`
		Scope    string `json:"scope"`
	}
	if err := access.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	if access.Subject != "alice" || claims.ClientID != "signet" || claims.Scope != "openid profile email" || access.IssuedAt.IsZero() {
		t.Errorf("got %s, %+v, want alice, client signet and the scopes", access.Subject, claims)
	}

	raw, _ := tok.Extra("id_token").(string)
	id, err := s.verify(raw, "signet")
	if err != nil {
		t.Fatal(err)
	}
	var who profile
	if err := id.Claims(&who); err != nil || id.Nonce != "the-nonce" || id.Subject != "alice" || who.Email != "alice@example.com" || who.Name != "Alice" {
		t.Errorf("got %s, nonce %q, %+v, %v, want alice with nonce and profile", id.Subject, id.Nonce, who, err)
	}

	info := bodyOf(t, s.do(s.issuer.URL()+"/userinfo", nil, "Authorization", "Bearer "+tok.AccessToken))
	if want := `{"sub":"alice","name":"Alice","preferred_username":"alice","email":"alice@example.com","email_verified":true}`; strings.TrimSpace(info) != want {
		t.Errorf("got %s, want %s", info, want)
	}
	for _, bad := range []string{"", "Bearer ", "Bearer x", "Bearer " + raw, "Basic " + tok.AccessToken} {
		if resp := s.do(s.issuer.URL()+"/userinfo", nil, "Authorization", bad); resp.StatusCode != 401 {
			t.Errorf("got %s for %.12q, want 401", resp.Status, bad)
		}
	}
	s.clock.at = s.clock.at.Add(time.Hour + time.Second)
	if resp := s.do(s.issuer.URL()+"/userinfo", nil, "Authorization", "Bearer "+tok.AccessToken); resp.StatusCode != 401 {
		t.Errorf("got %s for a token that is over, want 401", resp.Status)
	}
}

func TestMint(t *testing.T) {
	s := newSite(t, t.TempDir())
	raw, err := s.issuer.Token("bob", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	tok, err := s.verify(raw, "signet")
	if err != nil || tok.Subject != "bob" || tok.Expiry.Unix() != s.clock.at.Add(time.Minute).Unix() {
		t.Errorf("got %+v, %v, want bob for a minute", tok, err)
	}
	if _, err := s.verify(raw, "other"); err == nil {
		t.Error("got a token for another audience, want it refused")
	}
	s.clock.at = s.clock.at.Add(2 * time.Minute)
	if _, err := s.verify(raw, "signet"); err == nil {
		t.Error("got a token that is over accepted, want it refused")
	}
	if _, err := s.issuer.Token("carol", time.Minute); err == nil || !strings.Contains(err.Error(), "alice, bob") {
		t.Errorf("got %v, want an error that names the users", err)
	}
	if _, err := s.issuer.Token("bob", 0); err == nil {
		t.Error("got a token without life, want an error")
	}
}

func TestForeignTokensFail(t *testing.T) {
	s := newSite(t, t.TempDir())
	raw, err := s.issuer.Token("alice", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(raw, ".")
	stranger := newSite(t, t.TempDir())
	stranger.issuer.config.URL = s.issuer.URL() // the same name, another key
	foreign, err := stranger.issuer.Token("alice", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{
		"alg none":          "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0." + parts[1] + ".",
		"no signature":      parts[0] + "." + parts[1] + ".",
		"another key":       foreign,
		"another signature": parts[0] + "." + parts[1] + "." + strings.Split(foreign, ".")[2],
		"not a token":       "x",
	} {
		if _, err := s.verify(token, "signet"); err == nil {
			t.Errorf("%s: got it accepted by a resource server", name)
		}
		if resp := s.do(s.issuer.URL()+"/userinfo", nil, "Authorization", "Bearer "+token); resp.StatusCode != 401 {
			t.Errorf("%s: got %s from userinfo, want 401", name, resp.Status)
		}
	}
}

func TestRestartKeepsKeysAndTokens(t *testing.T) {
	dir := t.TempDir()
	s := newSite(t, dir)
	tok := s.signIn("alice")
	s.open(dir)
	if _, err := s.verify(tok.AccessToken, "signet"); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	if _, oe := s.renew(tok.RefreshToken); oe.Code != "" {
		t.Errorf("after a restart: got %+v for the refresh token", oe)
	}
	for _, name := range []string{"issuer-key.pem", "issuer-refresh.json"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: got %v, %v, want mode 0600", name, info.Mode(), err)
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || strings.Contains(string(content), tok.RefreshToken) {
			t.Errorf("%s: got the refresh token in it, or %v", name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("rubbish"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := New(s.issuer.config); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s broken: got %v, want an error that names it", name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestConfigFaults(t *testing.T) {
	for _, c := range []Config{
		{URL: "http://127.0.0.1:1/oidc"},
		{Dir: t.TempDir()},
		{Dir: t.TempDir(), URL: "/oidc"},
		{Dir: t.TempDir(), URL: "http://127.0.0.1:1/oidc/"},
		{Dir: t.TempDir(), URL: "http://127.0.0.1:1/oidc?x=1"},
	} {
		if _, err := New(c); err == nil {
			t.Errorf("got a provider for %+v, want an error", c)
		}
	}
}
