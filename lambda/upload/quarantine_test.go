package upload

import (
	"strings"
	"testing"
)

// TestQuarantineKey holds the longest key of an upload, with a long id of a
// version, to what S3 takes.
func TestQuarantineKey(t *testing.T) {
	if got := QuarantineKey("uploads/ada/a~0123456789abcdef.txt", "v1"); got != "quarantine/uploads/ada/a~0123456789abcdef.txt/v1" {
		t.Errorf("got %s", got)
	}
	if n := len(QuarantineKey(strings.Repeat("k", LongestKey), strings.Repeat("v", 100))); n > MaxKeyBytes {
		t.Errorf("got a key of %d bytes, want at most %d", n, MaxKeyBytes)
	}
}

// TestPrefixOutsideQuarantine keeps uploads and malware apart.
func TestPrefixOutsideQuarantine(t *testing.T) {
	for _, prefix := range []string{"quarantine/", "quarantine/in/"} {
		if _, err := ParseContext([]byte(`{"prefix": "` + prefix + `"}`)); err == nil || !strings.Contains(err.Error(), "outside of quarantine/") {
			t.Errorf("%s: got %v, want it refused", prefix, err)
		}
	}
	if _, err := ParseContext([]byte(`{"prefix": "quarantined/"}`)); err != nil {
		t.Error(err)
	}
}
