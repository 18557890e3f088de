package upload

import (
	"encoding/base64"
	"maps"
	"mime"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// File is what a caller wants to upload, as the caller says it.
type File struct {
	Name string // any, also a relative path with either slash; cleaned for the key
	Type string // media type; empty: application/octet-stream
	Size int64  // bytes, 0 to the policy's largest
	// ID keeps apart files of one name: "h…" of known content ([ContentID]), "p…" of a
	// file that goes in parts, or [a-z0-9-]{8,48} of the client's own. Empty: 128
	// random bits.
	ID string
	// CRC64NVME is the base64 of the 8 bytes of the whole file's checksum, as S3
	// writes it. Empty: none is signed.
	CRC64NVME string
	// SHA256 is the base64 of the 32 bytes of the whole file's SHA-256, in place of
	// CRC64NVME. Known content wants it, in a PUT and in a form. Empty: none is signed.
	SHA256 string
	// Metadata is user-defined metadata: names of letters, digits, - and _; at
	// most 2 KiB in all (S3 counts names and values).
	Metadata map[string]string
}

// Header is one header of a request to S3. Names are lower-case.
type Header struct{ Name, Value string }

const defaultType = "application/octet-stream"

// checkType accepts a media type that one of the allowed patterns covers, and
// returns it as it is to be signed: as given, or the default when empty.
func checkType(mediaType string, allowed []string) (string, error) {
	given := mediaType
	if mediaType == "" {
		mediaType = defaultType
	}
	full, _, err := mime.ParseMediaType(mediaType)
	if err != nil || !strings.Contains(full, "/") || len(mediaType) > 255 || !only(mediaType, isPrintable) {
		return "", Errorf(InvalidArgument, "got type %s, want a media type such as image/png: leave it out if unknown", quote(given))
	}
	for _, pattern := range allowed {
		if matchType(pattern, full) {
			return mediaType, nil
		}
	}
	return "", Errorf(TypeForbidden, "got type %s, want one of %s: choose another file, or ask for it in allowedTypes",
		quote(mediaType), strings.Join(allowed, ", "))
}

func isPrintable(c byte) bool { return c >= 0x20 && c < 0x7f }

func matchType(pattern, full string) bool {
	if pattern == "*/*" || strings.EqualFold(pattern, full) {
		return true
	}
	major, isRange := strings.CutSuffix(pattern, "*")
	return isRange && len(full) > len(major) && strings.EqualFold(major, full[:len(major)])
}

// checkPattern accepts what allowedTypes may hold: */*, image/* or image/png.
func checkPattern(pattern string) bool {
	major, minor, ok := strings.Cut(pattern, "/")
	token := func(s string) bool {
		return s != "" && only(s, func(c byte) bool {
			return isLowerDigit(c) || c >= 'A' && c <= 'Z' || strings.IndexByte("!#$&^_.+-", c) >= 0
		})
	}
	return ok && (pattern == "*/*" || token(major) && (minor == "*" || token(minor)))
}

// metadataHeaders writes metadata as x-amz-meta-* headers in the order of their
// names. Values outside ASCII are encoded words of RFC 2047, which S3 decodes
// (UsingMetadata.html, "User-defined object metadata").
func metadataHeaders(metadata map[string]string) ([]Header, error) {
	var headers []Header
	for _, name := range slices.Sorted(maps.Keys(metadata)) {
		value := metadata[name]
		if !isMetadataName(name) {
			return nil, Errorf(InvalidArgument, "got metadata name %s, want letters, digits, - and _: rename it", quote(name))
		}
		if strings.HasPrefix(strings.ToLower(name), MetadataOwn) {
			return nil, Errorf(InvalidArgument, "got metadata name %s, want one that does not begin with %s, as the service's own do: rename it", quote(name), MetadataOwn)
		}
		if !utf8.ValidString(value) || strings.ContainsFunc(value, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
			return nil, Errorf(InvalidArgument, "got metadata %s with control characters, want one line of UTF-8: encode it", name)
		}
		headers = append(headers, Header{metadataHeader + strings.ToLower(name), encodeWord(strings.TrimSpace(value))})
	}
	sortHeaders(headers)
	for i := 1; i < len(headers); i++ {
		if name := headers[i].Name; name == headers[i-1].Name {
			return nil, Errorf(InvalidArgument, "got metadata %s twice, want each name once: S3 ignores case in names", quote(strings.TrimPrefix(name, metadataHeader)))
		}
	}
	return headers, nil
}

// checkMetadataBytes holds metadata, as headers, to what S3 takes of it.
func checkMetadataBytes(headers []Header) error {
	total := 0
	for _, h := range headers {
		total += len(h.Name) - len(metadataHeader) + len(h.Value)
	}
	if total > MaxMetadataBytes {
		return Errorf(MetadataTooLarge, "got more than %d bytes of metadata, want at most that for all names and values: shorten it", MaxMetadataBytes)
	}
	return nil
}

func isMetadataName(name string) bool {
	return name != "" && only(name, func(c byte) bool { return isCallerByte(c) && c != '.' })
}

func encodeWord(value string) string {
	// Runs of spaces are folded when a signature is made, so they must not
	// travel bare either.
	if only(value, isPrintable) && !strings.Contains(value, "  ") {
		return value
	}
	return encodeRuns(value)
}

// encodeRuns is mime.BEncoding, forced: BEncoding leaves plain ASCII alone.
func encodeRuns(value string) string {
	if encoded := mime.BEncoding.Encode("utf-8", value); encoded != value {
		return encoded
	}
	return "=?utf-8?b?" + base64.StdEncoding.EncodeToString([]byte(value)) + "?="
}

func contentLength(size int64) Header { return Header{"content-length", strconv.FormatInt(size, 10)} }
