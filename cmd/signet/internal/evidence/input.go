package evidence

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"signet/lambda/explain"
	"signet/lambda/upload"
)

// Header reads "Name: value".
func Header(line string) (upload.Header, error) {
	name, value, ok := strings.Cut(line, ":")
	if !ok || strings.TrimSpace(name) == "" {
		return upload.Header{}, fmt.Errorf("got header %q, want Name: value: correct --header", explain.Shorten(line))
	}
	return upload.Header{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)}, nil
}

// Time reads a time as people and S3 write it.
func Time(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "20060102T150405Z", time.RFC1123, time.RFC1123Z, "2006-01-02 15:04:05", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Unix(seconds, 0).UTC(), nil
	}
	return time.Time{}, fmt.Errorf("got time %q, want one such as 2026-11-24T20:00:00Z: correct --at", text)
}

// Answer puts a saved answer into r: the body alone, or all of it as curl -i
// saves it.
func Answer(data []byte, r *explain.Request) error {
	if !bytes.HasPrefix(data, []byte("HTTP/")) {
		r.Response = string(data)
		return nil
	}
	// HTTP/2 has no reason and no minor version, which Go wants.
	line, rest, _ := bytes.Cut(data, []byte("\n"))
	words := strings.Fields(string(line))
	if len(words) < 2 {
		return fmt.Errorf("got the status line %q, want HTTP/1.1 403 or such: save the answer anew", line)
	}
	status, err := strconv.Atoi(words[1])
	if err != nil {
		return fmt.Errorf("got the status %q, want a number: save the answer anew", words[1])
	}
	if next := bytes.Index(rest, []byte("HTTP/")); next >= 0 && len(bytes.TrimSpace(rest[:next])) == 0 || status < 200 && next >= 0 {
		return Answer(rest[next:], r) // curl -i shows 100 Continue and a proxy's own answer, too
	}
	reader := bufio.NewReader(bytes.NewReader(rest))
	head, err := textproto.NewReader(reader).ReadMIMEHeader()
	if err != nil && err != io.EOF {
		return fmt.Errorf("got an answer whose head cannot be read (%v), want it as curl -i saves it: save it anew", err)
	}
	body, err := io.ReadAll(reader)
	if err != nil {
		return err
	}
	if r.Status == 0 {
		r.Status = status
	}
	for name, values := range head {
		for _, value := range values {
			r.ResponseHeaders = append(r.ResponseHeaders, upload.Header{Name: name, Value: value})
		}
	}
	r.Response = string(body)
	return nil
}

// FormFields are the fields of a POST form, in their order.
type FormFields struct {
	URL      string // where the form goes; empty: not known
	Fields   []upload.Header
	FileSize *int64 // nil: not known
	Cut      bool   // the body ended early
}

// Into puts the form into a request.
func (f FormFields) Into(r *explain.Request) {
	r.Form, r.FileSize, r.FormCut = f.Fields, f.FileSize, f.Cut
	if r.Method == "" {
		r.Method = http.MethodPost
	}
	if r.URL == "" {
		r.URL = f.URL
	}
}

// Form reads form fields: a JSON object of names and values, one with url and
// fields as signers return it, a list of [name, value] or {name, value}, or the
// raw body of a multipart request.
func Form(data []byte) (FormFields, error) {
	text := strings.TrimLeft(string(data), " \t\r\n\ufeff")
	switch {
	case strings.HasPrefix(text, "--"):
		return readMultipart(text)
	case strings.HasPrefix(text, "{"), strings.HasPrefix(text, "["):
		form, err := readJSON(text)
		if err == nil && len(form.Fields) == 0 {
			err = errors.New("no fields")
		}
		if err != nil {
			return form, fmt.Errorf("got fields that cannot be read (%v), want a JSON object of names and values: correct --fields", err)
		}
		return form, nil
	}
	return FormFields{}, fmt.Errorf("got fields that begin with %.20q, want JSON or a multipart body: correct --fields", explain.Shorten(text))
}

