package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

// The API is the Lambda's, and the two health paths say what they are for.
func TestServeAPI(t *testing.T) {
	s := startServe(t, nil)
	for _, c := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/api/healthz", 200}, {"GET", "/readyz", 200}, {"GET", "/api/openapi.json", 200}, {"GET", "/api/relay/openapi.json", 200},
		{"GET", "/api/files", 200}, {"GET", "/api/relay", 405}, {"DELETE", "/api/relay/x", 405}, {"GET", "/nowhere", 404}, {"GET", "/relay", 404},
	} {
		if status, _, text := s.send(t, c.method, c.path, nil, nil); status != c.want {
			t.Errorf("%s %s: got %d %s, want %d", c.method, c.path, status, text, c.want)
		}
	}
	status, _, text := s.send(t, "POST", "/api/presign", nil, strings.NewReader(`{"name":"a.txt","size":1}`))
	if status != 200 || !strings.Contains(string(text), "X-Amz-Signature") {
		t.Errorf("got %d, want a signed URL", status)
	}
	if x := s.figure(t, "signet_relay_uploads_under_way"); x != 0 {
		t.Errorf("got %v uploads under way, want 0", x)
	}
}

// A PUT and a form of sizes around the head, a slot and its multiples arrive as they
// were sent, of known and of unknown length.
func TestServeSizes(t *testing.T) {
	s := startServe(t, nil)
	for i, n := range []int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 5<<20 - 1, 5 << 20, 5<<20 + 1, 10 << 20, 10<<20 + 1, 33 << 20} {
		content := bytesOf(byte(i), n)
		for way, send := range map[string]func() (int, string, []byte){
			"put": func() (int, string, []byte) {
				return s.send(t, "PUT", "/api/relay/a.bin", nil, bytes.NewReader(content))
			},
			"chunked": func() (int, string, []byte) {
				return s.send(t, "PUT", "/api/relay/a.bin", nil, io.MultiReader(bytes.NewReader(content)))
			},
			"form": func() (int, string, []byte) {
				body, kind := formOf("a.bin", "", content)
				return s.send(t, "POST", "/api/relay", map[string]string{"Content-Type": kind}, bytes.NewReader(body))
			},
		} {
			status, _, text := send()
			done := wantStored(t, status, text, int64(n))
			if got := s.sha256Of(t, done.Key); got != hexSum(content) {
				t.Errorf("%s of %d bytes: got other bytes back", way, n)
			}
		}
	}
}

// formOf writes a form with one file.
func formOf(name, kind string, content []byte) (body []byte, contentType string) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n", name)
	if kind != "" {
		fmt.Fprintf(&b, "Content-Type: %s\r\n", kind)
	}
	b.WriteString("\r\n")
	b.Write(content)
	b.WriteString("\r\n--frontier--\r\n")
	return b.Bytes(), "multipart/form-data; boundary=frontier"
}

// The same id with the same bytes is the same file, and with others it is refused.
func TestServeAgain(t *testing.T) {
	s := startServe(t, nil)
	for _, n := range []int{100, 6 << 20} {
		path := fmt.Sprintf("/api/relay/a.bin?id=again-%d", n)
		status, _, text := s.send(t, "PUT", path, nil, bytes.NewReader(bytesOf(1, n)))
		first := wantStored(t, status, text, int64(n))
		status, _, text = s.send(t, "PUT", path, nil, bytes.NewReader(bytesOf(1, n)))
		if again := wantStored(t, status, text, int64(n)); again != first {
			t.Errorf("got %v, want %v again", again, first)
		}
		status, code, _ := s.send(t, "PUT", path, nil, bytes.NewReader(bytesOf(2, n)))
		if status != 412 || code != "PreconditionFailed" {
			t.Errorf("got %d %s for other bytes, want 412", status, code)
		}
		if got := s.sha256Of(t, first.Key); got != hexSum(bytesOf(1, n)) {
			t.Error("the first file was replaced")
		}
	}
	if _, _, text := s.send(t, "GET", "/api/uploads", nil, nil); strings.TrimSpace(string(text)) != `{"uploads":[]}` {
		t.Errorf("got %s, want no unfinished upload", text)
	}
}
