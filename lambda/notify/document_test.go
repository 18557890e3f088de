package notify

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"signet/lambda/api/openapi"
	"signet/lambda/upload"
)

// TestDescribed holds the events, and the examples of the API's description, to that
// description.
func TestDescribed(t *testing.T) {
	text, err := openapi.Document()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	if err := compiler.AddResource("api.json", parsed); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("api.json#/components/schemas/Event")
	if err != nil {
		t.Fatal(err)
	}
	hooks := parsed.(map[string]any)["webhooks"].(map[string]any)
	for _, eventType := range upload.EventTypes() {
		hook, ok := hooks[eventType].(map[string]any)
		if !ok {
			t.Errorf("%s is not described", eventType)
			continue
		}
		content := hook["post"].(map[string]any)["requestBody"].(map[string]any)["content"].(map[string]any)["application/json"].(map[string]any)
		example := content["example"].(map[string]any)
		if err := schema.Validate(example); err != nil || example["type"] != eventType {
			t.Errorf("%s: its example: %v", eventType, err)
		}
	}
	if len(hooks) != len(upload.EventTypes()) {
		t.Errorf("got %d events described, want %d", len(hooks), len(upload.EventTypes()))
	}
	w := newWorld(t, func(c *upload.Config) { c.MalwareScan = true })
	id := w.put(t, report, "content")
	w.remove(t, report, "")
	sent := w.take(t, append(w.told(t), verdict(report, id, upload.NoThreats), verdict(report, id, upload.ThreatFound, "EICAR"))...)
	if len(sent) != 3 {
		t.Fatalf("got %d events, want 3", len(sent))
	}
	for _, e := range sent {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(e.Body()))
		if err == nil {
			err = schema.Validate(value)
		}
		if err != nil {
			t.Errorf("%s: %v", e.Body(), err)
		}
	}
}
