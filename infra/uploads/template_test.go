package uploads_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// template is a CloudFormation template as a person would write it: see tidy.
type template map[string]any

// readTemplate reads a template. What it has from another stack's outputs stands as
// that one says it: exporters are the files of their templates.
func readTemplate(path string, exporters ...string) (template, error) {
	outputs := map[string]any{}
	for _, file := range exporters {
		raw, err := readRaw(file)
		if err != nil {
			return nil, err
		}
		given, _ := raw["Outputs"].(map[string]any)
		for name, output := range given {
			outputs[name] = output.(map[string]any)["Value"]
		}
	}
	raw, err := readRaw(path)
	if err != nil {
		return nil, err
	}
	return tidy(imported(raw, outputs)).(map[string]any), nil
}

func readRaw(path string) (raw map[string]any, err error) {
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &raw)
	}
	return raw, err
}

// imported puts outputs in the place of their names.
func imported(v any, outputs map[string]any) any {
	switch v := v.(type) {
	case []any:
		for i, e := range v {
			v[i] = imported(e, outputs)
		}
	case map[string]any:
		if from, ok := v["Fn::GetStackOutput"].(map[string]any); ok {
			return outputs[from["OutputName"].(string)]
		}
		for key, e := range v {
			v[key] = imported(e, outputs)
		}
	}
	return v
}

// hash is what CDK adds to a logical id.
var hash = regexp.MustCompile(`([A-Za-z])[0-9A-F]{8}$`)

func stem(id string) string { return hash.ReplaceAllString(id, "$1") }

// tidy takes CDK's hashes off logical ids and writes each intrinsic function as
// text: ${Id}, ${Id.Attribute}, ${AWS::Region}.
func tidy(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = tidy(e)
		}
		return list
	case map[string]any:
		if text, ok := intrinsic(v); ok {
			return text
		}
		out := map[string]any{}
		for key, e := range v {
			out[stem(key)] = tidy(e)
		}
		return out
	default:
		return v
	}
}

func intrinsic(v map[string]any) (string, bool) {
	if len(v) != 1 {
		return "", false
	}
	for name, argument := range v {
		switch a := tidy(argument).(type) {
		case string:
			switch name {
			case "Ref":
				return "${" + stem(a) + "}", true
			case "Fn::Sub", "Fn::Base64":
				return a, true
			case "Fn::GetAZs":
				return "zones of this region", true
			}
		case []any:
			switch name {
			case "Fn::GetAtt":
				return fmt.Sprintf("${%s.%s}", stem(a[0].(string)), a[1]), true
			case "Fn::Join":
				var parts []string
				for _, p := range a[1].([]any) {
					parts = append(parts, fmt.Sprint(p))
				}
				return strings.Join(parts, a[0].(string)), true
			case "Fn::Split":
				return fmt.Sprintf("%s by %s", a[1], a[0]), true
			case "Fn::Select":
				inner := strings.NewReplacer("${", "", "}", "").Replace(fmt.Sprint(a[1]))
				return fmt.Sprintf("${%s, part %v}", inner, a[0]), true
			}
		}
	}
	return "", false
}

// at is the value at a path: names and indexes with slashes between them, where
// Name=value picks the element of a list that has it. nil: there is none.
func (t template) at(path string) any {
	var v any = map[string]any(t)
	for _, step := range strings.Split(path, "/") {
		switch at := v.(type) {
		case map[string]any:
			v = at[plainStep(step)]
		case []any:
			v = element(at, step)
		default:
			return nil
		}
	}
	return v
}

// plainStep writes the slashes of a name, which stand as ~1 in a path.
func plainStep(step string) string { return strings.ReplaceAll(step, "~1", "/") }

func element(list []any, step string) any {
	if i, err := strconv.Atoi(step); err == nil && i < len(list) {
		return list[i]
	}
	name, value, _ := strings.Cut(step, "=")
	for _, e := range list {
		if m, ok := e.(map[string]any); ok && m[name] == value {
			return e
		}
	}
	return nil
}

// set puts a value where at finds it; nil removes the name.
func (t template) set(path string, value any) {
	dir, name := path[:strings.LastIndex(path, "/")], path[strings.LastIndex(path, "/")+1:]
	switch at := t.at(dir).(type) {
	case map[string]any:
		if value == nil {
			delete(at, plainStep(name))
		} else {
			at[plainStep(name)] = value
		}
	case []any:
		i := slices.IndexFunc(at, func(e any) bool { return fmt.Sprint(e) == fmt.Sprint(element(at, name)) })
		if value == nil {
			t.set(dir, slices.Delete(slices.Clone(at), i, i+1))
		} else {
			at[i] = value
		}
	}
}

func (t template) clone() template {
	data, _ := json.Marshal(t)
	var c template
	_ = json.Unmarshal(data, &c)
	return c
}

// resources are the logical ids of a type, in order; of all types for "".
func (t template) resources(kind string) []string {
	all := t["Resources"].(map[string]any)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(all)), func(id string) bool {
		return kind != "" && t.at("Resources/"+id+"/Type") != kind
	})
}

// statement is one statement of a policy, and where it stands.
type statement struct {
	where string
	body  map[string]any
}

func (s statement) String() string { return fmt.Sprintf("%s, %v", s.where, s.body["Sid"]) }

// statements are those of all policies: of roles, buckets, keys and topics.
func (t template) statements() []statement {
	var found []statement
	var walk func(where string, v any)
	walk = func(where string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				if list, ok := v[key].([]any); ok && key == "Statement" {
					for _, s := range list {
						found = append(found, statement{where, s.(map[string]any)})
					}
				} else {
					walk(where, v[key])
				}
			}
		case []any:
			for _, e := range v {
				walk(where, e)
			}
		}
	}
	for _, id := range t.resources("") {
		walk(id, t.at("Resources/"+id+"/Properties"))
	}
	return found
}

// texts is a value that is a text or a list of them.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, e := range v {
			list = append(list, fmt.Sprint(e))
		}
		return list
	}
	return nil
}

// same compares a value of a template with one of Go, as JSON.
func same(got, want any) bool {
	a, errA := json.Marshal(got)
	b, errB := json.Marshal(want)
	return errA == nil && errB == nil && string(a) == string(b)
}
