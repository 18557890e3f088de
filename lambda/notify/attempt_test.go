package notify

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// Programs read the log of the function; people that of dev.
func TestAttemptInLogs(t *testing.T) {
	at := time.Date(2026, 11, 28, 6, 0, 0, 5, time.UTC)
	for _, a := range []Attempt{
		{Time: at, ID: "msg_1", Type: "file.stored", Key: "uploads/a/x~1.txt", VersionID: "v", Attempt: 1, Status: 204, Millis: 3},
		{Time: at, ID: "msg_2", Type: "file.stored", Key: "k", Attempt: 2, Status: 500, Answer: "no", Error: "got 500", Next: &at, Failed: true},
	} {
		var lines, text bytes.Buffer
		slog.New(slog.NewJSONHandler(&lines, nil)).Info("sent", "attempt", a)
		var line struct {
			Attempt json.RawMessage `json:"attempt"`
		}
		want, _ := json.Marshal(a)
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil || string(line.Attempt) != string(want) {
			t.Errorf("got %s, %v, want %s", line.Attempt, err, want)
		}
		slog.New(slog.NewTextHandler(&text, nil)).Info("sent", "attempt", a)
		if got := text.String(); strings.Contains(got, "{Time:") || !strings.Contains(got, "attempt.id="+a.ID+" ") {
			t.Errorf("for people: %s", got)
		}
	}
}
