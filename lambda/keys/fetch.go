package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxAnswer is more than any issuer's answer: 64 keys with their certificates.
const maxAnswer = 1 << 18

// set is a JSON Web Key Set (RFC 7517) with what a signature is checked by. What
// else an issuer tells, its certificates among it, is left out.
type set struct {
	Keys []key `json:"keys"`
}

type key struct {
	ID    string `json:"kid,omitempty"`
	Type  string `json:"kty"`
	Use   string `json:"use,omitempty"`
	Alg   string `json:"alg,omitempty"`
	N     string `json:"n,omitempty"`
	E     string `json:"e,omitempty"`
	Curve string `json:"crv,omitempty"`
	X     string `json:"x,omitempty"`
	Y     string `json:"y,omitempty"`
}

// fetch reads an issuer's keys by way of its discovery document
// (https://openid.net/specs/openid-connect-discovery-1_0.html).
func (k *keeper) fetch(ctx context.Context, issuer string) ([]byte, error) {
	var found struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if err := k.read(ctx, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", &found); err != nil {
		return nil, err
	}
	if found.Issuer != issuer {
		return nil, fmt.Errorf("got the issuer %q in its discovery document, want %q: set auth.issuer to what the issuer calls itself", found.Issuer, issuer)
	}
	var all, kept set
	if err := k.read(ctx, found.Keys, &all); err != nil {
		return nil, err
	}
	for _, one := range all.Keys {
		// A symmetric key would be a secret, and a signature by it nobody's.
		if one.Use != "enc" && (one.Type == "RSA" || one.Type == "EC" || one.Type == "OKP") {
			kept.Keys = append(kept.Keys, one)
		}
	}
	if len(kept.Keys) == 0 {
		return nil, fmt.Errorf("got %d keys at %s, none of them public ones for signatures, want at least one: look at the issuer", len(all.Keys), found.Keys)
	}
	return json.Marshal(kept)
}

// stayEncrypted keeps a redirect from leading to plain http, where anybody on the way
// could put keys of his own.
func stayEncrypted(r *http.Request, via []*http.Request) error {
	if len(via) > 3 || r.URL.Scheme != "https" {
		return fmt.Errorf("got a redirect to %q, want https, and three at most: look at the issuer", r.URL.Scheme+"://"+r.URL.Host)
	}
	return nil
}

func (k *keeper) read(ctx context.Context, address string, into any) error {
	if !strings.HasPrefix(address, "https://") {
		return fmt.Errorf("got the address %q, want https: look at the issuer's discovery document", address)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	answer, err := k.http.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", address, err)
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("got status %d from %s, want 200: look at the issuer", answer.StatusCode, address)
	case len(data) > maxAnswer:
		return fmt.Errorf("got more than %d bytes from %s: look at the issuer", maxAnswer, address)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("got no JSON from %s: %w", address, err)
	}
	return nil
}
