package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"signet/lambda/api"
)

// onURLs asks for the addresses of several files at once.
func onURLs() (all []attack) {
	for what, key := range strangers() {
		all = append(all, attack{"addresses of several, one by a key " + what, func(t *testing.T, v *victim) string {
			return v.readMany(t, []string{v.own, key(v), v.own})
		}})
	}
	ask := func(what, body string, want ...int) {
		all = append(all, attack{"addresses of several: " + what, func(t *testing.T, v *victim) string {
			status, text := v.ask(t, v.alice, "POST", "/files/urls", body)
			return v.refused(status, text, want...)
		}})
	}
	ask("no keys", `{"keys":[]}`, 400)
	ask("no list", `{}`, 400)
	ask("null", `{"keys":null}`, 400)
	ask("more than a call takes", `{"keys":[`+strings.TrimSuffix(strings.Repeat(`"uploads/a/b~aaaaaaaa",`, 1001), ",")+`]}`, 400)
	ask("a key that is a number", `{"keys":[1]}`, 400)
	ask("lists in lists", `{"keys":[["uploads/bob/x"]]}`, 400)
	ask("keys twice", `{"keys":[],"keys":["uploads/bob/x"]}`, 400)
	ask("a version besides", `{"keys":["uploads/bob/x"],"versionId":"x"}`, 400)
	ask("an owner besides", `{"keys":["uploads/bob/x"],"owner":"bob"}`, 400)
	for _, more := range []string{"?key=uploads/bob/x", "?owner=bob", "?inline=true"} {
		all = append(all, attack{"addresses of several with " + more, func(t *testing.T, v *victim) string {
			status, text := v.ask(t, v.alice, "POST", "/files/urls"+more, `{"keys":["x"]}`)
			return v.refused(status, text, 400)
		}})
	}
	return append(all, attack{"addresses of several without a token", func(t *testing.T, v *victim) string {
		status, text := v.ask(t, "", "POST", "/files/urls", `{"keys":["x"]}`)
		return v.refused(status, text, 401)
	}})
}

// readMany asks for addresses, and reads what each leads to: nothing of bob's, though it
// stands between two that are alice's.
func (v *victim) readMany(t *testing.T, keys []string) string {
	text, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	status, answer := v.ask(t, v.alice, "POST", "/files/urls", string(text))
	var signed api.FileURLs
	if status != http.StatusOK || json.Unmarshal([]byte(answer), &signed) != nil {
		return v.refused(status, answer, 400, 404)
	}
	if len(signed.Files) != len(keys) {
		return fmt.Sprintf("got %d answers for %d keys", len(signed.Files), len(keys))
	}
	for i, f := range signed.Files {
		own := keys[i] == v.own
		if f.FileURL == nil {
			if own {
				return "her own is refused beside it: this row sees nothing else"
			}
			continue
		}
		status, body, _ := get(t, f.URL)
		if own != (status == http.StatusOK) || strings.Contains(string(body), string(v.contents)) {
			return fmt.Sprintf("file %d: got %d %.100q", i, status, body)
		}
	}
	return ""
}
