package upload

import (
	"os"
	"strings"
	"testing"
)

// The README's configuration is one.
func TestReadmeSpaces(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "<!-- example: spaces -->\n```json\n")
	example, _, ok := strings.Cut(rest, "```")
	c, err := ParseCDK([]byte(example))
	if !ok || err != nil || len(c.Spaces) != 4 || !c.Spaces["avatars"].Public() || c.Spaces["applications"].Confirm != 1 {
		t.Errorf("got %+v, %v", c.Spaces, err)
	}
}
