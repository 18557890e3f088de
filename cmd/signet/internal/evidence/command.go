package evidence

import (
	"regexp"
	"strings"

	"signet/lambda/explain"
	"signet/lambda/upload"
)

var curlCommand = regexp.MustCompile(`(?m)^[\s$>#]*(?:\S*[\w~]\$ )?curl(?:\.exe)? `)

// curlLine reads a command line of curl, as people type it or as browsers copy it,
// and gives the rest of the text. It is false where there is none that names a host.
func curlLine(text string) (explain.Request, string, bool) {
	at := curlCommand.FindStringIndex(text)
	if at == nil {
		return explain.Request{}, text, false
	}
	words, length := shellWords(text[at[1]:])
	r := explain.Request{}
	for i := 0; i < len(words); i++ {
		word := words[i]
		name, value, joined := strings.Cut(word, "=")
		switch {
		case strings.HasPrefix(word, "--") && joined:
		case len(word) > 2 && word[0] == '-' && strings.ContainsRune("XHFTd", rune(word[1])) && word[1] != '-': // -XPUT
			name, value = word[:2], word[2:]
		case strings.HasPrefix(word, "-") && i+1 < len(words):
			name, value = word, words[i+1]
		}
		if curlOption(&r, name, value) && value == at1(words, i+1) && !joined && len(word) == len(name) {
			i++
		}
		if strings.HasPrefix(word, "http://") || strings.HasPrefix(word, "https://") {
			r.URL = word
		}
	}
	if r.URL == "" {
		return explain.Request{}, text, false
	}
	if r.Method == "" {
		r.Method = "GET"
	}
	return r, text[:at[0]] + text[at[1]+length:], true
}

func at1(words []string, i int) string {
	if i < len(words) {
		return words[i]
	}
	return ""
}

// curlOption takes an option that says something of the request. It is true for one
// that has a value.
func curlOption(r *explain.Request, name, value string) bool {
	method := func(m string) {
		if r.Method == "" {
			r.Method = m
		}
	}
	switch name {
	case "-X", "--request":
		r.Method = strings.ToUpper(value)
	case "-H", "--header":
		if strings.Contains(value, ":") {
			r.Headers = append(r.Headers, split(value))
		}
	case "-T", "--upload-file":
		method("PUT")
	case "-F", "--form":
		method("POST")
		field, content, _ := strings.Cut(value, "=")
		if strings.HasPrefix(content, "@") {
			content = ""
		}
		r.Form = append(r.Form, upload.Header{Name: field, Value: content})
	case "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--data-ascii":
		method("POST")
		if form, err := readMultipart(value); err == nil && len(form.Fields) > 0 {
			form.Into(r)
		}
	case "-I", "--head":
		method("HEAD")
		return false
	case "-A", "--user-agent", "-e", "--referer", "-o", "--output", "-u", "--user", "-b", "--cookie", "-w", "--write-out", "-m", "--max-time", "--connect-timeout", "--aws-sigv4", "-x", "--proxy", "--cacert", "--resolve":
	case "--url":
		r.URL = value
	default:
		return false
	}
	return true
}

// shellWords are the words of a command up to its end, with quotes undone, and how
// long it is. A backslash at a line's end goes on.
func shellWords(text string) (words []string, length int) {
	var word strings.Builder
	began := false
	end := func() {
		if began {
			words = append(words, word.String())
		}
		word.Reset()
		began = false
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\' && i+1 < len(text) && text[i+1] == '\n':
			end()
			i++
		case c == '\\' && i+1 < len(text):
			i++
			word.WriteByte(text[i])
			began = true
		case c == '\'' || c == '"' || c == '$' && i+1 < len(text) && text[i+1] == '\'':
			ansi := c == '$'
			if ansi {
				i++
				c = '\''
			}
			content, n := quoted(text[i+1:], c, ansi)
			word.WriteString(content)
			began = true
			i += n
		case c == '\n' || c == '|' || c == ';':
			end()
			return words, i
		case c == ' ' || c == '\t':
			end()
		default:
			word.WriteByte(c)
			began = true
		}
	}
	end()
	return words, len(text)
}

// quoted is what stands up to the closing quote, and how many bytes that took. In
// $'…' escapes are undone.
func quoted(text string, quote byte, ansi bool) (string, int) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == quote:
			return b.String(), i + 1
		case c == '\\' && i+1 < len(text) && ansi:
			i++
			b.WriteString(map[byte]string{'r': "\r", 'n': "\n", 't': "\t"}[text[i]])
			if !strings.ContainsRune("rnt", rune(text[i])) {
				b.WriteByte(text[i])
			}
		case c == '\\' && quote == '"' && i+1 < len(text) && strings.IndexByte(`"\$`+"`", text[i+1]) >= 0:
			i++
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), len(text)
}
