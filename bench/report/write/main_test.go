package main

import (
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	t.Chdir(t.TempDir()) // where nothing can be saved: there is no folder bench
	for _, row := range []struct {
		name, input string
		dry, met    bool
		err         string
	}{
		{"met", `{"name":"x","goals":[{"figure":"f","got":2,"want":2}]}`, true, true, ""},
		{"missed", `{"name":"x","goals":[{"figure":"f","got":2,"want":2},{"figure":"g","got":1.9,"want":2}]}`, true, false, ""},
		{"at most", `{"name":"x","goals":[{"figure":"f","got":3,"want":2,"atMost":true}]}`, true, false, ""},
		{"no goals", `{"name":"x","goals":[]}`, true, false, "nothing measured is nothing met"},
		{"no name", `{"goals":[{"figure":"f","got":2,"want":2}]}`, true, false, "want a name"},
		{"unknown field", `{"name":"x","gaols":[]}`, true, false, "gaols"},
		{"no JSON", `x`, true, false, "invalid character"},
		{"to be saved", `{"name":"x","goals":[{"figure":"f","got":2,"want":2}]}`, false, false, "bench/RESULTS.md"},
	} {
		met, err := run(strings.NewReader(row.input), row.dry)
		if met != row.met || (err == nil) != (row.err == "") || err != nil && !strings.Contains(err.Error(), row.err) {
			t.Errorf("%s: got %v, %v, want %v and %q", row.name, met, err, row.met, row.err)
		}
	}
}
