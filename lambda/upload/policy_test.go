package upload

import (
	"slices"
	"strings"
	"testing"
)

// alice asks in these tests.
var alice = Bearer{Caller: "alice"}

func headersOf(r Request) string {
	var b strings.Builder
	for _, h := range r.Headers() {
		b.WriteString(h.Name + ": " + h.Value + "\n")
	}
	return b.String()
}

func TestAuthorizeHeaders(t *testing.T) {
	overwrite := DefaultConfig()
	overwrite.Overwrite = true
	for _, row := range []struct {
		name   string
		config Config
		file   File
		want   string
	}{
		{"plain", DefaultConfig(), File{Name: "a", Size: 5},
			"content-length: 5\ncontent-type: application/octet-stream\nif-none-match: *\n"},
		{"empty file", DefaultConfig(), File{Name: "a"},
			"content-length: 0\ncontent-type: application/octet-stream\nif-none-match: *\n"},
		{"overwrite", overwrite, File{Name: "a", Size: 5, Type: "text/plain; charset=utf-8"},
			"content-length: 5\ncontent-type: text/plain; charset=utf-8\n"},
		{"checksum", overwrite, File{Name: "a", Size: 5, CRC64NVME: "AAAAAAAAAAA="},
			"content-length: 5\ncontent-type: application/octet-stream\nx-amz-checksum-crc64nvme: AAAAAAAAAAA=\n"},
		{"metadata", overwrite, File{Name: "a", Metadata: map[string]string{"Owner": "do-hyun", "b": " 김 "}},
			"content-length: 0\ncontent-type: application/octet-stream\nx-amz-meta-b: =?utf-8?b?6rmA?=\nx-amz-meta-owner: do-hyun\n"},
		{"two spaces", overwrite, File{Name: "a", Metadata: map[string]string{"n": "a  b"}},
			"content-length: 0\ncontent-type: application/octet-stream\nx-amz-meta-n: =?utf-8?b?YSAgYg==?=\n"},
	} {
		r, err := NewPolicy(row.config).Authorize(alice, Place{}, row.file)
		if got := headersOf(r); err != nil || got != row.want {
			t.Errorf("%s: got %s, %v, want %s", row.name, got, err, row.want)
		}
	}
}

func TestAuthorizeRefuses(t *testing.T) {
	c := DefaultConfig()
	c.MaxObjectSize = 6 * GiB
	c.AllowedTypes = []string{"image/*", "application/pdf"}
	ok := File{Name: "a", Type: "image/png"}
	for _, row := range []struct {
		name   string
		change func(*File)
		code   Code
	}{
		{"as it is", func(*File) {}, ""},
		{"negative size", func(f *File) { f.Size = -1 }, InvalidArgument},
		{"largest single PUT", func(f *File) { f.Size = MaxPutSize }, ""},
		{"one more", func(f *File) { f.Size = MaxPutSize + 1 }, EntityTooLarge},
		{"over the policy", func(f *File) { f.Size = 6*GiB + 1 }, EntityTooLarge},
		{"exact type", func(f *File) { f.Type = "Application/PDF" }, ""},
		{"type with parameter", func(f *File) { f.Type = "image/svg+xml; charset=utf-8" }, ""},
		{"other type", func(f *File) { f.Type = "text/html" }, TypeForbidden},
		{"default type", func(f *File) { f.Type = "" }, TypeForbidden},
		{"type that only begins alike", func(f *File) { f.Type = "application/pdfx" }, TypeForbidden},
		{"no type", func(f *File) { f.Type = "image" }, InvalidArgument},
		{"empty subtype", func(f *File) { f.Type = "image/" }, InvalidArgument},
		{"type with a line break", func(f *File) { f.Type = "image/png\r\nx: y" }, InvalidArgument},
		{"type in Korean", func(f *File) { f.Type = "image/그림" }, InvalidArgument},
		{"id of 7", func(f *File) { f.ID = "abcdefg" }, InvalidArgument},
		{"id of 8", func(f *File) { f.ID = "abcdefg8" }, ""},
		{"id of 48", func(f *File) { f.ID = strings.Repeat("a", 48) }, ""},
		{"id of 49", func(f *File) { f.ID = strings.Repeat("a", 49) }, InvalidArgument},
		{"id with a slash", func(f *File) { f.ID = "abcd/efgh" }, InvalidArgument},
		{"short checksum", func(f *File) { f.CRC64NVME = "AAAA" }, InvalidDigest},
		{"checksum with loose bits", func(f *File) { f.CRC64NVME = "AAAAAAAAAAB=" }, InvalidDigest},
		{"metadata of 2 KiB", func(f *File) { f.Metadata = map[string]string{"n": strings.Repeat("x", MaxMetadataBytes-1)} }, ""},
		{"one more byte", func(f *File) { f.Metadata = map[string]string{"n": strings.Repeat("x", MaxMetadataBytes)} }, MetadataTooLarge},
		{"metadata name", func(f *File) { f.Metadata = map[string]string{"a b": ""} }, InvalidArgument},
		{"metadata line break", func(f *File) { f.Metadata = map[string]string{"a": "b\nc"} }, InvalidArgument},
		{"metadata twice", func(f *File) { f.Metadata = map[string]string{"a": "1", "A": "2"} }, InvalidArgument},
	} {
		file := ok
		row.change(&file)
		r, err := NewPolicy(c).Authorize(alice, Place{}, file)
		if (row.code == "") != (err == nil) || err != nil && (CodeOf(err) != row.code || r.Key() != "") {
			t.Errorf("%s: got %v, want %q", row.name, err, row.code)
		}
	}
}

