package explain

import (
	"strings"

	"signet/lambda/upload"
)

// theirs is the canonical request that S3 made of what arrived.
func (f *facts) theirs() (canonical, bool) {
	text := f.answer.element("CanonicalRequest")
	if text == "" || !strings.Contains(f.answer.body, "</CanonicalRequest>") { // an answer that was cut compares badly
		text = fromHex(f.answer.element("CanonicalRequestBytes"))
	}
	return parseCanonical(text)
}

// fromHex reads bytes as S3 lists them: two digits each, with blanks.
func fromHex(bytes string) string {
	var b strings.Builder
	for digits := range strings.FieldsSeq(bytes) {
		if len(digits) != 2 || !isHex(digits) {
			return ""
		}
		b.WriteByte(unhex(digits[0])<<4 | unhex(digits[1]))
	}
	return b.String()
}

// canonical is a canonical request, taken apart.
type canonical struct {
	method, path string
	query        []param // decoded names, encoded values
	headers      []upload.Header
	signed       string
	payload      string
}

func parseCanonical(text string) (canonical, bool) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if len(lines) < 4 {
		return canonical{}, false
	}
	c := canonical{method: strings.TrimSpace(lines[0]), path: lines[1], query: parseQuery(lines[2])}
	rest := lines[3:]
	for len(rest) > 0 && rest[0] != "" {
		name, value, ok := strings.Cut(rest[0], ":")
		if !ok {
			break
		}
		c.headers = append(c.headers, upload.Header{Name: name, Value: value})
		rest = rest[1:]
	}
	for len(rest) > 0 && rest[0] == "" {
		rest = rest[1:]
	}
	if len(rest) > 0 {
		c.signed = rest[0]
	}
	if len(rest) > 1 {
		c.payload = strings.TrimSpace(rest[1])
	}
	return c, true
}

// stringToSign is what S3 signed to compare, of which some answers bring the bytes
// alone. Empty: it does not say.
func (a answer) stringToSign() string {
	if text := a.element("StringToSign"); text != "" {
		return text
	}
	var b strings.Builder
	for hex := range strings.FieldsSeq(a.element("StringToSignBytes")) {
		if len(hex) != 2 || !isHex(hex) {
			return ""
		}
		b.WriteByte(unhex(hex[0])<<4 | unhex(hex[1]))
	}
	return b.String()
}
