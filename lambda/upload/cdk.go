package upload

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// contextKey is under which name a cdk.json has the configuration in its "context".
const contextKey = "signet"

// cdkFields are fields that the CDK itself has at the top of a cdk.json, by names that ours
// have too. https://docs.aws.amazon.com/cdk/v2/guide/cli.html
var cdkFields = []string{"tags"}

// ParseCDK reads the "signet" context out of a whole cdk.json; without one it is the
// defaults. A configuration that stands elsewhere in it is refused, for nothing would
// read it.
func ParseCDK(data []byte) (Config, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // as some editors begin a file
	if err := syntax(data); err != nil {
		return Config{}, err
	}
	top, err := members("cdk.json", data)
	if err != nil {
		return Config{}, err
	}
	var context memberList
	if value, ok := top.get("context"); ok && !isNull(value) {
		if context, err = members("context", value); err != nil {
			return Config{}, err
		}
	}
	if value, ok := context.get(contextKey); ok {
		return ParseContext(value)
	}
	if name := misplaced(top, context); name != "" {
		return Config{}, Errorf(ConfigError, `got %s where nothing reads it, want {"context": {%q: {…}}}: put it there`, quote(name), contextKey)
	}
	return DefaultConfig(), nil
}

// syntax says in which line data ceases to be JSON.
func syntax(data []byte) error {
	err := json.Unmarshal(data, new(json.RawMessage))
	if err == nil {
		return nil
	}
	line := 1 + bytes.Count(data, []byte("\n"))
	if wrong := (*json.SyntaxError)(nil); errors.As(err, &wrong) {
		line = 1 + bytes.Count(data[:max(0, min(len(data), int(wrong.Offset)-1))], []byte("\n"))
	}
	refusal := Errorf(ConfigError, "line %d: got what is not JSON: %v", line, err)
	refusal.Err = err
	return refusal
}

// misplaced is the name of a field that is ours and stands outside our context.
func misplaced(top, context memberList) string {
	for _, m := range context {
		if strings.EqualFold(m.name, contextKey) {
			return "context." + m.name
		}
	}
	ours := (&Config{}).fields()
	for _, m := range top {
		known := slices.ContainsFunc(ours, func(f field) bool { return f.name == m.name })
		if strings.EqualFold(m.name, contextKey) || known && !slices.Contains(cdkFields, m.name) {
			return m.name
		}
	}
	return ""
}
