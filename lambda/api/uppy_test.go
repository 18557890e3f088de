package api_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"signet/lambda/api"
	"signet/lambda/upload"
)

func (w *world) signUppy(sub, body string) api.UppySigned {
	w.Helper()
	var signed api.UppySigned
	w.call("POST", w.api+"/s3/sign", sub, body, 200, &signed)
	return signed
}

// do sends what was signed, wants 200 or 204, and gives the body and the ETag.
func (w *world) do(method string, signed api.UppySigned, content []byte) (body []byte, etag string) {
	w.Helper()
	status, text, etag := exchange(w, method, signed.URL, signed.Headers, content)
	if status != 200 && status != 204 {
		w.Fatalf("%s: status %d %s", method, status, text)
	}
	return text, etag
}

func TestUppySignsAWholeFileAsAForm(t *testing.T) {
	w := service(t)
	signed := must[api.UppySigned](w)(w.as(caller(t)).SignUppy(t.Context(), api.UppyRequest{
		Method: "PUT", Key: "0a1b-사진.txt", Folder: "여행", ContentType: "text/plain", Metadata: map[string]string{"album": "여름"},
	}))
	if status, _ := submit(t, signed.URL, signed.Fields, []byte("hello")); status != 201 {
		t.Fatalf("status %d, want 201", status)
	}
	got := w.head(signed.Key)
	if aws.ToString(got.ContentType) != "text/plain" || got.Metadata["album"] == "" || !strings.Contains(signed.Key, "/여행/0a1b-사진~r") {
		t.Errorf("got %s with %v as %s", *got.ContentType, got.Metadata, signed.Key)
	}
}

func TestUppySignsAnUploadInParts(t *testing.T) {
	w, sub := service(t), caller(t)
	created := w.signUppy(sub, `{"method":"POST","key":"film.bin","contentType":"text/plain","metadata":{"a":"b"}}`)
	body, _ := w.do("POST", created, nil)
	var begun struct {
		UploadID string `xml:"UploadId"`
	}
	if err := xml.Unmarshal(body, &begun); err != nil || begun.UploadID == "" {
		t.Fatalf("%v: %s", err, body)
	}
	on := func(method, more string) string {
		return fmt.Sprintf(`{"method":%q,"key":%q,"uploadId":%q%s}`, method, created.Key, begun.UploadID, more)
	}
	part := w.signUppy(sub, on("PUT", `,"partNumber":1`))
	_, etag := w.do("PUT", part, random(100))
	if body, _ = w.do("GET", w.signUppy(sub, on("GET", "")), nil); !strings.Contains(string(body), "<Size>100</Size>") {
		t.Errorf("parts: %s", body)
	}
	complete := w.signUppy(sub, on("POST", ""))
	if complete.Headers["x-amz-mp-object-size"] != "100" || complete.Headers["if-none-match"] != "*" {
		t.Errorf("complete signs %v, want the size and if-none-match", complete.Headers)
	}
	request := `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>` + etag + `</ETag></Part></CompleteMultipartUpload>`
	// A part that has grown since the approval is not put together.
	w.do("PUT", part, random(101))
	if status, text, _ := exchange(w, "POST", complete.URL, complete.Headers, []byte(request)); status == 200 && !strings.Contains(string(text), "<Error>") {
		t.Errorf("another size than the approved one was completed: %s", text)
	}
	_, etag = w.do("PUT", part, random(99))
	complete = w.signUppy(sub, on("POST", ""))
	request = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>` + etag + `</ETag></Part></CompleteMultipartUpload>`
	w.do("POST", complete, []byte(request))
	if got := w.head(created.Key); aws.ToInt64(got.ContentLength) != 99 || got.Metadata["a"] != "b" {
		t.Errorf("got %d bytes with %v", *got.ContentLength, got.Metadata)
	}

	again := w.signUppy(sub, `{"method":"POST","key":"film.bin"}`)
	body, _ = w.do("POST", again, nil)
	if err := xml.Unmarshal(body, &begun); err != nil {
		t.Fatal(err)
	}
	created.Key = again.Key
	w.do("DELETE", w.signUppy(sub, on("DELETE", "")), nil)
	var p api.Problem
	w.call("POST", w.api+"/s3/sign", sub, on("POST", ""), 404, &p)
}

func TestUppySignsSeveral(t *testing.T) {
	w, sub := service(t), caller(t)
	u := must[api.Upload](w)(w.as(sub).CreateUpload(t.Context(), api.UploadRequest{Name: "a", Size: size(20 * upload.MiB)}))
	all := must[api.UppySignedAll](w)(w.as(sub).SignUppyRequests(t.Context(), []api.UppyRequest{
		{Method: "PUT", Key: u.Key, UploadID: u.UploadID, PartNumber: upload.MaxParts},
		{Method: "PUT", Key: "other", UploadID: u.UploadID, PartNumber: 1},
		{Method: "PUT", Key: "new.txt"},
	}))
	if len(all.Requests) != 3 || all.Requests[0].URL == "" || all.Requests[1].Error == nil || all.Requests[1].Error.Code != upload.NoSuchKey || all.Requests[2].Fields == nil {
		t.Errorf("got %+v, want a part, an error and a form", all)
	}
}

func TestUppyRefuses(t *testing.T) {
	w := service(t, func(c *upload.Config) { c.MaxFiles = 1 })
	u := must[api.Upload](w)(w.as(caller(t)+"b").CreateUpload(t.Context(), api.UploadRequest{Name: "a", Size: size(1)}))
	on := fmt.Sprintf(`,"key":%q,"uploadId":%q`, u.Key, u.UploadID)
	for _, row := range []struct {
		body string
		code upload.Code
	}{
		{`{}`, upload.InvalidArgument},
		{`{"method":"PUT"}`, upload.InvalidArgument},
		{`{"method":"PATCH","key":"a"}`, upload.InvalidArgument},
		{`{"method":"DELETE","key":"a"}`, upload.InvalidArgument},
		{`{"method":"GET","key":"a"}`, upload.InvalidArgument},
		{`{"method":"PUT","key":"a","partNumber":1}`, upload.InvalidArgument},
		{`{"method":"POST","key":"a","partNumber":1}`, upload.InvalidArgument},
		{`{"method":"PUT","key":"a","acl":"x"}`, upload.InvalidRequest},
		{`{"method":"PUT","key":1}`, upload.InvalidRequest},
		{`{"requests":[]}`, upload.InvalidArgument},
		{`{"requests":[{},{}]}`, upload.InvalidArgument},
		{`{"method":"PUT","key":"a","requests":[]}`, upload.InvalidRequest},
		{`{"method":"PUT","partNumber":1` + on + `}`, upload.NoSuchKey},
		{`{"method":"GET"` + on + `}`, upload.NoSuchKey},
		{`{"method":"POST"` + on + `}`, upload.NoSuchKey},
		{`{"method":"DELETE"` + on + `}`, upload.NoSuchKey},
	} {
		var p api.Problem
		w.call("POST", w.api+"/s3/sign", caller(t)+"a", row.body, row.code.Status(), &p)
		wantCode(t, &p, row.code)
	}
}
