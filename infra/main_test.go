package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestMain makes the test program the CDK app itself when a test starts it so.
func TestMain(m *testing.M) {
	if os.Getenv("SIGNET_TEST_APP") == "1" {
		main()
		return
	}
	m.Run()
}

// app runs the CDK app in a directory with a cdk.json of this "signet" context.
func app(t *testing.T, context string) (stderr string, code int) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "cdk.json"), []byte(`{"context": {"signet": `+context+`}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "SIGNET_TEST_APP=1")
	var text bytes.Buffer
	cmd.Stderr = &text
	err := cmd.Run()
	if failed := new(exec.ExitError); errors.As(err, &failed) {
		return text.String(), failed.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return text.String(), 0
}

// TestBadConfig wants one line on the standard error, with the field, its value
// and what is allowed.
func TestBadConfig(t *testing.T) {
	for _, row := range []struct {
		context string
		want    []string
	}{
		{`{"origins": ["*"]}`, []string{"origins", `["*"]`, "exact origins"}},
		{`{"expires": "8d"}`, []string{"expires", `"8d"`, "1m to 12h"}},
		{`{"expires": "13h"}`, []string{"expires", `"13h"`, "1m to 12h"}},
		{`{"maxObjectSize": "60 TB"}`, []string{"maxObjectSize", "TiB", "1 B to 48.8 TiB"}},
		{`{"bukket": "x"}`, []string{`unknown field "bukket"`, "maxObjectSize"}},
		{`{"writers": ["arn:aws:iam::12345:role/x"]}`, []string{"writers", "arn:aws:iam::12345:role/x", "ARNs of IAM roles"}},
		{`{"domain": {"name": "files.example.com", "certificate": "arn:aws:acm:eu-west-1:111122223333:certificate/a"}}`, []string{"domain", "eu-west-1", "us-east-1"}},
		{`{"name": "Signet"}`, []string{"name", `"Signet"`, "lower-case"}},
		{`{"lifecycle": {"abort": 0}}`, []string{"lifecycle.abort", "got 0", "1 to 365 days"}},
		{`{"auth": {"issuer": "http://127.0.0.1:9000", "audience": ["a"]}}`, []string{"auth.issuer", "http://127.0.0.1:9000", "https"}},
		{`{"store": {"bucket": "files", "endpoint": "https://minio.example.com"}}`, []string{"store", `got "https://minio.example.com", want none`, "signet dev"}},
		{`{"prefix": "quarantine/in/"}`, []string{"prefix", `"quarantine/in/"`, "outside of quarantine/"}},
		{`{"quarantineReaders": ["ada"]}`, []string{"quarantineReaders", `["ada"]`, "ARNs of IAM roles"}},
		{`{"relay": true, "allowedTypes": ["image/png"` + strings.Repeat(`, "application/octet-stream"`, 400) + `]}`, []string{"bytes", "at most 9216 with relay"}},
		{`{"webAcl": "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/b"}`, []string{"webAcl", "regional", "global/webacl"}},
		{`{"domain": {"name": "files.example.com"}}`, []string{"domain", "certificate", "zone"}},
		{`[]`, []string{`the context "signet"`, "a JSON object"}},
	} {
		stderr, code := app(t, row.context)
		if code != 1 || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "signet: cdk.json: ") {
			t.Errorf("%.80s: got exit code %d and %q, want 1 and one line", row.context, code, stderr)
		}
		for _, want := range row.want {
			if !strings.Contains(stderr, want) {
				t.Errorf("%.80s: got %q, want %q in it", row.context, stderr, want)
			}
		}
	}
}

// TestMessage takes the JavaScript stack off what the CDK panics with.
func TestMessage(t *testing.T) {
	err := func() (err error) {
		defer message(&err)
		panic("ValidationFailed: a bucket must keep versions\n    at App.synth (/tmp/x.js:1:2)\n    at y")
	}()
	if err == nil || err.Error() != "ValidationFailed: a bucket must keep versions" {
		t.Errorf("got %v, want the first line", err)
	}
}

// TestSourceSum changes with a file's name and content, and not with what is built.
func TestSourceSum(t *testing.T) {
	sum := func(files map[string]string) string {
		dir := t.TempDir()
		t.Chdir(dir)
		for name, text := range files {
			if err := os.MkdirAll(filepath.Dir("f/"+name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile("f/"+name, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := sourceSum("f")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := sum(map[string]string{"src/a.ts": "1"})
	if got := sum(map[string]string{"src/a.ts": "1", "dist/a.js": "x", "node_modules/m/a.js": "y"}); got != first {
		t.Error("got another sum with built files, want the same")
	}
	for _, files := range []map[string]string{{"src/a.ts": "2"}, {"src/b.ts": "1"}, {"src/a.ts": "1", "src/b.ts": ""}} {
		if sum(files) == first {
			t.Errorf("%v: got the same sum, want another", files)
		}
	}
}
