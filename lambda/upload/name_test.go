package upload

import (
	"strings"
	"testing"
)

func TestCleanName(t *testing.T) {
	korean := strings.Repeat("가", 84) // 252 bytes
	for _, row := range []struct{ name, want string }{
		{"photo.jpg", "photo.jpg"},
		{"큰 파일 (1)+ß%20.bin", "큰 파일 (1)+ß%20.bin"},
		{"a\x00b\x1f\x7f.txt", "ab.txt"},
		{"a\uffffb\ufffe.txt", "ab.txt"},
		{"a\u0085b\u009f.txt", "ab.txt"},
		{"a\ufffdb", "a\ufffdb"},
		{"invoice\u202Egpj.exe", "invoicegpj.exe"},
		{"\u2066a\u2069\u200e\ufeffb", "ab"},
		{"line\u2028break", "linebreak"},
		{"e\u0301.txt", "é.txt"},
		{"\u1112\u1161\u11ab.txt", "한.txt"},
		{"👩\u200d💻.png", "👩\u200d💻.png"},
		{"  spaced  ", "spaced"},
		{"...", "..."},
		{".env", ".env"},
		{"~", "~"},
		{strings.Repeat("😀", 50), strings.Repeat("😀", 50)},
		{strings.Repeat("😀", 51), strings.Repeat("😀", 50)},
		{strings.Repeat("😀", 51) + ".jpg", strings.Repeat("😀", 49) + ".jpg"},
		{strings.Repeat("x", 200), strings.Repeat("x", 200)},
		{strings.Repeat("x", 201), strings.Repeat("x", 200)},
		{strings.Repeat("x", 300) + ".tar.gz", strings.Repeat("x", 197) + ".gz"},
		{korean, strings.Repeat("가", 66)},
		{korean + ".bin", strings.Repeat("가", 65) + ".bin"},
		{"a." + strings.Repeat("e", 300), "a." + strings.Repeat("e", 198)},
		{strings.Repeat("x", 199) + " y", strings.Repeat("x", 199)},
	} {
		if got, err := cleanName(row.name); err != nil || got != row.want {
			t.Errorf("cleanName(%q) = %q, %v, want %q", row.name, got, err, row.want)
		}
	}
	for _, name := range []string{"", ".", "..", "\u202e", "\uffff", ".\u202e.", " ", "\x00", "\xff\xfe", "a\xc3"} {
		if got, err := cleanName(name); CodeOf(err) != InvalidArgument {
			t.Errorf("cleanName(%q) = %q, %v, want InvalidArgument", name, got, err)
		}
	}
}

func TestCleanPath(t *testing.T) {
	deep := strings.Repeat("d/", 31) + "d"
	for _, row := range []struct{ folder, name, wantFolder, wantName string }{
		{"", "c.txt", "", "c.txt"},
		{"a", "c.txt", "a", "c.txt"},
		{"", "a/b/c.txt", "a/b", "c.txt"},
		{"", `a\b\c.txt`, "a/b", "c.txt"},
		{`x\y`, "a/c.txt", "x/y/a", "c.txt"},
		{"", `C:\a\b`, "a", "b"},
		{"", "z:/b", "", "b"},
		{"x", `C:\a\b`, "x/a", "b"},
		{"", "C:", "", "C:"},
		{"", `C:a\b`, "C:a", "b"},
		{"e\u0301", " a /b", "é/a", "b"},
		{"", "a\u202eb/c", "ab", "c"},
		{"", "..a/...", "..a", "..."},
		{deep, "f", deep, "f"},
		{"", deep + "/f", deep, "f"},
		{"~", "~", "~", "~"},
		{"a~b", "a~b~c.tar.gz", "a~b", "a~b~c.tar.gz"},
		{"x~HELLO123", "f", "x~HELLO123", "f"},
		{"", "beach~0123456789abcdef.jpg", "", "beach~0123456789abcdef.jpg"},
		{strings.Repeat("😀", 50), "f", strings.Repeat("😀", 50), "f"},
	} {
		folder, name, err := cleanPath(row.folder, row.name)
		if err != nil || folder != row.wantFolder || name != row.wantName {
			t.Errorf("%q and %q: got %q and %q, %v, want %q and %q", row.folder, row.name, folder, name, err, row.wantFolder, row.wantName)
		}
	}
	for _, row := range [][2]string{
		{"", `..\..\x`}, {"", "a//b"}, {"", "/a"}, {"", "a/"}, {"", "/"}, {"", "./a"}, {"", "a/./b"}, {"", "a/../b"}, {"", `C:\..\b`}, {"", `\\server\share`},
		{"a/", "f"}, {"/a", "f"}, {"..", "f"}, {"a/../b", "f"}, {"/", "f"}, {" ", "f"}, {"\u202e", "f"}, {".\u202e.", "f"}, {"\xff", "f"}, {"a", "\xff/b"},
		{deep, "d/f"}, {deep + "/d", "f"}, {"", deep + "/d/f"},
		{strings.Repeat("x", 201), "f"}, {strings.Repeat("😀", 51), "f"},
		{"x~0123456789abcdef", "f"}, {"a/beach~abcdefgh.jpg/b", "f"}, {"~abcdefgh", "f"}, {"", "beach~abcdefgh.jpg/f"}, {"x~abcdefgh\u202e", "f"},
	} {
		if folder, name, err := cleanPath(row[0], row[1]); CodeOf(err) != InvalidArgument {
			t.Errorf("%q and %q: got %q and %q, %v, want InvalidArgument", row[0], row[1], folder, name, err)
		}
	}
}

func TestSplitName(t *testing.T) {
	for _, row := range []struct{ name, stem, ext string }{
		{"a.jpg", "a", ".jpg"}, {"a~b~c.tar.gz", "a~b~c.tar", ".gz"}, {".hidden", ".hidden", ""}, {".hidden.txt", ".hidden", ".txt"},
		{"a.", "a.", ""}, {"a", "a", ""}, {"...", "...", ""}, {"a.b c", "a.b c", ""}, {"a.한", "a.한", ""}, {"a.b~c", "a.b~c", ""},
		{"a." + strings.Repeat("e", 15), "a", "." + strings.Repeat("e", 15)}, {"a." + strings.Repeat("e", 16), "a." + strings.Repeat("e", 16), ""},
	} {
		if stem, ext := splitName(row.name); stem != row.stem || ext != row.ext {
			t.Errorf("%q: got %q and %q, want %q and %q", row.name, stem, ext, row.stem, row.ext)
		}
	}
}
