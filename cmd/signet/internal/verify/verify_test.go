package verify

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// A deployment that takes everything from everybody, or nothing, passes no step
// that it should not: that a real one passes all of them is the rehearsal's to show
// (infra/rehearse).
func TestOpenDoor(t *testing.T) {
	for _, row := range []struct {
		name   string
		status int
		passes []string // the steps that rightly pass there
	}{
		{"open", http.StatusOK, nil},
		{"shut", http.StatusForbidden, []string{"changed-token", "id-token"}},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.WriteHeader(row.status)
			if row.status == http.StatusOK {
				_, _ = w.Write([]byte(`{"key": "uploads/ada/a.txt", "url": "http://` + r.Host + `/put?X-Amz-Signature=0", "edge": "http://` + r.Host + `/put?X-Amz-Signature=0", "fields": {"key": "k"}, "files": [], "uploadId": "u", "partSize": 16777216}`))
			}
		}))
		var told []string
		results := Run(context.Background(), Target{Site: server.URL, Token: "a-token", IDToken: "another", HTTP: server.Client()},
			func(r Result) { told = append(told, r.ID) })
		server.Close()
		if len(told) != len(steps())+1 || len(results) != len(told) || told[len(told)-1] != "clean-up" {
			t.Errorf("%s: got %v told, want every step and the cleaning up", row.name, told)
		}
		for _, r := range results {
			refusal := slices.ContainsFunc([]string{"no-token", "changed-token", "id-token", "other-", "added-", "form-size", "form-key", "unsigned", "cors-foreign", "edge"},
				func(id string) bool { return strings.HasPrefix(r.ID, id) })
			if refusal && r.Status == Pass && !slices.Contains(row.passes, r.ID) {
				t.Errorf("%s: %s passed: %s", row.name, r.ID, r.Got)
			}
			if row.status != http.StatusOK && !refusal && r.Status == Pass && r.ID != "clean-up" {
				t.Errorf("%s: %s passed: %s", row.name, r.ID, r.Got)
			}
		}
		if Failed(results) == 0 {
			t.Errorf("%s: got no failure, want some", row.name)
		}
	}
}

// TestSteps takes ids of steps and nothing else.
func TestSteps(t *testing.T) {
	if ids, err := Steps("logs,alarms"); err != nil || len(ids) != 2 {
		t.Errorf("got %v, %v, want two", ids, err)
	}
	if _, err := Steps("logs,log"); err == nil || !strings.Contains(err.Error(), `"log"`) {
		t.Errorf("got %v, want the unknown one named", err)
	}
}

// TestCode reads the name of an error in both languages.
func TestCode(t *testing.T) {
	for body, want := range map[string]string{
		`{"code": "AccessDenied", "detail": "x"}`:                         "AccessDenied",
		`<?xml version="1.0"?><Error><Code>EntityTooLarge</Code></Error>`: "EntityTooLarge",
		`plain text`: "",
	} {
		if got := (answer{body: []byte(body)}).code(); got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}
