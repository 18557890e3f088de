package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"signet/lambda/upload"
)

// decode reads a request's JSON body into a message. It is strict: one value,
// UTF-8, at most MaxBody bytes, no unknown field.
func decode(r *http.Request, message any) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	return decodeJSON(body, message)
}

// decodeForeign reads a message of a protocol that is not ours: what it adds one
// day is passed over.
func decodeForeign(r *http.Request, message any) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	if !utf8.Valid(body) {
		return errNotUTF8()
	}
	if err := json.Unmarshal(body, message); err != nil {
		return badJSON(err)
	}
	return nil
}

// decodeOptional reads a message that may be left out.
func decodeOptional(r *http.Request, message any) error {
	body, err := readBody(r)
	if err != nil || len(body) == 0 {
		return err
	}
	return decodeJSON(body, message)
}

func errNotUTF8() error {
	return upload.Errorf(upload.InvalidRequest, "got a body that is not UTF-8, want JSON in UTF-8: encode it")
}

func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	if err != nil {
		return nil, &upload.Error{Code: upload.InvalidRequest, Detail: "got a body that ends early, want all of it: send it again", Err: err}
	}
	if len(body) > MaxBody {
		return nil, upload.Errorf(upload.MaxMessageLengthExceeded, "got a body of more than %d bytes, want at most that: split the call", MaxBody)
	}
	return body, nil
}

func decodeJSON(body []byte, message any) error {
	if !utf8.Valid(body) {
		return errNotUTF8()
	}
	if err := checkNames(body); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(message); err != nil {
		return badJSON(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return upload.Errorf(upload.InvalidRequest, "got more after the JSON object, want one object: remove the rest")
	}
	return nil
}

// badJSON words encoding/json's errors for somebody who does not know Go.
func badJSON(err error) error {
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return upload.Errorf(upload.InvalidRequest, "got the unknown field %s, want only those of %s/openapi.json: correct or remove it", field, Base)
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		where := wrong.Field
		for _, embedded := range []string{"File.", "UppyRequest."} { // in the messages that are one or several
			where = strings.TrimPrefix(where, embedded)
		}
		if where == "" {
			where = "the body"
		}
		return upload.Errorf(upload.InvalidRequest, "got %.60s for %s, want %s: correct it", wrong.Value, where, kindOf(wrong))
	}
	if refused, ok := errors.AsType[*upload.Error](err); ok { // by the type of a field
		return refused
	}
	return &upload.Error{Code: upload.InvalidRequest, Detail: "got a body that is not a JSON object (" + err.Error() + "), want one: correct it", Err: err}
}

func kindOf(wrong *json.UnmarshalTypeError) string {
	switch kind := wrong.Type.Kind().String(); {
	case strings.HasPrefix(kind, "int"):
		return "a whole number"
	case kind == "slice":
		return "an array"
	case kind == "struct" || kind == "map":
		return "an object"
	default:
		return fmt.Sprintf("a %s", kind)
	}
}

// checkQuery accepts a query of parameters that a call knows, each once: one that it
// does not know would be a wish not heard, and of two nobody can tell which was meant.
// A known name that ends in [ begins those of a parameter with members.
func checkQuery(r *http.Request, known []string) error {
	values, err := query(r)
	if err != nil {
		return err
	}
	for name, all := range values {
		member, _, isMember := strings.Cut(name, "[")
		switch {
		case !slices.Contains(known, name) && !(isMember && strings.HasSuffix(name, "]") && slices.Contains(known, member+"[")):
			return upload.Errorf(upload.InvalidArgument, "got the unknown parameter %.80q, want only those of %s/openapi.json: correct or remove it", name, Base)
		case len(all) > 1:
			return upload.Errorf(upload.InvalidArgument, "got %.80q %d times, want it once: remove the others", name, len(all))
		}
	}
	return nil
}

// parameter is a query parameter; S3's names are case-sensitive and so are ours.
func parameter(r *http.Request, name string, required bool) (string, error) {
	values, err := query(r)
	if err != nil {
		return "", err
	}
	value := values.Get(name)
	if value == "" && required {
		return "", upload.Errorf(upload.InvalidArgument, "got no %s, want ?%s=…: add it", name, name)
	}
	return value, nil
}
