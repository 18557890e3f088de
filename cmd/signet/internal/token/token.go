// Package token reads the bearer tokens of requests, for signet dev and signet
// serve alike. What it takes is what API Gateway documents for its JWT authorizer
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html),
// so that a token that works on a laptop works in the cloud, and no other does.
//
// Where the documentation leaves room, this package is the stricter: a claim is
// found by its exact name (JSON's names are case-sensitive, and encoding/json's
// are not), one that comes twice is none, and an ID token is no key.
package token

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"
)

// Leeway is how far ahead of our clock iat and nbf may be: clocks differ. exp has
// none.
const Leeway = time.Minute

// Rules say whose tokens are taken.
type Rules struct {
	// Issuer is iss, exactly. Required.
	Issuer string
	// Audience are those of which aud must have one; client_id where there is no
	// aud, as in Cognito's access tokens. Required.
	Audience []string
	// Scopes are those of which an access token must have one, in scope or scp.
	// None: any token is taken that says what it is for, see [Verifier.Bearer].
	Scopes []string
	// Now is the clock. nil: time.Now.
	Now func() time.Time
}

// Keys finds the issuer's public key of an id. Its error is [ErrUnknownKey] when
// the issuer has no such key; any other says that the issuer cannot be asked.
type Keys interface {
	Key(ctx context.Context, id string) (*jose.JSONWebKey, error)
}

// ErrUnknownKey says that the issuer has no key of that id.
var ErrUnknownKey = errors.New("the issuer has no such key")

// Refused is the error of a token that is not taken. Rule is the claim or header
// that it is refused for, by its name; signature, or token for what is none.
type Refused struct {
	Rule string
	Want string
}

// Error names the rule; nothing of the token's.
func (r *Refused) Error() string { return "got a token whose " + r.Rule + " is not " + r.Want }

// Token is a token that was taken.
type Token struct {
	Subject string
	// Expires is exp.
	Expires time.Time
	// Claims are all claims, as they were written.
	Claims map[string]json.RawMessage
}

// List is a claim that is an array of texts, or a text, which is an array of one; nil
// for any other.
func (t Token) List(name string) []string { return claims(t.Claims).list(name) }

// Verifier takes tokens or refuses them. It is safe for concurrent use when its
// Keys are.
type Verifier struct {
	rules Rules
	keys  Keys
}

// New makes a verifier.
func New(r Rules, k Keys) *Verifier {
	if r.Now == nil {
		r.Now = time.Now
	}
	return &Verifier{rules: r, keys: k}
}

// Bearer reads the access token of an Authorization header: Bearer, a space, the
// token. Its error is [*Refused], or that of the keys.
func (v *Verifier) Bearer(ctx context.Context, authorization string) (Token, error) {
	raw, ok := strings.CutPrefix(authorization, "Bearer ")
	if !ok {
		return Token{}, &Refused{"token", "behind Bearer and a space"}
	}
	return v.read(ctx, raw, v.accessRules())
}

// ID reads the ID token that answers a sign-in of this client, with its nonce
// (OpenID Connect Core 1.0, section 3.1.3.7). Its error is as of [Verifier.Bearer].
func (v *Verifier) ID(ctx context.Context, raw, client, nonce string) (Token, error) {
	return v.read(ctx, raw, v.idRules(client, nonce))
}

func (v *Verifier) read(ctx context.Context, raw string, rules []rule) (Token, error) {
	payload, err := v.signed(ctx, raw)
	if err != nil {
		return Token{}, err
	}
	c, err := parse(payload)
	if err != nil {
		return Token{}, &Refused{"token", "one JSON object whose names come once"}
	}
	for _, r := range rules {
		if !r.holds(c) {
			return Token{}, &Refused{r.claim, r.want}
		}
	}
	seconds, _, _ := c.seconds("exp") // which a rule has seen
	subject, _, _ := c.text("sub")
	return Token{Subject: subject, Expires: time.Unix(int64(seconds), 0), Claims: c}, nil
}

// algorithms are those of RSA keys, which are all that API Gateway supports.
func algorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512}
}

// signed gives what a token says, once its signature is known to be the issuer's.
func (v *Verifier) signed(ctx context.Context, raw string) ([]byte, error) {
	parsed, err := jose.ParseSignedCompact(raw, algorithms())
	if err != nil {
		return nil, &Refused{"token", "a JWT signed with an RSA key"}
	}
	header := parsed.Signatures[0].Protected
	if !isType(header.ExtraHeaders[jose.HeaderType]) {
		return nil, &Refused{"typ", "JWT or at+jwt"}
	}
	if header.KeyID == "" {
		return nil, &Refused{"kid", "there"}
	}
	key, err := v.keys.Key(ctx, header.KeyID)
	if errors.Is(err, ErrUnknownKey) {
		return nil, &Refused{"kid", "that of a key of the issuer"}
	}
	if err != nil {
		return nil, err
	}
	if key.Algorithm != "" && key.Algorithm != header.Algorithm {
		return nil, &Refused{"alg", "that of its key"}
	}
	payload, err := parsed.Verify(key.Key)
	if err != nil {
		return nil, &Refused{"signature", "of its key"}
	}
	return payload, nil
}

// isType accepts what a token may say that it is: nothing, JWT (RFC 7519, section
// 5.1) or an access token (RFC 9068, section 2.1). A logout token is none.
func isType(typ any) bool {
	if typ == nil {
		return true
	}
	text, _ := typ.(string)
	switch strings.TrimPrefix(strings.ToLower(text), "application/") {
	case "jwt", "at+jwt":
		return true
	}
	return false
}

// parse reads an object, each of whose names stands for itself and comes once.
func parse(payload []byte) (claims, error) {
	if !utf8.Valid(payload) {
		return nil, errors.New("not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(payload))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, fmt.Errorf("no object (%w)", err)
	}
	c := claims{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		text, _ := name.(string)
		if _, twice := c[text]; twice {
			return nil, errors.New("a name comes twice")
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		c[text] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more behind the object")
	}
	return c, nil
}
