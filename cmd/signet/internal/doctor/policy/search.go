package policy

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Search goes through the requests that could make a difference to documents:
// each principal with each action on each resource, in every context that their
// conditions can tell apart. It is exact as long as no statement group has more
// than maxContexts contexts; beyond that it varies one key at a time.
type Search struct {
	// Documents whose conditions say which values of a key make a difference.
	Documents  []Document
	Principals []Principal
	Actions    []string
	Resources  []string
	// Fixed keys have these values; none: the key is absent. Keys in lower case.
	Fixed Context
	// Outsider holds the keys of who and from where to the values of a stranger,
	// who cannot choose them.
	Outsider bool
}

const maxContexts = 20_000

// Find returns the first request for which is holds.
func (s Search) Find(is func(Request) bool) (Request, bool) {
	for _, action := range s.Actions {
		for _, resource := range s.Resources {
			for _, p := range s.Principals {
				r := Request{Principal: p, Action: action, Resource: resource, Context: s.base(p)}
				if found, ok := s.vary(r, is); ok {
					return found, true
				}
			}
		}
	}
	return Request{}, false
}

// base is the context that follows from the principal, with what is fixed.
func (s Search) base(p Principal) Context {
	c := Context{"aws:principalisawsservice": {strconv.FormatBool(p.Service != "")}, "aws:viaawsservice": {"false"}}
	if p.ARN != "" {
		kind := "AssumedRole"
		if strings.Contains(p.ARN, ":user/") {
			kind = "User"
		} else if strings.HasSuffix(p.ARN, ":root") {
			kind = "Account"
		}
		c["aws:principalarn"], c["aws:principalaccount"], c["aws:principaltype"] = []string{p.ARN}, []string{p.Account()}, []string{kind}
	} else {
		c["aws:principalarn"], c["aws:principalaccount"] = nil, nil
		c["aws:principaltype"] = []string{"Anonymous"}
	}
	if p.Service != "" {
		c["aws:principalservicename"] = []string{p.Service}
	}
	maps.Copy(c, s.Fixed)
	return c
}

// vary tries the request in each context.
func (s Search) vary(r Request, is func(Request) bool) (Request, bool) {
	choices, settled := s.choices(r)
	if settled {
		return r, is(r)
	}
	keys := slices.Sorted(maps.Keys(choices))
	if product(choices) > maxContexts {
		return s.varyEach(r, keys, choices, is)
	}
	var try func(i int) bool
	try = func(i int) bool {
		if i == len(keys) {
			return is(r)
		}
		for _, values := range choices[keys[i]] {
			r.Context[keys[i]] = values
			if try(i + 1) {
				return true
			}
		}
		return false
	}
	return r, try(0)
}

func (s Search) varyEach(r Request, keys []string, choices map[string][][]string, is func(Request) bool) (Request, bool) {
	for _, key := range keys {
		r.Context[key] = choices[key][0]
	}
	for _, key := range keys {
		for _, values := range choices[key] {
			r.Context[key] = values
			if is(r) {
				return r, true
			}
		}
		r.Context[key] = choices[key][0]
	}
	return r, false
}

func product(choices map[string][][]string) int {
	n := 1
	for _, values := range choices {
		if n *= len(values); n > maxContexts {
			break
		}
	}
	return n
}

// choices are the values that each free key can have, for the statements that
// the fixed keys have not ruled out. It is settled when a Deny holds by fixed
// keys alone: then no other key makes a difference.
func (s Search) choices(r Request) (out map[string][][]string, settled bool) {
	mentioned := map[string][]Condition{}
	for _, d := range s.Documents {
		for _, st := range d.Statements {
			if !st.by(r.Principal) || !st.does(r.Action) {
				continue
			}
			free, possible := st.free(r)
			if possible && len(free) == 0 && st.Deny && st.on(r) {
				return nil, true
			}
			for _, c := range free {
				mentioned[c.Key] = append(mentioned[c.Key], c)
			}
		}
	}
	out = map[string][][]string{}
	for key, conditions := range mentioned {
		out[key] = s.values(key, conditions)
	}
	return out, false
}

// free are the conditions on keys that are not fixed, unless one on a fixed key
// rules the statement out.
func (s Statement) free(r Request) (free []Condition, possible bool) {
	for _, c := range s.Conditions {
		if _, fixed := r.Context[c.Key]; !fixed {
			free = append(free, c)
		} else if !c.holds(r.Context) {
			return nil, false
		}
	}
	return free, true
}

