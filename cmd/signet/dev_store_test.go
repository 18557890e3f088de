package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/gateway/gatewaytest"
	"signet/lambda/api"
)

// theirStore is somebody's store, with keys for it.
func theirStore(t *testing.T, c gateway.Config) *gateway.Gateway {
	c.Bucket, c.Role.Policy = "theirs", gatewaytest.UploadPolicy(t, "theirs", "", c.Region)
	c.Users = []gateway.User{{Name: "signer", AccessKeyID: "AKIATHEIRS", SecretAccessKey: "their-secret", Policy: c.Role.Policy}}
	return gatewaytest.Start(t, c)
}

// A store of the configuration takes the gateway's place; its keys come from the
// environment.
func TestDevWithAStore(t *testing.T) {
	g := theirStore(t, gateway.Config{Region: "eu-central-1"})
	dir := t.TempDir()
	config := filepath.Join(dir, "cdk.json")
	text := fmt.Sprintf(`{"context": {"signet": {"store": {"bucket": "theirs", "endpoint": %q, "region": "eu-central-1"}}}}`, g.URL())
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}

	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
		t.Setenv(name, "")
	}
	var stderr bytes.Buffer
	if code := run([]string{"dev", "--port", "0", "--dir", dir, "--config", config}, &bytes.Buffer{}, &stderr); code != exitFailed || !strings.Contains(stderr.String(), "AWS_ACCESS_KEY_ID") {
		t.Errorf("without keys: %d, %q, want what is missing", code, stderr.String())
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIATHEIRS")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "their-secret")
	stderr.Reset()
	if code := run([]string{"dev", "--port", "0", "--dir", dir, "--config", config, "--s3-keys", filepath.Join(dir, "keys")}, &bytes.Buffer{}, &stderr); code != exitFailed || !strings.Contains(stderr.String(), "--s3-keys") {
		t.Errorf("with --s3-keys: %d, %q, want it refused", code, stderr.String())
	}

	c := startDev(t, dir, "--config", config)
	if c.S3 != g.URL() || c.Bucket != "theirs" {
		t.Errorf("ready with S3 %s and bucket %s, want %s and theirs", c.S3, c.Bucket, g.URL())
	}
	if n := len(children(t, c.process.Process.Pid)); n != 0 {
		t.Errorf("%d child processes, want no gateway beside the store", n)
	}
	signed, err := c.client().Presign(t.Context(), api.File{Name: "a.txt", Size: int64p(5)})
	if err != nil {
		t.Fatal(err)
	}
	if status := put(t, signed.URL, signed.Headers, []byte("hello")); status != 200 || !strings.HasPrefix(signed.URL, g.URL()+"/theirs/uploads/") {
		t.Errorf("status %d", status)
	}
	list, err := c.client().ListFiles(t.Context(), api.FilesQuery{})
	if err != nil || len(list.Files) != 1 {
		t.Errorf("got %+v, %v, want one file", list.Files, err)
	}
	_, _, header := get(t, c.Site+"/config.json")
	if policy := header.Get("Content-Security-Policy"); !strings.Contains(policy, g.URL()) {
		t.Errorf("policy %q does not let the page reach the store", policy)
	}
}

// A store with a certificate of its own authority, which SSL_CERT_FILE names.
func TestDevWithAStoreOverTLS(t *testing.T) {
	lender := httptest.NewTLSServer(nil) // of a certificate for 127.0.0.1
	defer lender.Close()
	pair := lender.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := func(name, kind string, der []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	certFile, keyFile := file("cert.pem", "CERTIFICATE", pair.Certificate[0]), file("key.pem", "PRIVATE KEY", key)
	g := theirStore(t, gateway.Config{CertFile: certFile, KeyFile: keyFile})
	config := file("cdk.json", "", nil)
	text := fmt.Sprintf(`{"context": {"signet": {"store": {"bucket": "theirs", "endpoint": %q}}}}`, g.URL())
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIATHEIRS")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "their-secret")
	if _, err := startDev(t, t.TempDir(), "--config", config).client().ListFiles(t.Context(), api.FilesQuery{}); err == nil {
		t.Error("a certificate that nobody vouches for is trusted")
	}
	t.Setenv("SSL_CERT_FILE", certFile)
	if _, err := startDev(t, t.TempDir(), "--config", config).client().ListFiles(t.Context(), api.FilesQuery{}); err != nil {
		t.Error(err)
	}
	if _, err := gateway.Start(t.Context(), gateway.Config{Dir: dir, Bucket: "theirs", CertFile: certFile}); err == nil || !strings.Contains(err.Error(), "want both or none") {
		t.Errorf("a certificate without its key: got %v", err)
	}
}

// The page of the API's description is there, under a policy without exceptions.
func TestReferencePage(t *testing.T) {
	c := startDev(t, t.TempDir())
	status, body, header := get(t, c.Site+"/api-reference/")
	if status != 200 || !strings.Contains(string(body), "swagger-ui-bundle.js") {
		t.Errorf("status %d: %.200s, want the page: run make build", status, body)
	}
	policy := header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "script-src 'self';") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, c.S3) {
		t.Errorf("policy %q", policy)
	}
	if _, body, _ := get(t, c.Site+"/"); strings.Contains(string(body), "swagger") {
		t.Error("the site itself loads the reference")
	}
}
