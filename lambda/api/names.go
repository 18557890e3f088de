package api

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"signet/lambda/upload"
)

// fieldNames are the names of all fields of all requests.
func fieldNames() []string {
	return []string{
		"checksum", "count", "crc64nvme", "etag", "files", "first", "id", "key", "maxSize", "metadata", "name",
		"partNumber", "parts", "size", "successRedirect", "type", "uploadId", "versionId",
	}
}

// checkNames closes what encoding/json leaves open: it takes names in any case,
// lets the last of two equal names win (and merge into the first), and turns
// half of a surrogate pair into U+FFFD. Syntax is not its business.
func checkNames(body []byte) error {
	if loneSurrogate(body) {
		return upload.Errorf(upload.InvalidRequest, "got half of a surrogate pair in an escape, want whole characters: encode it")
	}
	known := fieldNames()
	d := json.NewDecoder(bytes.NewReader(body))
	var open []scope
	for {
		token, err := d.Token()
		if err != nil {
			return ignoreSyntax(err)
		}
		top := len(open) - 1
		switch t := token.(type) {
		case json.Delim:
			switch t {
			case '{', '[':
				free := top >= 0 && (open[top].free || open[top].name == "metadata")
				open = append(open, scope{object: t == '{', free: free})
			default:
				open = open[:top]
			}
			if top = len(open) - 1; top >= 0 && (t == '}' || t == ']') {
				open[top].value = false
			}
		case string:
			if top < 0 || !open[top].object || open[top].value {
				if top >= 0 {
					open[top].value = false
				}
				continue
			}
			if err := open[top].add(t, known); err != nil {
				return err
			}
		default:
			if top >= 0 {
				open[top].value = false
			}
		}
	}
}

// scope is an object or array that is being read.
type scope struct {
	object bool
	free   bool     // the names in it are the caller's own
	name   string   // the last one
	value  bool     // a value comes next
	seen   []string // names so far
}

func (s *scope) add(name string, known []string) error {
	switch {
	case slices.Contains(s.seen, name):
		return upload.Errorf(upload.InvalidRequest, "got the field %.80q twice, want it once: remove one", name)
	case !s.free && !slices.Contains(known, name):
		return upload.Errorf(upload.InvalidRequest, "got the unknown field %.80q, want only those of %s/openapi.json: correct or remove it", name, Base)
	}
	s.seen, s.name, s.value = append(s.seen, name), name, true
	return nil
}

// ignoreSyntax leaves errors of syntax to the decoder proper.
func ignoreSyntax(err error) error {
	if _, ok := err.(*json.SyntaxError); ok || err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil
	}
	return err
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
