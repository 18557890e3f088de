package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/internal/issuer"
	"signet/lambda/api"
)

func TestCallersAreApart(t *testing.T) {
	dir := t.TempDir()
	alice := startDev(t, dir)
	signed, err := alice.client().Presign(t.Context(), api.File{Name: "a.txt", Size: int64p(5)})
	if err != nil {
		t.Fatal(err)
	}
	if status := put(t, signed.URL, signed.Headers, []byte("hello")); status != 200 {
		t.Fatalf("PUT: status %d", status)
	}
	alice.process.Process.Signal(os.Interrupt)
	alice.process.Wait()

	bob := startDev(t, dir, "--user", "bob")
	if list, err := bob.client().ListFiles(t.Context(), api.FilesQuery{}); err != nil || len(list.Files) != 0 {
		t.Errorf("bob sees %+v, %v", list.Files, err)
	}
	if _, err := bob.client().FileURL(t.Context(), signed.Key, ""); err == nil {
		t.Error("bob gets alice's file")
	}
	if err := bob.client().DeleteFile(t.Context(), signed.Key); err == nil {
		t.Error("bob deletes alice's file")
	}
}

// Tokens that nobody may accept, each answered 401 with nothing done.
func TestForgedTokens(t *testing.T) {
	dir := t.TempDir()
	c := startDev(t, dir)
	yesterday, err := issuer.New(issuer.Config{
		URL: c.Site + "/oidc", Dir: filepath.Join(dir, "issuer"), Now: func() time.Time { return time.Now().Add(-24 * time.Hour) },
	})
	if err != nil {
		t.Fatal(err)
	}
	expired, err := yesterday.Token("alice", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := issuer.New(issuer.Config{URL: c.Site + "/oidc", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := elsewhere.Token("alice", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(c.Token, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for name, token := range map[string]string{
		"none":              "",
		"rubbish":           "rubbish",
		"expired":           expired,
		"another's key":     foreign,
		"alg none":          encode(`{"alg":"none","typ":"JWT"}`) + "." + parts[1] + ".",
		"alg HS256":         encode(`{"alg":"HS256","typ":"JWT"}`) + "." + parts[1] + "." + parts[2],
		"another subject":   parts[0] + "." + encode(strings.Replace(string(payload), `"alice"`, `"bob"`, 1)) + "." + parts[2],
		"changed signature": parts[0] + "." + parts[1] + "." + strings.ToUpper(parts[2]),
		"cut":               parts[0] + "." + parts[1],
	} {
		client := c.client()
		client.Token = func(context.Context) (string, error) { return token, nil }
		_, err := client.Presign(t.Context(), api.File{Name: "a", Size: int64p(1)})
		if p, ok := errors.AsType[*api.Problem](err); !ok || p.Status != 401 || p.Code != "Unauthorized" {
			t.Errorf("%s: got %v, want 401 Unauthorized", name, err)
		}
	}
}

// Pages of a configured origin may call the API, as on AWS; others may not.
func TestConfiguredOrigins(t *testing.T) {
	config := filepath.Join(t.TempDir(), "cdk.json")
	if err := os.WriteFile(config, []byte(`{"context": {"signet": {"origins": ["https://app.example"]}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	c := startDev(t, t.TempDir(), "--config", config)
	for origin, want := range map[string]string{"https://app.example": "https://app.example", "https://evil.example": "", "https://app.example.evil.example": ""} {
		for _, address := range []string{c.API + "/presign", c.S3 + "/" + c.Bucket + "/uploads/alice/x"} {
			r, err := http.NewRequest("OPTIONS", address, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Origin", origin)
			r.Header.Set("Access-Control-Request-Method", "POST")
			r.Header.Set("Access-Control-Request-Headers", "content-type")
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if got := answer.Header.Get("Access-Control-Allow-Origin"); got != want || (want != "") != (answer.StatusCode < 300) {
				t.Errorf("%s from %s: %d, allowed %q, want %q", address, origin, answer.StatusCode, got, want)
			}
		}
	}
}

// A foreign name that leads here must not become an origin of ours.
func TestForeignHostIsRefused(t *testing.T) {
	c := startDev(t, t.TempDir())
	for _, path := range []string{"/", "/config.json", "/api/healthz", "/oidc/.well-known/openid-configuration"} {
		r, err := http.NewRequest("GET", c.Site+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for host, want := range map[string]int{"evil.example": 421, "127.0.0.1": 421, strings.Replace(strings.TrimPrefix(c.Site, "http://"), "127.0.0.1", "localhost", 1): 200} {
			r.Host = host
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if ok := answer.StatusCode == want || path == "/" && want == 200; !ok {
				t.Errorf("%s as %s: status %d, want %d", path, host, answer.StatusCode, want)
			}
		}
	}
}

func TestSiteHeaders(t *testing.T) {
	c := startDev(t, t.TempDir())
	_, body, header := get(t, c.Site+"/config.json")
	var config struct {
		API  string
		Auth struct{ Issuer, ClientID string }
	}
	if err := json.Unmarshal(body, &config); err != nil || config.API != "/api" || config.Auth.Issuer != c.Site+"/oidc" {
		t.Errorf("config.json is %s", body)
	}
	csp := header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "connect-src 'self' " + c.S3, "frame-ancestors 'none'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("policy %q lacks %s", csp, want)
		}
	}
	if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
		t.Errorf("policy %q is loose", csp)
	}
	if status, _, _ := get(t, c.API+"/nowhere"); status != 404 {
		t.Errorf("unknown route: status %d", status)
	}
}
