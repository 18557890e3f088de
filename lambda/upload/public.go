package upload

import (
	"mime"
	"slices"
	"strings"
	"time"
)

// A public space's files are read under an origin of their own, so that none of them
// is ever in the site's. An edge keeps one for PublicEdgeAge and a browser for
// PublicMaxAge: what is deleted is gone within the hour.
const (
	PublicEdgeAge = 30 * time.Minute
	PublicMaxAge  = 30 * time.Minute
)

// PublicHeaders are on every answer there besides Cache-Control and
// Content-Disposition: nothing that was uploaded runs, whatever it is, and pages of
// other origins may show it.
func PublicHeaders() []Header {
	return []Header{
		{"content-security-policy", "sandbox; default-src 'none'"},
		{"cross-origin-resource-policy", "cross-origin"},
		{"referrer-policy", "no-referrer"},
		{"x-content-type-options", "nosniff"},
	}
}

// InlineTypes are the media types that browsers show and in which nothing runs as a
// page's script: no HTML, no XML, and so no SVG.
func InlineTypes() []string {
	return []string{
		"application/pdf", "audio/aac", "audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm",
		"image/avif", "image/bmp", "image/gif", "image/jpeg", "image/png", "image/webp",
		"text/plain", "video/mp4", "video/ogg", "video/quicktime", "video/webm",
	}
}

// PublicDisposition is the Content-Disposition of a public file of this media type: it
// is shown if it is of [InlineTypes], else saved.
func PublicDisposition(mediaType string) string {
	full, _, err := mime.ParseMediaType(mediaType)
	if err == nil && slices.Contains(InlineTypes(), full) {
		return "inline"
	}
	return "attachment"
}

// PublicURL is where anybody may read a file. Empty: it is not public.
func (p *Policy) PublicURL(key string) string {
	if s := p.spaceOf(key); s == nil || p.config.Public == "" || !s.Public() {
		return ""
	}
	return p.config.Public + "/" + escapePath(key)
}

func escapePath(key string) string {
	segments := strings.Split(key, "/")
	for i, s := range segments {
		segments[i] = percentEncode(s)
	}
	return strings.Join(segments, "/")
}
