package upload

import "testing"

func TestListedKey(t *testing.T) {
	for _, row := range []struct{ encoding, written, want string }{
		{"url", "uploads/alice/a%01b%EF%BF%BF.txt", "uploads/alice/a\x01b\uffff.txt"},
		{"url", "a+b%2Bc%25", "a b+c%"},
		{"url", "a~b", "a~b"},
		{"url", "50%", "50%"},
		{"", "a+b%2Bc", "a+b%2Bc"},
	} {
		if got := ListedKey(row.encoding, row.written); got != row.want {
			t.Errorf("%s %q: got %q, want %q", row.encoding, row.written, got, row.want)
		}
	}
}
