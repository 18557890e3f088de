package policy

import (
	"slices"
	"strings"
)

// Context holds a request's condition keys, in lower case. An absent key is a
// key that the request does not have.
type Context map[string][]string

// Request is what a policy decides on.
type Request struct {
	Principal Principal
	Action    string
	Resource  string
	Context   Context
}

// Principal is who makes a request. The zero value is anonymous.
type Principal struct {
	ARN     string // of a role, a user or an account's root
	Service string // name of an AWS service, such as lambda.amazonaws.com
}

// Account of the principal; empty for a service or nobody.
func (p Principal) Account() string {
	if parts := strings.SplitN(p.ARN, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}

// String names the principal for a person.
func (p Principal) String() string {
	switch {
	case p.Service != "":
		return p.Service
	case p.ARN != "":
		return p.ARN
	}
	return "anybody"
}

// Decision of a policy.
type Decision int

// The decisions: nothing was said, it is allowed, it is denied.
const (
	Silent Decision = iota
	Allowed
	Denied
)

// Decide evaluates the document for a request, and names the statement that
// decides, by its place in the document.
func (d Document) Decide(r Request) (Decision, int) {
	found := -1
	for i, s := range d.Statements {
		switch {
		case !s.Matches(r):
		case s.Deny:
			return Denied, i
		case found < 0:
			found = i
		}
	}
	if found < 0 {
		return Silent, -1
	}
	return Allowed, found
}

// Matches says whether the statement is about the request.
func (s Statement) Matches(r Request) bool {
	return s.about(r) && !slices.ContainsFunc(s.Conditions, func(c Condition) bool { return !c.holds(r.Context) })
}

// about leaves the conditions out.
func (s Statement) about(r Request) bool {
	return s.by(r.Principal) && s.does(r.Action) && s.on(r)
}

func (s Statement) by(p Principal) bool {
	if s.NotPrincipal != nil {
		return !s.NotPrincipal.names(p)
	}
	return s.Principal == nil || s.Principal.names(p) // an identity's policy has none
}

// Does says whether the statement is about an action.
func (s Statement) Does(action string) bool { return s.does(action) }

func (s Statement) does(action string) bool {
	match := func(pattern string) bool { return match(pattern, action, true) }
	if s.NotAction != nil {
		return !slices.ContainsFunc(s.NotAction, match)
	}
	return slices.ContainsFunc(s.Action, match)
}

func (s Statement) on(r Request) bool {
	match := func(pattern string) bool {
		p, ok := substitute(pattern, r.Context)
		return ok && glob(p, r.Resource)
	}
	if s.NotResource != nil {
		return !slices.ContainsFunc(s.NotResource, match)
	}
	return s.Resource == nil || slices.ContainsFunc(s.Resource, match) // a role's trust has none
}

func (p Principals) names(who Principal) bool {
	for kind, values := range p {
		for _, v := range values {
			switch {
			case kind == "AWS" && v == "*":
				return true
			case kind == "AWS" && who.ARN != "" && sameIdentity(v, who):
				return true
			case kind == "Service" && (v == "*" && who.Service != "" || v != "" && v == who.Service):
				return true
			}
		}
	}
	return false
}

// sameIdentity takes an account for all that is in it, and a role for its sessions.
func sameIdentity(value string, who Principal) bool {
	account := who.Account()
	if value == who.ARN || value == account || strings.HasPrefix(value, "arn:") && strings.HasSuffix(value, ":iam::"+account+":root") {
		return true
	}
	role, ok := strings.CutPrefix(value, "arn:aws:sts::"+account+":assumed-role/")
	name, _, _ := strings.Cut(role, "/")
	return ok && strings.HasSuffix(who.ARN, ":role/"+name)
}

// glob matches * and ?, and nothing else.
func glob(pattern, text string) bool { return match(pattern, text, false) }

// match is glob, with letters of either case the same where fold says so.
func match(pattern, text string, fold bool) bool {
	star, mark, p, t := -1, 0, 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t] || fold && lower(pattern[p]) == lower(text[t])):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// substitute puts a request's values in the place of policy variables such as
// ${aws:username}. A value that is not there makes the whole match nothing.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func substitute(text string, context Context) (string, bool) {
	if !strings.Contains(text, "${") {
		return text, true
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			b.WriteString(text)
			return b.String(), true
		}
		b.WriteString(before)
		name, fallback, hasDefault := strings.Cut(name, ",")
		switch values := context[strings.ToLower(strings.TrimSpace(name))]; {
		case name == "*" || name == "?" || name == "$":
			b.WriteString(name)
		case len(values) > 0:
			b.WriteString(values[0])
		case hasDefault:
			b.WriteString(strings.Trim(fallback, " '"))
		default:
			return "", false
		}
		text = after
	}
}
