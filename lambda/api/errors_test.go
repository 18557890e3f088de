package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
	"signet/lambda/presign"
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

// What is signed for one thing is no good for another.
func TestSignedRequestsAreExact(t *testing.T) {
	w := service(t)
	me := caller(t)
	body := []byte("hello")
	signed := must[api.Presigned](w)(w.as(me).Presign(t.Context(), api.File{Name: "a b+c.txt", Type: "text/plain", Size: size(5)}))
	change := func(name, value string) map[string]string {
		headers := map[string]string{}
		for k, v := range signed.Headers {
			headers[k] = v
		}
		if headers[name] = value; value == "" {
			delete(headers, name)
		}
		return headers
	}
	flip := func(at int) string {
		b := []byte(signed.URL)
		switch c := b[at]; {
		case c == '9':
			b[at] = '0'
		case c == 'f' || c == 'F': // it may be a hexadecimal digit
			b[at]--
		case c >= '0' && c < '9', c >= 'A' && c < 'Z', c >= 'a' && c < 'z':
			b[at]++
		default:
			b[at] = 'a'
		}
		return string(b)
	}
	for _, row := range []struct {
		name, method, url string
		headers           map[string]string
		body              []byte
		status            int
	}{
		{"signature", "PUT", flip(len(signed.URL) - 1), signed.Headers, body, 403},
		{"key", "PUT", strings.Replace(signed.URL, "a%20b", "a%20c", 1), signed.Headers, body, 403},
		{"another caller's key", "PUT", strings.Replace(signed.URL, me, "bob", 1), signed.Headers, body, 403},
		{"expiry", "PUT", strings.Replace(signed.URL, "X-Amz-Expires=900", "X-Amz-Expires=901", 1), signed.Headers, body, 403},
		{"date", "PUT", flip(strings.Index(signed.URL, "X-Amz-Date=") + len("X-Amz-Date=") + 14), signed.Headers, body, 403},
		{"more in the query", "PUT", signed.URL + "&x=1", signed.Headers, body, 403},
		{"longer body", "PUT", signed.URL, change("Content-Length", ""), []byte("hello!"), 403},
		{"shorter body", "PUT", signed.URL, change("Content-Length", ""), []byte("hell"), 403},
		{"type", "PUT", signed.URL, change("content-type", "text/html"), body, 403},
		{"no type", "PUT", signed.URL, change("content-type", ""), body, 403},
		{"no if-none-match", "PUT", signed.URL, change("if-none-match", ""), body, 403},
		{"an ACL", "PUT", signed.URL, change("x-amz-acl", "public-read"), body, 403},
		{"other metadata", "PUT", signed.URL, change("x-amz-meta-a", "b"), body, 403},
		{"other encryption", "PUT", signed.URL, change("x-amz-server-side-encryption", "AES256"), body, 403},
		{"GET", "GET", signed.URL, nil, nil, 403},
		{"DELETE", "DELETE", signed.URL, nil, nil, 403},
	} {
		if status, code, _ := send(t, row.method, row.url, row.headers, row.body); status != row.status {
			t.Errorf("%s changed: %d %s, want %d", row.name, status, code, row.status)
		}
	}
	for at := strings.Index(signed.URL, bucket); at < len(signed.URL); at++ {
		if status, code, _ := send(t, "PUT", flip(at), signed.Headers, body); status < 400 {
			t.Errorf("character %d changed (…%s): %d %s", at, signed.URL[max(0, at-10):at+1], status, code)
		}
	}
	w.wantFiles(me)
	for i, want := range []string{"200 ", "412 PreconditionFailed"} {
		status, code, _ := send(t, "PUT", signed.URL, signed.Headers, body)
		if got := fmt.Sprintf("%d %s", status, code); got != want {
			t.Errorf("PUT %d: got %s, want %s", i+1, got, want)
		}
	}
	w.wantFiles(me, signed.Key)
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

func TestSignedPartsAreExact(t *testing.T) {
	w := service(t)
	me := caller(t)
	u := w.begin(me, api.UploadRequest{Name: "a", Size: size(9 * mib)})
	for _, row := range []struct {
		name, url string
		length    int
	}{
		{"short part", partURL(u.Sign, 1), 8*mib - 1},
		{"long last part", partURL(u.Sign, 2), mib + 1},
		{"empty part", partURL(u.Sign, 1), 0},
		{"signature of another part", strings.Replace(partURL(u.Sign, 2), "partNumber=2", "partNumber=1", 1), mib},
		{"part 3 of 2", strings.Replace(partURL(u.Sign, 2), "partNumber=2", "partNumber=3", 1), mib},
		{"another upload", strings.Replace(partURL(u.Sign, 2), u.UploadID[:8], "00000000", 1), mib},
	} {
		if status, code, _ := send(t, "PUT", row.url, nil, random(row.length)); status != 403 {
			t.Errorf("%s: %d %s, want 403", row.name, status, code)
		}
	}
	if parts := must[api.Parts](w)(w.as(me).ListParts(t.Context(), u.Key, u.UploadID)).Parts; len(parts) != 0 {
		t.Errorf("stored: %+v", parts)
	}
}

func TestLogTellsNoSecrets(t *testing.T) {
	w := service(t)
	me := caller(t)
	signed := must[api.Presigned](w)(w.as(me).Presign(t.Context(), api.File{Name: "geheim.txt", Size: size(1)}))
	w.as(me).FileURL(t.Context(), signed.Key, "")
	w.as(me).ListVersions(t.Context(), signed.Key)
	log := w.log.String()
	if !strings.Contains(log, `"route":"/api/presign"`) || !strings.Contains(log, `"code":"NoSuchKey"`) {
		t.Errorf("the log lacks route or code:\n%s", log)
	}
	for _, secret := range []string{"geheim", me, "X-Amz", "Bearer", "uploads/"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %q:\n%s", secret, log)
		}
	}
}

