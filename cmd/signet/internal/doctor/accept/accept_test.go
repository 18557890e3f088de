package accept_test

import (
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/accept"
)

func TestRules(t *testing.T) {
	rules, err := accept.ParseFile(strings.NewReader("# ours\n\nversioning 2026-11-27 the old app  cannot\ntls-only never   a proxy inside\n"))
	if err != nil || len(rules) != 2 {
		t.Fatalf("got %v, %v", rules, err)
	}
	for _, row := range []struct {
		id     string
		status doctor.Status
		on     string
		want   doctor.Status
		says   string
	}{
		{"versioning", doctor.Fail, "2026-11-27T23:59:59Z", doctor.Accepted, "the old app cannot"},
		{"versioning", doctor.Unknown, "2026-11-26T00:00:00Z", doctor.Accepted, "the old app cannot"},
		{"versioning", doctor.Fail, "2026-11-28T00:00:00Z", doctor.Fail, "it was ignored until 2026-11-27: the old app cannot"},
		{"versioning", doctor.Pass, "2026-11-27T00:00:00Z", doctor.Pass, ""},
		{"versioning", doctor.Advice, "2026-11-27T00:00:00Z", doctor.Advice, ""},
		{"tls-only", doctor.Fail, "2999-11-27T00:00:00Z", doctor.Accepted, "a proxy inside"},
		{"cors-set", doctor.Fail, "2026-11-27T00:00:00Z", doctor.Fail, ""},
	} {
		now, err := time.Parse(time.RFC3339, row.on)
		if err != nil {
			t.Fatal(err)
		}
		all := []doctor.Result{{ID: row.id, Status: row.status}}
		accept.Apply(all, rules, nil, now)
		if got := all[0]; got.Status != row.want || !strings.Contains(got.Got+got.Accepted, row.says) {
			t.Errorf("%s %s on %s: got %+v, want %s", row.id, row.status, row.on, got, row.want)
		}
	}
}

func TestBadRules(t *testing.T) {
	for text, want := range map[string]string{
		"versioning 2026-11-27": "want a check's id", "versioning soon for a reason": `got the day "soon"`, "versionning never a reason": `got "versionning"`, "versioning 2026-13-01 x": "got the day",
	} {
		if _, err := accept.ParseFile(strings.NewReader("\n" + text)); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"versioning", "versioning=", "versioning= ", "nothing=why", "=why"} {
		if r, err := accept.ParseSkip(text); err == nil {
			t.Errorf("%s: got %+v", text, r)
		}
	}
}

// What is in the baseline is accepted as long as it is found in the same way; a
// finding that is new, or that became another, counts.
func TestBaseline(t *testing.T) {
	old := `{"bucket": "b", "results": [{"status": "fail", "fingerprint": "1"}, {"status": "unknown", "fingerprint": "2"}, {"status": "pass", "fingerprint": "3"}, {"status": "accepted", "fingerprint": "5"}]}`
	b, err := accept.ParseBaseline(strings.NewReader(old), "b")
	if err != nil {
		t.Fatal(err)
	}
	all := []doctor.Result{{Status: doctor.Fail, Fingerprint: "1"}, {Status: doctor.Unknown, Fingerprint: "2"}, {Status: doctor.Fail, Fingerprint: "3"}, {Status: doctor.Fail, Fingerprint: "4"}, {Status: doctor.Fail, Fingerprint: "5"}}
	accept.Apply(all, nil, b, time.Now())
	for i, want := range []doctor.Status{doctor.Accepted, doctor.Accepted, doctor.Fail, doctor.Fail, doctor.Accepted} {
		if all[i].Status != want {
			t.Errorf("%d: got %s, want %s", i, all[i].Status, want)
		}
	}
	for _, text := range []string{old, "no report", "[]"} {
		if _, err := accept.ParseBaseline(strings.NewReader(text), "other"); err == nil {
			t.Errorf("took %.10s for another bucket", text)
		}
	}
}
