package upload

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

func TestPassTokens(t *testing.T) {
	token := NewPassToken()
	text := token.String()
	if len(text) != 22+1+43+1 || !IsPassID(token.ID) {
		t.Fatalf("token %s", text)
	}
	back, ok := ParsePassToken(text)
	if !ok || back != token || !back.opens(token.Sum()) || NewPassToken().opens(token.Sum()) {
		t.Errorf("read back as %+v, %v", back, ok)
	}
	if strings.Contains(token.Sum(), token.secret) {
		t.Error("what is kept of a secret holds it")
	}
	for _, bad := range []string{"", ".", "x.y", text + "A", text[1:], text[:len(text)-1], strings.ToUpper(text), " " + text, strings.Replace(text, ".", "..", 1), strings.Repeat("é", 34)} {
		if _, ok := ParsePassToken(bad); ok {
			t.Errorf("%q is a token", bad)
		}
	}
	// Of noise in the right form, hardly any costs a request.
	through := 0
	for range 20_000 {
		n := NewPassToken()
		if _, ok := ParsePassToken(n.ID + "." + n.secret + base64.RawURLEncoding.EncodeToString([]byte{0})[:1]); ok {
			through++
		}
	}
	if through > 20_000/32 {
		t.Errorf("%d of 20000 wrong digits pass", through)
	}
}

func TestWrongPasswordsPause(t *testing.T) {
	w, now := Wrong{}, noon
	for _, pause := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60} {
		for i := range wrongTries {
			if w.Paused(now) != 0 {
				t.Fatalf("paused before try %d", i)
			}
			w.Again(now)
		}
		if got := w.Paused(now); got != pause*time.Minute {
			t.Errorf("paused for %v, want %v minutes", got, int(pause))
		}
		now = now.Add(pause * time.Minute)
	}
}

func TestBackendRoles(t *testing.T) {
	s := Sharing{Backend: &Backend{Roles: []string{"arn:aws:iam::123456789012:role/service/app"}}}
	for arn, want := range map[string]bool{
		"arn:aws:iam::123456789012:role/service/app":            true,
		"arn:aws:sts::123456789012:assumed-role/app/i-0123":     true,
		"arn:aws:sts::123456789012:assumed-role/other/app":      false,
		"arn:aws:sts::999900001111:assumed-role/app/i-0123":     false,
		"arn:aws:sts::123456789012:assumed-role/app":            false,
		"arn:aws:sts::123456789012:federated-user/app":          false,
		"arn:aws:iam::123456789012:user/app":                    false,
		"arn:aws-cn:sts::123456789012:assumed-role/app/session": false,
		"": false, "-": false, "app": false,
	} {
		if got := s.IsBackend(arn); got != want {
			t.Errorf("%q: %v, want %v", arn, got, want)
		}
	}
	if (Sharing{}).IsBackend("arn:aws:iam::123456789012:role/app") {
		t.Error("without backend.roles somebody is the backend")
	}
}

func TestSharingConfiguration(t *testing.T) {
	for _, bad := range []string{
		`{"passes": "yes"}`, `{"quota": {}}`, `{"quota": {"bytes": -1}}`, `{"quota": {"files": "many"}}`, `{"quota": {"perDay": 1}}`,
		`{"quotas": {"pro": {"files": 1}}}`, `{"quotas": {"group:": {"files": 1}}}`, `{"quotas": {"group:a": {}}}`,
		`{"backend": {}}`, `{"backend": {"roles": []}}`, `{"backend": {"roles": ["app"]}}`,
		`{"spaces": {"team": {"quota": {}}}}`,
	} {
		if _, err := ParseContext([]byte(bad)); err == nil || !strings.Contains(err.Error(), "want") && !strings.Contains(err.Error(), "missing") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	c, err := ParseContext([]byte(`{"quota": {"bytes": "1 GiB"}, "quotas": {"group:pro": {"bytes": "9 GiB"}}, "spaces": {"team": {"quota": {"files": 5}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		space  string
		groups []string
		want   Quota
	}{
		{"", nil, Quota{Bytes: GiB}}, {"", []string{"other"}, Quota{Bytes: GiB}}, {"", []string{"pro"}, Quota{Bytes: 9 * GiB}}, {"team", nil, Quota{Files: 5}},
	} {
		if got, ok := c.QuotaOf(row.space, row.groups); !ok || got != row.want {
			t.Errorf("%q, %v: %+v, want %+v", row.space, row.groups, got, row.want)
		}
	}
	if !c.HasState() || DefaultConfig().HasState() {
		t.Error("the state bucket is there with passes or a quota alone")
	}
}

// What is read as a pass's token is shown again as it was, has an id that a state key
// can be made of, and opens nothing but its own pass.
func FuzzPassToken(f *testing.F) {
	good := NewPassToken()
	for _, text := range []string{"", ".", good.String(), good.String() + "=", strings.ToUpper(good.String()), good.ID + ".", good.ID + "." + good.ID} {
		f.Add(text)
	}
	now := time.Unix(1_800_000_000, 0)
	own := &Pass{ID: good.ID, Secret: good.Sum(), Expires: now.Unix() + 60}
	f.Fuzz(func(t *testing.T, text string) {
		token, ok := ParsePassToken(text)
		if !ok {
			return
		}
		if token.String() != text || !IsPassID(token.ID) || strings.ContainsAny(PassKey(token.ID).String(), "?#%") {
			t.Errorf("%q is read as %q", text, token)
		}
		if opened := own.Open(token, now) == nil; opened != (text == good.String()) {
			t.Errorf("%q opens the pass: %t", text, opened)
		}
	})
}
