package settings

import "testing"

// TestContextText reads what -c puts into the context.
func TestContextText(t *testing.T) {
	if c, err := Read(`{"name": "other"}`); err != nil || c.Name != "other" {
		t.Errorf("got %q, %v, want other", c.Name, err)
	}
	if c, err := Read(nil); err != nil || c.Name != "signet" {
		t.Errorf("got %q, %v, want the defaults", c.Name, err)
	}
}
