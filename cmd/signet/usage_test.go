package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The operator's count is what a quota counts: all versions, deleted ones too.
func TestUsage(t *testing.T) {
	dir := t.TempDir()
	keys := filepath.Join(dir, "keys.json")
	c := startDev(t, filepath.Join(dir, "data"), "--s3-keys", keys)
	sendAs(t, c.client(), "a.txt", "hello")
	gone := sendAs(t, c.client(), "b.txt", "hello again")
	if err := c.client().DeleteFile(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	var k struct{ AccessKeyID, SecretAccessKey string }
	text, err := os.ReadFile(keys)
	if err == nil {
		err = json.Unmarshal(text, &k)
	}
	if err != nil {
		t.Fatal(err)
	}
	operator := shell{t, dir, []string{"HOME=" + dir, "AWS_ACCESS_KEY_ID=" + k.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + k.SecretAccessKey, "AWS_REGION=us-east-1"}}
	out, _ := operator.run(0, "usage", "--bucket", c.Bucket, "--endpoint-url", c.S3)
	if want := "alice  2 files  16 B  of that deleted: 1 files, 11 B"; out != want {
		t.Errorf("got %q, want %q", out, want)
	}
	out, _ = operator.run(0, "usage", "--bucket", c.Bucket, "--endpoint-url", c.S3, "--owner", "bob")
	if out != "" {
		t.Errorf("bob has %q", out)
	}
	out, _ = operator.run(0, "usage", "--bucket", c.Bucket, "--endpoint-url", c.S3, "--json")
	var row owned
	if err := json.Unmarshal([]byte(out), &row); err != nil || row != (owned{"", "alice", 2, 16, 1, 11}) {
		t.Errorf("got %s", out)
	}
	if _, errs := operator.run(2, "usage"); !strings.Contains(errs, "no --bucket") {
		t.Errorf("without a bucket: %s", errs)
	}
}
