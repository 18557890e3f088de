package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// raw sends a request as it is and gives the answer, which must be a problem
// that the document knows.
func (w *world) raw(method, path, body string) api.Problem {
	w.Helper()
	r, err := http.NewRequest(method, w.api+path, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer alice")
	answer, err := contract{w.T}.RoundTrip(r)
	if err != nil {
		w.Fatal(err)
	}
	defer answer.Body.Close()
	var p api.Problem
	if err := json.NewDecoder(answer.Body).Decode(&p); err != nil || answer.Header.Get("Content-Type") != "application/problem+json" {
		w.Errorf("%s %s: status %d and no problem", method, path, answer.StatusCode)
	}
	if p.Status != answer.StatusCode || !strings.Contains(p.Detail, "got ") || !strings.Contains(p.Detail, "want ") {
		w.Errorf("%s %s: %+v does not say got and want", method, path, p)
	}
	if len(p.Detail) > 500 {
		w.Errorf("%s %s: a detail of %d bytes", method, path, len(p.Detail))
	}
	return p
}

// manyNames is metadata of n different names, which must not cost n².
func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"m%d":"",`, i)
	}
	return strings.TrimSuffix(b.String(), ",")
}

// The names that may stand in a request are those of its messages.
func TestFieldNamesAreThoseOfTheDocument(t *testing.T) {
	var want []string
	for _, name := range []string{"File", "Files", "FormRequest", "UploadRequest", "SignRequest", "LastPart", "CompleteRequest", "RestoreRequest", "RestoreFiles", "DeleteRequest", "ConfirmRequest", "MoveRequest", "SessionRequest", "ExplainRequest", "Checksum", "UppyRequest", "UppyRequests", "PassRequest", "BackendPassRequest", "PassChange"} {
		properties := lookup("/components/schemas/" + name + "/properties").(map[string]any)
		want = slices.AppendSeq(want, maps.Keys(properties))
	}
	parts := lookup("/components/schemas/CompleteRequest/properties/parts/items/properties").(map[string]any)
	want = slices.AppendSeq(want, maps.Keys(parts))
	slices.Sort(want)
	if want = slices.Compact(want); !slices.Equal(api.FieldNames(), want) {
		t.Errorf("names %q, document %q", api.FieldNames(), want)
	}
}

func TestBadRequests(t *testing.T) {
	w := service(t, func(c *upload.Config) { c.MaxFiles = 3 })
	const key = "uploads/alice/n~abcdefgh"
	other := caller(t)
	bob := w.putFile(other, api.File{Name: "secret.txt"}, []byte("bob's"))
	for _, row := range []struct {
		name, method, path, body string
		code                     upload.Code
	}{
		{"wrong path", "GET", "/nowhere", "", upload.NoSuchRoute},
		{"wrong method", "PUT", "/presign", "{}", upload.MethodNotAllowed},
		{"no body", "POST", "/presign", "", upload.InvalidRequest},
		{"not JSON", "POST", "/presign", "name=a", upload.InvalidRequest},
		{"an array", "POST", "/presign", "[]", upload.InvalidRequest},
		{"null", "POST", "/presign", "null", upload.InvalidArgument},
		{"a number of 800 kB", "POST", "/presign", `{"name":"a","size":1` + strings.Repeat("0", 800_000) + `}`, upload.InvalidRequest},
		{"a number of 800 kB in Companion's words", "POST", "/s3/sign", `{"key":1` + strings.Repeat("0", 800_000) + `}`, upload.InvalidRequest},
		{"two objects", "POST", "/presign", `{"name":"a","size":1}{}`, upload.InvalidRequest},
		{"cut JSON", "POST", "/presign", `{"name":"a","size":1`, upload.InvalidRequest},
		{"unknown field", "POST", "/presign", `{"name":"a","size":1,"key":"x"}`, upload.InvalidRequest},
		{"unknown field in files", "POST", "/presign", `{"files":[{"name":"a","size":1,"acl":"x"}]}`, upload.InvalidRequest},
		{"a file and files", "POST", "/presign", `{"name":"a","size":1,"files":[]}`, upload.InvalidRequest},
		{"name in capitals", "POST", "/presign", `{"NAME":"a","size":1}`, upload.InvalidRequest},
		{"checksum in capitals", "POST", "/presign", `{"name":"a","size":1,"checksum":{"CRC64NVME":"AAAAAAAAAAA="}}`, upload.InvalidRequest},
		{"name twice", "POST", "/presign", `{"name":"a","name":"b","size":1}`, upload.InvalidRequest},
		{"files twice", "POST", "/presign", `{"files":[{"name":"a","size":7}],"files":[{"name":"b"}]}`, upload.InvalidRequest},
		{"metadata twice", "POST", "/presign", `{"name":"a","size":1,"metadata":{"a":"1","a":"2"}}`, upload.InvalidRequest},
		{"nested for ever", "POST", "/presign", strings.Repeat("[", 800_000), upload.InvalidRequest},
		{"very much metadata", "POST", "/presign", `{"name":"a","size":1,"metadata":{` + manyNames(60_000) + `}}`, upload.MetadataTooLarge},
		{"half a character", "POST", "/presign", `{"name":"\ud800.txt","size":1}`, upload.InvalidRequest},
		{"the other half", "POST", "/presign", `{"name":"\udc00.txt","size":1}`, upload.InvalidRequest},
		{"upload id that is a path", "GET", "/uploads/parts?key=" + key + "&uploadId=../../..", "", upload.InvalidArgument},
		{"abort of a path", "DELETE", "/uploads?key=" + key + "&uploadId=..%2F..", "", upload.InvalidArgument},
		{"sign for a path", "POST", "/uploads/sign", `{"key":"` + key + `","uploadId":"../../x","size":1}`, upload.InvalidArgument},
		{"complete of a path", "POST", "/uploads/complete", `{"key":"` + key + `","uploadId":"../../x","size":1}`, upload.InvalidArgument},
		{"no files", "POST", "/presign", `{"files":[]}`, upload.InvalidArgument},
		{"maxFiles + 1", "POST", "/presign", `{"files":[{},{},{},{}]}`, upload.InvalidArgument},
		{"invalid UTF-8", "POST", "/presign", "{\"name\":\"a\xff\",\"size\":1}", upload.InvalidRequest},
		{"1 MB", "POST", "/presign", `{"name":"` + strings.Repeat("a", 1_000_000) + `","size":1}`, upload.MaxMessageLengthExceeded},
		{"no name", "POST", "/presign", `{"size":1}`, upload.InvalidArgument},
		{"no size", "POST", "/presign", `{"name":"a"}`, upload.InvalidArgument},
		{"size null", "POST", "/presign", `{"name":"a","size":null}`, upload.InvalidArgument},
		{"size in words", "POST", "/presign", `{"name":"a","size":"1"}`, upload.InvalidRequest},
		{"half a byte", "POST", "/presign", `{"name":"a","size":0.5}`, upload.InvalidRequest},
		{"size beyond 64 bits", "POST", "/presign", `{"name":"a","size":9223372036854775808}`, upload.InvalidRequest},
		{"negative size", "POST", "/presign", `{"name":"a","size":-1}`, upload.InvalidArgument},
		{"over the policy", "POST", "/presign", `{"name":"a","size":5368709121}`, upload.EntityTooLarge},
		{"metadata that is no text", "POST", "/presign", `{"name":"a","size":1,"metadata":{"a":1}}`, upload.InvalidRequest},
		{"empty checksum", "POST", "/presign", `{"name":"a","size":1,"checksum":{}}`, upload.InvalidArgument},
		{"0-byte part", "POST", "/uploads", `{"name":"a","size":0}`, upload.EntityTooSmall},
		{"parts over the policy", "POST", "/uploads", `{"name":"a","size":5368709121}`, upload.EntityTooLarge},
		{"checksum at the beginning", "POST", "/uploads", `{"name":"a","size":1,"checksum":{"crc64nvme":"AAAAAAAAAAA="}}`, upload.InvalidRequest},
		{"form over 5 GiB", "POST", "/presign/form", `{"name":"a","maxSize":5368709121}`, upload.EntityTooLarge},
		{"form to elsewhere", "POST", "/presign/form", `{"name":"a","successRedirect":"https://evil.example/"}`, upload.InvalidArgument},
		{"form without a name", "POST", "/presign/form", `{}`, upload.InvalidArgument},
		{"sign without a key", "POST", "/uploads/sign", `{"uploadId":"u","size":1}`, upload.InvalidArgument},
		{"sign without an id", "POST", "/uploads/sign", `{"key":"` + key + `","size":1}`, upload.InvalidArgument},
		{"sign without a size", "POST", "/uploads/sign", `{"key":"` + key + `","uploadId":"u"}`, upload.InvalidArgument},
		{"part 10,001", "POST", "/uploads/sign", `{"key":"` + key + `","uploadId":"u","size":1,"first":10001,"count":1}`, upload.InvalidPart},
		{"10,001 parts", "POST", "/uploads/sign", `{"key":"` + key + `","uploadId":"u","size":1,"count":10001}`, upload.InvalidPart},
		{"another's parts", "POST", "/uploads/sign", `{"key":"` + bob + `","uploadId":"u","size":1}`, upload.NoSuchKey},
		{"another's complete", "POST", "/uploads/complete", `{"key":"` + bob + `","uploadId":"u","size":5}`, upload.NoSuchKey},
		{"10,001 claimed parts", "POST", "/uploads/complete", `{"key":"` + key + `","uploadId":"u","size":1,"parts":[` + strings.Repeat(`{"partNumber":1,"etag":"x"},`, 10_000) + `{"partNumber":1,"etag":"x"}]}`, upload.NoSuchUpload},
		{"list of another's parts", "GET", "/uploads/parts?uploadId=u&key=" + bob, "", upload.NoSuchKey},
		{"no key", "GET", "/uploads/parts?uploadId=u", "", upload.InvalidArgument},
		{"no upload", "DELETE", "/uploads?key=" + key, "", upload.InvalidArgument},
		{"abort of another's", "DELETE", "/uploads?uploadId=u&key=" + bob, "", upload.NoSuchKey},
		{"another's file", "GET", "/files/url?key=" + bob, "", upload.NoSuchKey},
		{"by a detour", "GET", "/files/url?key=uploads/alice/../bob/x", "", upload.NoSuchKey},
		{"another's versions", "GET", "/files/versions?key=" + bob, "", upload.NoSuchKey},
		{"versions of nothing", "GET", "/files/versions?key=" + key, "", upload.NoSuchKey},
		{"delete of another's", "DELETE", "/files?key=" + bob, "", upload.NoSuchKey},
		{"delete of nothing", "DELETE", "/files?key=" + key, "", upload.NoSuchKey},
		{"the whole prefix", "DELETE", "/files?key=uploads/alice/", "", upload.NoSuchKey},
		{"restore of another's", "POST", "/files/restore", `{"key":"` + bob + `","versionId":"v"}`, upload.NoSuchKey},
		{"restore of nothing", "POST", "/files/restore", `{"key":"` + key + `","versionId":"v"}`, upload.NoSuchKey},
		{"restore without a version", "POST", "/files/restore", `{"key":"` + key + `"}`, upload.InvalidArgument},
		{"key twice", "GET", "/files/url?key=a&key=b", "", upload.InvalidArgument},
		{"broken query", "GET", "/files?limit=%zz", "", upload.InvalidArgument},
		{"limit in words", "GET", "/files?limit=ten", "", upload.InvalidArgument},
		{"deleted in words", "GET", "/files?deleted=yes", "", upload.InvalidArgument},
		{"cursor of files for deleted ones", "GET", "/files?deleted=true&cursor=WyJhIl0", "", upload.InvalidArgument},
		{"cursor of another list", "GET", "/files?cursor=WyJhIiwiYiJd", "", upload.InvalidArgument},
	} {
		if p := w.raw(row.method, row.path, row.body); p.Code != row.code {
			t.Errorf("%s: got %s (%s), want %s", row.name, p.Code, p.Detail, row.code)
		}
	}
	w.wantFiles("alice")
	w.wantFiles(other, bob)
	if left := must[api.Uploads](w)(w.as("alice").ListUploads(t.Context(), "")); len(left.Uploads) != 0 {
		t.Errorf("left over: %+v", left.Uploads)
	}
}

// What is fine although it looks odd.
func TestOddButGoodJSON(t *testing.T) {
	w := service(t)
	for _, body := range []string{
		`{"name":"a","size":1,"metadata":{"NAME":"x","name2":"size"}}`,
		`{"name":"size","size":1,"type":"text/plain"}`,
		`{"name":"\ud83d\ude00 \"","size":1,"metadata":{"a":"\\ud800 \\"}}`,
		`{"files":[{"name":"a","size":1},{"name":"a","size":1}]}`,
		` {"size" : 1 , "name" : "a" , "metadata" : {} } `,
	} {
		r, err := http.NewRequest("POST", w.api+"/presign", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer alice")
		answer, err := contract{t}.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		if text, _ := io.ReadAll(answer.Body); answer.StatusCode != 200 {
			t.Errorf("%s: %d %s", body, answer.StatusCode, text)
		}
	}
}

// FuzzMessages sees that no body makes the service fail: each is signed or
// answered with a problem in UTF-8.
func FuzzMessages(f *testing.F) {
	config := upload.DefaultConfig()
	config.Resolved = upload.Resolved{Bucket: bucket, Region: region}
	handler := api.New(api.Options{Config: config, Subject: subject, Credentials: fixed, Log: slog.New(slog.DiscardHandler)})
	paths := []string{"/presign", "/presign/form", "/uploads/sign"}
	for i, seed := range []string{
		`{"name":"a","size":1,"type":"image/png","id":"abcdefgh","checksum":{"crc64nvme":"AAAAAAAAAAA="},"metadata":{"a":"ß"}}`,
		`{"name":"a","maxSize":1,"successRedirect":"https://x"}`,
		`{"key":"uploads/alice/a~abcdefgh","uploadId":"u","size":99999999,"first":2,"count":1}`,
	} {
		f.Add(i, []byte(seed))
	}
	f.Add(0, []byte(`{"files":[{"name":"..","size":-1},{"name":"\ud800","size":0}]}`))
	f.Fuzz(func(t *testing.T, path int, body []byte) {
		if path < 0 || path >= len(paths) {
			return
		}
		r := httptest.NewRequest("POST", "/api"+paths[path], bytes.NewReader(body))
		r.Header.Set("Authorization", "Bearer alice")
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		if answer.Code >= 500 || !utf8.Valid(answer.Body.Bytes()) || !json.Valid(answer.Body.Bytes()) {
			t.Fatalf("%s: status %d, %q", paths[path], answer.Code, answer.Body)
		}
	})
}
