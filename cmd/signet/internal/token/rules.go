package token

import (
	"encoding/json"
	"slices"
	"strings"
)

// rule is one line of what is asked of a token.
type rule struct {
	claim, want string
	holds       func(claims) bool
}

// accessRules are API Gateway's table, in its order, and behind it what tells an
// access token from an ID token, which tells a page who signed in and is no key to
// an API: an access token says for what it is (RFC 9068, section 2.2), an ID token
// answers a nonce or a code (OpenID Connect Core 1.0, sections 2 and 3.1.3.6), and
// Cognito's says that it is one.
func (v *Verifier) accessRules() []rule {
	return append(v.commonRules(),
		rule{"aud", "one of the audiences, or client_id where there is none", func(c claims) bool { return c.isFor(v.rules.Audience) }},
		rule{"scope", "one of those that are asked for", func(c claims) bool { return c.hasScope(v.rules.Scopes) }},
		rule{"token_use", "that of an access token", func(c claims) bool { use, _, ok := c.text("token_use"); return ok && use != "id" }},
		rule{"nonce", "absent, as in an access token", func(c claims) bool { return c["nonce"] == nil }},
		rule{"at_hash", "absent, as in an access token", func(c claims) bool { return c["at_hash"] == nil }},
	)
}

// idRules are those of an ID token.
func (v *Verifier) idRules(client, nonce string) []rule {
	return append(v.commonRules(),
		rule{"aud", "the client", func(c claims) bool { return c["aud"] != nil && c.isFor([]string{client}) }},
		rule{"nonce", "that of the sign-in", func(c claims) bool { got, _, ok := c.text("nonce"); return ok && nonce != "" && got == nonce }},
	)
}

func (v *Verifier) commonRules() []rule {
	now := v.rules.Now()
	seconds := float64(now.UnixMilli()) / 1000
	soon := seconds + Leeway.Seconds()
	return []rule{
		{"iss", "the issuer", func(c claims) bool { iss, _, ok := c.text("iss"); return ok && iss == v.rules.Issuer }},
		{"exp", "after now", func(c claims) bool { at, there, ok := c.seconds("exp"); return there && ok && seconds < at }},
		{"nbf", "before now", func(c claims) bool { at, _, ok := c.seconds("nbf"); return ok && at <= soon }},
		{"iat", "before now", func(c claims) bool { at, _, ok := c.seconds("iat"); return ok && at <= soon }},
		{"sub", "a name", func(c claims) bool { sub, _, ok := c.text("sub"); return ok && sub != "" }},
	}
}

// claims are a token's, by their exact names.
type claims map[string]json.RawMessage

// text is a claim that is a string; ok says that it is one, or not there.
func (c claims) text(name string) (value string, there, ok bool) {
	raw, there := c[name]
	if !there {
		return "", false, true
	}
	return value, true, raw[0] == '"' && json.Unmarshal(raw, &value) == nil
}

// lastSecond is the end of the year 9999: what is later is no date (RFC 3339).
const lastSecond = 253402300799

// seconds is a claim that is a NumericDate (RFC 7519, section 2); ok as of text.
func (c claims) seconds(name string) (value float64, there, ok bool) {
	raw, there := c[name]
	if !there {
		return 0, false, true
	}
	err := json.Unmarshal(raw, &value)
	return value, true, err == nil && string(raw) != "null" && value >= 0 && value <= lastSecond
}

// list is a claim that is a string or an array of strings; nil for any other.
func (c claims) list(name string) []string {
	if one, there, ok := c.text(name); there && ok {
		return []string{one}
	}
	var several []string
	if json.Unmarshal(c[name], &several) != nil {
		return nil
	}
	return several
}

// isFor says that a token is for one of the audiences. client_id counts only where
// there is no aud: an empty one is for nobody.
func (c claims) isFor(audience []string) bool {
	if _, there := c["aud"]; there {
		return slices.ContainsFunc(c.list("aud"), func(a string) bool { return slices.Contains(audience, a) })
	}
	client, there, ok := c.text("client_id")
	return there && ok && slices.Contains(audience, client)
}

// hasScope says that a token has one of the scopes: separated by spaces in scope,
// or in scp, where Okta has an array and Entra a string. Without any asked for, it
// must at least say for what, or for which client, it is.
func (c claims) hasScope(wanted []string) bool {
	var has []string
	for _, name := range []string{"scope", "scp"} {
		for _, text := range c.list(name) {
			has = append(has, strings.Fields(text)...)
		}
	}
	if len(wanted) == 0 {
		client, _, _ := c.text("client_id")
		return len(has) > 0 || client != ""
	}
	return slices.ContainsFunc(has, func(s string) bool { return slices.Contains(wanted, s) })
}
