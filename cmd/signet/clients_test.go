package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// clientTool is a program of the environment that the Makefile installs other
// people's clients into.
func clientTool(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs("../../.venv/clients/bin/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: run make test-go, which installs it", err)
	}
	return path
}

// withReader is a cloud, and the environment of a program that reads its bucket.
func withReader(t *testing.T) (*cloud, []string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "keys.json")
	c := startDev(t, t.TempDir(), "--s3-keys", file)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var keys struct{ AccessKeyID, SecretAccessKey string }
	if err := json.Unmarshal(text, &keys); err != nil {
		t.Fatal(err)
	}
	return c, append(os.Environ(),
		"AWS_ACCESS_KEY_ID="+keys.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+keys.SecretAccessKey, "AWS_SESSION_TOKEN=", "AWS_EC2_METADATA_DISABLED=true",
		"SIGNET_TOKEN="+c.Token, "TOKEN="+c.Token, "API="+c.API, "S3="+c.S3, "BUCKET="+c.Bucket)
}

// wantOK runs a program that ends by saying ok.
func wantOK(t *testing.T, c *exec.Cmd) {
	t.Helper()
	out, err := c.CombinedOutput()
	if err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "ok") {
		t.Errorf("%v\n%s", err, out)
	}
}

// requests, botocore's HTTP and boto3.
func TestPythonClients(t *testing.T) {
	c, environment := withReader(t)
	script := exec.Command(clientTool(t, "python"), "testdata/clients/clients.py", c.API, c.S3, c.Bucket)
	script.Env = environment
	wantOK(t, script)
}

// curl with a form and parts, and aws s3api. Its PUT is the README's.
func TestCommandLineClients(t *testing.T) {
	_, environment := withReader(t)
	text, err := os.ReadFile("testdata/clients/clients.sh")
	if err != nil {
		t.Fatal(err)
	}
	script := exec.Command("bash", "-euo", "pipefail", "-c", string(text))
	script.Dir = t.TempDir()
	script.Env = append(environment, "PATH="+filepath.Dir(clientTool(t, "aws"))+":"+os.Getenv("PATH"))
	wantOK(t, script)
}
