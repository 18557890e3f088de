package api_test

import (
	"fmt"
	"strings"
	"testing"

	"signet/lambda/api"
)

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
