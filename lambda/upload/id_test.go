package upload

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
)

const (
	emptySHA256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	// The first 130 bits of that, as base32 of coreutils writes them, in lower case.
	emptyID = "h4oymiquy7qobjgx36tejs35zeq"
)

var (
	aHint      = "p" + strings.Repeat("a", 25)
	differing  = aHint + "-" + strings.Repeat("7", 13)
	zeroDigits = strings.Repeat("a", 13)
)

func TestContentID(t *testing.T) {
	if got := ContentID(sha256.Sum256(nil)); got != emptyID {
		t.Errorf("got %s, want %s", got, emptyID)
	}
	// The page and the command line have the same vectors.
	if got := ContentID(sha256.Sum256([]byte("hello"))); got != "hftze3os7wcrq4jxihmvmlopcty" {
		t.Errorf("got %s of hello", got)
	}
	if got, err := DifferentID("p5wlwfyyugmioad5wy6yjvo4qs", "M3eFcAZSQlc="); err != nil || got != "p5wlwfyyugmioad5wy6yjvo4qs-gn3yk4agkjbfo" {
		t.Errorf("got %s, %v for hello beside its hint", got, err)
	}
	if err := checkID(emptyID, maxID); err != nil {
		t.Error(err)
	}
}

func TestDifferentID(t *testing.T) {
	for _, row := range []struct{ hint, sum, want string }{
		{aHint, "AAAAAAAAAAA=", aHint + "-" + zeroDigits},
		{differing, "AAAAAAAAAAA=", aHint + "-" + zeroDigits},
		{aHint, "//////////8=", aHint + "-" + strings.Repeat("7", 12) + "6"},
	} {
		if got, err := DifferentID(row.hint, row.sum); err != nil || got != row.want || len(got) > maxID-7 {
			t.Errorf("%s of %s: got %s, %v, want %s", row.sum, row.hint, got, err, row.want)
		}
	}
	for _, row := range []struct {
		hint, sum string
		code      Code
	}{{aHint, "", InvalidDigest}, {aHint, "AAAA", InvalidDigest}, {"p", "AAAAAAAAAAA=", InvalidArgument}, {emptyID, "AAAAAAAAAAA=", InvalidArgument}} {
		if _, err := DifferentID(row.hint, row.sum); CodeOf(err) != row.code {
			t.Errorf("%q of %q: got %v, want %s", row.sum, row.hint, err, row.code)
		}
	}
}

func TestNewIDIsFresh(t *testing.T) {
	a, b := newID(), newID()
	if a == b || checkID(a, maxID) != nil || a[0] != 'r' || len(a) != 27 {
		t.Errorf("ids %q and %q, want two valid ones of unknown content", a, b)
	}
}

func TestCheckID(t *testing.T) {
	for _, id := range []string{"abcdefgh", "0123456789abcdef", "--------", strings.Repeat("a", 48), emptyID, aHint, differing} {
		if err := checkID(id, maxID); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, id := range []string{
		"", "abcdefg", strings.Repeat("a", 49), "ABCDEFGH", "abcd/efgh", "abcd~efgh", "abcd.efgh", "가나다라마바사아",
		"hello-world", emptyID + "a", emptyID[:26], "h" + strings.Repeat("1", 26), emptyID + "-aaaaaa",
		"photo-12", aHint[:25], aHint + "a", "p" + strings.Repeat("8", 25), aHint + "-", aHint + "-a", differing + "a", differing + "-aaaaaa",
	} {
		if err := checkID(id, maxID); CodeOf(err) != InvalidArgument {
			t.Errorf("%q: got %v, want InvalidArgument", id, err)
		}
	}
}

// TestKnownContent holds the id of known content to the bytes that it is of, in every
// way to send a file.
func TestKnownContent(t *testing.T) {
	p := NewPolicy(DefaultConfig())
	sum := sha256.Sum256([]byte("hello"))
	other := base64.StdEncoding.EncodeToString(sum[:])
	for _, row := range []struct {
		name string
		file File
		want Code // of a PUT
		form Code // of a form of known content
	}{
		{"as it is", File{ID: emptyID, SHA256: emptySHA256}, "", ""},
		{"without the sum", File{ID: emptyID}, InvalidArgument, InvalidDigest},
		{"with a CRC64NVME alone", File{ID: emptyID, CRC64NVME: "AAAAAAAAAAA="}, InvalidArgument, InvalidDigest},
		{"with another sum", File{ID: emptyID, SHA256: other}, InvalidDigest, InvalidDigest},
		{"with a short sum", File{ID: emptyID, SHA256: "AAAA"}, InvalidDigest, InvalidDigest},
		{"with a sum of loose bits", File{ID: emptyID, SHA256: emptySHA256[:42] + "V="}, InvalidDigest, InvalidDigest},
		{"the longest", File{ID: emptyID, SHA256: emptySHA256, Size: MultipartFrom - 1}, "", ""},
		{"one more", File{ID: emptyID, SHA256: emptySHA256, Size: MultipartFrom}, InvalidArgument, InvalidArgument},
		{"two sums", File{SHA256: emptySHA256, CRC64NVME: "AAAAAAAAAAA="}, InvalidArgument, InvalidArgument},
		{"no id", File{SHA256: emptySHA256}, "", ""},
		{"an id of the client's", File{ID: "abcdefgh", SHA256: emptySHA256}, "", InvalidArgument},
		{"a hint", File{ID: aHint, SHA256: emptySHA256}, "", InvalidArgument},
	} {
		row.file.Name = "a.txt"
		put, err := p.Authorize(alice, Place{}, row.file)
		if row.want == "" && (err != nil || row.file.SHA256 != "" && headerValue(put.Headers(), "x-amz-checksum-sha256") != row.file.SHA256) ||
			row.want != "" && (CodeOf(err) != row.want || put.Key() != "") {
			t.Errorf("PUT %s: got %v, %v, want %q", row.name, put.Headers(), err, row.want)
		}
		form, err := p.AuthorizeContent(alice, Place{}, row.file)
		if row.form == "" && err != nil || row.form != "" && (CodeOf(err) != row.form || form.Key() != "") {
			t.Errorf("form %s: got %v, want %q", row.name, err, row.form)
		}
		if row.form == "" && row.file.ID != "" && form.Key() != put.Key() {
			t.Errorf("%s: the form has key %s and the PUT %s", row.name, form.Key(), put.Key())
		}
	}
	known := File{Name: "a.txt", Size: 1, ID: emptyID, SHA256: emptySHA256}
	_, parts := p.AuthorizeMultipart(alice, Place{}, known)
	_, stream := p.AuthorizeStream(alice, Place{}, known)
	if CodeOf(parts) != InvalidArgument || CodeOf(stream) != InvalidArgument {
		t.Errorf("known content in parts: %v, as a stream: %v, want InvalidArgument", parts, stream)
	}
}
