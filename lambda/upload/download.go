package upload

import (
	"mime"
	"slices"
	"strings"
)

// Get is a download of the object, or of one version of it when versionID is
// not empty. S3 is made to answer with content-disposition attachment, so that
// what was uploaded is saved and never runs in a page's origin. It is made to name no
// other encoding than the bytes have, and to forbid every cache to keep them: both
// headers are the uploader's to set, and are no part of what a PUT of ours signs.
func (o Object) Get(versionID string) Request {
	return o.get(versionID, disposition("attachment", o.Name()))
}

func (o Object) get(versionID, disposition string, more ...Header) Request {
	query := append([]Header{
		{"response-cache-control", "private, no-store"},
		{"response-content-disposition", disposition},
		{"response-content-encoding", "identity"},
	}, more...)
	if versionID != "" {
		query = append(query, Header{"versionId", versionID})
	}
	return Request{operation: GetObject, key: o.key, query: query, expires: o.expires}
}

// Inline is Get for a browser that shows the object, whose media type is mediaType.
// The type is signed in, so that S3 answers with it even where another object has
// taken the key. One that is not on the list is TypeForbidden.
func (o Object) Inline(versionID, mediaType string) (Request, error) {
	full, params, err := mime.ParseMediaType(mediaType)
	if err != nil || !slices.Contains(InlineTypes(), full) {
		return Request{}, Errorf(TypeForbidden, "got a file of type %s, want one of %s to show it: leave inline out to download it", quote(mediaType), strings.Join(InlineTypes(), ", "))
	}
	as := full
	if full == "text/plain" {
		if charset := params["charset"]; charset != "" && len(charset) <= 40 && only(charset, isCallerByte) {
			as += "; charset=" + charset
		} else {
			as += "; charset=utf-8"
		}
	}
	return o.get(versionID, disposition("inline", o.Name()), Header{"response-content-type", as}), nil
}

// Checked makes S3 answer a download with the whole object's checksum where it has
// one. The header has to be sent, which a link in a browser does not do.
func (r Request) Checked() Request {
	r.headers = []Header{{"x-amz-checksum-mode", "ENABLED"}}
	return r
}

// Receipt is a HEAD of one version of the object, with its checksum. Whoever is given
// it has S3's own word, until it expires, that these bytes are there. Its header has to
// be sent.
func (o Object) Receipt(versionID string) Request {
	r := Request{operation: HeadObject, key: o.key, expires: o.expires}
	if versionID != "" {
		r.query = []Header{{"versionId", versionID}}
	}
	return r.Checked()
}

// disposition writes a content-disposition for a file name: an ASCII fallback
// and the name in RFC 8187's form (https://www.rfc-editor.org/rfc/rfc6266).
func disposition(kind, name string) string {
	fallback := strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
	return kind + `; filename="` + fallback + `"; filename*=UTF-8''` + percentEncode(name)
}

// percentEncode keeps RFC 3986's unreserved characters and encodes the rest.
func percentEncode(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; isCallerByte(c) || c == '~' {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}