func TestAuthorizeParts(t *testing.T) {
	p := NewPolicy(DefaultConfig())
	const key = "uploads/alice/n~abcdefgh"
	parts, err := p.AuthorizeParts(alice, key, "u1", 20*MiB, 2, 0)
	if err != nil || parts.First() != 2 || parts.Count() != 2 {
		t.Fatalf("got %+v, %v, want parts 2 and 3", parts, err)
	}
	last := parts.Part(3)
	if want := []Header{{"partNumber", "3"}, {"uploadId", "u1"}}; !slices.Equal(last.Query(), want) {
		t.Errorf("part 3 asks %v, want %v", last.Query(), want)
	}
	if want := "content-length: 4194304\n"; headersOf(last) != want {
		t.Errorf("part 3 has %q, want %q", headersOf(last), want)
	}
	for _, row := range []struct {
		name, key, uploadID string
		size                int64
		first, count        int
		code                Code
	}{
		{"another's key", "uploads/bob/n~abcdefgh", "u1", 1, 0, 0, NoSuchKey},
		{"no id", key, "", 1, 0, 0, InvalidArgument},
		{"id with a line break", key, "a\nb", 1, 0, 0, InvalidArgument},
		{"id that is a path", key, "../../x", 1, 0, 0, InvalidArgument},
		{"id that is a step up", key, "..", 1, 0, 0, InvalidArgument},
		{"id with a backslash", key, `a\b`, 1, 0, 0, InvalidArgument},
		{"id with a parameter", key, "a&partNumber=1", 1, 0, 0, InvalidArgument},
		{"long id", key, strings.Repeat("x", 1025), 1, 0, 0, InvalidArgument},
		{"nothing", key, "u1", 0, 0, 0, EntityTooSmall},
		{"over the policy", key, "u1", 5*GiB + 1, 0, 0, EntityTooLarge},
		{"part 10,001", key, "u1", 1, MaxParts + 1, 1, InvalidPart},
	} {
		if _, err := p.AuthorizeParts(alice, row.key, row.uploadID, row.size, row.first, row.count); CodeOf(err) != row.code {
			t.Errorf("%s: got %v, want %s", row.name, err, row.code)
		}
	}
}

func TestAuthorizeForm(t *testing.T) {
	c := DefaultConfig()
	c.Origins = []string{"https://example.com"}
	p := NewPolicy(c)
	f, err := p.AuthorizeForm(alice, Place{}, FormWish{Name: "a.txt", Type: "text/plain", SuccessRedirect: "https://example.com/done"})
	if err != nil {
		t.Fatal(err)
	}
	if least, most := f.LengthRange(); least != 0 || most != MaxPutSize {
		t.Errorf("length %d to %d, want 0 to 5 GiB", least, most)
	}
	want := []Header{{"key", f.Key()}, {"Content-Type", "text/plain"}, {"success_action_redirect", "https://example.com/done"}}
	if !slices.Equal(f.Fields(), want) {
		t.Errorf("fields %v, want %v", f.Fields(), want)
	}
	for _, row := range []struct {
		name string
		wish FormWish
		code Code
	}{
		{"too large", FormWish{Name: "a", MaxSize: MaxPutSize + 1}, EntityTooLarge},
		{"negative", FormWish{Name: "a", MaxSize: -1}, EntityTooLarge},
		{"foreign redirect", FormWish{Name: "a", SuccessRedirect: "https://evil.example/"}, InvalidArgument},
		{"redirect with user", FormWish{Name: "a", SuccessRedirect: "https://example.com@evil.example/"}, InvalidArgument},
		{"redirect with user to an origin of ours", FormWish{Name: "a", SuccessRedirect: "https://evil@example.com/"}, InvalidArgument},
		{"script redirect", FormWish{Name: "a", SuccessRedirect: "javascript:alert(1)"}, InvalidArgument},
		{"no name", FormWish{}, InvalidArgument},
	} {
		if _, err := p.AuthorizeForm(alice, Place{}, row.wish); CodeOf(err) != row.code {
			t.Errorf("%s: got %v, want %s", row.name, err, row.code)
		}
	}
}

func TestMultipartOfUnicodeMetadata(t *testing.T) {
	m, err := NewPolicy(DefaultConfig()).AuthorizeMultipart(alice, Place{}, File{Name: "a", Size: 1, Type: "image/png", Metadata: map[string]string{"Who": "ß"}})
	if err != nil || m.Type() != "image/png" || m.Metadata()["who"] != "=?utf-8?b?w58=?=" || m.Plan().PartCount != 1 {
		t.Errorf("got %q, %v, %+v, %v", m.Type(), m.Metadata(), m.Plan(), err)
	}
	if _, err := NewPolicy(DefaultConfig()).AuthorizeMultipart(alice, Place{}, File{Name: "a"}); CodeOf(err) != EntityTooSmall {
		t.Errorf("empty file in parts: %v, want EntityTooSmall", err)
	}
}
