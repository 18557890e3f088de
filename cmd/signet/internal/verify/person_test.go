package verify

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// provider is a managed login: one page for both, one for each, or one that a script
// draws.
func provider(t *testing.T, kind string) *httptest.Server {
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	mux.HandleFunc("GET /config.json", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"auth": {"clientId": "site", "scope": "openid", "logout": "http://%s/logout"}}`, r.Host)
	})
	mux.HandleFunc("GET /oauth2/authorize", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "XSRF-TOKEN", Value: "cookie", Path: "/"})
		http.Redirect(w, r, "/login?"+r.URL.RawQuery, http.StatusFound)
	})
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		switch kind {
		case "both":
			fmt.Fprintf(w, `<form method="post" action="/login?%s"><input type="hidden" name="_csrf" value="a&amp;b"><INPUT name="username"><input name="password" type=password></form>`, strings.ReplaceAll(r.URL.RawQuery, "&", "&amp;"))
		case "one by one":
			fmt.Fprint(w, `<form method="post"><input name="username"></form>`)
		default:
			fmt.Fprint(w, `<div id="root"></div><script src="/login.js"></script>`)
		}
	})
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		want := map[string]string{"both": "a&b", "one by one": "cookie"}[kind]
		if r.FormValue("_csrf") != want || !strings.HasPrefix(r.FormValue("username")+"signet-verify", "signet-verify") {
			http.Error(w, "forged", http.StatusForbidden)
			return
		}
		if r.FormValue("password") == "" {
			fmt.Fprint(w, `<form method="post"><input type="hidden" name="username" value="x"><input name="password"></form>`)
			return
		}
		http.Redirect(w, r, r.URL.Query().Get("redirect_uri")+"?code=c0de&state="+r.URL.Query().Get("state"), http.StatusFound)
	})
	mux.HandleFunc("POST /oauth2/token", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("code") != "c0de" || r.FormValue("code_verifier") == "" || r.FormValue("redirect_uri") != "http://"+r.Host+"/" {
			http.Error(w, `{"error": "invalid_grant"}`, http.StatusBadRequest)
			return
		}
		fmt.Fprint(w, `{"access_token": "access", "id_token": "id"}`)
	})
	return s
}

// TestSignIn fills in managed login in each of its forms, and says what to do where
// only a browser can.
func TestSignIn(t *testing.T) {
	for kind, want := range map[string]string{"both": "", "one by one": "", "script": "sign in with signet login"} {
		s := provider(t, kind)
		client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		p := &Person{mail: "signet-verify-1@example.com"}
		err := p.signIn(t.Context(), client, s.URL, "secret")
		switch {
		case want == "" && (err != nil || p.Access != "access" || p.ID != "id"):
			t.Errorf("%s: got %+v, %v, want tokens", kind, p, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: got %v, want %s", kind, err, want)
		}
	}
}
