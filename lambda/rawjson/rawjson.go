// Package rawjson takes valid JSON apart into the pieces that it is written with, and
// decodes none of them but names and texts. encoding/json takes so much longer that a
// cold start, and the look for one claim of a token, are faster without it.
//
// What is not valid is the caller's to refuse beforehand, with json.Valid.
package rawjson

import (
	"bytes"
	"encoding/json"
	"iter"
	"unicode/utf8"
)

// Kind is the byte that a valid value begins with: '{' of an object, '[' of an array,
// '"' of a string, and that of a number or a word.
func Kind(value []byte) byte { return space(value)[0] }

// Members are the fields of a valid object in their order, with their values as they
// are written. A name that comes twice comes twice.
func Members(object []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		rest := space(space(object)[1:])
		for rest[0] != '}' {
			name, after := cut(rest)
			value, after := cut(space(space(after)[1:])) // behind the colon
			text, _ := Text(name)
			if !yield(text, value) {
				return
			}
			rest = next(after)
		}
	}
}

// Elements are those of a valid array in their order, as they are written; of anything
// else there are none.
func Elements(array []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if Kind(array) != '[' {
			return
		}
		rest := space(space(array)[1:])
		for rest[0] != ']' {
			value, after := cut(rest)
			if !yield(value) {
				return
			}
			rest = next(after)
		}
	}
}

// Text is what a valid JSON string says; false for any other value.
func Text(value []byte) (text string, ok bool) {
	value = bytes.Trim(value, " \t\r\n")
	if value[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(value, '\\') < 0 && utf8.Valid(value) {
		return string(value[1 : len(value)-1]), true
	}
	return text, json.Unmarshal(value, &text) == nil
}

// next is what follows a member or an element: another one, or the end.
func next(text []byte) []byte {
	if text = space(text); text[0] == ',' {
		text = space(text[1:])
	}
	return text
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
