package issuer

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// Both tokens have the groups of their user, in the claim that they are to be in, and no
// claim where there are none.
func TestGroupsInTokens(t *testing.T) {
	for claim, name := range map[string]string{"": "cognito:groups", "roles": "roles"} {
		i, err := New(Config{URL: "http://127.0.0.1:1/oidc", Dir: t.TempDir(), GroupsClaim: claim, Users: append(ReadyUsers(), User{Subject: "carol"})})
		if err != nil {
			t.Fatal(err)
		}
		for who, want := range map[string]string{"alice": `["design","admins"]`, "bob": `["design"]`, "carol": ""} {
			u, _ := i.user(who)
			access, err1 := i.accessToken(u, scopeOpen, time.Hour)
			id, err2 := i.idToken(u, session{ID: "1", Subject: who, Scope: scopeOpen, AuthTime: time.Now()}, "nonce")
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			for _, token := range []string{access, id} {
				text, _ := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
				var claims map[string]json.RawMessage
				if err := json.Unmarshal(text, &claims); err != nil {
					t.Fatal(err)
				}
				if string(claims[name]) != want || string(claims["sub"]) != `"`+who+`"` || len(claims) < 6 {
					t.Errorf("%s: %s, want %s %s", who, text, name, want)
				}
			}
		}
	}
}
