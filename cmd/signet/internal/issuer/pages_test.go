package issuer

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/oauth2"
)

// laptop knows one page that somebody develops.
func laptop(origin string) bool { return origin == "http://localhost:5173" }

func TestPagesOfOtherOrigins(t *testing.T) {
	s := newSite(t, t.TempDir())
	s.issuer.config.Pages = laptop
	for _, at := range []struct {
		back string
		ok   bool
	}{
		{"http://localhost:5173/", true},
		{"http://localhost:5173/app/index.html?tab=files", true},
		{"http://localhost:5174/", false},
		{"https://localhost:5173/", false},
		{"http://localhost:5173.example.com/", false},
		{"http://somebody@localhost:5173/", false},
		{"http://localhost:5173/#part", false},
	} {
		verifier := oauth2.GenerateVerifier()
		resp, query := s.choose(s.request(verifier, map[string]string{"redirect_uri": at.back}), "alice")
		sent := strings.HasPrefix(resp.Header.Get("Location"), "http://localhost:5173/") && query.Get("code") != ""
		if sent != at.ok {
			t.Errorf("%s: got %s to %q, want it to be sent back: %v", at.back, resp.Status, resp.Header.Get("Location"), at.ok)
		}
	}
}

func TestPagesCall(t *testing.T) {
	s := newSite(t, t.TempDir())
	s.issuer.config.Pages = laptop
	for _, from := range []struct{ origin, want string }{
		{"http://localhost:5173", "http://localhost:5173"},
		{"http://localhost:5174", ""},
		{"https://example.com", ""},
		{"null", ""},
	} {
		resp := s.do(s.issuer.URL()+"/token", url.Values{"grant_type": {"x"}}, "Origin", from.origin)
		if got := resp.Header.Get("Access-Control-Allow-Origin"); got != from.want {
			t.Errorf("%s: got leave for %q, want %q", from.origin, got, from.want)
		}
		if got := resp.Header.Get("Access-Control-Allow-Credentials"); got != "" {
			t.Errorf("%s: got credentials %q, want none", from.origin, got)
		}
	}
	r, _ := http.NewRequest(http.MethodOptions, s.issuer.URL()+"/token", nil)
	r.Header.Set("Origin", "http://localhost:5173")
	resp, err := s.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent || resp.Header.Get("Access-Control-Allow-Headers") == "" {
		t.Errorf("got %s, want leave to send", resp.Status)
	}
}
