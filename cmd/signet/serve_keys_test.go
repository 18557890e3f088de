package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"signet/lambda/upload"
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

// A file below 16 MiB is one object, whichever way it comes: through the relay by PUT,
// of known and of unknown length, by form, and by put. With its id and other bytes it is
// refused, and a larger one may not have such an id.
func TestServeKnownContent(t *testing.T) {
	s := startServe(t, nil)
	for _, n := range []int{0, 5000, 64<<10 + 1, 6 << 20, upload.MultipartFrom - 1} {
		content := bytesOf(7, n)
		id := upload.ContentID(sha256.Sum256(content))
		want := ""
		for _, send := range []func() (int, string, []byte){
			func() (int, string, []byte) {
				return s.send(t, "PUT", "/api/relay/a.bin", nil, bytes.NewReader(content))
			},
			func() (int, string, []byte) {
				return s.send(t, "PUT", "/api/relay/a.bin", nil, io.MultiReader(bytes.NewReader(content)))
			},
			func() (int, string, []byte) {
				return s.send(t, "PUT", "/api/relay/a.bin?id="+id, nil, bytes.NewReader(content))
			},
			func() (int, string, []byte) {
				body, kind := formOf("a.bin", "", content)
				return s.send(t, "POST", "/api/relay", map[string]string{"Content-Type": kind}, bytes.NewReader(body))
			},
		} {
			status, _, text := send()
			done := wantStored(t, status, text, int64(n))
			if want == "" {
				want = done.Key
			}
			if done.Key != want || !strings.HasSuffix(done.Key, "/a~"+id+".bin") {
				t.Errorf("%d bytes: got %s, want the one object of id %s", n, done.Key, id)
			}
		}
		status, code, _ := s.send(t, "PUT", "/api/relay/b.bin?id="+id, nil, bytes.NewReader(bytesOf(8, max(n, 1))))
		if status != 400 || code != "InvalidDigest" {
			t.Errorf("%d bytes: got %d %s for other bytes, want InvalidDigest", n, status, code)
		}
	}
	large := bytesOf(9, upload.MultipartFrom)
	status, _, text := s.send(t, "PUT", "/api/relay/c.bin", nil, bytes.NewReader(large))
	if done := wantStored(t, status, text, int64(len(large))); !strings.Contains(done.Key, "/c~r") {
		t.Errorf("got %s, want a random id", done.Key)
	}
	id := upload.ContentID(sha256.Sum256(large))
	if status, code, _ := s.send(t, "PUT", "/api/relay/c.bin?id="+id, nil, bytes.NewReader(large)); status != 400 || code != "InvalidArgument" {
		t.Errorf("got %d %s for a large file with the id of known content, want InvalidArgument", status, code)
	}
}
