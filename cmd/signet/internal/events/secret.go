package events

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"signet/lambda/notify"
)

// secretBytes is the size of a secret's key: that of HMAC-SHA256's own output.
const secretBytes = 32

// secrets plays Secrets Manager: the secret, and the one before.
type secrets struct {
	Current  string    `json:"current"`
	Previous string    `json:"previous,omitempty"`
	Rotated  time.Time `json:"rotated"`
}

func secretFile(dir string) string { return filepath.Join(dir, "secret.json") }

// NewSecret makes a secret.
func NewSecret() notify.Secret {
	key := make([]byte, secretBytes)
	_, _ = rand.Read(key) // never fails
	return key
}

// NewToken is a word by which Secrets Manager knows a change that is asked for twice.
func NewToken() string { return rand.Text() + rand.Text()[:10] }

// OpenSecret reads the secret of an events folder, and makes one the first time.
func OpenSecret(dir string) (string, error) {
	s, err := readSecrets(dir)
	if errors.Is(err, fs.ErrNotExist) {
		s = secrets{Current: NewSecret().String(), Rotated: time.Now()}
		err = s.write(dir)
	}
	return s.Current, err
}

// Rotate puts a new secret in the place of a folder's; the one before signs too, for a
// day.
func Rotate(dir string) (string, error) {
	dir = Folder(dir)
	s, err := readSecrets(dir)
	if err != nil {
		return "", err
	}
	s = secrets{Current: NewSecret().String(), Previous: s.Current, Rotated: time.Now()}
	return s.Current, s.write(dir)
}

func readSecrets(dir string) (s secrets, err error) {
	data, err := os.ReadFile(secretFile(dir))
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	return s, err
}

func (s secrets) write(dir string) error { return replace(secretFile(dir), [][]byte{line(s)}) }

// signing are the secrets that sign now.
func signing(dir string, now time.Time) ([]notify.Secret, error) {
	s, err := readSecrets(dir)
	if err != nil {
		return nil, err
	}
	texts := []string{s.Current}
	if s.Previous != "" && now.Sub(s.Rotated) < notify.Overlap {
		texts = append(texts, s.Previous)
	}
	all := make([]notify.Secret, len(texts))
	for i, text := range texts {
		if all[i], err = notify.ParseSecret(text); err != nil {
			return nil, fmt.Errorf("%s: %w", secretFile(dir), err)
		}
	}
	return all, nil
}
