package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// With a file of keys nobody asks the issuer; a token of other keys is none; and a
// new file counts without a restart.
func TestServeKeysFile(t *testing.T) {
	keys := filepath.Join(t.TempDir(), "keys.json")
	c := startDev(t, t.TempDir(), "--s3-keys", keys)
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	others, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &private.PublicKey, KeyID: "x", Algorithm: "ES256", Use: "sig"}}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "jwks.json")
	write := func(text []byte, age time.Duration) {
		t.Helper()
		at := time.Now().Add(-age)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
	write(others, time.Hour)
	s := serveBefore(t, c, keys, nil, "--jwks", file, "--origin", "http://127.0.0.1:9")
	put := func() int {
		status, _, _ := s.send(t, "PUT", "/api/relay/a.txt", nil, strings.NewReader("hello"))
		return status
	}
	if got := put(); got != 401 {
		t.Errorf("got %d with a token of other keys, want 401", got)
	}
	_, text, _ := get(t, c.Site+"/oidc/keys")
	write(text, time.Minute)
	if got := put(); got != 201 {
		t.Errorf("got %d with the issuer's keys, want 201", got)
	}
	if status, _, _ := s.send(t, "GET", "/relay", nil, nil); status != 404 {
		t.Errorf("got %d for the page, want 404: nobody can sign in without the issuer", status)
	}
}
