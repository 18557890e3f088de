package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// store puts a file and gives its key.
func (c *cloud) store(t *testing.T, name, content string) (key string) {
	t.Helper()
	signed, err := c.client().Presign(t.Context(), api.File{Name: name, Type: "text/plain", Size: int64p(int64(len(content))), Metadata: map[string]string{"case": "4711"}})
	if err != nil {
		t.Fatal(err)
	}
	if status := put(t, signed.URL, signed.Headers, []byte(content)); status != http.StatusOK {
		t.Fatalf("got %d, want the file stored", status)
	}
	return signed.Key
}

// postForm sends a signed form's fields and a file.
func postForm(t *testing.T, address string, fields []upload.Header, content string) int {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range fields {
		if err := w.WriteField(f.Name, f.Value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "file")
	if err == nil {
		_, err = io.WriteString(part, content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post(address, w.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

func (c *cloud) form(t *testing.T, name string) api.Form {
	t.Helper()
	form, err := c.client().PresignForm(t.Context(), api.FormRequest{Name: name, Type: "text/plain"})
	if err != nil {
		t.Fatal(err)
	}
	return form
}

func fieldOf(fields []upload.Header, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// parts uploads 9 MB in parts.
func (c *cloud) parts(t *testing.T) string {
	t.Helper()
	content := bytesOf(7, 9_000_000)
	u, err := c.client().CreateUpload(t.Context(), api.UploadRequest{Name: "large.bin", Size: int64p(int64(len(content)))})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= u.PartCount; n++ {
		from := int64(n-1) * u.PartSize
		address := fmt.Sprintf("%s&partNumber=%d&X-Amz-Signature=%s", u.Sign.URL, n, u.Sign.Signatures[n-1])
		if status := put(t, address, nil, content[from:min(from+u.PartSize, int64(len(content)))]); status != http.StatusOK {
			t.Fatalf("part %d: got %d", n, status)
		}
	}
	if _, err := c.client().CompleteUpload(t.Context(), api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: int64p(int64(len(content)))}); err != nil {
		t.Fatal(err)
	}
	return u.Key
}

// companion uploads as Uppy does with a Companion server.
func (c *cloud) companion(t *testing.T) string {
	t.Helper()
	session, err := c.client().CreateSession(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := get(t, c.Site+session.CompanionEndpoint+"/s3/params?filename=companion.txt&type=text/plain")
	var params struct {
		Method, URL string
		Fields      map[string]string
		Headers     map[string]string
	}
	if err := json.Unmarshal(text, &params); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if params.Method == "POST" {
		var fields []upload.Header
		for name, value := range params.Fields {
			fields = append(fields, upload.Header{Name: name, Value: value})
		}
		if status := postForm(t, params.URL, fields, "by Companion"); status >= 300 {
			t.Fatalf("got %d", status)
		}
		return params.Fields["key"]
	}
	if status := put(t, params.URL, params.Headers, []byte("by Companion")); status != http.StatusOK {
		t.Fatalf("got %d", status)
	}
	return keyIn(t, params.URL, c.Bucket)
}

func keyIn(t *testing.T, address, bucket string) string {
	t.Helper()
	path, _, _ := strings.Cut(address, "?")
	_, key, ok := strings.Cut(path, "/"+bucket+"/")
	if !ok {
		t.Fatalf("got %s, want the bucket's address", address)
	}
	return strings.NewReplacer("%7E", "~").Replace(key)
}

// commandLine puts a file with the command line.
func (c *cloud) commandLine(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "line.txt")
	if err := os.WriteFile(file, []byte("by the command line"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := signet("put", "--json", file)
	p.Env = append(p.Env, "SIGNET_API="+c.API, "SIGNET_TOKEN="+c.Token)
	out, err := p.Output()
	var done struct{ Key string }
	if err == nil {
		err = json.Unmarshal(bytes.SplitN(out, []byte("\n"), 2)[0], &done)
	}
	if err != nil || done.Key == "" {
		t.Fatalf("%v: %s", err, out)
	}
	return done.Key
}

// TestEventsReachServers has an Express, a Flask and a Go server verify what they get:
// one event for each file, whatever way it came, within two seconds.
func TestEventsReachServers(t *testing.T) {
	for name, serve := range servers() {
		t.Run(name, func(t *testing.T) {
			port, keys := freePort(t), filepath.Join(t.TempDir(), "keys.json")
			c := startDev(t, t.TempDir(), "--events", hookAt(port), "--s3-keys", keys, "--config", configFile(t, `{"passes": true}`))
			r := &receiver{}
			serve(t, r, port, c.EventsSecret)
			relay := serveBefore(t, c, keys, nil)
			ways := map[string]func() string{
				"PUT": func() string { return c.store(t, "put.txt", "by PUT") },
				"form": func() string {
					f := c.form(t, "form.txt")
					postForm(t, f.URL, f.Fields, "by form")
					return fieldOf(f.Fields, "key")
				},
				"pass": func() string {
					made, err := c.client().MakePass(t.Context(), api.PassRequest{Do: "upload", Folder: "in", Expires: "1h"})
					if err != nil {
						t.Fatal(err)
					}
					return sendAs(t, c.asGuest(made.Token), "guest.txt", "by a pass")
				},
				"parts": func() string { return c.parts(t) }, "Companion": func() string { return c.companion(t) },
				"command line": func() string { return c.commandLine(t) },
				"relay": func() string {
					status, _, text := relay.send(t, "PUT", "/api/relay/relay.txt", map[string]string{"Content-Type": "text/plain"}, strings.NewReader("by relay"))
					return wantStored(t, status, text, 8).Key
				},
			}
			for way, send := range ways {
				key := send()
				got, uploader := r.wait(t, key, 1), "alice"
				if way == "pass" {
					uploader = "pass:" + got[0].Data.Pass
				}
				if got[0].Type != upload.FileStored || got[0].Data.Owner != "alice" || got[0].Data.VersionID == "" || got[0].Data.Sequence == "" ||
					got[0].Data.Checksum == nil || got[0].Data.Uploader != uploader {
					t.Errorf("%s: got %+v", way, got[0])
				}
			}
			for _, e := range r.events() {
				if e.Type != upload.FileStored {
					t.Errorf("got %+v, want stored files alone", e)
				}
			}
		})
	}
}
