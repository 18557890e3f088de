package local

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"signet/cmd/signet/gateway"
)

// Keys are the access keys of a user of the local bucket, as KeysFile has them.
type Keys struct {
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
}

// signers makes the user whose keys are to lie in o.KeysFile, if any. He may do
// what the role may, whose policy it is, and nothing more.
func signers(o Options, policy string) ([]gateway.User, error) {
	if o.KeysFile == "" {
		return nil, nil
	}
	secret := make([]byte, 30) // 40 characters, as AWS's have
	_, _ = rand.Read(secret)   // never fails
	k := Keys{AccessKeyID: "AKIA" + rand.Text()[:16], SecretAccessKey: base64.StdEncoding.EncodeToString(secret)}
	if err := k.write(o.KeysFile); err != nil {
		return nil, err
	}
	return []gateway.User{{Name: "signer", AccessKeyID: k.AccessKeyID, SecretAccessKey: k.SecretAccessKey, Policy: policy}}, nil
}

// write puts the keys into a new file in the place of path, so that they never
// lie in one that somebody else could read before.
func (k Keys) write(path string) error {
	text, err := json.Marshal(k)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // 0600
	if err != nil {
		return fmt.Errorf("got %q for access keys: %w", path, err)
	}
	_, err = tmp.Write(append(text, '\n'))
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
	}
	return err
}
