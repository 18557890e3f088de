package transfer

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// The browser's own vector (frontend/test/id.test.ts):
//
//	printf 'signet-file-id/1\na.txt\n5\n1700000000\nhello' | sha256sum | cut -c1-32
func TestFileID(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_123)
	id := func(name, content string, at time.Time) string {
		id, err := FileID(strings.NewReader(content), name, int64(len(content)), at)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	want := "30753494b47c092df33a8ba66118f910"
	for _, got := range []string{id("a.txt", "hello", at), id("a.txt", "hello", at.Add(800*time.Millisecond))} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if id("\u1100\u1161", "x", at) != id("\uac00", "x", at) {
		t.Error("a name in NFD has another id than in NFC")
	}
	for name, other := range map[string]string{
		"name": id("b.txt", "hello", at), "second": id("a.txt", "hello", at.Add(time.Second)), "content": id("a.txt", "hellO", at), "size": id("a.txt", "hello\n", at),
	} {
		if other == want {
			t.Errorf("it does not depend on the %s", name)
		}
	}
}

// Which bytes of a large file count.
func TestFileIDSamples(t *testing.T) {
	const large = 10 * sample
	const middle = (large - sample) / 2
	id := func(size, one int) string {
		content := make([]byte, size)
		if one >= 0 {
			content[one] = 1
		}
		id, err := FileID(bytes.NewReader(content), "a", int64(size), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	for _, row := range []struct {
		size, at int
		sampled  bool
	}{
		{large, 0, true}, {large, sample - 1, true}, {large, sample, false}, {large, middle - 1, false}, {large, middle, true},
		{large, middle + sample, false}, {large, large - sample, true}, {large, large - 1, true}, {3 * sample, sample + 5, true},
	} {
		if got := id(row.size, row.at) != id(row.size, -1); got != row.sampled {
			t.Errorf("byte %d of %d: sampled %v, want %v", row.at, row.size, got, row.sampled)
		}
	}
}
