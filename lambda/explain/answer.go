package explain

import (
	"strconv"
	"strings"
)

// answer is what the server said, with S3's error where it carries one. What it
// tells beyond code and message is in heard.go.
type answer struct {
	status  int
	code    string
	message string
	details string // Google's word for the rest of the message
	body    string // as XML, unescaped where somebody had escaped it whole
	heard   heard
}

// parseAnswer reads an error in XML: whole or cut off, escaped as HTML or not,
// the JSON that some libraries print in its place, the page that a website's
// endpoint makes of it, and the headers of an answer without a body.
func parseAnswer(r Request) answer {
	a := answer{status: r.Status, body: strings.TrimSpace(r.Response)}
	if !strings.Contains(a.body, "<Code>") && strings.Contains(a.body, "&lt;Code&gt;") {
		a.body = unescape(a.body)
	}
	a.code, a.message, a.details = a.element("Code"), a.element("Message"), a.element("Details")
	if a.code == "" && r.Status != 200 {
		a.code, a.message = jsonString(a.body, "Code"), firstOf(a.message, jsonString(a.body, "Message"))
	}
	if a.code == "" {
		a.code, a.message = item(a.body, "Code"), firstOf(a.message, item(a.body, "Message"))
	}
	if a.code == "" {
		a.code = header(r.ResponseHeaders, "x-amz-error-code") // answers without a body
		a.message = orElse(header(r.ResponseHeaders, "x-amz-error-message"), a.message)
	}
	if a.code == "" && a.message == "" {
		a.code, a.message = printed(a.body)
	}
	a.code, a.message = strings.TrimSpace(a.code[:min(len(a.code), 100)]), strings.TrimSpace(a.message[:min(len(a.message), 4000)])
	a.heard = hear(a, r)
	return a
}

// printed reads the line that an SDK prints of an error: botocore's "An error
// occurred (Code) when calling the PutObject operation: message", or the Go
// SDK's "api error Code: message".
func printed(text string) (code, message string) {
	if _, rest, ok := strings.Cut(text, "An error occurred ("); ok {
		code, rest, _ = strings.Cut(rest, ")")
		_, message, _ = strings.Cut(rest, "operation: ")
		return code, message
	}
	if _, rest, ok := strings.Cut(text, "api error "); ok {
		code, message, _ = strings.Cut(rest, ": ")
		return code, message
	}
	return "", ""
}

// item is what the page of a website's endpoint says under a name.
func item(page, name string) string {
	_, rest, ok := strings.Cut(page, "<li>"+name+": ")
	if !ok {
		return ""
	}
	text, _, _ := strings.Cut(rest, "</li>")
	return unescape(text)
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// spoke tells whether S3 said why.
func (a answer) spoke() bool { return a.code != "" || a.message != "" }

// said quotes it.
func (a answer) said() string {
	text := strings.Trim(a.code+": "+a.message, ": ")
	if a.details != "" && a.details != a.message {
		text += " (" + strings.TrimSpace(a.details) + ")"
	}
	return "S3 says " + text
}

// accepted tells whether the request succeeded. S3 can answer 200 to a Complete
// or a copy and put an error into the body.
func (a answer) accepted() bool {
	if a.status == 200 && a.code != "" && strings.Contains(a.body, "<Error>") {
		return false
	}
	switch a.status {
	case 301, 302, 307, 308:
		return false
	}
	return a.status >= 200 && a.status < 400
}

// element is the text of the first element of that name; empty: none.
func (a answer) element(name string) string {
	_, rest, ok := strings.Cut(a.body, "<"+name+">")
	if !ok {
		return ""
	}
	text, _, whole := strings.Cut(rest, "</"+name)
	if !whole { // the answer is cut off within this element or its end
		text, _, _ = strings.Cut(rest, "</")
	}
	if cdata, ok := strings.CutPrefix(strings.TrimSpace(text), "<![CDATA["); ok {
		return strings.TrimSuffix(cdata, "]]>")
	}
	return unescape(text)
}

// says tells whether message or details contain any of these, in any case.
func (a answer) says(parts ...string) bool {
	for _, part := range parts {
		if indexFold(a.message, part) >= 0 || indexFold(a.details, part) >= 0 {
			return true
		}
	}
	return false
}

// is tells whether the code is one of these, in any case.
func (a answer) is(codes ...string) bool {
	for _, code := range codes {
		if strings.EqualFold(a.code, code) {
			return true
		}
	}
	return false
}

func jsonString(body, name string) string {
	for _, key := range []string{name, strings.ToLower(name)} {
		_, rest, ok := strings.Cut(body, `"`+key+`"`)
		rest, colon := strings.CutPrefix(strings.TrimSpace(rest), ":")
		rest = strings.TrimSpace(rest)
		if !ok || !colon || !strings.HasPrefix(rest, `"`) {
			continue
		}
		if text, err := strconv.QuotedPrefix(rest); err == nil {
			text, _ = strconv.Unquote(text)
			return text
		}
	}
	return ""
}

// unescape undoes XML's escapes, the numeric ones among them.
func unescape(text string) string {
	if !strings.Contains(text, "&") {
		return text
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "&")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, ok := strings.Cut(rest, ";")
		if r := entity(name); ok && len(name) <= 8 && r >= 0 {
			b.WriteRune(r)
			text = after
			continue
		}
		b.WriteByte('&')
		text = rest
	}
}

func entity(name string) rune {
	switch name {
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "amp":
		return '&'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	if hex, ok := strings.CutPrefix(name, "#x"); ok {
		return number(hex, 16)
	}
	if decimal, ok := strings.CutPrefix(name, "#"); ok {
		return number(decimal, 10)
	}
	return -1
}

func number(text string, base int) rune {
	n, err := strconv.ParseInt(text, base, 32)
	if err != nil {
		return -1
	}
	return rune(n)
}
