package token

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

type oneKey struct{ key *jose.JSONWebKey }

func (k oneKey) Key(_ context.Context, id string) (*jose.JSONWebKey, error) {
	if id != k.key.KeyID {
		return nil, ErrUnknownKey
	}
	return k.key, nil
}

// FuzzBearer: whatever stands in the header, only what the key has signed is taken,
// and of whoever is taken the claims are those that a plain reader finds.
func FuzzBearer(f *testing.F) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		f.Fatal(err)
	}
	now := time.Unix(1_700_000_000, 0)
	v := New(Rules{Issuer: "https://id.example", Audience: []string{"signet"}, Scopes: []string{"openid"}, Now: func() time.Time { return now }},
		oneKey{&jose.JSONWebKey{Key: &private.PublicKey, KeyID: "k", Algorithm: "RS256"}})
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: private}, &jose.SignerOptions{ExtraHeaders: map[jose.HeaderKey]any{"kid": "k"}})
	if err != nil {
		f.Fatal(err)
	}
	good := `{"iss":"https://id.example","aud":"signet","scope":"openid","sub":"alice","exp":1700000600}`
	for _, payload := range []string{good, strings.Replace(good, `"sub"`, `"SUB":"bob","sub"`, 1), strings.Replace(good, `"sub"`, `"sub":"bob","sub"`, 1), `{}`, `[]`, good + " 1", `{"exp":1e999}`} {
		f.Add(payload, "")
	}
	f.Add(good, "Bearer a.b.c")
	f.Fuzz(func(t *testing.T, payload, header string) {
		if read, err := v.Bearer(t.Context(), header); err == nil {
			t.Fatalf("got %q taken for %s, which nobody has signed", header, read.Subject)
		}
		signed, err := signer.Sign([]byte(payload))
		if err != nil {
			t.Fatal(err)
		}
		text, err := signed.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		read, err := v.Bearer(t.Context(), "Bearer "+text)
		if err != nil {
			return
		}
		var plain map[string]any
		if json.Unmarshal([]byte(payload), &plain) != nil || plain["sub"] != read.Subject || plain["iss"] != "https://id.example" {
			t.Fatalf("got %q taken for %q", payload, read.Subject)
		}
		if exp, _ := plain["exp"].(float64); exp <= float64(now.Unix()) {
			t.Fatalf("got %q taken after its end", payload)
		}
		changed := []byte(payload)
		changed[0] ^= 1
		parts := strings.Split(text, ".")
		forged := parts[0] + "." + base64.RawURLEncoding.EncodeToString(changed) + "." + parts[2]
		if _, err := v.Bearer(t.Context(), "Bearer "+forged); err == nil {
			t.Fatalf("got %q taken with the signature of %q", changed, payload)
		}
	})
}
