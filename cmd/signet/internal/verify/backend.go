package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// errNoBackend skips what only the stack's own address can be asked.
const errNoBackend = skipped("with --stack and passes in the configuration it is tried")

// asBackend sends a request to the backend's calls, signed for execute-api with the
// credentials of whoever runs this. sent is what goes in the place of what was signed;
// nil: that itself. Without credentials nothing is signed.
func (c *conversation) asBackend(ctx context.Context, credentials aws.CredentialsProvider, method, path string, message any, sent []byte) (answer, error) {
	var body []byte
	if message != nil {
		var err error
		if body, err = json.Marshal(message); err != nil {
			return answer{}, err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, c.Backend+path, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Content-Type", "application/json")
	if credentials != nil {
		creds, err := credentials.Retrieve(ctx)
		if err != nil {
			return answer{}, err
		}
		sum := sha256.Sum256(body)
		if err := v4.NewSigner().SignHTTP(ctx, creds, r, hex.EncodeToString(sum[:]), "execute-api", c.Region, time.Now()); err != nil {
			return answer{}, err
		}
	}
	if sent != nil {
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(sent)), int64(len(sent))
	}
	return c.do(r)
}

// backendPass is the message for a pass of an owner whom the application knows, and nobody else.
func (c *conversation) backendPass() map[string]any {
	return map[string]any{"owner": c.run, "do": "upload", "folder": "in", "files": 1, "expires": "10m", "metadata": map[string]string{"case": c.run}}
}

// backendRefused wants whoever has not signed refused, and what was signed otherwise.
func (c *conversation) backendRefused(ctx context.Context) (string, error) {
	if c.Backend == "" {
		return "", errNoBackend
	}
	a, err := c.asBackend(ctx, nil, http.MethodPost, "/passes", c.backendPass(), nil)
	if _, err := want(a, err, http.StatusForbidden, http.StatusUnauthorized); err != nil {
		return "", fmt.Errorf("without a signature: %w", err)
	}
	if c.Credentials == nil {
		return "without a signature", nil
	}
	a, err = c.asBackend(ctx, c.Credentials, http.MethodPost, "/passes", c.backendPass(), []byte(`{"owner":"another"}`))
	if _, err := want(a, err, http.StatusForbidden, http.StatusUnauthorized); err != nil {
		return "", fmt.Errorf("with another body than was signed: %w", err)
	}
	return "without a signature, and with another body", nil
}

// backend signs with the credentials of whoever runs this. Where they are of a role of
// backend.roles it has a pass made, and uses it; else it has to be refused.
func (c *conversation) backend(ctx context.Context) (string, error) {
	if c.Backend == "" || c.Credentials == nil {
		return "", errNoBackend
	}
	a, err := c.asBackend(ctx, c.Credentials, http.MethodPost, "/passes", c.backendPass(), nil)
	if err != nil {
		return "", err
	}
	if a.status == http.StatusForbidden && !strings.Contains(string(a.body), "signature") {
		return "refused: these credentials are of no role of backend.roles", nil
	}
	var p pass
	if err := json.Unmarshal(a.body, &p); a.status/100 != 2 || err != nil || p.Token == "" {
		return "", fmt.Errorf("got %s, want a pass, or 403: %.200s", a, a.body)
	}
	key, err := c.sendAsGuest(ctx, p.Token, "backend.txt", []byte("for the application"))
	if err != nil {
		return "", err
	}
	if !strings.Contains(key, "/"+c.run+"/in/") {
		return "", fmt.Errorf("got the key %s, want it in the folder of %s", key, c.run)
	}
	return key, c.removeAsBackend(ctx, key)
}

// removeAsBackend finds the owner's one file with its metadata, and deletes it.
func (c *conversation) removeAsBackend(ctx context.Context, key string) error {
	of := "?owner=" + url.QueryEscape(c.run) + "&key=" + url.QueryEscape(key)
	a, err := c.asBackend(ctx, c.Credentials, http.MethodGet, "/files/info"+of, nil, nil)
	if _, err := want(a, err, http.StatusOK); err != nil {
		return err
	}
	var info struct{ Metadata map[string]string }
	if err := json.Unmarshal(a.body, &info); err != nil || info.Metadata["case"] != c.run {
		return errors.Join(err, fmt.Errorf("got the metadata %v, want what the backend has signed", info.Metadata))
	}
	a, err = c.asBackend(ctx, c.Credentials, http.MethodDelete, "/files"+of, nil, nil)
	_, err = want(a, err, http.StatusOK, http.StatusNoContent)
	return err
}
