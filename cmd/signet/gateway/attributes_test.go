package gateway

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// A long list of parts leaves room for the other attributes; a short one is kept.
func TestAttributesOfManyParts(t *testing.T) {
	dir := t.TempDir()
	file, err := os.Create(filepath.Join(dir, "object"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, row := range []struct {
		size int
		kept bool
	}{{partsRoom, true}, {partsRoom + 1, false}, {100_000, false}} {
		value := bytes.Repeat([]byte("x"), row.size)
		if err := (attributes{}).StoreAttribute(file, "", "", partsAttribute, value); err != nil {
			t.Errorf("%d bytes: %v", row.size, err)
		}
		got, _ := (attributes{}).RetrieveAttribute(file, "", "", partsAttribute)
		if bytes.Equal(got, value) != row.kept {
			t.Errorf("%d bytes: kept %d, want it kept: %v", row.size, len(got), row.kept)
		}
		if err := (attributes{}).StoreAttribute(file, "", "", "etag", []byte("an ETag of some length")); err != nil {
			t.Errorf("beside %d bytes: %v", row.size, err)
		}
	}
}
