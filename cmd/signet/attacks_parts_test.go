package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/presign"
)

// onParts misuses what is signed for parts, for Uppy, and for reading.
func onParts() (all []attack) {
	for what, m := range map[string]func(v *victim) api.UppyRequest{
		"a part of bob's upload by his key":  func(v *victim) api.UppyRequest { return uppyOn(v.upload.Key, v, "PUT", 1) },
		"bob's parts by his key":             func(v *victim) api.UppyRequest { return uppyOn(v.upload.Key, v, "GET", 0) },
		"an end to bob's upload by his key":  func(v *victim) api.UppyRequest { return uppyOn(v.upload.Key, v, "DELETE", 0) },
		"completion of bob's upload by Uppy": func(v *victim) api.UppyRequest { return uppyOn(v.upload.Key, v, "POST", 0) },
		"a part of an upload that is a path": func(v *victim) api.UppyRequest {
			return api.UppyRequest{Method: "PUT", Key: v.own, UploadID: "../../x", PartNumber: 1}
		},
		"a part of an upload that is a query": func(v *victim) api.UppyRequest {
			return api.UppyRequest{Method: "PUT", Key: v.own, UploadID: "x&acl", PartNumber: 1}
		},
		"part 10,001":                  func(v *victim) api.UppyRequest { return uppyOn(v.own, v, "PUT", 10_001) },
		"a deletion without an upload": func(v *victim) api.UppyRequest { return api.UppyRequest{Method: "DELETE", Key: v.own} },
		"bob's session, to be proved": func(v *victim) api.UppyRequest {
			return api.UppyRequest{Method: "GET", Key: "uploads/" + ownerOf(v.secret), UploadID: "s"}
		},
	} {
		all = append(all, message("by Uppy's call, "+what, "POST", "/s3/sign", func(v *victim) any { return m(v) }, 400, 404))
	}
	for what, key := range map[string]func(v *victim) string{"his key": func(v *victim) string { return v.upload.Key }, "her key": func(v *victim) string { return v.own }} {
		for _, method := range []string{"GET", "DELETE"} {
			all = append(all, signedByUppy(method, what, key))
		}
	}
	return append(all,
		ofHerUpload("another part's signature", func(t *testing.T, v *victim, table api.Upload) *http.Request {
			return partRequest(t, table, 2, 1, nil, bytesOf(1, int(table.PartSize)))
		}),
		ofHerUpload("a longer part", func(t *testing.T, v *victim, table api.Upload) *http.Request {
			return partRequest(t, table, 1, 1, nil, bytesOf(1, 21<<20))
		}),
		ofHerUpload("bob's file as a part", func(t *testing.T, v *victim, table api.Upload) *http.Request {
			return partRequest(t, table, 1, 1, map[string]string{"x-amz-copy-source": "/signet-local/" + v.secret}, nil)
		}),
		ofHerUpload("bob's file as a range of a part", func(t *testing.T, v *victim, table api.Upload) *http.Request {
			return partRequest(t, table, 1, 1, map[string]string{"x-amz-copy-source": "/signet-local/" + v.secret, "x-amz-copy-source-range": "bytes=0-4"}, nil)
		}),
		ofHerUpload("a part of bob's upload by her signature", func(t *testing.T, v *victim, table api.Upload) *http.Request {
			r := partRequest(t, table, 1, 1, nil, bytesOf(1, int(table.PartSize)))
			r.URL.RawQuery = strings.Replace(r.URL.RawQuery, url.QueryEscape(table.UploadID), url.QueryEscape(v.upload.UploadID), 1)
			return r
		}),
	)
}

func uppyOn(key string, v *victim, method string, part int) api.UppyRequest {
	return api.UppyRequest{Method: method, Key: key, UploadID: v.upload.UploadID, PartNumber: part}
}

