package session

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTrusted(t *testing.T) {
	for address, want := range map[string][2]bool{ // without and with plain
		"https://auth.example.com/authorize":       {true, true},
		"http://127.0.0.1:8080/x":                  {true, true},
		"http://localhost/x":                       {true, true},
		"http://[::1]:1/x":                         {true, true},
		"http://example.com/x":                     {false, true},
		"file:///tmp/evil.desktop":                 {},
		"--help":                                   {},
		"smb://evil/share":                         {},
		"javascript:alert(1)":                      {},
		`\\evil\share\x.exe#`:                      {},
		"https:///x":                               {},
		"https://":                                 {},
		"https:evil":                               {},
		"https://user@example.com/":                {},
		"https://example.com/\x1b]0;t\x07":         {},
		"https://example.com/\n":                   {},
		"http://localhost.example.com/x":           {false, true},
		"HTTPS://auth.example.com/":                {true, true},
		"https://auth.example.com/a?b=c&x=%1b%5d0": {true, true},
		"": {},
	} {
		for i, plain := range []bool{false, true} {
			if err := Trusted("address", address, plain); (err == nil) != want[i] {
				t.Errorf("%q, plain %v: %v", address, plain, err)
			}
		}
	}
}

func TestPlainServiceElsewhere(t *testing.T) {
	env := map[string]string{EnvAPI: "http://signet.example.com/api", EnvToken: "t"}
	if _, err := Load(func(name string) string { return env[name] }); err == nil || !strings.Contains(err.Error(), EnvPlain) {
		t.Errorf("got %v", err)
	}
	env[EnvPlain] = "1"
	if _, err := Load(func(name string) string { return env[name] }); err != nil {
		t.Error(err)
	}
}

// A token that was taken away by a redirect is not put back.
func TestTokenIsForOneHost(t *testing.T) {
	var heard []string
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		heard = append(heard, r.Header.Get("Authorization"))
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer other.Close()
	s := &Session{API: other.URL, Access: "secret"}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, other.URL, strings.NewReader("{}")) // which can be sent again
	if err != nil {
		t.Fatal(err)
	}
	answer, err := s.HTTP().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if len(heard) != 1 || heard[0] != "" {
		t.Errorf("heard %q", heard)
	}
}
