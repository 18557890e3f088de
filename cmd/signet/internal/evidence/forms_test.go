package evidence

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"time"

	"signet/lambda/explain"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

// form is a POST form with what its policy says of it.
type form struct {
	fields []upload.Header // the file among them, under the name file
	file   string
}

// newForm signs a form for up to 100 bytes, which ends after so long.
func (g *generator) newForm(ends time.Duration) form {
	keys := g.keys(g.main)
	now := time.Now()
	scope := presign.Scope{Time: now, Region: corpusRegion}
	fields := []upload.Header{
		{Name: "key", Value: g.key()}, {Name: "Content-Type", Value: "image/png"},
		{Name: "x-amz-algorithm", Value: presign.Algorithm}, {Name: "x-amz-credential", Value: keys.AccessKeyID + "/" + scope.String()},
		{Name: "x-amz-date", Value: now.UTC().Format("20060102T150405Z")}, {Name: "x-amz-security-token", Value: keys.SessionToken},
	}
	conditions := []any{map[string]string{"bucket": corpusBucket}, []any{"content-length-range", 2, 100}, []any{"starts-with", "$Content-Type", "image/"}}
	for _, f := range fields {
		if f.Name != "Content-Type" {
			conditions = append(conditions, map[string]string{f.Name: f.Value})
		}
	}
	document, err := json.Marshal(map[string]any{"expiration": now.Add(ends).UTC().Format("2006-01-02T15:04:05.000Z"), "conditions": conditions})
	if err != nil {
		g.t.Fatal(err)
	}
	policy := base64.StdEncoding.EncodeToString(document)
	fields = append(fields, upload.Header{Name: "policy", Value: policy}, upload.Header{Name: "x-amz-signature", Value: keys.Sign(scope, policy)}, upload.Header{Name: "file"})
	return form{fields: fields, file: strings.Repeat("x", 10)}
}

func (f form) without(name string) form {
	f.fields = slices.DeleteFunc(slices.Clone(f.fields), func(h upload.Header) bool { return h.Name == name })
	return f
}

func (f form) with(name, value string) form {
	f.fields = slices.Clone(f.fields)
	for i := range f.fields {
		if f.fields[i].Name == name {
			f.fields[i].Value = value
			return f
		}
	}
	f.fields = slices.Insert(f.fields, 0, upload.Header{Name: name, Value: value})
	return f
}

// post sends a form as a browser does, and records it.
func (g *generator) post(f form) explain.Request {
	g.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for _, field := range f.fields {
		if field.Name != "file" {
			_ = m.WriteField(field.Name, field.Value) // to memory
			continue
		}
		w, err := m.CreateFormFile("file", "own name.png")
		if err != nil {
			g.t.Fatal(err)
		}
		_, _ = w.Write([]byte(f.file)) // to memory
	}
	_ = m.Close() // to memory
	s := signed{method: http.MethodPost, url: g.main.URL() + "/" + corpusBucket, body: body.String(), headers: []upload.Header{contentType(m.FormDataContentType())}}
	r := g.ask(s)
	read, err := readMultipart(body.String())
	if err != nil {
		g.t.Fatal(err)
	}
	r.BodySize = nil
	read.Into(&r)
	return r
}

// forms breaks POST forms.
func (g *generator) forms() {
	good := func() form { return g.newForm(time.Hour) }
	record := func(name string, want explain.Code, f form) {
		g.failed(name, want, bySignet, g.post(f))
	}
	record("a form", explain.OK, good())
	record("a form with an ignored field", explain.OK, good().with("x-ignore-this", g.word()))
	for _, name := range []string{"key", "policy", "x-amz-signature", "x-amz-date"} {
		record("the field "+name+" is missing", explain.FormFieldMissing, good().without(name))
	}
	record("the type's field is missing", explain.FormFieldMissing, good().without("Content-Type"))
	record("the token's field is missing", explain.SessionTokenMissing, good().without("x-amz-security-token"))
	record("the file is missing", explain.FormFieldMissing, good().without("file"))
	record("a field that the policy does not know", explain.FormFieldExtra, good().with(pick(g, "acl", "x-amz-meta-by", "success_action_status"), "201"))
	record("another type than the policy's", explain.FormCondition, good().with("Content-Type", "text/html"))
	record("another key than the policy's", explain.FormCondition, good().with("key", "uploads/ada/"+g.word()))
	record("a policy that has ended", explain.FormExpired, g.newForm(-time.Minute))
	large, small := good(), good()
	large.file, small.file = strings.Repeat("x", 101), "x"
	record("a file that is too large", explain.TooLarge, large)
	record("a file that is too small", explain.TooSmall, small)
	early := good()
	early.fields = append([]upload.Header{early.fields[len(early.fields)-1]}, early.fields[:len(early.fields)-1]...)
	record("the file comes first", explain.FormFileNotLast, early)
	g.unsentForms(good)
}

// unsentForms are seen before they are sent.
func (g *generator) unsentForms(good func() form) {
	record := func(name string, want explain.Code, f form) {
		r := explain.Request{Method: "POST", URL: g.main.URL() + "/" + corpusBucket, Form: f.fields, Time: time.Now().UTC().Truncate(time.Second)}
		g.samples = append(g.samples, sample{Name: name, Want: string(want), Signer: bySignet, Answer: withoutAnswer, Request: r})
	}
	record("fields by themselves", explain.OK, good())
	record("fields without the file", explain.OK, good().without("file"))
	record("fields of which one is extra", explain.FormFieldExtra, good().with("acl", "private"))
	record("fields of which one is another", explain.FormCondition, good().with("key", "elsewhere"))
	early := good()
	early.fields = append([]upload.Header{early.fields[len(early.fields)-1]}, early.fields[:len(early.fields)-1]...)
	record("fields after the file", explain.FormFileNotLast, early)
	record("fields that have ended", explain.FormExpired, g.newForm(-time.Hour))
}