func readJSON(text string) (FormFields, error) {
	var form FormFields
	if strings.HasPrefix(text, "[") {
		var list []json.RawMessage
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return form, err
		}
		for _, raw := range list {
			field, err := readField(raw)
			if err != nil {
				return form, err
			}
			form.add(field)
		}
		return form, nil
	}
	var outer struct {
		URL    string          `json:"url"`
		Fields json.RawMessage `json:"fields"`
	}
	if err := json.Unmarshal([]byte(text), &outer); err == nil && len(outer.Fields) > 0 && (outer.Fields[0] == '{' || outer.Fields[0] == '[') {
		inner, err := readJSON(string(outer.Fields))
		inner.URL = outer.URL
		return inner, err
	}
	return readObject(text)
}

// readObject keeps the order of the names, which is the form's.
func readObject(text string) (FormFields, error) {
	var form FormFields
	d := json.NewDecoder(strings.NewReader(text))
	if _, err := d.Token(); err != nil {
		return form, err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return form, err
		}
		var value any
		if err := d.Decode(&value); err != nil {
			return form, err
		}
		form.add(upload.Header{Name: fmt.Sprint(name), Value: fieldText(value)})
	}
	_, err := d.Token()
	return form, err
}

func fieldText(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	raw, _ := json.Marshal(value) // it came from JSON
	return string(raw)
}

func readField(raw json.RawMessage) (upload.Header, error) {
	var two []any
	if json.Unmarshal(raw, &two) == nil && len(two) >= 2 {
		return upload.Header{Name: fmt.Sprint(two[0]), Value: fieldText(two[1])}, nil
	}
	var object struct {
		Name     string `json:"name"`
		Value    any    `json:"value"`
		FileName string `json:"fileName"`
	}
	if err := json.Unmarshal(raw, &object); err != nil || object.Name == "" {
		return upload.Header{}, fmt.Errorf("got %.40s, want [name, value] or {name, value}", explain.Shorten(string(raw)))
	}
	return upload.Header{Name: object.Name, Value: fieldText(object.Value)}, nil
}

func (f *FormFields) add(field upload.Header) { f.Fields = append(f.Fields, field) }

// readMultipart reads a raw multipart body, also one that was cut off: what came
// before the cut is worth knowing.
func readMultipart(text string) (FormFields, error) {
	var form FormFields
	boundary, _, ok := strings.Cut(text, "\n")
	boundary = strings.TrimRight(boundary, "\r")
	if !ok || !strings.HasPrefix(boundary, "--") || len(boundary) < 3 {
		return form, fmt.Errorf("got a body that begins with %.20q, want --boundary: give the raw body", text)
	}
	form.Cut = !strings.Contains(text, "\n"+boundary+"--")
	for part := range strings.SplitSeq("\n"+text, "\n"+boundary) {
		if strings.HasPrefix(part, "--") || strings.TrimSpace(part) == "" {
			continue
		}
		head, body, ok := strings.Cut(strings.TrimLeft(part, "\r\n"), "\n\r\n")
		if !ok {
			head, body, ok = strings.Cut(strings.TrimLeft(part, "\r\n"), "\n\n")
		}
		if !ok {
			form.Cut = true
			continue
		}
		form.addPart(head, strings.TrimSuffix(body, "\r"))
	}
	return form, nil
}

func (f *FormFields) addPart(head, body string) {
	for line := range strings.SplitSeq(head, "\n") {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if !strings.EqualFold(name, "content-disposition") {
			continue
		}
		_, params, err := mime.ParseMediaType(value)
		if err != nil {
			continue
		}
		if params["name"] == "file" && !f.Cut {
			size := int64(len(body))
			f.FileSize, body = &size, ""
		}
		f.add(upload.Header{Name: params["name"], Value: body})
		return
	}
}
