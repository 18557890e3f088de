package upload

import (
	"crypto/sha256"
	"encoding/hex"
)

// Bearer is whoever asks. Whose part of a space is meant follows from it and the
// [Place]; a zero Bearer owns nothing and is Unauthorized everywhere.
type Bearer struct {
	// Caller is the segment of whoever asks, as [NewCaller] makes it.
	Caller Caller
}

// NewBearer is the bearer of a verified token with this subject. An empty subject
// is Unauthorized.
func NewBearer(sub string) (Bearer, error) {
	caller, err := NewCaller(sub)
	return Bearer{Caller: caller}, err
}

// Caller is the key segment that all of one owner's objects lie under.
type Caller string

// NewCaller turns a token's subject into a key segment: the subject itself when
// it matches [A-Za-z0-9._-]{1,64} and is no path step, else "h" and the 64 hex
// digits of its SHA-256, which is one character too long to be anybody's own
// subject. An empty subject is Unauthorized.
func NewCaller(sub string) (Caller, error) {
	if sub == "" {
		return "", Errorf(Unauthorized, "got no valid token with a subject, want Authorization: Bearer and a JWT of the issuer: sign in again")
	}
	if len(sub) <= 64 && sub != "." && sub != ".." && only(sub, isCallerByte) {
		return Caller(sub), nil
	}
	sum := sha256.Sum256([]byte(sub))
	return Caller("h" + hex.EncodeToString(sum[:])), nil
}

// ParseCaller reads back a caller as [NewCaller] made it.
func ParseCaller(s string) (Caller, bool) {
	return Caller(s), s != "" && len(s) <= 65 && s != "." && s != ".." && only(s, isCallerByte)
}

func isCallerByte(c byte) bool {
	return isLowerDigit(c) || c >= 'A' && c <= 'Z' || c == '.' || c == '_' || c == '-'
}

func isLowerDigit(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

func only(s string, ok func(byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return true
}
