package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"crypto/hmac"
	"crypto/sha256"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func readCloser(s string) io.ReadCloser { return io.NopCloser(strings.NewReader(s)) }

// form is an HTML form's upload: the fields of a POST policy, then the file,
// then perhaps more.
type form struct {
	key, file string
	max       int // of content-length-range. 0: the file's length
	fields    map[string]string
	after     map[string]string
}

func (g *Gateway) form(t *testing.T, f form) *http.Request {
	t.Helper()
	creds, err := g.Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	date := now.Format("20060102")
	fields := map[string]string{
		"key": f.key, "x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-date": now.Format("20060102T150405Z"),
		"x-amz-credential":     creds.AccessKeyID + "/" + date + "/" + testRegion + "/s3/aws4_request",
		"x-amz-security-token": creds.SessionToken,
	}
	for name, value := range f.fields {
		fields[name] = value
	}
	conditions := []any{map[string]string{"bucket": testBucket}, []any{"content-length-range", 0, max(f.max, len(f.file))}}
	for name, value := range fields {
		conditions = append(conditions, map[string]string{name: value})
	}
	document, err := json.Marshal(map[string]any{"expiration": now.Add(time.Hour).Format(time.RFC3339), "conditions": conditions})
	if err != nil {
		t.Fatal(err)
	}
	fields["policy"] = base64.StdEncoding.EncodeToString(document)
	sum := hmac.New(sha256.New, signingKey(creds.SecretAccessKey, date, testRegion, "s3"))
	sum.Write([]byte(fields["policy"]))
	fields["x-amz-signature"] = hex.EncodeToString(sum.Sum(nil))

	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	write := func(fields map[string]string) {
		for name, value := range fields {
			if err := w.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(fields)
	file, err := w.CreateFormFile("file", "name.bin")
	if err == nil {
		_, err = io.WriteString(file, f.file)
	}
	write(f.after)
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), "POST", g.URL()+"/uploads", &body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	return req
}

// cut sends req but for the last bytes of its body and closes the connection.
// It returns once the server has closed its side too.
func cut(t *testing.T, req *http.Request, missing int) {
	t.Helper()
	body, err := io.ReadAll(req.Body)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", req.URL.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", req.Method, req.URL.RequestURI(), req.URL.Host, len(body))
	for name, values := range req.Header {
		head += name + ": " + values[0] + "\r\n"
	}
	if _, err := conn.Write(append([]byte(head+"\r\n"), body[:len(body)-missing]...)); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(conn) // a reset ends it as well
	if bytes.HasPrefix(answer, []byte("HTTP/1.1 2")) {
		t.Errorf("got %q for a cut body, want a failure", answer)
	}
}

func TestCutBodyStoresNothing(t *testing.T) {
	dir := t.TempDir()
	g := launch(t, testConfig(dir))
	bucket, key := aws.String(testBucket), aws.String("mine/multi")
	up, err := g.roleClient().CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	before := files(t, dir)
	part := "/uploads/mine/multi?partNumber=1&uploadId=" + url.QueryEscape(*up.UploadId)
	for _, size := range []int{2, 5000, 100_000, 5 << 20} {
		body := strings.Repeat("x", size)
		for _, missing := range []int{1, size / 2, size} {
			t.Run(fmt.Sprintf("%d of %d bytes missing", missing, size), func(t *testing.T) {
				cut(t, g.presign(t, "PUT", "/uploads/mine/put", body, nil), missing)
				cut(t, g.presign(t, "PUT", part, body, nil), missing)
				cut(t, g.form(t, form{key: "mine/form", file: body}), missing)
			})
		}
	}
	if got := g.stored(t); got != "" {
		t.Errorf("got objects %q, want none", got)
	}
	parts, err := g.roleClient().ListParts(t.Context(), &s3.ListPartsInput{Bucket: bucket, Key: key, UploadId: up.UploadId})
	if err != nil || len(parts.Parts) != 0 {
		t.Errorf("got %d parts, %v, want none", len(parts.Parts), err)
	}
	if after := files(t, dir); after != before {
		t.Errorf("got files\n%s\nwant\n%s", after, before)
	}
	// The same requests, whole, are fine.
	send(t, g.presign(t, "PUT", "/uploads/mine/put", "xx", nil)).want(t, 200, "")
	send(t, g.presign(t, "PUT", part, "xx", nil)).want(t, 200, "")
	send(t, g.form(t, form{key: "mine/form", file: "xx"})).want(t, 204, "")
}

