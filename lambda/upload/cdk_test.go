package upload

import (
	"reflect"
	"strings"
	"testing"
)

func TestParseCDK(t *testing.T) {
	defaults := DefaultConfig()
	files := defaults
	files.MaxFiles = 7
	for text, want := range map[string]Config{
		`{"app": "go run ./infra", "context": {"@aws-cdk/x": true}}`:                    defaults,
		`{"app": "go run ./infra", "tags": [{"Key": "a", "Value": "b"}], "build": "x"}`: defaults,
		`{"context": null}`: defaults,
		"\ufeff" + `{"context": {"signet": {"maxFiles": 7}}}`: files,
	} {
		if c, err := ParseCDK([]byte(text)); err != nil || !reflect.DeepEqual(c, want) {
			t.Errorf("%s: got %+v, %v", text, c, err)
		}
	}
}

// What nothing would read is refused, and what is wrong is told in one line without a word
// of Go's.
func TestParseCDKRefuses(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{`{"passes": true}`, `got "passes" where nothing reads it, want {"context": {"signet": {…}}}: put it there`},
		{`{"signet": {"passes": true}}`, `got "signet" where`}, {`{"context": {"Signet": {}}}`, `got "context.Signet" where`},
		{`{"context": {}, "maxFiles": 7}`, `got "maxFiles" where`},
		{`[]`, `cdk.json: got [], want a JSON object`}, {`"x"`, `cdk.json: got "x", want a JSON object`},
		{`{"context": []}`, `context: got [], want a JSON object`},
		{"{\n\"context\": {\n\"signet\": {\"maxFiles\": 7,}\n}}", `line 3: got what is not JSON: invalid character '}'`},
		{"// mine\n{}", `line 1: got what is not JSON`}, {"{\n", `line 1: got what is not JSON: unexpected end`}, {``, `line 1: got what is not JSON`},
	} {
		_, err := ParseCDK([]byte(row.text))
		if err == nil || !strings.HasPrefix(err.Error(), row.want) || strings.ContainsAny(err.Error(), "\n") || strings.Contains(err.Error(), "struct") {
			t.Errorf("%q: got %v, want one line that begins with %s", row.text, err, row.want)
		}
	}
}
