package gateway

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// sessionKey makes and checks session credentials. Both processes hold it, so
// that neither has to ask the other; it stays in Dir, so that what was signed
// before a restart is still valid after it, as with a real role.
type sessionKey []byte

// errNoSession says that a token is not one of ours or does not belong to the
// access key it came with.
var errNoSession = errors.New("not a session token of this gateway")

// session is what a token says. Its encoding is signed as it stands.
type session struct {
	AccessKeyID string `json:"k"`
	Role        string `json:"r"`
	Expires     int64  `json:"e"` // Unix time
}

// loadSessionKey reads the key of dir, after making it the first time.
func loadSessionKey(dir string) (sessionKey, error) {
	path := filepath.Join(dir, "session-key")
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := writeSessionKey(path); err != nil {
			return nil, err
		}
		key, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, err
	}
	if len(key) != sha256.Size {
		return nil, fmt.Errorf("%s: got %d bytes, want %d: delete it, a new one is made", path, len(key), sha256.Size)
	}
	return key, nil
}

// writeSessionKey puts a new key at path unless there is one by now. It is
// linked into place whole, so that no reader sees half of it.
func writeSessionKey(path string) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".session-key-*") // 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails
	if _, err := tmp.Write(key); err != nil {
		_ = tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// mint returns credentials of a session of role. id makes the access key
// unique; its first 16 characters count.
func (k sessionKey) mint(role string, expires time.Time, id string) aws.Credentials {
	expires = expires.Truncate(time.Second) // a token has whole seconds
	s := session{AccessKeyID: "ASIA" + id[:16], Role: role, Expires: expires.Unix()}
	body, _ := json.Marshal(s) // strings and a number cannot fail
	return aws.Credentials{
		AccessKeyID:     s.AccessKeyID,
		SecretAccessKey: k.secret(body),
		SessionToken:    base64.RawURLEncoding.EncodeToString(body) + "." + base64.RawURLEncoding.EncodeToString(k.sum("token", body)),
		Source:          "signet gateway",
		CanExpire:       true,
		Expires:         expires,
	}
}

// open returns the session of token and its secret access key. The session may
// be over: that is for the caller to see.
func (k sessionKey) open(accessKeyID, token string) (session, string, error) {
	head, tail, _ := strings.Cut(token, ".")
	body, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		return session{}, "", errNoSession
	}
	sum, err := base64.RawURLEncoding.DecodeString(tail)
	if err != nil || !hmac.Equal(sum, k.sum("token", body)) {
		return session{}, "", errNoSession
	}
	var s session
	if err := json.Unmarshal(body, &s); err != nil || s.AccessKeyID != accessKeyID {
		return session{}, "", errNoSession
	}
	return s, k.secret(body), nil
}

// secret is the secret access key of a session: 40 characters, like AWS's.
func (k sessionKey) secret(body []byte) string {
	return base64.StdEncoding.EncodeToString(k.sum("secret", body))[:40]
}

func (k sessionKey) sum(use string, body []byte) []byte {
	h := hmac.New(sha256.New, k)
	h.Write([]byte(use))
	h.Write([]byte{0})
	h.Write(body)
	return h.Sum(nil)
}

// signingKey derives the key that SigV4 signs with
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
func signingKey(secret, date, region, service string) []byte {
	key := []byte("AWS4" + secret)
	for _, part := range []string{date, region, service, "aws4_request"} {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(part))
		key = h.Sum(nil)
	}
	return key
}
