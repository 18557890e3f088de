package upload

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
)

const (
	passIDBytes     = 16 // 128 bits
	passSecretBytes = 32 // 256 bits
	passIDChars     = 22 // of base64url
	passSecretChars = 43
)

// PassToken is what whoever holds a pass shows: {id}.{secret} in base64url, and behind
// them a check digit, so that what is no token costs no request to find out. It stands
// in a header and behind a link's #, and nowhere else.
type PassToken struct {
	ID     string
	secret string
}

// NewPassToken makes a token nobody can guess.
func NewPassToken() PassToken {
	b := make([]byte, passIDBytes+passSecretBytes)
	rand.Read(b) // never fails, says crypto/rand
	return PassToken{
		ID:     base64.RawURLEncoding.EncodeToString(b[:passIDBytes]),
		secret: base64.RawURLEncoding.EncodeToString(b[passIDBytes:]),
	}
}

// ParsePassToken reads a token. false is what no token can be.
func ParsePassToken(text string) (PassToken, bool) {
	id, rest, ok := strings.Cut(text, ".")
	if !ok || len(id) != passIDChars || len(rest) != passSecretChars+1 {
		return PassToken{}, false
	}
	t := PassToken{ID: id, secret: rest[:passSecretChars]}
	if t.String() != text || !isBase64(id) || !isBase64(t.secret) {
		return PassToken{}, false
	}
	return t, true
}

func isBase64(text string) bool {
	_, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil
}

// IsPassID says whether a text can be the id of a pass.
func IsPassID(id string) bool { return len(id) == passIDChars && isBase64(id) }

// String is the token as it is shown, once.
func (t PassToken) String() string { return t.ID + "." + t.secret + t.digit() }

// digit is six bits of a hash, as one character: it tells a slip or a cut from a token.
func (t PassToken) digit() string {
	sum := sha256.Sum256([]byte(t.ID + "." + t.secret))
	return base64.RawURLEncoding.EncodeToString(sum[:1])[:1]
}

// Sum is what a pass remembers of its secret.
func (t PassToken) Sum() string {
	sum := sha256.Sum256([]byte(t.secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// opens says whether the token's secret is the one that a sum was made of, in a time
// that tells nothing of it.
func (t PassToken) opens(sum string) bool {
	return subtle.ConstantTimeCompare([]byte(t.Sum()), []byte(sum)) == 1
}
