package relay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/go-jose/go-jose/v4"

	"signet/cmd/signet/internal/token"
	"signet/lambda/upload"
)

// tokens verifies the issuer's tokens, by the rules that API Gateway has for them.
type tokens struct {
	*token.Verifier
	client string        // that people sign in with
	groups string        // the claim that has a person's groups
	issuer *token.Issuer // nil: its keys lie in a file
	keys   *keysFile     // nil: the issuer is asked
}

func newTokens(auth upload.Auth, path string) (*tokens, error) {
	if auth.Issuer == "" {
		return nil, fmt.Errorf(`got auth without an issuer in %s, want {"issuer": "https://…", "audience": ["…"]}: with Cognito, the pool's issuer and the client's id`, upload.EnvVar)
	}
	t := &tokens{client: auth.Audience[0], groups: auth.Groups()}
	rules := token.Rules{Issuer: auth.Issuer, Audience: auth.Audience, Scopes: auth.AccessScopes()}
	if path == "" {
		t.issuer = token.NewIssuer(auth.Issuer)
		t.Verifier = token.New(rules, t.issuer)
		return t, nil
	}
	t.keys = &keysFile{file[[]jose.JSONWebKey]{path: path, parse: func() ([]jose.JSONWebKey, error) { return readKeys(path) }}}
	t.Verifier = token.New(rules, t.keys)
	_, err := t.keys.get()
	return t, err
}

// keysFile are the issuer's keys where it cannot be reached.
type keysFile struct{ file[[]jose.JSONWebKey] }

// Key implements [token.Keys].
func (k *keysFile) Key(_ context.Context, id string) (*jose.JSONWebKey, error) {
	keys, err := k.get()
	if err != nil {
		return nil, err
	}
	for i := range keys {
		if keys[i].KeyID == id {
			return &keys[i], nil
		}
	}
	return nil, token.ErrUnknownKey
}

func readKeys(path string) ([]jose.JSONWebKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, fmt.Errorf("got %s, which is no JSON Web Key Set, want what the issuer's jwks_uri answers (%w)", path, err)
	}
	for _, k := range set.Keys {
		if !k.IsPublic() {
			return nil, fmt.Errorf("got a key in %s that is not public, want the issuer's public keys alone", path)
		}
	}
	keys := token.ForSignatures(set)
	if len(keys) == 0 {
		return nil, fmt.Errorf("got %s, which has no keys for signatures with a kid, want a JSON Web Key Set such as the issuer's jwks_uri answers", path)
	}
	return keys, nil
}

// ready says whether tokens can be verified.
func (t *tokens) ready(ctx context.Context) error {
	if t.keys != nil {
		_, err := t.keys.get()
		return err
	}
	_, err := t.issuer.Metadata(ctx)
	return err
}

// bearer gives who has a request's token. Its errors are 401 and 503.
func (t *tokens) bearer(r *http.Request) (upload.Bearer, error) {
	read, err := t.Bearer(r.Context(), r.Header.Get("Authorization"))
	if _, refused := errors.AsType[*token.Refused](err); refused {
		return upload.NewBearer("")
	}
	if err != nil {
		return upload.Bearer{}, unavailable("tokens cannot be verified now: try again later", err)
	}
	return upload.NewBearer(read.Subject, read.List(t.groups)...)
}
