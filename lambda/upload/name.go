package upload

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// MaxNameBytes is the longest file name, and the longest segment of a folder, in
	// bytes of UTF-8: with an id it fits the 255 that file systems take.
	MaxNameBytes = 200
	// MaxFolders is how many segments a folder has at most.
	MaxFolders = 32
)

// cleanPath makes of a name, which may be a relative path, and of the folder that
// it is relative to, what a key can hold. Either slash separates. A drive before an
// absolute path (C:\a\b) says nothing here and is dropped. Errors are those of
// cleanFolder and cleanName.
func cleanPath(folder, name string) (inFolder, file string, err error) {
	segments := split(withoutDrive(name))
	last := len(segments) - 1
	if file, err = cleanName(segments[last]); err != nil {
		return "", "", err
	}
	if folder != "" {
		segments = append(split(folder), segments[:last]...)
	} else {
		segments = segments[:last]
	}
	inFolder, err = cleanSegments(segments)
	return inFolder, file, err
}

// cleanFolder cleans a folder as names are cleaned, segment by segment. Segments
// that are empty, . or .., or become so, more than [MaxFolders] of them, one of more
// than [MaxNameBytes], which cut could be another folder's, and one that ends as a
// key does are InvalidArgument. "" is the owner's part itself.
func cleanFolder(folder string) (string, error) {
	if folder == "" {
		return "", nil
	}
	return cleanSegments(split(folder))
}

func cleanSegments(segments []string) (string, error) {
	if n := len(segments); n > MaxFolders {
		return "", Errorf(InvalidArgument, "got %d folders within each other, want at most %d: put the file higher up", n, MaxFolders)
	}
	clean := make([]string, len(segments))
	for i, given := range segments {
		segment, err := cleanSegment(given)
		switch {
		case err != nil:
			return "", err
		case len(segment) > MaxNameBytes:
			return "", Errorf(InvalidArgument, "got a folder %s of %d bytes, want at most %d: shorten it", quote(segment), len(segment), MaxNameBytes)
		case endsAsKey(segment):
			return "", Errorf(InvalidArgument, "got a folder %s, want one that does not end in ~ and an id, as keys do: rename it", quote(segment))
		}
		clean[i] = segment
	}
	return strings.Join(clean, "/"), nil
}

// cleanName is cleanSegment for a file, whose name is cut to [MaxNameBytes] before
// its extension.
func cleanName(name string) (string, error) {
	clean, err := cleanSegment(name)
	if err != nil {
		return "", err
	}
	return cutName(clean), nil
}

// cleanSegment makes one segment of a path fit for a key: NFC, without control
// characters, bidirectional overrides, other invisible format characters and what
// XML 1.0 cannot hold, trimmed of white space. Invalid UTF-8, and what is nothing or
// a path step then, is InvalidArgument.
func cleanSegment(segment string) (string, error) {
	if !utf8.ValidString(segment) {
		return "", Errorf(InvalidArgument, "got a name that is not UTF-8 (%q), want UTF-8: encode it", shorten(segment))
	}
	clean := strings.TrimSpace(norm.NFC.String(strings.Map(visible, segment)))
	if clean == "" || clean == "." || clean == ".." {
		return "", Errorf(InvalidArgument, "got %s in a path, want names such as photo.jpg or trips/photo.jpg: each with a visible character other than . and ..", quote(segment))
	}
	return clean, nil
}

// visible drops the runes that a reader of a name cannot see and an attacker
// can use: control characters (Cc) and format characters (Cf), which are the
// bidirectional overrides, isolates and marks, zero-width characters and the
// byte order mark. The two joiners stay, because Persian, Hindi and emoji need
// them. U+FFFD stays too: it is valid UTF-8. U+FFFE and U+FFFF go, because S3's
// lists are XML 1.0 (https://www.w3.org/TR/xml/#charsets), which has no way to
// write them.
func visible(r rune) rune {
	const zwnj, zwj = '\u200c', '\u200d'
	if r == zwnj || r == zwj {
		return r
	}
	if r == 0xfffe || r == 0xffff || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
		return -1
	}
	return r
}

// cutName shortens a name to MaxNameBytes at a rune boundary, keeping its
// extension.
func cutName(name string) string {
	if len(name) <= MaxNameBytes {
		return name
	}
	stem, ext := splitName(name)
	stem = stem[:MaxNameBytes-len(ext)]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return strings.TrimSpace(stem + ext)
}

// splitName parts a name from its extension: a dot and 1 to 15 letters and digits
// at its end, but not all of it (.hidden).
func splitName(name string) (stem, ext string) {
	const most = 15
	i := strings.LastIndexByte(name, '.')
	if ext := name[max(i, 0):]; i > 0 && len(ext) > 1 && len(ext) <= 1+most && only(ext[1:], isAlphanumeric) {
		return name[:i], ext
	}
	return name, ""
}

func isAlphanumeric(c byte) bool { return isLowerDigit(c) || c >= 'A' && c <= 'Z' }

// split cuts a path at either slash.
func split(path string) []string { return strings.Split(strings.ReplaceAll(path, `\`, "/"), "/") }

func withoutDrive(name string) string {
	isLetter := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
	if len(name) > 2 && isLetter(name[0]) && name[1] == ':' && (name[2] == '/' || name[2] == '\\') {
		return name[3:]
	}
	return name
}

func quote(s string) string { return `"` + strings.ToValidUTF8(shorten(s), "\uFFFD") + `"` }

// shorten keeps messages readable whatever a client sends.
func shorten(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
