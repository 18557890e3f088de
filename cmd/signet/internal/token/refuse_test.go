package token

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// signedBy is a token of these claims by a key, and by another algorithm than it may be
// meant for.
func signedBy(t *testing.T, key *rsa.PrivateKey, algorithm jose.SignatureAlgorithm, claims string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, &jose.SignerOptions{ExtraHeaders: map[jose.HeaderKey]any{"kid": "k"}})
	if err != nil {
		t.Fatal(err)
	}
	made, err := signer.Sign([]byte(claims))
	if err != nil {
		t.Fatal(err)
	}
	text, err := made.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A key is for the algorithm that the issuer publishes it for, and an ID token for the
// sign-in that asked for it.
func TestRefuses(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_700_000_000, 0)
	v := New(Rules{Issuer: "https://id.example", Audience: []string{"signet"}, Scopes: []string{"openid"}, Now: func() time.Time { return now }},
		oneKey{&jose.JSONWebKey{Key: &key.PublicKey, KeyID: "k", Algorithm: "RS256"}})
	const access = `{"iss":"https://id.example","aud":"signet","scope":"openid","sub":"alice","exp":1700000600}`
	for algorithm, want := range map[jose.SignatureAlgorithm]string{jose.RS256: "", jose.RS384: "alg", jose.RS512: "alg"} {
		_, err := v.Bearer(t.Context(), "Bearer "+signedBy(t, key, algorithm, access))
		wantRule(t, string(algorithm), err, want)
	}
	for _, row := range []struct{ name, claims, nonce, rule string }{
		{"the sign-in's", `"aud":"page","nonce":"n"`, "n", ""},
		{"another sign-in's", `"aud":"page","nonce":"other"`, "n", "nonce"},
		{"one without a nonce", `"aud":"page"`, "n", "nonce"},
		{"one without a nonce, for none", `"aud":"page"`, "", "nonce"},
		{"another client's", `"aud":"other","nonce":"n"`, "n", "aud"},
		{"one for a client_id alone", `"client_id":"page","nonce":"n"`, "n", "aud"},
	} {
		claims := `{"iss":"https://id.example","sub":"alice","exp":1700000600,` + row.claims + `}`
		_, err := v.ID(t.Context(), signedBy(t, key, jose.RS256, claims), "page", row.nonce)
		wantRule(t, row.name, err, row.rule)
	}
}

func wantRule(t *testing.T, name string, err error, rule string) {
	t.Helper()
	refused, _ := errors.AsType[*Refused](err)
	if rule == "" && err != nil || rule != "" && (refused == nil || refused.Rule != rule) {
		t.Errorf("%s: got %v, want it refused for %q", name, err, rule)
	}
}

// An issuer of https cannot have its keys read over http, where others can change them.
func TestKeysOverHTTPAreNotRead(t *testing.T) {
	asked := false
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked = true
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{})
	}))
	defer plain.Close()
	var secure *httptest.Server
	secure = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, secure.URL, plain.URL)
	}))
	defer secure.Close()
	i := NewIssuer(secure.URL)
	i.Over(secure.Client().Transport)
	if _, err := i.Key(t.Context(), "k"); err == nil || !strings.Contains(err.Error(), "want https") || asked {
		t.Errorf("got %v, keys asked for: %v, want an error and no request", err, asked)
	}
}
