package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// SecretPrefix begins a secret as people copy it.
const SecretPrefix = "whsec_"

// The fewest and the most bytes of a secret's key, by the standard.
const minKey, maxKey = 24, 64

// Secret is a key that requests are signed with.
type Secret []byte

// ParseSecret reads a secret: base64 of 24 to 64 bytes, with or without whsec_.
func ParseSecret(text string) (Secret, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, SecretPrefix))
	if err != nil || len(key) < minKey || len(key) > maxKey {
		return nil, fmt.Errorf("got a secret that is none, want %s and base64 of %d to %d bytes: rotate it", SecretPrefix, minKey, maxKey)
	}
	return key, nil
}

// String is the secret as ParseSecret reads it.
func (s Secret) String() string { return SecretPrefix + base64.StdEncoding.EncodeToString(s) }

// sign is a header webhook-signature: one signature for each secret, so that a receiver
// that has one of them takes it
// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
func sign(secrets []Secret, id string, at time.Time, body []byte) string {
	signatures := make([]string, len(secrets))
	for i, s := range secrets {
		mac := hmac.New(sha256.New, s)
		fmt.Fprintf(mac, "%s.%s.%s", id, seconds(at), body)
		signatures[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return strings.Join(signatures, " ")
}

func seconds(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
