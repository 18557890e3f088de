package issuer

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

func TestAuthorizeRequests(t *testing.T) {
	s := newSite(t, t.TempDir())
	for _, c := range []struct {
		name    string
		changes map[string]string
		want    string // an error sent back; page: a page with the users; refused: a page without
	}{
		{"as it should be", nil, "page"},
		{"unknown scopes are dropped", map[string]string{"scope": "openid aws.cognito"}, "page"},
		{"response mode query", map[string]string{"response_mode": "query"}, "page"},
		{"command line", map[string]string{"redirect_uri": "http://127.0.0.1:54321/callback"}, "page"},
		{"command line, IPv6", map[string]string{"redirect_uri": "http://[::1]:54321/callback"}, "page"},
		{"no client", map[string]string{"client_id": "-"}, "refused"},
		{"another client", map[string]string{"client_id": "other"}, "refused"},
		{"no redirect", map[string]string{"redirect_uri": "-"}, "refused"},
		{"another redirect", map[string]string{"redirect_uri": "https://example.com/"}, "refused"},
		{"longer redirect", map[string]string{"redirect_uri": s.server.URL + "/x"}, "refused"},
		{"redirect with query", map[string]string{"redirect_uri": s.server.URL + "/?x=1"}, "refused"},
		{"redirect without path", map[string]string{"redirect_uri": s.server.URL}, "refused"},
		{"loopback, another path", map[string]string{"redirect_uri": "http://127.0.0.1:54321/other"}, "refused"},
		{"loopback with query", map[string]string{"redirect_uri": "http://127.0.0.1:54321/callback?x=1"}, "refused"},
		{"loopback with user", map[string]string{"redirect_uri": "http://127.0.0.1:1@example.com:54321/callback"}, "refused"},
		{"loopback with fragment", map[string]string{"redirect_uri": "http://127.0.0.1:54321/callback#x"}, "refused"},
		{"loopback by name", map[string]string{"redirect_uri": "http://localhost:54321/callback"}, "refused"},
		{"loopback, other address", map[string]string{"redirect_uri": "http://127.0.0.2:54321/callback"}, "refused"},
		{"loopback without port", map[string]string{"redirect_uri": "http://127.0.0.1/callback"}, "refused"},
		{"loopback, port 0", map[string]string{"redirect_uri": "http://127.0.0.1:0/callback"}, "refused"},
		{"script", map[string]string{"redirect_uri": "javascript:alert(1)"}, "refused"},
		{"implicit", map[string]string{"response_type": "token"}, "unsupported_response_type"},
		{"fragment", map[string]string{"response_mode": "fragment"}, "invalid_request"},
		{"no openid", map[string]string{"scope": "profile"}, "invalid_scope"},
		{"no challenge", map[string]string{"code_challenge": "-"}, "invalid_request"},
		{"short challenge", map[string]string{"code_challenge": "abc"}, "invalid_request"},
		{"plain", map[string]string{"code_challenge_method": "plain"}, "invalid_request"},
		{"no method", map[string]string{"code_challenge_method": "-"}, "invalid_request"},
		{"request object", map[string]string{"request": "x"}, "request_not_supported"},
		{"silent", map[string]string{"prompt": "none"}, "login_required"},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := s.request(oauth2.GenerateVerifier(), c.changes)
			chosen, _ := url.ParseQuery(q.Encode())
			chosen.Set("user", "alice")
			for name, resp := range map[string]*http.Response{
				"page":   s.do(s.issuer.URL()+"/authorize?"+q.Encode(), nil),
				"choice": s.do(s.issuer.URL()+"/authorize", chosen),
			} {
				to, err := url.Parse(resp.Header.Get("Location"))
				if err != nil {
					t.Fatal(err)
				}
				got := to.Query().Get("error")
				switch {
				case resp.StatusCode == 200 && strings.Contains(bodyOf(t, resp), `value="alice"`):
					got = "page"
				case resp.StatusCode == 400 && resp.Header.Get("Location") == "":
					got = "refused"
				case to.Query().Get("code") != "" && name == "choice":
					got = "page"
				case got != "" && to.Query().Get("state") != "the-state":
					t.Errorf("%s: got an error without the state", name)
				}
				if got != c.want {
					t.Errorf("%s: got %q (%s), want %q", name, got, resp.Status, c.want)
				}
			}
		})
	}
}

func TestChoices(t *testing.T) {
	s := newSite(t, t.TempDir())
	q := s.request(oauth2.GenerateVerifier(), map[string]string{"cancel": "yes"})
	if _, back := s.choose(q, ""); back.Get("error") != "access_denied" || back.Get("code") != "" {
		t.Errorf("got %v after cancelling, want access_denied", back)
	}
	q = s.request(oauth2.GenerateVerifier(), nil)
	if resp, _ := s.choose(q, "carol"); resp.StatusCode != 200 || resp.Header.Get("Location") != "" {
		t.Errorf("got %s for an unknown user, want the page again", resp.Status)
	}
	q.Set("user", "alice")
	for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://example.com"}} {
		if resp := s.do(s.issuer.URL()+"/authorize", q, header...); resp.StatusCode != 403 {
			t.Errorf("got %s for a choice by another site (%s), want 403", resp.Status, header)
		}
	}
}

