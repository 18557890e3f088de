package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// forger makes tokens with the very key of a cloud's issuer, or with others.
type forger struct {
	key *rsa.PrivateKey
	id  string
	iss string
}

func newForger(t *testing.T, c *cloud, dir string) *forger {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "issuer", "issuer-key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	f := &forger{key: key.(*rsa.PrivateKey), iss: c.Site + "/oidc"}
	head, _, _ := strings.Cut(c.Token, ".")
	var header struct{ KID string }
	if text, err = base64.RawURLEncoding.DecodeString(head); err == nil {
		err = json.Unmarshal(text, &header)
	}
	if err != nil || header.KID == "" {
		t.Fatalf("got no kid in %s (%v)", text, err)
	}
	f.id = header.KID
	return f
}

// sign makes a token of a payload as it is written.
func (f *forger) sign(t *testing.T, alg jose.SignatureAlgorithm, key any, header map[jose.HeaderKey]any, payload string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, &jose.SignerOptions{ExtraHeaders: header})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign([]byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// header is that of a good token.
func (f *forger) header() map[jose.HeaderKey]any {
	return map[jose.HeaderKey]any{"kid": f.id, "typ": "at+jwt"}
}

// claims are those of a good token.
func (f *forger) claims() map[string]any {
	now := time.Now().Unix()
	return map[string]any{
		"iss": f.iss, "sub": "alice", "aud": "signet", "client_id": "signet", "scope": "openid profile", "token_use": "access",
		"iat": now, "nbf": now, "exp": now + 600,
	}
}

// with is a good token but for these claims; nil takes one away.
func (f *forger) with(t *testing.T, changes map[string]any) string {
	t.Helper()
	c := f.claims()
	maps.Copy(c, changes)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return f.sign(t, jose.RS256, f.key, f.header(), string(text))
}

// written is a good token but for text before the end of its object.
func (f *forger) written(t *testing.T, more string) string {
	t.Helper()
	text, err := json.Marshal(f.claims())
	if err != nil {
		t.Fatal(err)
	}
	return f.sign(t, jose.RS256, f.key, f.header(), strings.TrimSuffix(string(text), "}")+more+"}")
}

// headed is a good token but for these headers; nil takes one away.
func (f *forger) headed(t *testing.T, changes map[jose.HeaderKey]any) string {
	t.Helper()
	h := f.header()
	maps.Copy(h, changes)
	maps.DeleteFunc(h, func(_ jose.HeaderKey, v any) bool { return v == nil })
	text, err := json.Marshal(f.claims())
	if err != nil {
		t.Fatal(err)
	}
	return f.sign(t, jose.RS256, f.key, h, string(text))
}

// tokenRow is an Authorization header, and whether it is taken.
type tokenRow struct {
	what, authorization string
	taken               bool
}

// tokenTable are API Gateway's documented rules, by claim
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html),
// and what else no key to the API may be.
func tokenTable(t *testing.T, f *forger) (rows []tokenRow) {
	now := time.Now().Unix()
	row := func(taken bool, what, token string) { rows = append(rows, tokenRow{what, "Bearer " + token, taken}) }
	claim := func(taken bool, what string, changes map[string]any) { row(taken, what, f.with(t, changes)) }
	claim(true, "a good one", nil)
	claim(false, "another issuer", map[string]any{"iss": f.iss + "x"})
	claim(false, "the issuer with a slash", map[string]any{"iss": f.iss + "/"})
	claim(false, "no issuer", map[string]any{"iss": nil})
	claim(true, "several audiences", map[string]any{"aud": []string{"other", "signet"}})
	claim(false, "another audience", map[string]any{"aud": "other"})
	claim(false, "an audience with more behind", map[string]any{"aud": "signet2"})
	claim(false, "an audience in other case", map[string]any{"aud": "Signet"})
	claim(false, "no audience, and none in client_id", map[string]any{"aud": nil, "client_id": nil})
	claim(true, "client_id alone, as Cognito's", map[string]any{"aud": nil})
	claim(false, "client_id alone, of another", map[string]any{"aud": nil, "client_id": "other"})
	claim(false, "an empty list of audiences", map[string]any{"aud": []string{}})
	claim(false, "an audience that is a number", map[string]any{"aud": 7})
	claim(true, "a good audience beside another client", map[string]any{"client_id": "other"})
	claim(false, "no exp", map[string]any{"exp": nil})
	claim(false, "exp a second ago", map[string]any{"exp": now - 1})
	claim(false, "exp below zero", map[string]any{"exp": -1})
	claim(false, "exp as text", map[string]any{"exp": fmt.Sprint(now + 600)})
	claim(false, "exp beyond all dates", map[string]any{"exp": 1e40})
	claim(true, "exp with a fraction", map[string]any{"exp": float64(now) + 600.5})
	claim(true, "no iat and no nbf", map[string]any{"iat": nil, "nbf": nil})
	claim(true, "iat half a minute ahead, as clocks differ", map[string]any{"iat": now + 30})
	claim(false, "iat an hour ahead", map[string]any{"iat": now + 3600})
	claim(false, "iat that is null", map[string]any{"iat": json.RawMessage("null")})
	claim(false, "nbf 200 s ahead", map[string]any{"nbf": now + 200})
	claim(false, "nbf as text", map[string]any{"nbf": "0"})
	claim(false, "another scope", map[string]any{"scope": "profile"})
	claim(false, "Cognito's own scope alone", map[string]any{"scope": "aws.cognito.signin.user.admin"})
	claim(false, "an empty scope", map[string]any{"scope": ""})
	claim(false, "no scope", map[string]any{"scope": nil})
	claim(false, "a scope that is null", map[string]any{"scope": json.RawMessage("null")})
	claim(false, "a scope that begins alike", map[string]any{"scope": "openid2"})
	claim(true, "the scope in scp, as Okta's", map[string]any{"scope": nil, "scp": []string{"profile", "openid"}})
	claim(true, "the scope in scp, as Entra's", map[string]any{"scope": nil, "scp": "profile openid"})
	claim(false, "an ID token of Cognito", map[string]any{"token_use": "id"})
	claim(false, "an ID token with a nonce", map[string]any{"nonce": "n"})
	claim(false, "an ID token with at_hash", map[string]any{"at_hash": "h"})
	claim(false, "no sub", map[string]any{"sub": nil})
	claim(false, "an empty sub", map[string]any{"sub": ""})
	claim(false, "a sub that is a number", map[string]any{"sub": 7})
	claim(false, "a sub that is a list", map[string]any{"sub": []string{"alice"}})
	row(false, "sub twice", f.written(t, `,"sub":"bob"`))
	row(true, "SUB beside sub, which is another claim", f.written(t, `,"SUB":"bob"`))
	row(false, "CLIENT_ID for client_id", f.sign(t, jose.RS256, f.key, f.header(), strings.ReplaceAll(fmt.Sprintf(`{"iss":%q,"sub":"alice","scope":"openid","exp":%d,"CLIENT_ID":"signet"}`, f.iss, now+600), "\n", "")))
	row(false, "AUD for aud", f.sign(t, jose.RS256, f.key, f.header(), fmt.Sprintf(`{"iss":%q,"sub":"alice","scope":"openid","exp":%d,"AUD":"signet"}`, f.iss, now+600)))
	row(false, "a payload that is a list", f.sign(t, jose.RS256, f.key, f.header(), `[]`))
	row(false, "a payload that is no JSON", f.sign(t, jose.RS256, f.key, f.header(), `{"sub":`))
	headers := func(taken bool, what string, changes map[jose.HeaderKey]any) { row(taken, what, f.headed(t, changes)) }
	headers(true, "typ JWT, as most issuers'", map[jose.HeaderKey]any{"typ": "JWT"})
	headers(true, "typ application/at+jwt", map[jose.HeaderKey]any{"typ": "application/at+jwt"})
	headers(true, "no typ, as Cognito's", map[jose.HeaderKey]any{"typ": nil})
	headers(false, "typ of a logout token", map[jose.HeaderKey]any{"typ": "logout+jwt"})
	headers(false, "typ that is a number", map[jose.HeaderKey]any{"typ": 1})
	headers(false, "no kid", map[jose.HeaderKey]any{"kid": nil})
	headers(false, "the kid of no key", map[jose.HeaderKey]any{"kid": "other"})
	headers(false, "a critical header that nobody knows", map[jose.HeaderKey]any{"crit": []string{"exp"}, "exp": 1})
	return append(rows, forgeries(t, f)...)
}

