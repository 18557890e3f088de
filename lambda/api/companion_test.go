package api_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// companion is a client of Companion's protocol, which every exchange is held to
// the document of.
type companion struct {
	*world
	base string
}

func (w *world) companion(sub string) companion {
	w.Helper()
	session := must[api.Session](w)(w.as(sub).CreateSession(w.Context()))
	if until := time.Until(session.Expires); until < 14*time.Minute || until > 15*time.Minute {
		w.Fatalf("session ends in %s, want 15m", until)
	}
	return companion{w, strings.TrimSuffix(w.api, api.Base) + session.CompanionEndpoint}
}

// call makes one request and wants its status; the answer goes into out.
func (w *world) call(method, address, sub, body string, status int, out any) {
	w.Helper()
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	if sub != "" {
		r.Header.Set("Authorization", "Bearer "+sub)
	}
	answer, err := contract{w.T}.RoundTrip(r)
	if err != nil {
		w.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status {
		w.Fatalf("%s %s: status %d, want %d: %s", method, address, answer.StatusCode, status, text)
	}
	if err := json.Unmarshal(text, out); err != nil {
		w.Fatal(err)
	}
}

func (c companion) get(path string, out any) {
	c.Helper()
	c.call("GET", c.base+path, "", "", 200, out)
}

func (c companion) post(path, body string, out any) {
	c.Helper()
	c.call("POST", c.base+path, "", body, 200, out)
}

// refused wants an error of a code, which Companion's clients can read.
func (c companion) refused(method, path, body string, code upload.Code) {
	c.Helper()
	var p api.CompanionProblem
	c.call(method, c.base+path, "", body, code.Status(), &p)
	if p.Code != code || p.Err != "s3: "+p.Detail || p.Message != p.Detail {
		c.Errorf("%s %s: got %+v, want %s", method, path, p, code)
	}
}

// submit sends a form and gives the status.
func submit(t testing.TB, address string, fields api.Fields, content []byte) (int, http.Header) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, f := range fields {
		form.WriteField(f.Name, f.Value)
	}
	file, _ := form.CreateFormFile("file", "blob")
	file.Write(content)
	form.Close()
	answer, err := http.Post(address, form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode, answer.Header
}

func (w *world) head(key string) *s3.HeadObjectOutput {
	w.Helper()
	out, err := w.s3.HeadObject(w.Context(), &s3.HeadObjectInput{Bucket: aws.String(bucket), Key: &key})
	if err != nil {
		w.Fatal(err)
	}
	return out
}

func TestCompanionForm(t *testing.T) {
	c := service(t).companion(caller(t))
	query := url.Values{"filename": {"보고서 1.txt"}, "type": {"text/plain"}, "metadata[name]": {"보고서 1.txt"}, "metadata[relativePath]": {"null"}}
	var form api.CompanionForm
	c.get("//s3/params?"+query.Encode(), &form) // an endpoint that ends in a slash
	if form.Method != "POST" || form.Expires < 890 || form.Expires > 900 {
		t.Errorf("got %+v, want POST and 900 seconds", form)
	}
	status, header := submit(t, form.URL, form.Fields, []byte("hello"))
	key := form.Fields[0].Value
	if status != 201 || header.Get("ETag") == "" || upload.NameOf(key) != "보고서 1.txt" {
		t.Errorf("status %d, key %q, header %v", status, key, header)
	}
	got := c.head(key)
	want := map[string]string{"name": "=?utf-8?b?" + base64.StdEncoding.EncodeToString([]byte("보고서 1.txt")) + "?="}
	if !maps.Equal(got.Metadata, want) || aws.ToInt64(got.ContentLength) != 5 || aws.ToString(got.ContentType) != "text/plain" {
		t.Errorf("got metadata %v, %d bytes of %s, want %v", got.Metadata, *got.ContentLength, *got.ContentType, want)
	}
}

func (c companion) begin(name string) api.CompanionUpload {
	c.Helper()
	var u api.CompanionUpload
	c.post("/s3/multipart", `{"filename":"`+name+`","type":"text/plain","metadata":{"name":"`+name+`","relativePath":null,"n":1,"yes":true},"later":1}`, &u)
	return u
}

// at is the path of an upload's call.
func (c companion) at(u api.CompanionUpload, call string) string {
	return "/s3/multipart/" + u.UploadID + call + "?key=" + url.QueryEscape(u.Key)
}

func (c companion) put(address string, content []byte) string {
	c.Helper()
	status, code, etag := send(c, "PUT", address, nil, content)
	if status != 200 {
		c.Fatalf("part: status %d %s", status, code)
	}
	return strings.Trim(etag, `"`)
}

func TestCompanionParts(t *testing.T) {
	c := service(t).companion(caller(t))
	u := c.begin("긴 이름.bin")
	first, second := random(5*upload.MiB), random(3)
	var part api.CompanionPart
	c.get(c.at(u, "/1"), &part)
	etags := []string{c.put(part.URL, first)}
	var batch api.CompanionBatch
	c.get(c.at(u, "/batch")+"&partNumbers=2,10000", &batch)
	if len(batch.PresignedURLs) != 2 || batch.PresignedURLs["10000"] == "" {
		t.Errorf("got %v, want parts 2 and 10000", batch.PresignedURLs)
	}
	etags = append(etags, c.put(batch.PresignedURLs["2"], second))
	var stored []api.CompanionStored
	c.get(c.at(u, ""), &stored)
	if len(stored) != 2 || stored[1].Size != 3 || strings.Trim(stored[0].ETag, `"`) != etags[0] || time.Since(stored[0].LastModified) > time.Minute {
		t.Errorf("got parts %+v", stored)
	}
	body := fmt.Sprintf(`{"parts":[{"PartNumber":1,"ETag":%q},{"PartNumber":2,"ETag":%q}]}`, etags[0], etags[1])
	want := api.CompanionObject{Location: strings.SplitN(part.URL, "?", 2)[0], Key: u.Key, Bucket: bucket}
	for range 2 { // the second time it is gone, and the answer is the same
		var done api.CompanionObject
		c.post(c.at(u, "/complete"), body, &done)
		if done != want {
			t.Errorf("got %+v, want %+v", done, want)
		}
	}
	got := c.head(u.Key)
	if aws.ToInt64(got.ContentLength) != int64(len(first)+3) || got.Metadata["n"] != "1" || got.Metadata["yes"] != "true" || len(got.Metadata) != 3 {
		t.Errorf("got %d bytes with %v", *got.ContentLength, got.Metadata)
	}
}

func TestCompanionAbort(t *testing.T) {
	c := service(t).companion(caller(t))
	u := c.begin("a")
	var nothing map[string]any
	c.call("DELETE", c.base+c.at(u, ""), "", "", 200, &nothing)
	if len(nothing) != 0 {
		t.Errorf("got %v, want {}", nothing)
	}
	c.refused("GET", c.at(u, ""), "", upload.NoSuchUpload)
	c.refused("DELETE", c.at(u, ""), "", upload.NoSuchUpload)
	c.refused("POST", c.at(u, "/complete"), `{"parts":[{"PartNumber":1,"ETag":"x"}]}`, upload.NoSuchUpload)
}

func TestCompanionListsEveryPage(t *testing.T) {
	c := service(t).companion(caller(t))
	u := c.begin("many")
	var batch api.CompanionBatch
	numbers := make([]string, 1000)
	for i := range numbers {
		numbers[i] = strconv.Itoa(i + 2)
	}
	c.get(c.at(u, "/batch")+"&partNumbers="+strings.Join(numbers, ","), &batch)
	for _, address := range batch.PresignedURLs {
		c.put(address, []byte("x"))
	}
	var last api.CompanionPart
	c.get(c.at(u, "/10000"), &last)
	c.put(last.URL, []byte("y"))
	var stored []api.CompanionStored
	c.get(c.at(u, ""), &stored)
	if n := len(stored); n != 1001 || stored[n-1].PartNumber != 10000 {
		t.Errorf("got %d parts, want 1001, the last one 10000", n)
	}
}

func TestCompanionRefuses(t *testing.T) {
	w := service(t, func(c *upload.Config) {
		c.MaxObjectSize, c.AllowedTypes = 5*upload.MiB, []string{"text/*", "application/octet-stream"}
	})
	alice, bob := w.companion(caller(t)+"a"), w.companion(caller(t)+"b")
	mine, theirs := alice.begin("mine"), bob.begin("theirs")
	for _, row := range []struct {
		method, path, body string
		code               upload.Code
	}{
		{"GET", alice.at(mine, "/0"), "", upload.InvalidArgument},
		{"GET", alice.at(mine, "/10001"), "", upload.InvalidArgument},
		{"GET", alice.at(mine, "/1e3"), "", upload.InvalidArgument},
		{"GET", alice.at(mine, "/batch") + "&partNumbers=1,10001", "", upload.InvalidArgument},
		{"GET", alice.at(mine, "/batch") + "&partNumbers=1,,2", "", upload.InvalidArgument},
		{"GET", alice.at(mine, "/batch") + "&partNumbers=" + strings.Repeat("1,", 1000) + "1", "", upload.InvalidArgument},
		{"GET", alice.at(mine, "/batch"), "", upload.InvalidArgument},
		{"GET", "/s3/multipart/" + mine.UploadID + "/1", "", upload.InvalidArgument},
		{"GET", "/s3/multipart/" + mine.UploadID, "", upload.InvalidArgument},
		{"GET", "/s3/params", "", upload.InvalidArgument},
		{"GET", "/s3/params?filename=a&filename=b", "", upload.InvalidArgument},
		{"GET", "/s3/params?filename=a&acl=x", "", upload.InvalidArgument},
		{"GET", "/s3/params?filename=a&metadata[a]=1&metadata[a]=2", "", upload.InvalidArgument},
		{"GET", "/s3/params?filename=a&metadata[a=1", "", upload.InvalidArgument},
		{"GET", "/s3/params?filename=..%5C..%5Cx", "", upload.InvalidArgument},
		{"POST", "/s3/multipart", `{"filename":"../../x"}`, upload.InvalidArgument},
		{"GET", "/s3/params?filename=a&type=image/png", "", upload.TypeForbidden},
		{"GET", "/s3/params?filename=a&metadata[a%20b]=1", "", upload.InvalidArgument},
		{"GET", "/s3/params?filename=a&metadata[a]=" + strings.Repeat("x", 2048), "", upload.MetadataTooLarge},
		{"POST", "/s3/multipart", `{"filename":"a","type":"image/png"}`, upload.TypeForbidden},
		{"POST", "/s3/multipart", `{"type":"text/plain"}`, upload.InvalidArgument},
		{"POST", "/s3/multipart", `{"filename":1}`, upload.InvalidRequest},
		{"POST", "/s3/multipart", "{\"filename\":\"\xff\"}", upload.InvalidRequest},
		{"POST", alice.at(mine, "/complete"), `{}`, upload.InvalidArgument},
		{"POST", alice.at(mine, "/complete"), `{"parts":[{"PartNumber":1,"ETag":"x"}]}`, upload.InvalidPart},
		// What is bob's is not there for alice.
		{"GET", alice.at(theirs, "/1"), "", upload.NoSuchKey},
		{"GET", alice.at(theirs, "/batch") + "&partNumbers=1", "", upload.NoSuchKey},
		{"GET", alice.at(theirs, ""), "", upload.NoSuchKey},
		{"DELETE", alice.at(theirs, ""), "", upload.NoSuchKey},
		{"POST", alice.at(theirs, "/complete"), `{"parts":[{"PartNumber":1,"ETag":"x"}]}`, upload.NoSuchKey},
	} {
		alice.refused(row.method, row.path, row.body, row.code)
	}
	var stored []api.CompanionStored
	bob.get(bob.at(theirs, ""), &stored) // and still is for bob
}

// The size is not known before the parts are there; the policy holds all the same.
func TestCompanionTooLarge(t *testing.T) {
	w := service(t, func(c *upload.Config) { c.MaxObjectSize = 5 * upload.MiB })
	c := w.companion(caller(t))
	u := c.begin("large")
	var batch api.CompanionBatch
	c.get(c.at(u, "/batch")+"&partNumbers=1,2", &batch)
	first, second := c.put(batch.PresignedURLs["1"], random(5*upload.MiB)), c.put(batch.PresignedURLs["2"], []byte("x"))
	body := fmt.Sprintf(`{"parts":[{"PartNumber":1,"ETag":%q},{"PartNumber":2,"ETag":%q}]}`, first, second)
	c.refused("POST", c.at(u, "/complete"), body, upload.EntityTooLarge)
	c.refused("GET", c.at(u, ""), "", upload.NoSuchUpload) // it is dropped
	c = service(t, func(c *upload.Config) { c.MaxObjectSize = 10 }).companion(caller(t))
	var form api.CompanionForm
	c.get("/s3/params?filename=a", &form)
	if status, _ := submit(t, form.URL, form.Fields, random(11)); status != 400 {
		t.Errorf("a form of one byte too many: status %d, want 400", status)
	}
}
