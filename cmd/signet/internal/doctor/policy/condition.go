package policy

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// compare says whether a request's value agrees with one value of the policy.
type compare func(got, want string) bool

// operators are the positive forms; a negated one is its positive form denied.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func operators() map[string]compare {
	return map[string]compare{
		"stringequals":             func(got, want string) bool { return got == want },
		"stringequalsignorecase":   strings.EqualFold,
		"stringlike":               func(got, want string) bool { return glob(want, got) },
		"bool":                     strings.EqualFold,
		"binaryequals":             func(got, want string) bool { return got == want },
		"numericequals":            numeric(func(c int) bool { return c == 0 }),
		"numericlessthan":          numeric(func(c int) bool { return c < 0 }),
		"numericlessthanequals":    numeric(func(c int) bool { return c <= 0 }),
		"numericgreaterthan":       numeric(func(c int) bool { return c > 0 }),
		"numericgreaterthanequals": numeric(func(c int) bool { return c >= 0 }),
		"dateequals":               date(func(c int) bool { return c == 0 }),
		"datelessthan":             date(func(c int) bool { return c < 0 }),
		"datelessthanequals":       date(func(c int) bool { return c <= 0 }),
		"dategreaterthan":          date(func(c int) bool { return c > 0 }),
		"dategreaterthanequals":    date(func(c int) bool { return c >= 0 }),
		"ipaddress":                within,
		"arnequals":                arnLike,
		"arnlike":                  arnLike,
		"null":                     nil, // asks for the key, not for its value
	}
}

// negations are the operators that hold when none of their values agrees, and
// so, which many a policy forgets, when the key is not there at all.
func negations() map[string]string {
	return map[string]string{
		"stringnotequals": "stringequals", "stringnotequalsignorecase": "stringequalsignorecase", "stringnotlike": "stringlike",
		"numericnotequals": "numericequals", "datenotequals": "dateequals", "notipaddress": "ipaddress",
		"arnnotequals": "arnequals", "arnnotlike": "arnlike",
	}
}

func parseOperator(text string) (Condition, error) {
	c := Condition{Operator: strings.ToLower(text)}
	if set, rest, ok := strings.Cut(c.Operator, ":"); ok {
		c.Set, c.Operator = set, rest
	}
	c.Operator, c.IfExists = strings.CutSuffix(c.Operator, "ifexists")
	positive, negated := negations()[c.Operator]
	if !negated {
		positive = c.Operator
	}
	agrees, known := operators()[positive]
	if !known || c.Set != "" && c.Set != "foranyvalue" && c.Set != "forallvalues" {
		return c, fmt.Errorf("got the condition operator %q, want one of IAM's", text)
	}
	c.agrees, c.negated = agrees, negated
	return c, nil
}

// holds says whether the condition is met by a request with these values of
// its key, none meaning that the key is absent.
func (c Condition) holds(context Context) bool {
	got := context[c.Key]
	if c.Operator == "null" {
		return slices.ContainsFunc(c.Values, func(v string) bool { return strings.EqualFold(v, strconv.FormatBool(len(got) == 0)) })
	}
	if len(got) == 0 {
		switch {
		case c.IfExists || c.Set == "forallvalues":
			return true
		case c.Set == "foranyvalue":
			return false
		}
		return c.negated
	}
	one := func(g string) bool {
		some := slices.ContainsFunc(c.Values, func(v string) bool {
			want, ok := substitute(v, context)
			return ok && c.agrees(g, want)
		})
		return some != c.negated
	}
	if c.Set == "foranyvalue" {
		return slices.ContainsFunc(got, one)
	}
	return !slices.ContainsFunc(got, func(g string) bool { return !one(g) })
}

func numeric(ok func(int) bool) compare {
	return func(got, want string) bool {
		g, err1 := strconv.ParseFloat(got, 64)
		w, err2 := strconv.ParseFloat(want, 64)
		if err1 != nil || err2 != nil {
			return false
		}
		return ok(order(g < w, g > w))
	}
}

func date(ok func(int) bool) compare {
	return func(got, want string) bool {
		g, ok1 := instant(got)
		w, ok2 := instant(want)
		return ok1 && ok2 && ok(g.Compare(w))
	}
}

// instant reads a date of ISO 8601 or a number of seconds.
func instant(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	return time.Unix(seconds, 0), err == nil
}

func order(less, more bool) int {
	switch {
	case less:
		return -1
	case more:
		return 1
	}
	return 0
}

func within(got, want string) bool {
	address, err := netip.ParseAddr(got)
	if err != nil {
		return false
	}
	if !strings.Contains(want, "/") {
		single, err := netip.ParseAddr(want)
		return err == nil && single == address
	}
	network, err := netip.ParsePrefix(want)
	return err == nil && network.Masked().Contains(address)
}

// arnLike compares each of the six parts by itself: a * does not reach over a
// colon. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
func arnLike(got, want string) bool {
	if want == "*" {
		return true
	}
	g, w := strings.SplitN(got, ":", 6), strings.SplitN(want, ":", 6)
	if len(g) != 6 || len(w) != 6 {
		return false
	}
	for i := range w {
		if !glob(w[i], g[i]) {
			return false
		}
	}
	return true
}
