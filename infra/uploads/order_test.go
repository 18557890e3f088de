package uploads_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// links is what ties a stack to others.
type links struct {
	outputs, exports, imports []string
	reads                     []string // of other stacks' outputs, as stack/output
}

// linksOf reads them out of every template of the assembly, by the stack's name.
func linksOf(t *testing.T) map[string]links {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(assembly, "*.template.json"))
	if err != nil || len(files) < len(stacks) {
		t.Fatalf("got %d templates (%v), want one for each stack", len(files), err)
	}
	all := map[string]links{}
	for _, file := range files {
		raw, err := readRaw(file)
		if err != nil {
			t.Fatal(err)
		}
		var l links
		outputs, _ := raw["Outputs"].(map[string]any)
		for name, output := range outputs {
			l.outputs = append(l.outputs, name)
			if export, ok := output.(map[string]any)["Export"].(map[string]any); ok {
				l.exports = append(l.exports, fmt.Sprint(export["Name"]))
			}
		}
		l.follow(raw)
		all[strings.TrimSuffix(filepath.Base(file), ".template.json")] = l
	}
	return all
}

func (l *links) follow(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			l.follow(e)
		}
	case map[string]any:
		if name, ok := v["Fn::ImportValue"]; ok {
			l.imports = append(l.imports, fmt.Sprint(name))
		}
		if from, ok := v["Fn::GetStackOutput"].(map[string]any); ok {
			l.reads = append(l.reads, fmt.Sprint(from["StackName"], "/", from["OutputName"]))
		}
		for _, e := range v {
			l.follow(e)
		}
	}
}

// TestAnyOrder plans each configuration after each other one, relay on and off among
// them, and the deletion of each: CloudFormation refuses to take an export away, or its
// stack, while another stack imports it ("in use by"). What is read in its place must
// be there when it is read: a stack that reads comes after the one that has it.
func TestAnyOrder(t *testing.T) {
	all := linksOf(t)
	for before, a := range all {
		for after, b := range all {
			for _, export := range a.exports {
				gone := before != after && !slices.Contains(b.exports, export)
				for importer, c := range all {
					if gone && slices.Contains(c.imports, export) {
						t.Errorf("%s after %s: got %s in use by %s, want no export", after, before, export, importer)
					}
				}
			}
		}
	}
	read := 0
	for name, l := range all {
		for _, from := range l.reads {
			stack, output, _ := strings.Cut(from, "/")
			if !slices.Contains(all[stack].outputs, output) {
				t.Errorf("%s: got it reading %s, which %s does not say", name, output, stack)
			}
			read++
		}
	}
	if read == 0 {
		t.Error("got no stack that reads another's outputs, want the relay's and the one with a certificate of another")
	}
}
