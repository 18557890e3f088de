package upload

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxNameBytes is the longest file name within a key, in bytes of UTF-8.
const MaxNameBytes = 200

// Caller is the key segment that all of one user's objects lie under.
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

// checkID accepts a client's file id: [a-z0-9-]{8,64}.
func checkID(id string) error {
	if len(id) >= 8 && len(id) <= 64 && only(id, func(c byte) bool { return isLowerDigit(c) || c == '-' }) {
		return nil
	}
	return Errorf(InvalidArgument, "got id %s, want 8 to 64 of a-z, 0-9 and -: leave it out to get one", quote(id))
}

// newID makes a file id of 128 random bits.
func newID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails, says crypto/rand
	return hex.EncodeToString(b[:])
}

// cleanName makes a file name fit for a key: NFC, without directories (of
// either slash), control characters, bidirectional overrides and other invisible
// format characters, trimmed of white space, cut to [MaxNameBytes] before its
// extension. Invalid UTF-8 and names of which nothing is left are
// InvalidArgument.
func cleanName(name string) (string, error) {
	if !utf8.ValidString(name) {
		return "", Errorf(InvalidArgument, "got a name that is not UTF-8 (%q), want UTF-8: encode it", shorten(name))
	}
	clean := name
	if i := strings.LastIndexAny(clean, `/\`); i >= 0 {
		clean = clean[i+1:]
	}
	clean = norm.NFC.String(strings.Map(visible, clean))
	clean = strings.TrimSpace(cutName(strings.TrimSpace(clean)))
	if clean == "" || clean == "." || clean == ".." {
		return "", Errorf(InvalidArgument, "got name %s, want a file name such as photo.jpg: at least one visible character other than . and ..", quote(name))
	}
	return clean, nil
}

// visible drops the runes that a reader of a name cannot see and an attacker
// can use: control characters (Cc) and format characters (Cf), which are the
// bidirectional overrides, isolates and marks, zero-width characters and the
// byte order mark. The two joiners stay, because Persian, Hindi and emoji need
// them. U+FFFD stays too: it is valid UTF-8.
func visible(r rune) rune {
	const zwnj, zwj = '\u200c', '\u200d'
	if r == zwnj || r == zwj {
		return r
	}
	if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
		return -1
	}
	return r
}

// cutName shortens a name to MaxNameBytes at a rune boundary, keeping an
// extension of up to 16 bytes.
func cutName(name string) string {
	if len(name) <= MaxNameBytes {
		return name
	}
	ext := path.Ext(name)
	if len(ext) > 16 {
		ext = ""
	}
	stem := name[:MaxNameBytes-len(ext)]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return stem + ext
}

func quote(s string) string { return `"` + strings.ToValidUTF8(shorten(s), "\uFFFD") + `"` }

// shorten keeps messages readable whatever a client sends.
func shorten(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// NameOf is the file name at the end of a key.
func NameOf(key string) string { return key[strings.LastIndexByte(key, '/')+1:] }
