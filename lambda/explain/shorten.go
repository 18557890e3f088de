package explain

import "strings"

// shown is how many characters of a secret stay, enough to tell two apart.
const shown = 4

// Shorten cuts out of a text what must not be printed: signatures, session
// tokens, POST policies and access keys, in URLs, headers and answers alike.
func Shorten(text string) string {
	for _, name := range []string{"X-Amz-Security-Token", "X-Amz-S3session-Token", "AWSAccessKeyId", "SignatureProvided", "Signature"} {
		text = shortenAfter(text, name, secretEnd)
	}
	text = shortenAfter(text, "Credential", credentialEnd)
	return shortenWords(text)
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
