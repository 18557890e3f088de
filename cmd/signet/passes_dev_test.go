package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// startSharing starts dev with passes, and what else stands in the configuration.
func startSharing(t *testing.T, more string) *cloud {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "cdk.json")
	if err := os.WriteFile(config, []byte(`{"context":{"signet":{"passes":true`+more+`}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return startDev(t, filepath.Join(dir, "data"), "--config", config)
}

// backendSigner signs as the application's server does, with AWS's own signer.
type backendSigner struct{ keys *backendKeys }

type backendKeys struct{ AccessKeyID, SecretAccessKey, Region string }

func (b backendSigner) RoundTrip(r *http.Request) (*http.Response, error) {
	body := []byte{}
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	sum := sha256.Sum256(body)
	creds := aws.Credentials{AccessKeyID: b.keys.AccessKeyID, SecretAccessKey: b.keys.SecretAccessKey}
	if err := v4.NewSigner().SignHTTP(context.Background(), creds, r, hex.EncodeToString(sum[:]), "execute-api", b.keys.Region, time.Now()); err != nil {
		return nil, err
	}
	return http.DefaultTransport.RoundTrip(r)
}

func (c *cloud) asBackend() *api.Client {
	return &api.Client{Base: c.API, HTTP: &http.Client{Transport: backendSigner{c.Backend}}}
}

func (c *cloud) asGuest(token string) *api.Client {
	return &api.Client{Base: c.API, Guest: &api.Guest{Token: token}}
}

// sendAs uploads a small file.
func sendAs(t *testing.T, c *api.Client, name, content string) string {
	t.Helper()
	signed, err := c.Presign(t.Context(), api.File{Name: name, Size: int64p(int64(len(content)))})
	if err != nil {
		t.Fatal(err)
	}
	if status := put(t, signed.URL, signed.Headers, []byte(content)); status != 200 {
		t.Fatalf("PUT of %s: %d", name, status)
	}
	return signed.Key
}

func TestDevHasPassesAndABackend(t *testing.T) {
	c := startSharing(t, "")
	made, err := c.client().MakePass(t.Context(), api.PassRequest{Do: "upload", Folder: "in", Expires: "1h", Files: 2})
	if err != nil {
		t.Fatal(err)
	}
	if want := c.Site + "/p#" + made.Token; made.URL != want {
		t.Errorf("url %s, want %s", made.URL, want)
	}
	key := sendAs(t, c.asGuest(made.Token), "a.txt", "hello")

	// The application's own server, without any OIDC.
	given, err := c.asBackend().MakeBackendPass(t.Context(), api.BackendPassRequest{Owner: "user-42", PassRequest: api.PassRequest{
		Do: "upload", Folder: "in", Expires: "1h", Files: 10, Metadata: map[string]string{"case": "4711"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	theirs := sendAs(t, c.asGuest(given.Token), "b.txt", "from user-42")
	if want := "uploads/user-42/in/"; theirs[:len(want)] != want {
		t.Errorf("key %s, want it below %s", theirs, want)
	}
	for _, owner := range []string{"alice", "user-42"} {
		list, err := c.backendFiles(t, owner)
		if err != nil || len(list.Files) != 1 {
			t.Errorf("%s has %+v, %v", owner, list.Files, err)
		}
	}
	status, body := c.backendCall(t, "GET", "/backend/files/info?owner=user-42&key="+theirs, "")
	if status != 200 || !bytes.Contains(body, []byte(`"case":"4711"`)) {
		t.Errorf("info: %d %s", status, body)
	}
	if status, body := c.backendCall(t, "POST", "/backend/files/delete", `{"owner":"alice","keys":["`+key+`"]}`); status != 200 || bytes.Contains(body, []byte("error")) {
		t.Errorf("delete: %d %s", status, body)
	}
	if list, err := c.backendFiles(t, "alice"); err != nil || len(list.Files) != 0 {
		t.Errorf("alice has %+v, %v, want nothing left", list.Files, err)
	}
	// Nobody else is the backend: no caller, no guest, no other keys.
	for name, client := range map[string]*api.Client{
		"a caller": c.client(), "nobody": {Base: c.API},
		"other keys": {Base: c.API, HTTP: &http.Client{Transport: backendSigner{&backendKeys{c.Backend.AccessKeyID, "wrong", c.Backend.Region}}}},
	} {
		_, err := client.MakeBackendPass(t.Context(), api.BackendPassRequest{Owner: "alice", PassRequest: api.PassRequest{Do: "upload", Folder: "in", Expires: "1h"}})
		if p, ok := err.(*api.Problem); !ok || p.Code != upload.AccessDenied {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func (c *cloud) backendFiles(t *testing.T, owner string) (out api.FileList, err error) {
	t.Helper()
	status, body := c.backendCall(t, "GET", "/backend/files?recursive=true&owner="+owner, "")
	if status != 200 {
		t.Errorf("list of %s: %d %s", owner, status, body)
	}
	return out, json.Unmarshal(body, &out)
}

func (c *cloud) backendCall(t *testing.T, method, path, body string) (int, []byte) {
	t.Helper()
	status, _, text := answered(t, c.asBackend().HTTP, method, c.API+path, nil, []byte(body))
	return status, []byte(text)
}

// What a pass was is there after a restart, and so is what it was good for.
func TestPassesOutliveARestart(t *testing.T) {
	c := startSharing(t, "")
	made, err := c.client().MakePass(t.Context(), api.PassRequest{Do: "upload", Folder: "in", Expires: "1h", Files: 1})
	if err != nil {
		t.Fatal(err)
	}
	sendAs(t, c.asGuest(made.Token), "a.txt", "hello")
	c.process.Process.Kill()
	c.process.Wait()
	again := startDev(t, c.dir, "--config", filepath.Join(filepath.Dir(c.dir), "cdk.json"))
	_, err = again.asGuest(made.Token).Presign(t.Context(), api.File{Name: "b.txt", Size: int64p(1)})
	if p, ok := err.(*api.Problem); !ok || p.Code != upload.NoSuchPass {
		t.Errorf("a second file after the restart: %v", err)
	}
}
