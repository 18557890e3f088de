package upload

import (
	"encoding"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"signet/lambda/rawjson"
)

// member is a field of a JSON object, with its value as it is written.
type member struct {
	name  string
	value []byte
}

// memberList are the fields of a JSON object, by name.
type memberList []member

func (l memberList) get(name string) (value []byte, ok bool) {
	i := slices.IndexFunc(l, func(m member) bool { return m.name == name })
	if i < 0 {
		return nil, false
	}
	return l[i].value, true
}

// members splits an object into its fields. Of two with one name the last counts, as
// for encoding/json. Only the whole, whose path is "", may be invalid JSON: what lies
// in it has been looked at then.
func members(path string, data []byte) (memberList, error) {
	if path == "" && !json.Valid(data) || rawjson.Kind(data) != '{' {
		return nil, fieldError(orWhole(path), data, "a JSON object")
	}
	all := make(memberList, 0, 8)
	for name, value := range rawjson.Members(data) {
		i, twice := slices.BinarySearchFunc(all, name, func(m member, name string) int { return strings.Compare(m.name, name) })
		if twice {
			all[i].value = value
		} else {
			all = slices.Insert(all, i, member{name, value})
		}
	}
	return all, nil
}

func isNull(value []byte) bool { return string(value) == "null" }

// decodeValue is json.Unmarshal without its detours for the kinds that most fields
// have: a cold start reads the whole configuration.
func decodeValue(value []byte, dest any) error {
	switch to := dest.(type) {
	case *bool:
		if word := string(value); word == "true" || word == "false" {
			*to = word == "true"
			return nil
		}
	case *int:
		if n, err := strconv.Atoi(string(value)); err == nil {
			*to = n
			return nil
		}
	case *string:
		if text, ok := rawjson.Text(value); ok {
			*to = text
			return nil
		}
	case *[]string:
		if list, ok := decodeTexts(value); ok {
			*to = list
			return nil
		}
	case json.Unmarshaler:
		return to.UnmarshalJSON(value)
	case encoding.TextUnmarshaler:
		if text, ok := rawjson.Text(value); ok {
			return to.UnmarshalText([]byte(text))
		}
	}
	return json.Unmarshal(value, dest)
}

// decodeTexts reads an array of strings.
func decodeTexts(value []byte) (list []string, ok bool) {
	if rawjson.Kind(value) != '[' {
		return nil, false
	}
	list = []string{}
	for element := range rawjson.Elements(value) {
		text, ok := rawjson.Text(element)
		if !ok {
			return nil, false
		}
		list = append(list, text)
	}
	return list, true
}
