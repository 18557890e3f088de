package rawjson

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzPieces: taken apart and put together again, valid JSON means what it meant to
// encoding/json, and its names and texts are what encoding/json reads.
func FuzzPieces(f *testing.F) {
	for _, text := range []string{
		`{"a":1,"groups":["x","}"]}`, `{ "groups" : {"groups":[1]} , "b":"\"}" }`, `{"gro\u0075ps":"x"}`, `{}`, ` [] `, `[ ]`, `{"groups":-1.5e3}`,
		`{"groups":[],"groups":null}`, "[1 , true,\t\"\\\\\" ,[[]],{\"가\":\"\\ud83d\\ude00\"}]\n", `"\ud800"`, `null`, "\"\xff\"", "{\"\xff\":\"\u2028\"}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) {
			return
		}
		var got, want any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Skip() // a number that is too large
		}
		again := build(t, []byte(text))
		if err := json.Unmarshal([]byte(again), &got); err != nil || !same(got, want) {
			t.Fatalf("%q became %q: %v", text, again, err)
		}
	})
}

// build writes JSON anew out of its pieces.
func build(t *testing.T, value []byte) string {
	t.Helper()
	value = space(value)
	var parts []string
	switch Kind(value) {
	case '{':
		for name, v := range Members(value) {
			parts = append(parts, quoted(t, name)+":"+build(t, v))
		}
		return "{" + strings.Join(parts, ",") + "}"
	case '[':
		for v := range Elements(value) {
			parts = append(parts, build(t, v))
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	if text, ok := Text(value); ok {
		return quoted(t, text)
	}
	return string(value)
}

func quoted(t *testing.T, text string) string {
	t.Helper()
	b, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

func TestElementsOfWhatIsNoArray(t *testing.T) {
	for _, text := range []string{`{"a":[1]}`, `"[1]"`, `1`, `null`} {
		for v := range Elements([]byte(text)) {
			t.Errorf("%s has the element %s, want none", text, v)
		}
	}
}

// Both can be left early, as iterators can.
func TestPiecesUntilHere(t *testing.T) {
	for name, v := range Members([]byte(`{"a":1,"b":2}`)) {
		if name != "a" || string(v) != "1" {
			t.Errorf("got %s: %s, want a: 1", name, v)
		}
		break
	}
	for v := range Elements([]byte(`[1,2]`)) {
		if string(v) != "1" {
			t.Errorf("got %s, want 1", v)
		}
		break
	}
}
