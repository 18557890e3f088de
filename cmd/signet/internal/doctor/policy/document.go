// Package policy reads IAM and bucket policies and says what they do: it
// evaluates one request, and searches for a request that slips through. Grammar
// and meaning are those of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Document is a policy: of a role, a bucket, a key or an endpoint.
type Document struct {
	Statements []Statement
}

// Statement is one statement. An element that is not there is nil.
type Statement struct {
	Sid                     string
	Deny                    bool
	Principal, NotPrincipal Principals
	Action, NotAction       []string
	Resource, NotResource   []string
	Conditions              []Condition
}

// Principals are the values of a Principal element by their kind: AWS, Service,
// Federated or CanonicalUser. "*" alone is the kind AWS.
type Principals map[string][]string

// Condition is one operator with one key; all of a statement's have to hold.
type Condition struct {
	Operator string // in lower case, without set prefix and IfExists
	Set      string // "", "forallvalues" or "foranyvalue"
	IfExists bool
	Key      string // in lower case: keys are case-insensitive
	Values   []string

	agrees  compare // of the operator's positive form
	negated bool
}

// Parse reads a policy document. Its errors say what IAM would refuse.
func Parse(text string) (Document, error) {
	var raw struct {
		Statement list[statement]
	}
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return Document{}, fmt.Errorf("got a policy that is not JSON of that form: %w", err)
	}
	var d Document
	for i, r := range raw.Statement {
		s, err := r.complete()
		if err != nil {
			return Document{}, fmt.Errorf("statement %d: %w", i+1, err)
		}
		d.Statements = append(d.Statements, s)
	}
	return d, nil
}

type statement struct {
	Sid, Effect             string
	Principal, NotPrincipal principals
	Action, NotAction       list[string]
	Resource, NotResource   list[string]
	Condition               map[string]map[string]list[value]
}

func (r statement) complete() (Statement, error) {
	s := Statement{
		Sid: r.Sid, Deny: r.Effect == "Deny", Principal: Principals(r.Principal), NotPrincipal: Principals(r.NotPrincipal),
		Action: r.Action, NotAction: r.NotAction, Resource: r.Resource, NotResource: r.NotResource,
	}
	if r.Effect != "Allow" && r.Effect != "Deny" {
		return s, fmt.Errorf("got Effect %q, want Allow or Deny", r.Effect)
	}
	for operator, keys := range r.Condition {
		c, err := parseOperator(operator)
		if err != nil {
			return s, err
		}
		for key, values := range keys {
			c.Key, c.Values = strings.ToLower(key), nil
			for _, v := range values {
				c.Values = append(c.Values, string(v))
			}
			s.Conditions = append(s.Conditions, c)
		}
	}
	return s, nil
}

// list is one value or an array of them.
type list[T any] []T

// UnmarshalJSON takes both forms.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		many := []T{}
		err := json.Unmarshal(data, &many)
		*l = many
		return err
	}
	var one T
	err := json.Unmarshal(data, &one)
	*l = list[T]{one}
	return err
}

// value is a text, a number or a truth value, which IAM takes as the same.
type value string

// UnmarshalJSON keeps a number as it is written.
func (v *value) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		*v = value(text)
		return nil
	}
	if bytes.ContainsAny(data, "{[") || string(data) == "null" {
		return errors.New("got a condition value that is no text, number or truth value")
	}
	*v = value(data)
	return nil
}

type principals Principals

// UnmarshalJSON takes "*" or kinds with one or many values.
func (p *principals) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		if text != "*" {
			return fmt.Errorf("got Principal %q, want \"*\" or an object", text)
		}
		*p = principals{"AWS": {"*"}}
		return nil
	}
	var kinds map[string]list[string]
	if err := json.Unmarshal(data, &kinds); err != nil {
		return err
	}
	*p = principals{}
	for kind, values := range kinds {
		(*p)[kind] = values
	}
	return nil
}

// Name is how a person finds the statement: by its Sid or its number.
func (d Document) Name(i int) string {
	if sid := d.Statements[i].Sid; sid != "" {
		return sid
	}
	return fmt.Sprintf("statement %d", i+1)
}
