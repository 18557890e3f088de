package uploads_test

import (
	"path/filepath"
	"testing"
)

// TestDoctored keeps what the doctor's tests replay, and must find nothing wrong
// with, equal to what this stack is.
func TestDoctored(t *testing.T) {
	for _, name := range []string{"signet", "full", "spaces"} {
		kept, err := judged(filepath.Join(assembly, name+".template.json"))
		if err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("../../cmd/signet/internal/doctor/testdata/own", name+".json"), kept)
	}
}
