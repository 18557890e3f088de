package presign

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"
)

// hexSize is the length of a signature, in hex digits.
const hexSize = 2 * sha256.Size

var errNoCredentials = errors.New("presign: the access key id or the secret is empty")

// session is what stays the same for one set of credentials on one day.
type session struct {
	accessKeyID, secret, sessionToken string
	day                               string

	scope      string
	credential string // X-Amz-Credential, encoded
	token      string // X-Amz-Security-Token, encoded

	// The blocks that HMAC hashes before the message and before the inner hash:
	// the derived key, xored with the two pads of RFC 2104.
	inner, outer [sha256.BlockSize]byte
}

// session finds the one of the credentials and the day, or makes it. The last
// one is kept; two calls that race make it twice, which does no harm.
func (s *Signer) session(c Credentials, now time.Time) *session {
	var day [len(dayFormat)]byte
	now.AppendFormat(day[:0], dayFormat)
	if kept := s.cache.Load(); kept != nil && kept.day == string(day[:]) && kept.accessKeyID == c.AccessKeyID &&
		kept.secret == c.SecretAccessKey && kept.sessionToken == c.SessionToken {
		return kept
	}
	scope := Scope{Time: now, Region: s.region}
	made := &session{
		accessKeyID: c.AccessKeyID, secret: c.SecretAccessKey, sessionToken: c.SessionToken,
		day:        string(day[:]),
		scope:      scope.String(),
		credential: escape(c.AccessKeyID+"/"+scope.String(), false),
		token:      escape(c.SessionToken, false),
	}
	copy(made.inner[:], c.derive(scope))
	made.outer = made.inner
	for i := range made.inner {
		made.inner[i] ^= 0x36
		made.outer[i] ^= 0x5c
	}
	s.cache.Store(made)
	return made
}

// signature signs a canonical request.
func (s *session) signature(date []byte, canonical []byte) [hexSize]byte {
	sum := sha256.Sum256(canonical)
	b := make([]byte, 0, 256)
	b = s.appendStringToSign(b, date)
	return s.mac(hex.AppendEncode(b, sum[:]))
}

// appendStringToSign appends all of it but the hash at its end.
func (s *session) appendStringToSign(b, date []byte) []byte {
	b = append(b, Algorithm...)
	b = append(b, '\n')
	b = append(b, date...)
	b = append(b, '\n')
	b = append(b, s.scope...)
	return append(b, '\n')
}

// mac is the HMAC of a message under the derived key, in hex. Two hashes over
// the kept blocks need no hash object, and so no allocation.
func (s *session) mac(message []byte) (signature [hexSize]byte) {
	sum := sha256.Sum256(append(append(make([]byte, 0, 512), s.inner[:]...), message...))
	sum = sha256.Sum256(append(append(make([]byte, 0, 2*sha256.BlockSize), s.outer[:]...), sum[:]...))
	hex.Encode(signature[:], sum[:])
	return signature
}