// signedByUppy has a request of bob's upload signed, and sends it where it was.
func signedByUppy(method, what string, key func(v *victim) string) attack {
	return attack{method + " of bob's upload by " + what + ", signed for Uppy", func(t *testing.T, v *victim) string {
		status, text := v.ask(t, v.alice, "POST", "/s3/sign", fmt.Sprintf(`{"method":%q,"key":%q,"uploadId":%q}`, method, key(v), v.upload.UploadID))
		var signed api.UppySigned
		if status != http.StatusOK || json.Unmarshal([]byte(text), &signed) != nil {
			return v.refused(status, text, 400, 404)
		}
		r, err := http.NewRequest(method, signed.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		return sent(t, r)
	}}
}

// ofHerUpload begins an upload of alice's own and sends one request that was made of its
// signatures.
func ofHerUpload(what string, request func(t *testing.T, v *victim, table api.Upload) *http.Request) attack {
	return attack{"a signed part with " + what, func(t *testing.T, v *victim) string {
		table, err := v.client(v.alice).CreateUpload(t.Context(), api.UploadRequest{Name: "parts.bin", Size: int64p(20 << 20)})
		if err != nil {
			t.Fatal(err)
		}
		defer v.client(v.alice).AbortUpload(t.Context(), table.Key, table.UploadID)
		if sent(t, partRequest(t, table, 1, 1, nil, bytesOf(1, int(table.PartSize)))) == "" {
			t.Fatal("a part as it was signed is refused: this attack sees nothing else")
		}
		return sent(t, request(t, v, table))
	}}
}

// partAddress is that of a part with the signature of another, or its own.
func partAddress(table presign.Table, part, signature int) string {
	return fmt.Sprintf("%s&partNumber=%d&X-Amz-Signature=%s", table.URL, part, table.Signatures[signature-1])
}

// partRequest is a PUT of a part with the signature of another, or its own.
func partRequest(t *testing.T, table api.Upload, part, signature int, headers map[string]string, body []byte) *http.Request {
	t.Helper()
	r, err := http.NewRequest("PUT", partAddress(table.Sign, part, signature), bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	return r
}

// onReading sends what was signed for a GET otherwise.
func onReading() (all []attack) {
	for _, method := range []string{"PUT", "POST", "HEAD", "OPTIONS", "PATCH"} {
		all = append(all, attack{"a signed GET of a file as " + method, func(t *testing.T, v *victim) string {
			return v.otherwise(t, func(r *http.Request) { r.Method = method })
		}})
	}
	for _, more := range []string{"versionId=null", "acl", "tagging", "attributes", "uploads", "torrent", "X-Amz-Expires=604800"} {
		all = append(all, attack{"a signed GET with ?" + more, func(t *testing.T, v *victim) string {
			return v.otherwise(t, func(r *http.Request) { r.URL.RawQuery += "&" + more })
		}})
	}
	return append(all, attack{"a signed GET of bob's key", func(t *testing.T, v *victim) string {
		return v.otherwise(t, func(r *http.Request) {
			r.URL.Path = r.URL.Path[:strings.Index(r.URL.Path, "uploads/")] + v.secret
		})
	}})
}

// otherwise sends alice's signed GET with a change.
func (v *victim) otherwise(t *testing.T, change func(r *http.Request)) string {
	t.Helper()
	signed, err := v.client(v.alice).FileURL(t.Context(), v.own, "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest("GET", signed.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	change(r)
	return sent(t, r)
}

// onFormTails puts what was not signed behind a form's file, where it must not count.
func onFormTails() (all []attack) {
	for _, more := range []string{"key: uploads/bob/x~aaaaaaaa", "acl: public-read", "x-amz-acl: public-read", "Content-Type: text/html", "success_action_redirect: https://evil.example/", "x-amz-meta-by: bob"} {
		name, value, _ := strings.Cut(more, ": ")
		all = append(all, attack{"a form with " + name + " behind its file", func(t *testing.T, v *victim) string { return v.formTail(t, name, value) }})
	}
	return all
}

// formTail sends a form with a field behind the file. S3 may take it, as long as the
// field counts for nothing.
func (v *victim) formTail(t *testing.T, name, value string) string {
	t.Helper()
	signed, err := v.client(v.alice).PresignForm(t.Context(), api.FormRequest{Name: "tail.txt", Type: "text/plain", MaxSize: 5})
	if err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	own := ""
	for _, f := range signed.Fields {
		w.WriteField(f.Name, f.Value)
		if f.Name == "key" {
			own = f.Value
		}
	}
	file, err := w.CreateFormFile("file", "tail.txt")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(file, "hello")
	w.WriteField(name, value)
	w.Close()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Post(signed.URL, w.FormDataContentType(), &body)
	if err != nil {
		return ""
	}
	answer.Body.Close()
	if answer.StatusCode >= 400 {
		return ""
	}
	if answer.StatusCode >= 300 {
		return "S3 leads away: " + answer.Header.Get("Location")
	}
	there, err := v.client(v.alice).FileInfo(t.Context(), own, "")
	if err != nil || there.Type != "text/plain" || there.Metadata["by"] != "" {
		return fmt.Sprintf("got %+v (%v), want the file under its own key, as it was signed", there, err)
	}
	return ""
}
