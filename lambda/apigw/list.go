package apigw

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"signet/lambda/rawjson"
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
	if !once {
		return nil
	}
	if subject, ok := rawjson.Text(sub); !ok || subject == "" || subject != Claim(r, "sub") {
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
	if err != nil || !json.Valid(payload) || rawjson.Kind(payload) != '{' {
		return nil
	}
	return payload
}

// member is the value of a member of a valid JSON object, by its exact name. One that
// comes twice, in any spelling, means nothing certain.
func member(object []byte, name string) (value []byte, once bool) {
	for given, v := range rawjson.Members(object) {
		if given != name {
			continue
		}
		if once {
			return nil, false
		}
		value, once = v, true
	}
	return value, once
}

func texts(value []byte) []string {
	if one, ok := rawjson.Text(value); ok {
		return []string{one}
	}
	var several []string
	if json.Unmarshal(value, &several) != nil {
		return nil
	}
	return several
}
