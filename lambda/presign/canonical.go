package presign

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"signet/lambda/upload"
)

const (
	// Algorithm is the only one of Signature Version 4 that is used here.
	Algorithm = "AWS4-HMAC-SHA256"

	unsignedPayload = "UNSIGNED-PAYLOAD"
	signatureParam  = "&X-Amz-Signature="
	service         = "s3"
	timeFormat      = "20060102T150405Z"
	dayFormat       = "20060102"
)

// Message is a request as Signature Version 4 sees it, for whoever explains a
// signature. Nothing in it is checked. The rules are those of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
// with S3's exception: the path is escaped once and not cleaned.
type Message struct {
	Method string
	// Path as it travels: escaped (see [EscapePath]), with its leading slash.
	Path string
	// Query holds all parameters but X-Amz-Signature, decoded, in any order.
	Query []upload.Header
	// Headers are the signed ones, host among them, in any order and case. A name
	// given twice has its values joined with a comma.
	Headers []upload.Header
	// PayloadHash is the hex SHA-256 of the body or one of S3's words for it.
	// Empty: UNSIGNED-PAYLOAD.
	PayloadHash string
}

// CanonicalRequest is the first of the three steps: what the hash is made of.
func (m Message) CanonicalRequest() string {
	b := append([]byte(m.Method), '\n')
	b = append(b, m.Path...)
	b = append(b, '\n')
	b = append(b, m.CanonicalQuery()...)
	b = append(b, '\n')
	b = appendHeaders(b, mergeHeaders(m.Headers))
	if m.PayloadHash == "" {
		return string(append(b, unsignedPayload...))
	}
	return string(append(b, m.PayloadHash...))
}

// CanonicalQuery is the query in canonical form, as it also stands in the URL.
func (m Message) CanonicalQuery() string {
	query := encodeAll(m.Query)
	sortQuery(query)
	return string(appendParams(nil, query, 0))
}

// SignedHeaders lists the headers' names as X-Amz-SignedHeaders has them.
func (m Message) SignedHeaders() string {
	return string(appendNames(nil, mergeHeaders(m.Headers)))
}

// Scope is what a signature is good for.
type Scope struct {
	Time    time.Time // of the signature, to the second
	Region  string
	Service string // empty: s3
}

// String is the credential scope: day/region/service/aws4_request.
func (s Scope) String() string {
	return s.Time.UTC().Format(dayFormat) + "/" + s.Region + "/" + s.service() + "/aws4_request"
}

func (s Scope) service() string {
	if s.Service == "" {
		return service
	}
	return s.Service
}

// StringToSign is the second step: what the signature is made of.
func (s Scope) StringToSign(canonicalRequest string) string {
	sum := sha256.Sum256([]byte(canonicalRequest))
	return Algorithm + "\n" + s.Time.UTC().Format(timeFormat) + "\n" + s.String() + "\n" + hex.EncodeToString(sum[:])
}

// Sign is the third step: the signature of a string to sign, or of a POST
// policy in base64, in hex.
func (c Credentials) Sign(s Scope, stringToSign string) string {
	return hex.EncodeToString(mac(c.derive(s), stringToSign))
}

// derive makes the key for one day, region and service.
func (c Credentials) derive(s Scope) []byte {
	key := mac([]byte("AWS4"+c.SecretAccessKey), s.Time.UTC().Format(dayFormat))
	key = mac(key, s.Region)
	key = mac(key, s.service())
	return mac(key, "aws4_request")
}

func mac(key []byte, message string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(message))
	return h.Sum(nil)
}

// EscapePath escapes a key as S3 wants it in a path: every byte but slashes and
// RFC 3986's unreserved characters.
func EscapePath(key string) string { return escape(key, true) }

// escape is the URI encoding of Signature Version 4: UTF-8 byte by byte, upper
// case, and the space is %20.
func escape(s string, keepSlash bool) string {
	for i := range len(s) {
		if !isUnreserved(s[i]) {
			return string(appendEscaped(make([]byte, 0, len(s)+len(s)/2), s, keepSlash))
		}
	}
	return s
}

func appendEscaped(b []byte, s string, keepSlash bool) []byte {
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		if c := s[i]; isUnreserved(c) || c == '/' && keepSlash {
			b = append(b, c)
		} else {
			b = append(b, '%', digits[c>>4], digits[c&15])
		}
	}
	return b
}

func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func encodeAll(query []upload.Header) []upload.Header {
	encoded := make([]upload.Header, len(query))
	for i, p := range query {
		encoded[i] = upload.Header{Name: escape(p.Name, false), Value: escape(p.Value, false)}
	}
	return encoded
}

// sortQuery brings encoded parameters into canonical order, that of the encoded
// forms, which is not always that of the decoded ones.
func sortQuery(encoded []upload.Header) {
	slices.SortFunc(encoded, func(x, y upload.Header) int {
		if n := strings.Compare(x.Name, y.Name); n != 0 {
			return n
		}
		return strings.Compare(x.Value, y.Value)
	})
}

// appendParams appends encoded parameters to the query that starts at start.
func appendParams(b []byte, encoded []upload.Header, start int) []byte {
	for _, p := range encoded {
		if len(b) > start {
			b = append(b, '&')
		}
		b = append(b, p.Name...)
		b = append(b, '=')
		b = append(b, p.Value...)
	}
	return b
}

// appendHeaders appends the canonical headers, the blank line and the list of
// their names, each with its newline. The headers come sorted, each name once.
func appendHeaders(b []byte, headers []upload.Header) []byte {
	for _, h := range headers {
		b = append(b, h.Name...)
		b = append(b, ':')
		b = append(b, cleanValue(h.Value)...)
		b = append(b, '\n')
	}
	b = append(b, '\n')
	return append(appendNames(b, headers), '\n')
}

func appendNames(b []byte, headers []upload.Header) []byte {
	for i, h := range headers {
		if i > 0 {
			b = append(b, ';')
		}
		b = append(b, h.Name...)
	}
	return b
}

// cleanValue trims a header's value and folds its runs of spaces.
func cleanValue(value string) string {
	value = strings.TrimSpace(value)
	if !strings.Contains(value, "  ") {
		return value
	}
	folded := make([]byte, 0, len(value))
	for i := range len(value) {
		if value[i] != ' ' || value[i-1] != ' ' {
			folded = append(folded, value[i])
		}
	}
	return string(folded)
}

// mergeHeaders brings headers into canonical order: lower-case names, each once.
func mergeHeaders(headers []upload.Header) []upload.Header {
	merged := make([]upload.Header, 0, len(headers))
	for _, h := range headers {
		name := strings.ToLower(h.Name)
		i := slices.IndexFunc(merged, func(m upload.Header) bool { return m.Name == name })
		if i < 0 {
			merged = append(merged, upload.Header{Name: name, Value: cleanValue(h.Value)})
			continue
		}
		merged[i].Value += "," + cleanValue(h.Value)
	}
	slices.SortFunc(merged, func(x, y upload.Header) int { return strings.Compare(x.Name, y.Name) })
	return merged
}

// withHost appends sorted headers, the host among them, to all.
func withHost(all, headers []upload.Header, host string) []upload.Header {
	at, _ := slices.BinarySearchFunc(headers, "host", func(h upload.Header, name string) int { return strings.Compare(h.Name, name) })
	all = append(all, headers[:at]...)
	all = append(all, upload.Header{Name: "host", Value: host})
	return append(all, headers[at:]...)
}
