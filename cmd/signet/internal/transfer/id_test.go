package transfer

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/internal/crc"
	"signet/lambda/upload"
)

// The browser's own vector (frontend/test/id.test.ts):
//
//	printf 'signet-file-id/2\na.txt\n5\n1700000000\nhello' | openssl dgst -sha256 -binary | base32 | tr A-Z a-z | cut -c1-25
func TestHintID(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_123)
	id := func(name, content string, at time.Time) string {
		id, err := HintID(strings.NewReader(content), name, int64(len(content)), at)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	want := "p5wlwfyyugmioad5wy6yjvo4qs"
	for _, got := range []string{id("a.txt", "hello", at), id("a.txt", "hello", at.Add(800*time.Millisecond))} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for _, path := range []string{"folder/a.txt", `C:\folder\a.txt`} {
		if got := id(path, "hello", at); got != want {
			t.Errorf("%s: got %s, want %s: the folder is in the key already", path, got, want)
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

// The ids that follow from the content, as in the browser.
func TestContentIDs(t *testing.T) {
	if got := upload.ContentID(sha256.Sum256([]byte("hello"))); got != "hftze3os7wcrq4jxihmvmlopcty" {
		t.Errorf("got %s", got)
	}
	got, err := upload.DifferentID("p5wlwfyyugmioad5wy6yjvo4qs", crc.Base64(crc.Update(0, []byte("hello"))))
	if err != nil || got != "p5wlwfyyugmioad5wy6yjvo4qs-gn3yk4agkjbfo" {
		t.Errorf("got %s, %v", got, err)
	}
}

// Which bytes of a large file count.
func TestHintIDSamples(t *testing.T) {
	const large = 10 * sample
	const middle = (large - sample) / 2
	id := func(size, one int) string {
		content := make([]byte, size)
		if one >= 0 {
			content[one] = 1
		}
		id, err := HintID(bytes.NewReader(content), "a", int64(size), time.Time{})
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
