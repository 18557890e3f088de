package main

import (
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// browser is a client that keeps cookies, as a browser does from this machine.
func signedIn(t *testing.T, s *server, origin string) (b *http.Client, csrf string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b = &http.Client{Jar: insecure{jar}}
	answer, err := b.Get(origin + "/relay/sign-in")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	form := answer.Request.URL.Query()
	form.Set("user", "alice")
	if answer, err = b.PostForm(s.Site+"/oidc/authorize", form); err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer, err = b.Get(origin + "/relay"); err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindSubmatch(text)
	if found == nil {
		t.Fatalf("got no form on the page: %s", text)
	}
	return b, string(found[1])
}

// insecure hands secure cookies out over http too, as browsers do on loopback.
type insecure struct{ jar *cookiejar.Jar }

func (i insecure) SetCookies(u *url.URL, c []*http.Cookie) { i.jar.SetCookies(overTLS(u), c) }

func (i insecure) Cookies(u *url.URL) []*http.Cookie { return i.jar.Cookies(overTLS(u)) }

func overTLS(u *url.URL) *url.URL {
	c := *u
	c.Scheme = "https"
	return &c
}

// A page of somebody else's cannot upload with the cookie, nor one that guesses the
// form; and the cookie is no key to the API.
func TestServeForgery(t *testing.T) {
	s, origin := startPage(t, nil)
	b, csrf := signedIn(t, s, origin)
	form := func(token string) string {
		body, _ := formOf("a.txt", "text/plain", []byte("hello"))
		return "--frontier\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + token + "\r\n" + string(body)
	}
	for _, c := range []struct {
		what, method, path, token string
		header                    map[string]string
		want                      int
	}{
		{"another site, as browsers say", "POST", "/api/relay", csrf, map[string]string{"Sec-Fetch-Site": "cross-site"}, 401},
		{"another site, as old browsers say", "POST", "/api/relay", csrf, map[string]string{"Origin": "https://evil.example"}, 401},
		{"no token", "POST", "/api/relay", "", nil, 403},
		{"another token", "POST", "/api/relay", csrf + "x", nil, 403},
		{"a PUT", "PUT", "/api/relay/a.txt", csrf, nil, 401},
		{"the API", "GET", "/api/files", "", nil, 401},
	} {
		if status, text := ask(t, b, c.method, origin+c.path, c.header, form(c.token)); status != c.want {
			t.Errorf("%s: got %d %s, want %d", c.what, status, text, c.want)
		}
	}
	s.wantNothing(t)
	if status, text := ask(t, b, "POST", origin+"/api/relay", nil, form(csrf)); status != 201 || !strings.Contains(text, "<h2>Stored</h2>") {
		t.Errorf("the page's own form: got %d %s, want 201", status, text)
	}
	if status, text := ask(t, b, "GET", origin+"/relay/callback?code=x&state=y", nil, ""); status != 403 || !strings.Contains(text, "sign in again") {
		t.Errorf("a sign-in that was not begun here: got %d %s, want 403", status, text)
	}
	if text := s.logs.String(); strings.Contains(text, csrf) {
		t.Error("got the form's token in the log")
	}
}

// Signing out ends the cookie, also for whoever has a copy; and the refresh token that
// came with signing in, which the page has no use for, is over from the beginning.
func TestServeSignOut(t *testing.T) {
	s, origin := startPage(t, nil)
	b, csrf := signedIn(t, s, origin)
	other, otherCSRF := signedIn(t, s, origin)
	form := func(token string) string {
		body, _ := formOf("a.txt", "text/plain", []byte("hello"))
		return "--frontier\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + token + "\r\n" + string(body)
	}
	here, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	var copied string
	for _, c := range b.Jar.Cookies(here) {
		copied += c.Name + "=" + c.Value + "; "
	}
	thief := &http.Client{}
	if status, text := ask(t, thief, "POST", origin+"/api/relay", map[string]string{"Cookie": copied}, form(csrf)); status != 201 {
		t.Fatalf("a copy of the cookie before signing out: got %d %s, want 201: this test sees nothing else", status, text)
	}
	for _, forged := range []string{"", "x", otherCSRF} { // nobody else signs him out
		if status, text := ask(t, b, "POST", origin+"/relay/sign-out", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, url.Values{"csrf": {forged}}.Encode()); status != 403 {
			t.Errorf("signing out by %q: got %d %s, want 403", forged, status, text)
		}
	}
	if status, text := ask(t, b, "POST", origin+"/api/relay", nil, form(csrf)); status != 201 {
		t.Errorf("after forged sign-outs: got %d %s, want 201", status, text)
	}
	answer, err := b.PostForm(origin+"/relay/sign-out", url.Values{"csrf": {csrf}})
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("signing out: got %v (%v)", answer, err)
	}
	answer.Body.Close()
	if status, text := ask(t, thief, "POST", origin+"/api/relay", map[string]string{"Cookie": copied}, form(csrf)); status != 401 {
		t.Errorf("a copy of the cookie after signing out: got %d %s, want 401", status, text)
	}
	if status, text := ask(t, other, "POST", origin+"/api/relay", nil, form(otherCSRF)); status != 201 {
		t.Errorf("another sign-in: got %d %s, want 201", status, text)
	}
	left, err := os.ReadFile(filepath.Join(s.dir, "issuer", "issuer-refresh.json"))
	if err != nil || strings.TrimSpace(string(left)) != "{}" {
		t.Errorf("got refresh tokens %s (%v) at the issuer, want none", left, err)
	}
}

func ask(t *testing.T, b *http.Client, method, url string, header map[string]string, body string) (int, string) {
	t.Helper()
	headers := map[string]string{"Content-Type": "multipart/form-data; boundary=frontier", "Accept": "text/html"}
	maps.Copy(headers, header)
	status, _, text := answered(t, b, method, url, headers, []byte(body))
	return status, text
}