func TestLogout(t *testing.T) {
	s := newSite(t, t.TempDir())
	tok := s.signIn("alice")
	hint, _ := tok.Extra("id_token").(string)
	logout := func(q url.Values) (*http.Response, string) {
		resp := s.do(s.issuer.URL()+"/logout?"+q.Encode(), nil, "Accept-Language", "ko-KR,ko;q=0.9")
		return resp, resp.Header.Get("Location")
	}
	home := s.server.URL + "/"
	for _, c := range []struct {
		name string
		q    url.Values
		to   string
	}{
		{"nothing", url.Values{}, ""},
		{"unregistered", url.Values{"client_id": {"signet"}, "post_logout_redirect_uri": {"https://example.com/"}}, ""},
		{"nobody known", url.Values{"post_logout_redirect_uri": {home}}, ""},
		{"broken hint", url.Values{"id_token_hint": {"x"}, "post_logout_redirect_uri": {home}}, ""},
		{"access token as hint", url.Values{"id_token_hint": {tok.AccessToken}, "post_logout_redirect_uri": {home}}, ""},
		{"client", url.Values{"client_id": {"signet"}, "post_logout_redirect_uri": {home}}, home},
	} {
		if resp, to := logout(c.q); to != c.to || to == "" && (resp.StatusCode != 200 || !strings.Contains(bodyOf(t, resp), "로그아웃했습니다")) {
			t.Errorf("%s: got %s to %q, want %q", c.name, resp.Status, to, c.to)
		}
	}
	if _, e := s.renew(s.signIn("alice").RefreshToken); e.Code != "" {
		t.Errorf("got %+v, want sessions untouched so far", e)
	}
	s.clock.at = s.clock.at.Add(2 * time.Hour) // the hint is over: that does not matter
	if _, to := logout(url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {home}, "state": {"s"}}); to != home+"?state=s" {
		t.Errorf("got %q, want home with the state", to)
	}
	if _, e := s.renew(tok.RefreshToken); e.Code != "invalid_grant" {
		t.Errorf("got %+v for the refresh token after signing out, want invalid_grant", e)
	}
}

func TestPage(t *testing.T) {
	s := newSite(t, t.TempDir())
	q := s.request(oauth2.GenerateVerifier(), map[string]string{"redirect_uri": "http://127.0.0.1:54321/callback", "state": `"><script>alert(1)</script>`})
	for _, c := range []struct{ name, accept, locales, lang, sentence string }{
		{"English", "en-US,en;q=0.9", "", "en", "Continue as Alice"},
		{"Korean", "ko-KR,ko;q=0.9,en;q=0.8", "", "ko", "Alice 계정으로 계속"},
		{"another", "fr", "", "en", "Continue as Bob"},
		{"none", "", "", "en", "Sign in"},
		{"asked for", "en", "ko", "ko", "로그인"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if q.Del("ui_locales"); c.locales != "" {
				q.Set("ui_locales", c.locales)
			}
			resp := s.do(s.issuer.URL()+"/authorize?"+q.Encode(), nil, "Accept-Language", c.accept)
			body := bodyOf(t, resp)
			if !strings.Contains(body, `<html lang="`+c.lang+`">`) || !strings.Contains(body, c.sentence) {
				t.Errorf("got\n%s\nwant it in %s", body, c.lang)
			}
			if strings.Contains(body, "<script") || strings.Contains(body, "http://fonts") || strings.Contains(body, "src=") {
				t.Error("got a script or something from elsewhere on the page")
			}
			policy := resp.Header.Get("Content-Security-Policy")
			style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(body)
			if style == nil {
				t.Fatal("got no style")
			}
			sum := sha256.Sum256([]byte(style[1]))
			for _, want := range []string{"default-src 'none'", "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'", "form-action 'self' http://127.0.0.1:54321;", "frame-ancestors 'none'"} {
				if !strings.Contains(policy, want) {
					t.Errorf("got policy %q, want %q in it", policy, want)
				}
			}
		})
	}
}

func TestUnknownPaths(t *testing.T) {
	s := newSite(t, t.TempDir())
	for path, want := range map[string]int{"/oidc": 404, "/oidc/": 404, "/token": 404, "/oidc/token": 405, "/oidc/keys": 200, "/oidc/.well-known/openid-configuration": 200} {
		if resp := s.do(s.server.URL+path, nil); resp.StatusCode != want {
			t.Errorf("%s: got %s, want %d", path, resp.Status, want)
		}
	}
	if resp := s.do(s.issuer.URL()+"/token", url.Values{"x": {strings.Repeat("x", 100_000)}}); resp.StatusCode != 400 {
		t.Errorf("got %s for a body too long, want 400", resp.Status)
	}
}
