package apigw

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"signet/lambda/rawjson"
)

// tokenOf is a token with this payload; who verified it is not asked here.
func tokenOf(payload string) string {
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"RS256"}`)) + "." + part([]byte(payload)) + "." + part([]byte("signature"))
}

// A list is read from the token itself: API Gateway gives it as "[a b]".
func TestListOfTheToken(t *testing.T) {
	const claims = `"sub":"alice"`
	for _, row := range []struct {
		name, authorization string
		verified            map[string]string // nil: nobody was
		want                []string
	}{
		{"a list", "Bearer " + tokenOf(`{`+claims+`,"cognito:groups":["design","a b"]}`), map[string]string{"sub": "alice", "cognito:groups": "[design a b]"}, []string{"design", "a b"}},
		{"without Bearer, which API Gateway takes too", tokenOf(`{` + claims + `,"cognito:groups":["design"]}`), map[string]string{"sub": "alice"}, []string{"design"}},
		{"a text is one", "Bearer " + tokenOf(`{`+claims+`,"cognito:groups":"a b"}`), map[string]string{"sub": "alice"}, []string{"a b"}},
		{"none", "Bearer " + tokenOf(`{`+claims+`}`), map[string]string{"sub": "alice"}, nil},
		{"what API Gateway says does not count", "Bearer " + tokenOf(`{`+claims+`}`), map[string]string{"sub": "alice", "cognito:groups": "[admins]"}, nil},
		{"nobody was verified", "Bearer " + tokenOf(`{`+claims+`,"cognito:groups":["admins"]}`), nil, nil},
		{"another token than was verified", "Bearer " + tokenOf(`{"sub":"bob","cognito:groups":["admins"]}`), map[string]string{"sub": "alice"}, nil},
		{"another case", "Bearer " + tokenOf(`{`+claims+`,"Cognito:Groups":["admins"]}`), map[string]string{"sub": "alice"}, nil},
		{"twice", "Bearer " + tokenOf(`{`+claims+`,"cognito:groups":["design"],"cognito:groups":["admins"]}`), map[string]string{"sub": "alice"}, nil},
		{"twice the subject", "Bearer " + tokenOf(`{"sub":"bob",`+claims+`,"cognito:groups":["admins"]}`), map[string]string{"sub": "alice"}, nil},
		{"numbers", "Bearer " + tokenOf(`{`+claims+`,"cognito:groups":["design",1]}`), map[string]string{"sub": "alice"}, nil},
		{"an object", "Bearer " + tokenOf(`{`+claims+`,"cognito:groups":{"design":true}}`), map[string]string{"sub": "alice"}, nil},
		{"no token", "Bearer x", map[string]string{"sub": "alice"}, nil},
		{"no JSON", "Bearer a.b.c", map[string]string{"sub": "alice"}, nil},
		{"an array", "Bearer " + tokenOf(`["sub"]`), map[string]string{"sub": "alice"}, nil},
	} {
		e := Event{Version: "2.0", RawPath: "/", Headers: map[string]string{"authorization": row.authorization}}
		if row.verified != nil {
			e.RequestContext.Authorizer = &Authorizer{JWT: &JWT{Claims: row.verified}}
		}
		r, _ := seen(t, e)
		if got := List(r, "cognito:groups"); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

func FuzzList(f *testing.F) {
	for _, payload := range []string{`{"sub":"alice","groups":["a"]}`, `{"sub":"alice"`, `[]`, `{"sub":"alice","sub":"bob","groups":["a"]}`} {
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		e := Event{Version: "2.0", RawPath: "/", Headers: map[string]string{"authorization": "Bearer " + tokenOf(payload)}}
		e.RequestContext.Authorizer = &Authorizer{JWT: &JWT{Claims: map[string]string{"sub": "alice"}}}
		r, _ := seen(t, e)
		_ = fmt.Sprint(List(r, "groups"))
	})
}

// A member is what encoding/json finds, where each comes once.
func FuzzMember(f *testing.F) {
	for _, text := range []string{`{"a":1,"groups":["x","}"]}`, `{ "groups" : {"groups":[1]} , "b":"\"}" }`, `{"gro\u0075ps":"x"}`, `{}`, `{"groups":-1.5e3}`, `{"groups":[],"groups":null}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) || rawjson.Kind([]byte(text)) != '{' {
			return
		}
		got, once := member([]byte(text), "groups")
		var want map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Skip()
		}
		value, there := want["groups"]
		switch {
		case once && string(got) != string(value):
			t.Fatalf("%s: got %q, want %q", text, got, value)
		case once && !there:
			t.Fatalf("%s: got %q, want none", text, got)
		case !once && there && countNames(text) < 2:
			t.Fatalf("%s: got none, want %q", text, value)
		}
	})
}

// countNames counts the members of the object that are called groups.
func countNames(text string) (n int) {
	d := json.NewDecoder(strings.NewReader(text))
	_, _ = d.Token()
	for d.More() {
		name, _ := d.Token()
		if name == "groups" {
			n++
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return n
		}
	}
	return n
}