// files lists what is on disk below dir.
func files(t *testing.T, dir string) string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !strings.Contains(path, ".vgwlocks") {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

func TestForm(t *testing.T) {
	for _, c := range []struct {
		name   string
		form   form
		status int
		code   string
		stored string
	}{
		{"file", form{key: "mine/a", file: "hello"}, 204, "", "hello"},
		{"empty file", form{key: "mine/a", file: ""}, 204, "", ""},
		{"status 201", form{key: "mine/a", file: "hello", fields: map[string]string{"success_action_status": "201"}}, 201, "", "hello"},
		{"field after the file", form{key: "mine/a", file: "hello", max: 1000, after: map[string]string{"submit": "Upload"}}, 204, "", "hello"},
		{"field after an empty file", form{key: "mine/a", max: 1000, after: map[string]string{"submit": "Upload"}}, 204, "", ""},
		{"larger file and fields after it", form{key: "mine/a", file: strings.Repeat("\r\n--x", 200_000), max: 2 << 20,
			after: map[string]string{"a": "b", "c": "d"}}, 204, "", strings.Repeat("\r\n--x", 200_000)},
		{"foreign key", form{key: "other/a", file: "hello"}, 403, "AccessDenied", ""},
		{"unclean key", form{key: "mine/../mine/a", file: "hello"}, 400, "InvalidArgument", ""},
		{"file name in key", form{key: "mine/${filename}", file: "hello"}, 501, "NotImplemented", ""},
		{"acl", form{key: "mine/a", file: "hello", fields: map[string]string{"acl": "public-read"}}, 403, "AccessDenied", ""},
		{"encryption", form{key: "mine/a", file: "hello", fields: map[string]string{sseHeader: "AES256"}}, 403, "AccessDenied", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGateway(t)
			a := send(t, g.form(t, c.form))
			a.want(t, c.status, c.code)
			if c.status >= 300 {
				if got := g.stored(t); got != "" {
					t.Errorf("got %q stored, want nothing", got)
				}
				return
			}
			wantEncrypted(t, a.header)
			got := send(t, g.presign(t, "GET", "/uploads/mine/a", "", nil))
			if got.body != c.stored {
				t.Errorf("got %d bytes, want %d", len(got.body), len(c.stored))
			}
		})
	}
	t.Run("too large", func(t *testing.T) {
		g := newGateway(t)
		r := g.form(t, form{key: "mine/a", file: "hello"})
		body, _ := io.ReadAll(r.Body)
		body = bytes.Replace(body, []byte("hello"), []byte("hello!"), 1)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		send(t, r).want(t, 400, "EntityTooLarge")
	})
}

func TestPartReader(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"nothing", "", ""},
		{"no delimiter", "abc", "abc"},
		{"half a delimiter", "abc\r\n--B", "abc\r\n--B"},
		{"delimiter", "abc\r\n--BB\r\nrest", "abc"},
		{"delimiter first", "\r\n--BB\r\nrest", ""},
		{"delimiter last", "abc\r\n--BB", "abc"},
		{"near misses", "\r\n--B\r\n--C\r\n\r\n--BB\r\n--BB", "\r\n--B\r\n--C\r\n"},
		{"more than the buffer", strings.Repeat("\r\n--B", partBuffer) + "\r\n--BB--", strings.Repeat("\r\n--B", partBuffer)},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, r := range map[string]io.Reader{
				"whole": strings.NewReader(c.body),
				"bytes": iotest.OneByteReader(strings.NewReader(c.body)),
				"eof":   iotest.DataErrReader(strings.NewReader(c.body)),
			} {
				got, err := io.ReadAll(newPartReader(r, "BB"))
				if err != nil || string(got) != c.want {
					t.Errorf("%s: got %d bytes, %v, want %d", name, len(got), err, len(c.want))
				}
			}
			broken := io.MultiReader(strings.NewReader(c.body), iotest.ErrReader(io.ErrUnexpectedEOF))
			if _, err := io.ReadAll(newPartReader(broken, "BB")); err != io.ErrUnexpectedEOF {
				t.Errorf("got %v for a broken body, want its error", err)
			}
		})
	}
}

// Whoever is refused can send his body to its end and read why, wherever the
// refusal comes from.
func TestRefusedBodyIsHeardOut(t *testing.T) {
	g := launch(t, testConfig(t.TempDir()))
	send(t, g.presign(t, "PUT", "/uploads/mine/kept", "first", nil)).want(t, 200, "")
	body := strings.Repeat("x", 6<<20)
	once := http.Header{"If-None-Match": {"*"}}
	heardOut(t, g.presign(t, "PUT", "/uploads/mine/kept", body, once), "412")
	heardOut(t, g.presign(t, "PUT", "/uploads/mine//unclean", body, once), "400")
}

// heardOut sends the second half of a PUT when its refusal has long been decided.
func heardOut(t *testing.T, req *http.Request, status string) {
	t.Helper()
	body, err := io.ReadAll(req.Body)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", req.URL.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	fmt.Fprintf(conn, "PUT %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\nIf-None-Match: *\r\n\r\n", req.URL.RequestURI(), req.URL.Host, len(body))
	half := len(body) / 2
	_, err = conn.Write(body[:half])
	time.Sleep(300 * time.Millisecond)
	if err == nil {
		_, err = conn.Write(body[half:])
	}
	answer := make([]byte, 12)
	_, unread := io.ReadFull(conn, answer)
	if err != nil || unread != nil || string(answer) != "HTTP/1.1 "+status {
		t.Errorf("got %q, %v and %v, want a %s after the whole body", answer, err, unread, status)
	}
}
