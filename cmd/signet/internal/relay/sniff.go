package relay

import (
	"mime"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"signet/lambda/upload"
)

const octets = "application/octet-stream"

// taker is a place that takes files of some types.
type taker interface{ CheckType(mediaType string) error }

// decide gives the type to store a file with: what was claimed, if its first bytes
// do not speak against it and allowedTypes has it; without a claim, what the bytes
// say. application/octet-stream claims nothing.
func decide(at taker, claimed string, head []byte) (string, error) {
	kind, _, _ := mime.ParseMediaType(claimed)
	if len(head) == 0 || claimed != "" && kind == "" {
		return claimed, at.CheckType(claimed) // which says what is wrong with one that is none
	}
	found := mimetype.Detect(head)
	if claimed == "" || kind == octets {
		return unclaimed(at, claimed, found)
	}
	if err := at.CheckType(claimed); err != nil {
		return "", err
	}
	if !agrees(at, kind, found) {
		return "", upload.Errorf(upload.TypeForbidden, "got type %.80q and bytes of %s, want them to agree: name the file's real type, or leave it out", claimed, bare(found))
	}
	if slices.ContainsFunc(active(), found.Is) {
		// What a browser would run, called text: allowed where it is by its own name.
		return claimed, at.CheckType(bare(found))
	}
	return claimed, nil
}

// unclaimed gives the type of the bytes, or what was claimed, which was nothing,
// where only that is allowed.
func unclaimed(at taker, claimed string, found *mimetype.MIME) (string, error) {
	err := at.CheckType(bare(found))
	if err != nil && claimed != "" && at.CheckType(claimed) == nil {
		return claimed, nil // somebody allowed bytes of any kind
	}
	return bare(found), err
}

// agrees says whether bytes can be of the type that they are said to be.
func agrees(at taker, kind string, found *mimetype.MIME) bool {
	if within(found, kind) {
		return true // of it, or of a kind of it: a docx is a zip
	}
	known := mimetype.Lookup(kind)
	switch {
	case known == nil && (found.Is(octets) || slices.ContainsFunc(frames(), found.Is)):
		return true // nothing is known of the one, nor much of the other
	case known == nil:
		return at.CheckType(bare(found)) == nil
	case found.Is(octets):
		return vague(kind)
	case vague(kind) && vague(bare(found)):
		return true // mp4, m4a, mov: one container
	case kind == "application/vnd.ms-excel" && within(found, "text/plain"):
		return true // so Windows names a csv where Excel is installed
	}
	return within(known, bare(found)) // a docx of which the beginning shows but a zip
}

// within says that a type is another or below it; everything is octets, which is
// none.
func within(m *mimetype.MIME, kind string) bool {
	for ; m != nil && !m.Is(octets); m = m.Parent() {
		if m.Is(kind) {
			return true
		}
	}
	return false
}

// vague names the types whose beginnings vary so much that bytes which show nothing
// do not speak against them.
func vague(kind string) bool {
	return strings.HasPrefix(kind, "audio/") || strings.HasPrefix(kind, "video/") || kind == "application/x-tar"
}

// frames are what many formats are made of.
func frames() []string {
	return []string{"text/plain", "text/xml", "application/json", "application/zip", "application/gzip", "application/x-ole-storage"}
}

// active are the types that a browser would run.
func active() []string { return []string{"text/html", "image/svg+xml", "application/xhtml+xml"} }

// bare is a type without its parameters.
func bare(m *mimetype.MIME) string {
	kind, _, _ := strings.Cut(m.String(), ";")
	return kind
}
