package upload

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
)

// Bearer is whoever asks: a caller with a token, a guest whom a pass holds to one
// place, or the backend. Whose part of a space is meant follows from it and the
// [Place]; a zero Bearer owns nothing and is Unauthorized everywhere.
type Bearer struct {
	// Caller is the segment of a person, as [NewCaller] makes it; of the backend that of
	// the person or the group for whom it asks. A guest has none.
	Caller Caller
	// Groups are those that the person is in, as the token names them.
	Groups []string
	// Backend says that it is the application's own server, which may do in the parts of
	// the one for whom it asks whatever an owner may, and in no others: what it was given
	// as somebody's is nobody else's.
	Backend bool
	// Bound holds the bearer to one place: a guest, or a session of Companion's. nil:
	// what he may is for the spaces to say.
	Bound *Bound
}

// Bound is one place and what may be done there, and in no other.
type Bound struct {
	Space  string // the space's name
	Owner  Caller // whose part of it
	Folder string // cleaned; what is in it and below. "": the part itself
	Rights Rights
	// By is whose the uploads are said to be, of a bearer without a Caller; nobody
	// else's may be called so.
	By string
	// Keys are the files that may be read, and no others. Empty: all that are there.
	Keys []string
	// Own says that of what is there only what the bearer has uploaded may be seen.
	Own bool
	// Metadata is signed into all that is uploaded; the bearer's own is then refused.
	// nil: the bearer's own is taken.
	Metadata map[string]string
	// Limits narrow those of the space. nil: they hold as they are.
	Limits *Limits
}

// Limits say what may be uploaded. Zero fields limit nothing.
type Limits struct {
	AllowedTypes  []string
	MaxObjectSize Size
	MaxFiles      int
}

// NewBearer is the bearer of a verified token with this subject and these groups. An
// empty subject is Unauthorized.
func NewBearer(sub string, groups ...string) (Bearer, error) {
	caller, err := NewCaller(sub)
	return Bearer{Caller: caller, Groups: groups}, err
}

// backendBy is whose what the backend has moved is said to be; no caller is called so.
const backendBy = "(backend)"

// By is whose an upload is said to be: the value of [MetadataBy].
func (b Bearer) By() string {
	switch {
	case b.Backend:
		return backendBy
	case b.Bound != nil:
		return cmp.Or(string(b.Caller), b.Bound.By)
	}
	return string(b.Caller)
}

// byDigits is how many digits of who writes an id ends in where several do.
const byDigits = 6

// Digits are six base32 digits of the SHA-256 of By, in which ids end where several
// write.
func (b Bearer) Digits() string {
	sum := sha256.Sum256([]byte(b.By()))
	return digits(sum[:])[:byDigits]
}

// isAnybody says that there is somebody who asks.
func (b Bearer) isAnybody() bool {
	if b.Bound != nil {
		return b.By() != ""
	}
	_, ok := ParseCaller(string(b.Caller))
	return ok
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
	return segmentOf(sub), nil
}

// segmentOf is the key segment of a caller or a group of this name.
func segmentOf(name string) Caller {
	if len(name) <= 64 && name != "." && name != ".." && only(name, isCallerByte) {
		return Caller(name)
	}
	sum := sha256.Sum256([]byte(name))
	return Caller("h" + hex.EncodeToString(sum[:]))
}

// isHashed says that a segment is one that segmentOf made of a longer name.
func isHashed(segment string) bool {
	return len(segment) == 65 && segment[0] == 'h' && only(segment[1:], func(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' })
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
