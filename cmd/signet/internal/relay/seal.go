package relay

import (
	"crypto/rand"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// sealer makes cookies that nobody else can read or make: JWEs under a key that
// lives as long as the process. A new process has everybody sign in again, which is
// cheaper than a key that has to be kept.
type sealer struct{ key []byte }

func newSealer() sealer {
	key := make([]byte, 32)
	rand.Read(key) // never fails, says crypto/rand
	return sealer{key}
}

// seal writes v for a purpose, which open has to name too.
func (s sealer) seal(v any, purpose string, life time.Duration) (string, error) {
	encrypter, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.DIRECT, Key: s.key}, nil)
	if err != nil {
		return "", err
	}
	frame := jwt.Claims{Audience: jwt.Audience{purpose}, Expiry: jwt.NewNumericDate(time.Now().Add(life))}
	return jwt.Encrypted(encrypter).Claims(frame).Claims(v).Serialize()
}

func (s sealer) open(text, purpose string, v any) error {
	token, err := jwt.ParseEncrypted(text, []jose.KeyAlgorithm{jose.DIRECT}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return err
	}
	var frame jwt.Claims
	if err := token.Claims(s.key, &frame, v); err != nil {
		return err
	}
	return frame.ValidateWithLeeway(jwt.Expected{AnyAudience: jwt.Audience{purpose}, Time: time.Now()}, 0)
}