// values are the candidates of one key.
func (s Search) values(key string, conditions []Condition) [][]string {
	if all, ok := domains()[key]; ok {
		return all
	}
	if s.Outsider && slices.ContainsFunc(trustedKeys(), func(t string) bool { return key == t || strings.HasPrefix(key, t+"/") }) {
		return strangers(key)
	}
	out := [][]string{nil, {"signet-other"}}
	seen := map[string]bool{"signet-other": true}
	for _, c := range conditions {
		for _, v := range c.Values {
			for _, sample := range samples(c.Operator, v) {
				if !seen[sample] {
					seen[sample] = true
					out = append(out, []string{sample})
				}
			}
		}
	}
	return out
}

// samples are values on both sides of what a condition's value tells apart.
func samples(operator, v string) []string {
	switch {
	case operator == "null":
		return nil
	case operator == "bool":
		return []string{"true", "false"}
	case strings.HasPrefix(operator, "numeric"):
		n, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return nil
		}
		text := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
		return []string{text(n - 1), text(n), text(n + 1)}
	case strings.HasPrefix(operator, "date"):
		return []string{"2000-01-01T00:00:00Z", "2999-01-01T00:00:00Z"}
	case strings.HasSuffix(operator, "ipaddress"):
		address, _, _ := strings.Cut(v, "/")
		return []string{address, "198.51.100.77"}
	}
	return Instances(v)
}

// Instances are texts that a pattern with * and ? matches.
func Instances(pattern string) []string {
	if !strings.ContainsAny(pattern, "*?") {
		return []string{pattern}
	}
	fill := func(star string) string {
		return strings.ReplaceAll(strings.ReplaceAll(pattern, "*", star), "?", "x")
	}
	return []string{fill("x"), fill("")}
}

// domains are keys whose values are known, for which what a policy mentions
// besides cannot come.
// https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
func domains() map[string][][]string {
	return map[string][][]string{
		"aws:securetransport": {{"true"}, {"false"}},
		"s3:tlsversion":       {nil, {"1.0"}, {"1.1"}, {"1.2"}, {"1.3"}},
		"s3:authtype":         {nil, {"REST-HEADER"}, {"REST-QUERY-STRING"}, {"POST"}},
		"s3:signatureversion": {nil, {"AWS"}, {"AWS4-HMAC-SHA256"}},
	}
}

// trustedKeys are those by which a policy can tell a stranger, as S3 sees it:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
// and those that need a principal in an account. Tags and names of a principal are
// not among them: whoever has an account gives them to whom they like.
func trustedKeys() []string {
	return []string{
		"aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceaccount", "aws:sourceowner", "aws:sourceip", "aws:vpcsourceip",
		"aws:sourceorgid", "aws:sourceorgpaths", "aws:principalorgid", "aws:principalorgpaths", "aws:userid",
		"aws:multifactorauthpresent", "aws:multifactorauthage", "aws:federatedprovider", "aws:ec2instancesourcevpc",
		"s3:dataaccesspointarn", "s3:dataaccesspointaccount", "s3:accesspointnetworkorigin", "aws:resourceaccount", "s3:resourceaccount",
		"kms:calleraccount", "aws:principalservicename", "aws:principalservicenameslist", "aws:principalisawsservice",
	}
}

// strangers are values of such a key that somebody outside can have.
func strangers(key string) [][]string {
	switch key {
	case "aws:sourceip":
		return [][]string{{"198.51.100.77"}, {"9.9.9.9"}, {"130.1.1.1"}, {"2001:db8:ffff::77"}}
	case "aws:sourcearn":
		return [][]string{nil, {"arn:aws:s3:::" + Stranger}, {"arn:aws:sns:us-east-1:" + StrangerAccount + ":" + Stranger}}
	case "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount", "s3:dataaccesspointaccount":
		return [][]string{nil, {StrangerAccount}}
	case "s3:resourceaccount", "aws:resourceaccount": // the bucket's own account, whoever asks
		return [][]string{{"signet-other"}}
	case "aws:multifactorauthpresent", "aws:principalisawsservice":
		return [][]string{nil, {"false"}, {"true"}}
	}
	return [][]string{nil, {Stranger}}
}

// Stranger and StrangerAccount name what nobody's policy means to let in. The
// account is one that AWS's documentation does not use.
const (
	Stranger        = "signet-stranger"
	StrangerAccount = "909090909090"
)
