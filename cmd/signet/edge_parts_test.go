package main

import (
	"bytes"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"testing"
	"time"

	"signet/lambda/api"
)

// The gateway lets the edge's mark pass, unsigned, where S3 is reported to, and nothing
// else that is like it.
func TestEdgeMark(t *testing.T) {
	c := startDev(t, t.TempDir())
	for header, want := range map[string]int{"X-Amz-Cf-Id": 200, "X-Amz-Cf-Pop": 403, "X-Amz-Cf-Id-2": 403} {
		signed, err := c.client().Presign(t.Context(), api.File{Name: header + ".txt", Size: int64p(5)})
		if err != nil {
			t.Fatal(err)
		}
		signed.Headers[header] = "x"
		if status := put(t, signed.URL, signed.Headers, []byte("hello")); status != want {
			t.Errorf("%s beside a signature in the query: status %d, want %d", header, status, want)
		}
	}
}

// A body that ends early stores nothing, and one that is refused is answered though it
// was not read.
func TestEdgeCutAndRefused(t *testing.T) {
	c := withConfig(t, `{"edge": "all"}`)
	const size = 4 << 20
	signed, err := c.client().Presign(t.Context(), api.File{Name: "cut.bin", Size: int64p(size)})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(signed.Edge)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "PUT %s HTTP/1.1\r\nHost: %s\r\n", u.RequestURI(), u.Host)
	for name, value := range signed.Headers {
		fmt.Fprintf(conn, "%s: %s\r\n", name, value)
	}
	conn.Write(append([]byte("\r\n"), make([]byte, size/2)...))
	conn.Close()
	time.Sleep(500 * time.Millisecond)
	if list, err := c.client().ListFiles(t.Context(), api.FilesQuery{}); err != nil || len(list.Files) != 0 {
		t.Errorf("a cut body: got %+v, %v, want nothing stored", list.Files, err)
	}
	if status := put(t, signed.Edge+"0", signed.Headers, make([]byte, size)); status != 403 {
		t.Errorf("a refused body: status %d, want 403", status)
	}
	if status := put(t, signed.Edge, signed.Headers, make([]byte, size)); status != 200 {
		t.Errorf("the whole body: status %d, want 200", status)
	}
}

// Parts by the edge, with the second host beside it and without.
func TestEdgeParts(t *testing.T) {
	for _, context := range []string{`{"edge": "all"}`, `{"edge": "all", "dualStack": true}`} {
		c := withConfig(t, context)
		content := bytes.Repeat([]byte("0123456789abcdef"), 20<<20/16)
		u, err := c.client().CreateUpload(t.Context(), api.UploadRequest{Name: "b.bin", Size: int64p(int64(len(content))), Hosts: 2})
		if err != nil {
			t.Fatal(err)
		}
		signatures := u.Sign.EdgeSignatures
		if signatures == nil {
			signatures = u.Sign.Signatures
		}
		for i, signature := range signatures {
			n := u.Sign.First + i
			part := content[int64(n-1)*u.PartSize : min(int64(n)*u.PartSize, int64(len(content)))]
			if status := put(t, u.Sign.Edge+"&partNumber="+strconv.Itoa(n)+"&X-Amz-Signature="+signature, nil, part); status != 200 {
				t.Fatalf("%s, part %d: status %d", context, n, status)
			}
		}
		done, err := c.client().CompleteUpload(t.Context(), api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: int64p(int64(len(content)))})
		if err != nil || done.Size != int64(len(content)) {
			t.Errorf("%s: got %+v, %v", context, done, err)
		}
	}
}