// A client that goes away is no failure of the service.
func TestGoneClientIsNoError(t *testing.T) {
	w := service(t)
	handler := w.handler
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, "GET", "/api/uploads", nil)
	r.Header.Set("Authorization", "Bearer alice")
	handler.ServeHTTP(httptest.NewRecorder(), r)
	if log := w.log.String(); !strings.Contains(log, "canceled") || strings.Contains(log, "ERROR") {
		t.Errorf("the log should have it below ERROR:\n%s", log)
	}
}

// A role without a permission is the operator's trouble: the caller learns
// nothing of it, the log does.
func TestMissingPermission(t *testing.T) {
	g := startGateway(t, strings.Replace(grants(t), `"s3:ListBucketMultipartUploads"`, `"s3:GetBucketLocation"`, 1))
	defer g.Close()
	w := serviceOn(t, g)
	_, err := w.as("alice").ListUploads(t.Context(), "")
	p, ok := errors.AsType[*api.Problem](err)
	if !ok || p.Code != upload.InternalError || p.Status != 500 || strings.Contains(p.Detail, "AccessDenied") {
		t.Errorf("got %v, want an InternalError that tells nothing", err)
	}
	if !strings.Contains(w.log.String(), "AccessDenied") {
		t.Errorf("the log does not say why:\n%s", w.log)
	}
}

// S3 may answer Complete with 200 and put an error into the body. The gateway
// does not, so an answer as AWS documents it stands in.
func TestErrorInside200(t *testing.T) {
	for code, want := range map[string]upload.Code{"InternalError": upload.InternalError, "SlowDown": upload.SlowDown} {
		t.Run(code, func(t *testing.T) {
			t.Parallel() // the SDK waits between its three tries
			w := standIn(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == "GET" {
					io.WriteString(w, onePart)
					return
				}
				io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n  <Error><Code>"+code+`</Code><Message>m</Message></Error>`)
			})
			_, err := w.as("alice").CompleteUpload(t.Context(), api.CompleteRequest{Key: aliceKey, UploadID: "u", Size: size(5)})
			if p, ok := errors.AsType[*api.Problem](err); !ok || p.Code != want {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
}

const (
	aliceKey = "uploads/alice/a~abcdefgh"
	onePart  = `<ListPartsResult><Part><PartNumber>1</PartNumber><ETag>"e"</ETag><Size>5</Size></Part></ListPartsResult>`
)

// standIn is the API in front of answers that the gateway cannot be brought to
// give.
func standIn(t *testing.T, s3 http.HandlerFunc) *world {
	fake := httptest.NewServer(s3)
	t.Cleanup(fake.Close)
	config := upload.DefaultConfig()
	config.Resolved = upload.Resolved{Bucket: bucket, Region: region, Endpoint: fake.URL}
	w := &world{T: t, log: &bytes.Buffer{}}
	server := httptest.NewServer(api.New(api.Options{Config: config, Subject: subject, Credentials: fixed, Log: slog.New(slog.NewJSONHandler(w.log, nil))}))
	t.Cleanup(server.Close)
	w.api = server.URL + api.Base
	return w
}

// A store that does not compare the checksum itself.
func TestWrongChecksumIsRemoved(t *testing.T) {
	var deleted string
	w := standIn(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case "GET":
			io.WriteString(w, onePart)
		case "DELETE":
			deleted = r.URL.Path + "?" + r.URL.Query().Get("versionId")
			w.WriteHeader(204)
		default:
			w.Header().Set("X-Amz-Version-Id", "v7")
			io.WriteString(w, `<CompleteMultipartUploadResult><ETag>"e"</ETag><ChecksumCRC64NVME>rosUhgp5mIg=</ChecksumCRC64NVME></CompleteMultipartUploadResult>`)
		}
	})
	ask := api.CompleteRequest{Key: aliceKey, UploadID: "u", Size: size(5), Checksum: &api.Checksum{CRC64NVME: "AAAAAAAAAAA="}}
	_, err := w.as("alice").CompleteUpload(t.Context(), ask)
	wantCode(t, err, upload.BadDigest)
	if want := "/" + bucket + "/" + aliceKey + "?v7"; deleted != want {
		t.Errorf("deleted %q, want %q", deleted, want)
	}
}

// S3 that cannot be reached at all.
func TestUnreachable(t *testing.T) {
	w := standIn(t, func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			c.Close()
		}
	})
	_, err := w.as("alice").ListVersions(t.Context(), aliceKey)
	if p, ok := errors.AsType[*api.Problem](err); !ok || p.Code != upload.InternalError {
		t.Errorf("got %v, want InternalError", err)
	}
	if log := w.log.String(); !strings.Contains(log, "EOF") || strings.Contains(log, "alice") {
		t.Errorf("the log should say why, and no key:\n%s", log)
	}
}

func fixed(context.Context) (presign.Credentials, error) {
	return presign.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}, nil
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
