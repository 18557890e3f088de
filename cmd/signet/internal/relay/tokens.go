package relay

import (
	"context"
	"crypto"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"signet/lambda/upload"
)

// tokens verifies the issuer's tokens as API Gateway's JWT authorizer does
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html):
// signature, issuer, times, and one of the audiences in aud or, as Cognito's access
// tokens have it, in client_id.
type tokens struct {
	issuer   string
	audience []string
	keys     *file[*oidc.StaticKeySet] // nil: the issuer is asked

	mu       sync.Mutex
	provider *oidc.Provider // nil: has not answered yet
	asked    time.Time
	failure  error
}

// askAgain is how long an issuer that did not answer is left alone.
const askAgain = 2 * time.Second

func newTokens(auth upload.Auth, keysFile string) (*tokens, error) {
	if auth.Issuer == "" {
		return nil, fmt.Errorf(`got auth without an issuer in %s, want {"issuer": "https://…", "audience": ["…"]}: with Cognito, the pool's issuer and the client's id`, upload.EnvVar)
	}
	t := &tokens{issuer: auth.Issuer, audience: auth.Audience}
	if keysFile == "" {
		return t, nil
	}
	t.keys = &file[*oidc.StaticKeySet]{path: keysFile, parse: func() (*oidc.StaticKeySet, error) { return readKeys(keysFile) }}
	_, err := t.keys.get()
	return t, err
}

func readKeys(path string) (*oidc.StaticKeySet, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(text, &set); err != nil || len(set.Keys) == 0 {
		return nil, fmt.Errorf("got %s, which has no keys, want a JSON Web Key Set such as the issuer's jwks_uri answers (%v)", path, err)
	}
	var keys []crypto.PublicKey
	for _, k := range set.Keys {
		if !k.IsPublic() {
			return nil, fmt.Errorf("got a key in %s that is not public, want the issuer's public keys alone", path)
		}
		keys = append(keys, k.Key)
	}
	return &oidc.StaticKeySet{PublicKeys: keys}, nil
}

// discover gives the issuer as its discovery document describes it.
func (t *tokens) discover(ctx context.Context) (*oidc.Provider, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.provider != nil || t.failure != nil && time.Since(t.asked) < askAgain {
		return t.provider, t.failure
	}
	// The client outlives this request: the provider fetches its keys with it.
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), &http.Client{Timeout: 5 * time.Second})
	t.asked = time.Now()
	t.provider, t.failure = oidc.NewProvider(ctx, t.issuer)
	return t.provider, t.failure
}

func (t *tokens) ready(ctx context.Context) error {
	_, err := t.verifier(ctx, true)
	return err
}

// verifier checks tokens of any audience, or ID tokens for the first one alone.
func (t *tokens) verifier(ctx context.Context, any bool) (*oidc.IDTokenVerifier, error) {
	config := &oidc.Config{SkipClientIDCheck: any, ClientID: t.audience[0]}
	if t.keys != nil {
		set, err := t.keys.get()
		if err != nil {
			return nil, err
		}
		config.SupportedSigningAlgs = []string{oidc.RS256, oidc.ES256, oidc.EdDSA}
		return oidc.NewVerifier(t.issuer, set, config), nil
	}
	provider, err := t.discover(ctx)
	if err != nil {
		return nil, err
	}
	return provider.Verifier(config), nil
}

// bearer gives the subject of a request's token. Its errors are 401 and 503.
func (t *tokens) bearer(r *http.Request) (string, error) {
	scheme, raw, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || raw == "" {
		_, err := upload.NewCaller("")
		return "", err
	}
	verifier, err := t.verifier(r.Context(), true)
	if err != nil {
		return "", unavailable("tokens cannot be verified now: try again later", err)
	}
	token, err := verifier.Verify(r.Context(), strings.TrimSpace(raw))
	if err != nil || !t.isAccess(token) {
		_, err := upload.NewCaller("")
		return "", err
	}
	return token.Subject, nil
}

// isAccess says that a token is for us, and no ID token: that tells a page who
// signed in, and is no key to an API. An access token says for which client or for
// what it is (RFC 9068, section 2.2); an ID token answers a nonce or a code.
func (t *tokens) isAccess(token *oidc.IDToken) bool {
	var claims struct {
		ClientID string `json:"client_id"`
		Scope    any    `json:"scope"`
		SCP      any    `json:"scp"`       // Okta's and Entra's scope
		Use      string `json:"token_use"` // Cognito's
		Nonce    string `json:"nonce"`
		AtHash   string `json:"at_hash"`
	}
	if token.Claims(&claims) != nil || claims.Use == "id" || claims.Nonce != "" || claims.AtHash != "" ||
		claims.ClientID == "" && claims.Scope == nil && claims.SCP == nil {
		return false
	}
	audience := token.Audience
	if len(audience) == 0 {
		audience = []string{claims.ClientID}
	}
	return slices.ContainsFunc(audience, func(a string) bool { return slices.Contains(t.audience, a) })
}
