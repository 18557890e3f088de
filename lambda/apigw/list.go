package apigw

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

// List is a claim of the verified token that is an array of texts, or a text, which is
// an array of one; nil for any other. API Gateway gives every claim as one string, in
// which an array cannot be told from its members, so it is read from the token itself:
// the one of Authorization, which the authorizer has verified, and whose sub it tells.
func List(r *http.Request, name string) []string {
	payload := payloadOf(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	if payload == nil {
		return nil
	}
	sub, once := member(payload, "sub")
	var subject string
	if !once || json.Unmarshal(sub, &subject) != nil || subject == "" || subject != Claim(r, "sub") {
		return nil // not the token that was verified
	}
	claim, once := member(payload, name)
	if !once {
		return nil
	}
	return texts(claim)
}

// payloadOf is what a token says, a JSON object; nil where it is no token.
func payloadOf(token string) []byte {
	_, rest, ok := strings.Cut(token, ".")
	text, signature, ok2 := strings.Cut(rest, ".")
	if !ok || !ok2 || strings.Contains(signature, ".") {
		return nil
	}
	payload, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || !json.Valid(payload) || space(payload)[0] != '{' {
		return nil
	}
	return payload
}

// member is the value of a member of a valid JSON object, by its exact name. One that
// comes twice, in any spelling, means nothing certain. encoding/json would take more
// time for it than signing does.
func member(object []byte, name string) (value []byte, once bool) {
	rest := space(space(object)[1:])
	for rest[0] != '}' {
		key, after := cut(rest)
		rest = space(space(after)[1:]) // behind the colon
		v, after := cut(rest)
		if named(key, name) {
			if once {
				return nil, false
			}
			value, once = v, true
		}
		if rest = space(after); rest[0] == ',' {
			rest = space(rest[1:])
		}
	}
	return value, once
}

// named says whether a JSON string is a name.
func named(text []byte, name string) bool {
	if string(text[1:len(text)-1]) == name {
		return true
	}
	var unescaped string
	return strings.IndexByte(string(text), '\\') >= 0 && json.Unmarshal(text, &unescaped) == nil && unescaped == name
}

// cut cuts the value off the front of valid JSON.
func cut(text []byte) (value, rest []byte) {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth == 0 {
				return text[:i], text[i:] // of a number or a word before it
			}
			depth--
		case ',', ':', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return text[:i], text[i:]
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return text[:i+1], text[i+1:]
		}
	}
	return text, nil
}

func space(text []byte) []byte {
	for len(text) > 0 && (text[0] == ' ' || text[0] == '\t' || text[0] == '\r' || text[0] == '\n') {
		text = text[1:]
	}
	return text
}

func texts(value []byte) []string {
	var one string
	if value[0] == '"' && json.Unmarshal(value, &one) == nil {
		return []string{one}
	}
	var several []string
	if json.Unmarshal(value, &several) != nil {
		return nil
	}
	return several
}
