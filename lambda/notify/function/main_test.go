package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signet/lambda/upload"
)

// TestEnvironment reads what the deployment hands over, and says what is wrong with it.
func TestEnvironment(t *testing.T) {
	dir := t.TempDir()
	for _, row := range []struct{ written, resolved, want string }{
		{`{"events": {"url": "https://app.example.com/hooks"}}`, `{"bucket": "b", "region": "eu-west-1", "eventsFailures": "https://sqs/f", "eventsSecret": "arn"}`, ""},
		{`{"events": {"bus": "arn:aws:events:eu-west-1:111122223333:event-bus/files"}}`, `{"bucket": "b", "region": "eu-west-1"}`, ""},
		{`{}`, `{"bucket": "b", "region": "eu-west-1"}`, "no events"},
		{`{"events": {"url": "https://app.example.com/hooks"}}`, `{}`, "bucket"},
		{`{"events": {}}`, `{"bucket": "b", "region": "eu-west-1"}`, "events"},
	} {
		if err := os.WriteFile(filepath.Join(dir, upload.ConfigFile), []byte(row.written), 0o600); err != nil {
			t.Fatal(err)
		}
		env := map[string]string{"LAMBDA_TASK_ROOT": dir, upload.EventsEnvVar: row.resolved}
		n, err := notifier(func(name string) string { return env[name] }, slog.New(slog.DiscardHandler))
		if (err == nil) != (row.want == "") || err == nil && n == nil || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s %s: got %v, want %q", row.written, row.resolved, err, row.want)
		}
	}
}
