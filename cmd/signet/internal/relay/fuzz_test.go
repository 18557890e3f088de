package relay

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// FuzzForm sees that a form gives the file that any reader of forms finds last in it,
// whole, or nothing.
func FuzzForm(f *testing.F) {
	const head = "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n"
	for _, body := range []string{
		"--x\r\n" + head + "hello\r\n--x--\r\n",
		"--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\nabcdefgh\r\n--x\r\n" + head + "hello\r\n--x--\r\n",
		"--x\r\n" + head + "hello\r\n--x\r\n" + head + "again\r\n--x--\r\n",
		"--x\r\n" + head + "hello\r\n--xx\r\n--x--\r\ntail",
		"--x\n" + head + "hello\n--x--\n",
		"--x\r\nContent-Transfer-Encoding: base64\r\n" + head + "aGVsbG8=\r\n--x--\r\n",
		"--x\r\n" + head + "hello",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, sent []byte) {
		r := httptest.NewRequest("POST", UploadPath, bytes.NewReader(sent))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		from := &body{ctx: r.Context(), from: r.Body, control: http.NewResponseController(httptest.NewRecorder()), stall: time.Minute, count: func(int) {}}
		in, err := form(r, from)
		if err != nil {
			return
		}
		got, err := io.ReadAll(in.file)
		if err != nil || in.end() != nil {
			return
		}
		want, name := last(t, sent)
		if !bytes.Equal(got, want) || in.name != name {
			t.Fatalf("got %q of %q, want %q of %q", got, in.name, want, name)
		}
	})
}

// last is the last part of a form, as the standard library reads it.
func last(t *testing.T, sent []byte) (content []byte, name string) {
	reader := multipart.NewReader(bytes.NewReader(sent), "x")
	for {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			return content, name
		}
		if err != nil {
			t.Fatalf("got a form taken that is none: %v", err)
		}
		if content, err = io.ReadAll(part); err != nil {
			t.Fatalf("got a form taken that is cut: %v", err)
		}
		name = filename(part)
	}
}

// filename is a part's, with its path: multipart.Part.FileName leaves that out.
func filename(p *multipart.Part) string {
	_, disposition, _ := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
	return disposition["filename"]
}
