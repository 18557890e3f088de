package main

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// widened is a signed PUT of alice's that is sent otherwise than it was signed for:
// directly, and through the site's own origin.
func widened(what string, change func(v *victim, r *http.Request)) attack {
	return attack{"a signed PUT with " + what, func(t *testing.T, v *victim) string {
		signed, err := v.client(v.alice).Presign(t.Context(), api.File{Name: "a.txt", Type: "text/plain", Size: int64p(5)})
		if err != nil {
			t.Fatal(err)
		}
		for way, address := range map[string]string{"directly": signed.URL, "by the edge": signed.Edge} {
			if address == "" { // of a server that has no site
				continue
			}
			r, err := http.NewRequest("PUT", address, strings.NewReader("hello"))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range signed.Headers {
				r.Header.Set(name, value)
			}
			change(v, r)
			if harm := sent(t, r); harm != "" {
				return way + ": " + harm
			}
		}
		return ""
	}}
}

// sent says what happened when S3 takes a request.
func sent(t *testing.T, r *http.Request) string {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "" // not even an answer
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(answer.Body, 4<<10))
	if answer.StatusCode < 400 {
		return fmt.Sprintf("S3 has taken it: %d %s", answer.StatusCode, text)
	}
	return ""
}

// onSignatures widens what was signed: by headers, by the query, by the body, by
// another method or key.
func onSignatures() (all []attack) {
	for _, header := range []string{
		"x-amz-acl: public-read", "x-amz-storage-class: GLACIER", "x-amz-tagging: a=b", "x-amz-meta-by: bob", "x-amz-website-redirect-location: https://evil.example/",
		"x-amz-server-side-encryption: AES256", "x-amz-checksum-sha256: LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", "x-amz-object-lock-mode: COMPLIANCE",
		"x-amz-object-lock-legal-hold: ON", "x-amz-grant-read: uri=http://acs.amazonaws.com/groups/global/AllUsers", "x-amz-security-token: x", "x-amz-decoded-content-length: 5",
	} {
		name, value, _ := strings.Cut(header, ": ")
		all = append(all, widened(name, func(_ *victim, r *http.Request) { r.Header.Set(name, value) }))
	}
	all = append(all,
		widened("bob's file as its source", func(v *victim, r *http.Request) { r.Header.Set("x-amz-copy-source", "/signet-local/"+v.secret) }),
		widened("another type", func(_ *victim, r *http.Request) { r.Header.Set("Content-Type", "text/html") }),
		widened("a longer body", func(_ *victim, r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader("hello, world")), 12
		}),
		widened("a shorter body", func(_ *victim, r *http.Request) { r.Body, r.ContentLength = io.NopCloser(strings.NewReader("hell")), 4 }),
		widened("bob's key", func(v *victim, r *http.Request) {
			r.URL.Path = r.URL.Path[:strings.Index(r.URL.Path, "uploads/")] + v.secret
		}),
		widened("leave to replace", func(_ *victim, r *http.Request) { r.Header.Del("If-None-Match") }),
		widened("DELETE for PUT", func(_ *victim, r *http.Request) { r.Method = "DELETE" }),
		widened("POST for PUT", func(_ *victim, r *http.Request) { r.Method = "POST" }),
	)
	for _, more := range []string{
		"acl", "tagging", "versionId=null", "torrent", "uploads", "partNumber=1&uploadId=x", "X-Amz-Expires=604800", "x-id=PutObject", "response-content-type=text/html",
	} {
		all = append(all, widened("?"+more, func(_ *victim, r *http.Request) { r.URL.RawQuery += "&" + more }))
	}
	return append(all, attack{"a signed GET of a file as DELETE", func(t *testing.T, v *victim) string {
		signed, err := v.client(v.alice).FileURL(t.Context(), v.own, "")
		if err != nil {
			t.Fatal(err)
		}
		r, _ := http.NewRequest("DELETE", signed.URL, nil)
		return sent(t, r)
	}}, attack{"a signed GET made to open in the page", func(t *testing.T, v *victim) string {
		signed, err := v.client(v.alice).FileURL(t.Context(), v.own, "")
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(signed.URL)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		q.Set("response-content-disposition", "inline")
		q.Set("response-content-type", "text/html")
		u.RawQuery = q.Encode()
		r, _ := http.NewRequest("GET", u.String(), nil)
		return sent(t, r)
	}})
}

// formWith is a form with these fields and its file, whose name leads elsewhere.
func formWith(t *testing.T, fields api.Fields, content string) (body []byte, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		w.WriteField(f.Name, f.Value)
	}
	file, err := w.CreateFormFile("file", "../../bob/x")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(file, content)
	w.Close()
	return b.Bytes(), w.FormDataContentType()
}

// onForms changes a form between its signature and S3.
func onForms() (all []attack) {
	form := func(what string, change func(v *victim, fields api.Fields) (api.Fields, string)) {
		all = append(all, attack{"a form with " + what, func(t *testing.T, v *victim) string {
			signed, err := v.client(v.alice).PresignForm(t.Context(), api.FormRequest{Name: "a.txt", Type: "text/plain", MaxSize: 5})
			if err != nil {
				t.Fatal(err)
			}
			fields, content := change(v, slices.Clone(signed.Fields))
			body, kind := formWith(t, fields, content)
			r, err := http.NewRequest("POST", signed.URL, bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", kind)
			return sent(t, r)
		}})
	}
	set := func(what, name string, value func(v *victim) string) {
		form(what, func(v *victim, fields api.Fields) (api.Fields, string) {
			for i := range fields {
				if strings.EqualFold(fields[i].Name, name) {
					fields[i].Value = value(v)
					return fields, "hello"
				}
			}
			return append(fields, upload.Header{Name: name, Value: value(v)}), "hello"
		})
	}
	fixed := func(s string) func(*victim) string { return func(*victim) string { return s } }
	set("bob's key", "key", func(v *victim) string { return v.secret })
	set("a key of S3's making", "key", fixed("uploads/alice/${filename}"))
	set("another type", "Content-Type", fixed("text/html"))
	set("another policy", "policy", fixed("eyJjb25kaXRpb25zIjpbXX0="))
	set("no signature", "x-amz-signature", fixed(strings.Repeat("0", 64)))
	set("another date", "x-amz-date", fixed("20990101T000000Z"))
	set("another's credential", "x-amz-credential", fixed("AKIAIOSFODNN7EXAMPLE/20990101/us-east-1/s3/aws4_request"))
	for _, more := range []string{
		"acl: public-read", "x-amz-acl: public-read", "tagging: <Tagging/>", "x-amz-storage-class: GLACIER", "success_action_redirect: https://evil.example/", "redirect: https://evil.example/",
		"x-amz-meta-by: bob", "x-amz-website-redirect-location: https://evil.example/", "x-amz-copy-source: /signet-local/x", "Cache-Control: public", "Content-Encoding: gzip", "Content-Disposition: inline",
	} {
		name, value, _ := strings.Cut(more, ": ")
		set("the field "+name, name, fixed(value))
	}
	form("too large a file", func(_ *victim, fields api.Fields) (api.Fields, string) { return fields, "hello, world" })
	form("no policy at all", func(_ *victim, fields api.Fields) (api.Fields, string) { return fields[:1], "hello" })
	return all
}
