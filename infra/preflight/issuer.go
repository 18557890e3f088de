package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	issuerTimeout = 10 * time.Second
	issuerAnswer  = 1 << 20 // bytes: a discovery document or a set of keys is some kilobytes
)

// algorithms are those with which an issuer signs, as its discovery document says
// (https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata), of
// which none counts for which it publishes no key.
func algorithms(ctx context.Context, client *http.Client, issuer string) ([]string, error) {
	var about struct {
		Issuer     string   `json:"issuer"`
		Keys       string   `json:"jwks_uri"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := get(ctx, client, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", &about); err != nil {
		return nil, err
	}
	if about.Issuer != issuer {
		return nil, fmt.Errorf("got the issuer %q in its discovery document, want %q, letter by letter", about.Issuer, issuer)
	}
	var set struct {
		Keys []struct {
			Type string `json:"kty"`
		} `json:"keys"`
	}
	if err := get(ctx, client, about.Keys, &set); err != nil {
		return nil, err
	}
	for _, k := range set.Keys {
		if k.Type == "RSA" {
			return about.Algorithms, nil
		}
	}
	return slices.DeleteFunc(about.Algorithms, func(name string) bool { return strings.HasPrefix(name, "RS") }), nil
}

func get(ctx context.Context, client *http.Client, url string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("got %s from %s, want 200", response.Status, url)
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, issuerAnswer)).Decode(into); err != nil {
		return fmt.Errorf("%s: %w", url, err)
	}
	return nil
}