// forgeries are tokens that the issuer has not signed so.
func forgeries(t *testing.T, f *forger) (rows []tokenRow) {
	good, _ := json.Marshal(f.claims())
	row := func(what, authorization string) { rows = append(rows, tokenRow{what, authorization, false}) }
	bearer := func(what, token string) { row(what, "Bearer "+token) }
	taken := f.with(t, nil)
	head, payload, _ := strings.Cut(taken, ".")
	payload, signature, _ := strings.Cut(payload, ".")
	encode := base64.RawURLEncoding.EncodeToString
	for _, none := range []string{"none", "None", "NONE"} {
		h := encode([]byte(`{"alg":"` + none + `","kid":"` + f.id + `"}`))
		bearer(none+" without a signature", h+"."+payload+".")
		bearer(none+" with one", h+"."+payload+"."+signature)
	}
	bearer("no signature", head+"."+payload+".")
	bearer("another payload", head+"."+encode([]byte(strings.Replace(string(good), "alice", "bob", 1)))+"."+signature)
	bearer("a dot more", taken+".")
	bearer("padding", taken+"=")
	bearer("dots alone", "...")
	bearer("none at all", "")
	bearer("JSON serialization", `{"protected":"`+head+`","payload":"`+payload+`","signature":"`+signature+`"}`)
	bearer("two tokens", taken+" "+taken)
	bearer("two tokens, with a comma", taken+","+taken)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public := &jose.JSONWebKey{Key: &other.PublicKey, KeyID: f.id}
	bearer("another's key under the right kid", f.sign(t, jose.RS256, other, f.header(), string(good)))
	bearer("a key in the header", f.sign(t, jose.RS256, other, map[jose.HeaderKey]any{"kid": f.id, "jwk": public}, string(good)))
	bearer("the address of a key", f.sign(t, jose.RS256, other, map[jose.HeaderKey]any{"kid": f.id, "jku": f.iss + "/../evil"}, string(good)))
	der, err := x509.MarshalPKIXPublicKey(&f.key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	for what, secret := range map[string][]byte{"its PEM": text, "its DER": der, "its modulus": f.key.N.Bytes()} {
		bearer("HS256 by the public key, "+what, f.sign(t, jose.HS256, secret, f.header(), string(good)))
	}
	bearer("PS256, which API Gateway need not take", f.sign(t, jose.PS256, f.key, f.header(), string(good)))
	row("no scheme", taken)
	row("Basic", "Basic "+taken)
	row("a tab for the space", "Bearer\t"+taken)
	row("nothing", "")
	return rows
}

// Dev and serve read a token in the same way: that of API Gateway.
func TestTokens(t *testing.T) {
	dir, keys := t.TempDir(), filepath.Join(t.TempDir(), "keys.json")
	c := startDev(t, dir, "--s3-keys", keys)
	s := serveBefore(t, c, keys, nil)
	f := newForger(t, c, dir)
	for _, r := range tokenTable(t, f) {
		want := http.StatusUnauthorized
		if r.taken {
			want = http.StatusOK
		}
		for who, address := range map[string]string{"dev": c.Site, "serve": s.url} {
			if got := withAuthorization(t, address+"/api/uploads", r.authorization); got != want {
				t.Errorf("%s at %s: got %d, want %d", r.what, who, got, want)
			}
		}
	}
	// SUB names nobody: the upload is alice's.
	status, _, text := s.send(t, "PUT", "/api/relay/a.txt", map[string]string{"Authorization": "Bearer " + f.written(t, `,"SUB":"bob"`)}, strings.NewReader("x"))
	if done := wantStored(t, status, text, 1); !strings.HasPrefix(done.Key, "uploads/alice/") {
		t.Errorf("got key %s for sub alice, want one of hers", done.Key)
	}
}

func withAuthorization(t *testing.T, url, authorization string) int {
	t.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}
