package explain

import (
	"regexp"
	"strings"
	"sync"
)

// shown is how many characters of a secret stay, enough to tell two apart.
const shown = 4

// Shorten cuts out of a text what must not be printed: signatures, session
// tokens, POST policies and access keys, in URLs, headers and answers alike, and the
// secrets that people paste along: settings, passwords in addresses, bearer tokens, and
// words that look like a secret access key.
func Shorten(text string) string {
	text = shortenPasted(text)
	for _, name := range []string{"X-Amz-Security-Token", "X-Amz-S3session-Token", "AWSAccessKeyId", "SignatureProvided", "Signature"} {
		text = shortenAfter(text, name, secretEnd)
	}
	text = shortenAfter(text, "Credential", credentialEnd)
	return shortenWords(text)
}

// pasted are the shapes of secrets that come along in logs and settings: the group
// before stays, and what it leads to is cut.
var pasted = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{
		regexp.MustCompile(`(?i)((?:secret[_-]?(?:access[_-]?)?key|secretaccesskey|session[_-]?token|security[_-]?token|passw(?:or)?d|private[_-]?key)\\?["']?\s*(?:=>|[:=])\s*\\?["']?)([^\s"'&,;}<>…\\]+)`),
		regexp.MustCompile(`(?i)(\b(?:bearer|basic)\s+)([A-Za-z0-9._~+/=-]{8,})`),
		regexp.MustCompile(`(://)([^/\s@"'<>…]+@)`),
		regexp.MustCompile(`(\b)(eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)`),
		regexp.MustCompile(`((?:^|[^A-Za-z0-9/+_.%-]))([A-Za-z0-9/+]{40})(?:$|[^A-Za-z0-9/+_.=%-])`),
	}
})

// shortenPasted leaves the beginning of each, and of an address's user nothing.
func shortenPasted(text string) string {
	for i, e := range pasted() {
		text = e.ReplaceAllStringFunc(text, func(match string) string {
			g := e.FindStringSubmatch(match)
			value := g[2]
			switch rest := match[len(g[1])+len(value):]; {
			case i == len(pasted())-1 && !looksSecret(value):
				return match
			case strings.HasSuffix(value, "@"):
				return g[1] + "…@" + rest
			case len(value) <= shown:
				return match
			default:
				return g[1] + value[:shown] + "…" + rest
			}
		})
	}
	return text
}

// looksSecret tells a secret access key by its looks: forty characters of base64, of
// both cases and with digits, which neither names nor hashes in hex have.
func looksSecret(word string) bool {
	return strings.ContainsAny(word, "0123456789") && strings.ToLower(word) != word && strings.ToUpper(word) != word && strings.Count(word, "/") < 6
}

// shortenAfter cuts each value that follows name and a =, a > or a ":". The end
// of a value is where end says.
func shortenAfter(text, name string, end func(string) int) string {
	var b strings.Builder
	for {
		i := indexFold(text, name)
		if i < 0 {
			return b.String() + text
		}
		at := i + len(name)
		for _, separator := range []string{"=", ">", `":"`, `": "`} {
			if strings.HasPrefix(text[at:], separator) {
				at += len(separator)
				if n := end(text[at:]); n > shown {
					b.WriteString(text[:at+shown] + "…")
					text, at = text[at+n:], 0
				}
				break
			}
		}
		b.WriteString(text[:at])
		text = text[at:]
	}
}

// secretEnd is how far a value reaches.
func secretEnd(text string) int {
	if n := strings.IndexAny(text, "&<\"', \n\r\t"); n >= 0 {
		return n
	}
	return len(text)
}

// credentialEnd is how far the access key at the front of a credential reaches.
func credentialEnd(text string) int {
	n := secretEnd(text)
	for _, slash := range []string{"/", "%2F", "%2f", "%252F"} {
		if i := strings.Index(text[:n], slash); i >= 0 {
			n = i
		}
	}
	return n
}

// shortenWords cuts words that are secrets by their looks: access key ids, 64
// hex digits (signatures, and hashes along with them), and what is longer than
// any name.
func shortenWords(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		n := 0
		for n < len(text) && isLetterOrDigit(text[n]) {
			n++
		}
		if n == 0 {
			b.WriteByte(text[0])
			text = text[1:]
			continue
		}
		b.WriteString(shortenWord(text[:n]))
		text = text[n:]
	}
	return b.String()
}

func isLetterOrDigit(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func shortenWord(word string) string {
	if isAccessKey(word) {
		return word[:shown] + "…" + word[len(word)-shown:]
	}
	if len(word) == 64 && isHex(word) || len(word) > 120 {
		return word[:shown] + "…"
	}
	return word
}

// isAccessKey tells an access key id by its prefix
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
func isAccessKey(word string) bool {
	return len(word) >= 16 && len(word) <= 32 && (strings.HasPrefix(word, "AKIA") || strings.HasPrefix(word, "ASIA")) && strings.ToUpper(word) == word
}

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return s != ""
}

func indexFold(text, name string) int {
	for i := 0; i+len(name) <= len(text); i++ {
		if strings.EqualFold(text[i:i+len(name)], name) {
			return i
		}
	}
	return -1
}
