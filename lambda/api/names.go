package api

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"signet/lambda/rawjson"
	"signet/lambda/upload"
)

// fieldNames are the names of all fields of all requests.
func fieldNames() []string {
	return []string{
		"bytes", "checksum", "contentType", "count", "crc64nvme", "do", "edge", "error", "etag", "expectedSize", "expires", "files", "first", "folder",
		"form", "headers", "hosts", "id", "key", "keys", "last", "maxObjectSize", "maxSize", "metadata", "method", "name", "origin", "owner",
		"partNumber", "parts", "password", "receipt", "requests", "response", "sha256", "show", "size", "space", "status", "stream", "successRedirect",
		"time", "title", "type", "types", "uploadId", "url", "uses", "versionId",
	}
}

// maxNesting is more than any message has; what lies deeper is refused by the
// decoder proper, whatever its names.
const maxNesting = 8

// checkNames closes what encoding/json leaves open: it takes names in any case,
// lets the last of two equal names win (and merge into the first), and turns
// half of a surrogate pair into U+FFFD. Syntax is not its business.
func checkNames(body []byte) error {
	if loneSurrogate(body) {
		return upload.Errorf(upload.InvalidRequest, "got half of a surrogate pair in an escape, want whole characters: encode it")
	}
	if !json.Valid(body) {
		return nil
	}
	if err := checkValue(body, fieldNames(), maxNesting); err != errNested {
		return err
	}
	return nil
}

// checkValue checks the names of all objects in a value. known are the names that may
// stand in them; nil: any, for they are the caller's own.
func checkValue(value []byte, known []string, nesting int) error {
	kind := rawjson.Kind(value)
	if nesting == 0 && (kind == '{' || kind == '[') {
		return errNested
	}
	for element := range rawjson.Elements(value) {
		if err := checkValue(element, known, nesting-1); err != nil {
			return err
		}
	}
	if kind != '{' {
		return nil
	}
	seen := map[string]bool{}
	for name, inner := range rawjson.Members(value) {
		if err := checkName(name, seen, known); err != nil {
			return err
		}
		names := known
		if name == "metadata" || name == "headers" {
			names = nil
		}
		if err := checkValue(inner, names, nesting-1); err != nil {
			return err
		}
	}
	return nil
}

var errNested = errors.New("nested too deeply")

func checkName(name string, seen map[string]bool, known []string) error {
	if seen[name] {
		return upload.Errorf(upload.InvalidRequest, "got the field %.80q twice, want it once: remove one", name)
	}
	seen[name] = true
	if known != nil && !slices.Contains(known, name) {
		return upload.Errorf(upload.InvalidRequest, "got the unknown field %.80q, want only those of %s/openapi.json: correct or remove it", name, Base)
	}
	return nil
}

// loneSurrogate finds a \uD8xx escape that no \uDCxx follows, or the other way
// round.
func loneSurrogate(body []byte) bool {
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' {
			continue
		}
		first := escape(body[i:])
		switch {
		case first >= 0xd800 && first < 0xdc00:
			if second := escape(body[i+6:]); second < 0xdc00 || second > 0xdfff {
				return true
			}
			i += 11
		case first >= 0xdc00 && first <= 0xdfff:
			return true
		default:
			i++ // what is escaped
		}
	}
	return false
}

// escape is the code unit of the \uXXXX that b begins with, -1 if there is none.
func escape(b []byte) int64 {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return int64(n)
}
