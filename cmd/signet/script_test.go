package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/gateway/gatewaytest"
	"signet/cmd/signet/internal/remote"
	"signet/lambda/api"
)

// Each script runs against a `signet dev` of its own, signed in as alice by the
// environment, and with a second bucket for plain credentials.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatal("there are no scripts", err)
	}
	bin := t.TempDir()
	self, err := filepath.Abs(os.Args[0])
	if err == nil {
		err = os.Symlink(self, filepath.Join(bin, "signet"))
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(script), ".txtar"), func(t *testing.T) {
			c := scriptCloud(t, script)
			testscript.Run(t, testscript.Params{
				Files: []string{script},
				Setup: func(e *testscript.Env) error {
					e.Setenv("PATH", bin+string(os.PathListSeparator)+venv(t)+string(os.PathListSeparator)+e.Getenv("PATH"))
					e.Setenv(asCommand, "1")
					e.Setenv("SIGNET_API", c.API)
					e.Setenv("SIGNET_TOKEN", c.Token)
					for name, token := range c.Tokens {
						e.Setenv("TOKEN_"+strings.ToUpper(name), token)
					}
					e.Setenv("HOME", e.WorkDir)
					return plainBucket(t, e)
				},
				Cmds: map[string]func(*testscript.TestScript, bool, []string){"code": code, "begin": c.begin, "older": c.older, "loop": loop, "readme": readmeBlock, "line": readmeLine},
			})
		})
	}
}

// scriptCloud is what a script runs against: that of spaces has some.
func scriptCloud(t *testing.T, script string) *cloud {
	t.Helper()
	if strings.HasSuffix(script, "spaces.txtar") {
		return startSpaces(t, t.TempDir())
	}
	return startDev(t, t.TempDir())
}

// venv is where aws lives, which `make test` installs.
func venv(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../.venv/bin")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "aws")); err != nil {
		t.Fatalf("%s/aws is missing: run make .venv/.boto3", dir)
	}
	return dir
}

// plainBucket starts another gateway, whose owner has long-lived credentials.
func plainBucket(t *testing.T, e *testscript.Env) error {
	const bucket = "my-upload-demo-2025"
	owner := gatewaytest.Owner(bucket)
	g := gatewaytest.Start(t, gateway.Config{Bucket: bucket, Role: gateway.Role{Policy: owner.Policy}, Users: []gateway.User{owner}})
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": g.URL(), "AWS_ACCESS_KEY_ID": owner.AccessKeyID, "AWS_SECRET_ACCESS_KEY": owner.SecretAccessKey, "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		e.Setenv(name, value)
	}
	return nil
}

// code runs a command that has to end with an exit code: code 3 signet put …
func code(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if err != nil {
		ts.Fatalf("got %s, want an exit code", args[0])
	}
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](ts.Exec(args[1], args[2:]...)); ok {
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// begin begins an upload in parts and leaves it, as whoever the script is signed in as:
// begin PATH SIZE
func (c *cloud) begin(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	client := &api.Client{Base: c.API, Token: func(context.Context) (string, error) { return ts.Getenv("SIGNET_TOKEN"), nil }}
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	space, path, err := (&remote.Files{Client: client}).In(ctx, args[0])
	ts.Check(err)
	_, err = client.CreateUpload(ctx, api.UploadRequest{Space: space, Name: path, Size: &size, ID: "unfinished-" + args[1]})
	ts.Check(err)
}

// older sets OLDER to the version that is current of the older of two files of a name:
// older NAME
func (c *cloud) older(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	client := &api.Client{Base: c.API, Token: func(context.Context) (string, error) { return ts.Getenv("SIGNET_TOKEN"), nil }}
	found, err := (&remote.Files{Client: client}).Find(ctx, args[0])
	ts.Check(err)
	if len(found[0].Files) != 2 {
		ts.Fatalf("%s is %d files, want two", args[0], len(found[0].Files))
	}
	info, err := client.FileInfo(ctx, found[0].Files[1].Key, "")
	ts.Check(err)
	ts.Setenv("OLDER", info.VersionID)
}

// loop makes a link to a folder within itself: loop DIR/LINK
func loop(ts *testscript.TestScript, _ bool, args []string) {
	link := ts.MkAbs(args[0])
	ts.Check(os.Symlink(filepath.Dir(link), link))
}
