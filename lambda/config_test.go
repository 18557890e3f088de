package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signet/lambda/upload"
)

// TestConfiguration reads the two pieces as a deployment hands them over.
func TestConfiguration(t *testing.T) {
	const resolved, acl = `{"bucket": "b", "region": "eu-west-1"}`, `"webAcl": "arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/b"`
	for _, row := range []struct{ written, resolved, edge, want string }{
		{`{"name": "files", "maxFiles": 7}`, resolved, "", ""},
		{`{"name": "files", "maxFiles": 7, ` + acl + `}`, resolved, "word", ""},
		{`{"name": "files", "maxFiles": 7, ` + acl + `}`, resolved, "", "webAcl"}, // nobody would be asked
		{`{"name": "files", "maxFiles": 7}`, resolved, "word", "webAcl"},
		{`{"name": "files"}`, ``, "", "SIGNET_CONFIG"},
		{`{"nam": "files"}`, resolved, "", `unknown field "nam"`},
		{`{"name": "files"}`, `{"region": "eu-west-1"}`, "", "bucket:"},
		{``, resolved, "", "config.json"},
	} {
		dir := t.TempDir()
		if row.written != "" {
			if err := os.WriteFile(filepath.Join(dir, upload.ConfigFile), []byte(row.written), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		environment := map[string]string{taskRoot: dir, upload.EnvVar: row.resolved, upload.EdgeEnvVar: row.edge}
		c, edge, err := configuration(func(name string) string { return environment[name] })
		switch {
		case row.want == "" && (err != nil || c.MaxFiles != 7 || c.Bucket != "b" || edge != row.edge):
			t.Errorf("%s: got %d files in %q, %q, %v", row.written, c.MaxFiles, c.Bucket, edge, err)
		case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)):
			t.Errorf("%s: got %v, want %s", row.written, err, row.want)
		}
	}
}
