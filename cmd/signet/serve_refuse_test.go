package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/oauth2"
)

// Whatever is wrong with a request, the answer is a problem with a status that says
// so, and nothing is stored.
func TestServeRefuses(t *testing.T) {
	s := startServe(t, map[string]any{"maxObjectSize": "12 MiB", "allowedTypes": []string{"image/*", "text/plain", "application/octet-stream", "application/zip"}})
	big, tooBig := bytesOf(1, 6<<20), bytesOf(2, 12<<20+1)
	png := append([]byte("\x89PNG\r\n\x1a\n"), big[:100]...)
	form := func(name, kind string, content []byte) []byte { b, _ := formOf(name, kind, content); return b }
	multipart := map[string]string{"Content-Type": "multipart/form-data; boundary=frontier"}
	unknownLength := func(p []byte) io.Reader { return io.MultiReader(bytes.NewReader(p)) }
	for _, c := range []struct {
		what, method, path string
		header             map[string]string
		body               io.Reader
		status             int
		code               string
	}{
		{"too large as declared", "PUT", "/a.bin", nil, bytes.NewReader(tooBig), 413, "EntityTooLarge"},
		{"too large, found while reading", "PUT", "/a.bin", nil, unknownLength(tooBig), 413, "EntityTooLarge"},
		{"too large form", "POST", "", multipart, bytes.NewReader(form("a.bin", "", tooBig)), 413, "EntityTooLarge"},
		{"path in the URL", "PUT", "/a/b.bin", nil, bytes.NewReader(big), 400, "InvalidArgument"},
		{"escaped path in the URL", "PUT", "/..%2Fb.bin", nil, bytes.NewReader(big), 400, "InvalidArgument"},
		{"steps in the URL", "PUT", "/../../b.bin", nil, bytes.NewReader(big), 400, "InvalidArgument"},
		{"path in the form's name", "POST", "", multipart, bytes.NewReader(form("../a.bin", "", big)), 400, "InvalidArgument"},
		{"Windows path in the form's name", "POST", "", multipart, bytes.NewReader(form(`C:\a.bin`, "", big)), 400, "InvalidArgument"},
		{"no name", "PUT", "/", nil, bytes.NewReader(big), 400, "InvalidArgument"},
		{"no file chosen", "POST", "", multipart, bytes.NewReader(form("", "", nil)), 400, "InvalidArgument"},
		{"wrong boundary", "POST", "", map[string]string{"Content-Type": "multipart/form-data; boundary=elsewhere"}, bytes.NewReader(form("a.bin", "", big)), 400, "InvalidRequest"},
		{"wrong boundary of a small form", "POST", "", map[string]string{"Content-Type": "multipart/form-data; boundary=elsewhere"}, bytes.NewReader(form("a.bin", "", big[:9])), 400, "InvalidRequest"},
		{"no boundary", "POST", "", map[string]string{"Content-Type": "multipart/form-data"}, bytes.NewReader(form("a.bin", "", big)), 400, "InvalidRequest"},
		{"no form", "POST", "", map[string]string{"Content-Type": "application/json"}, strings.NewReader(`{}`), 400, "InvalidRequest"},
		{"form without its end", "POST", "", multipart, bytes.NewReader(bytes.TrimSuffix(form("a.bin", "", big), []byte("--frontier--\r\n"))), 400, "InvalidRequest"},
		{"two files", "POST", "", multipart, bytes.NewReader(append(bytes.TrimSuffix(form("a.bin", "", big), []byte("--\r\n")), append([]byte("\r\n"), bytes.TrimPrefix(form("b.bin", "", big), []byte("--frontier\r\n"))...)...)), 400, "InvalidRequest"},
		{"10,000 header lines of a part", "POST", "", multipart, bytes.NewReader(bytes.Replace(form("a.bin", "", big), []byte("\r\n\r\n"), []byte(strings.Repeat("\r\nX-A: b", 10_000)+"\r\n\r\n"), 1)), 400, "InvalidRequest"},
		{"base64 in a form", "POST", "", multipart, bytes.NewReader(bytes.Replace(form("a.bin", "", big), []byte("\r\n\r\n"), []byte("\r\nContent-Transfer-Encoding: base64\r\n\r\n"), 1)), 400, "InvalidRequest"},
		{"a range", "PUT", "/a.bin", map[string]string{"Content-Range": "bytes 0-9/20"}, bytes.NewReader(big), 400, "InvalidRequest"},
		{"a type that is not allowed", "PUT", "/a.pdf", map[string]string{"Content-Type": "application/pdf"}, strings.NewReader("%PDF-1.7 etc"), 400, "TypeForbidden"},
		{"bytes of a type that is not allowed", "PUT", "/a.pdf", nil, strings.NewReader("%PDF-1.7 etc"), 400, "TypeForbidden"},
		{"text said to be a picture", "PUT", "/a.png", map[string]string{"Content-Type": "image/png"}, strings.NewReader("hello, world"), 400, "TypeForbidden"},
		{"a picture said to be text", "POST", "", multipart, bytes.NewReader(form("a.txt", "text/plain", png)), 400, "TypeForbidden"},
		{"a page said to be text", "PUT", "/a.txt", map[string]string{"Content-Type": "text/plain"}, strings.NewReader("<!doctype html><script>"), 400, "TypeForbidden"},
		{"no media type", "PUT", "/a.txt", map[string]string{"Content-Type": "?"}, strings.NewReader("hello"), 400, "InvalidArgument"},
		{"a bad id", "PUT", "/a.bin?id=A", nil, bytes.NewReader(big), 400, "InvalidArgument"},
		{"an id twice", "PUT", "/a.bin?id=id-number-1&id=id-number-2", nil, bytes.NewReader(big), 400, "InvalidArgument"},
		{"an unknown parameter", "PUT", "/a.bin?key=id-number-1", nil, bytes.NewReader(big), 400, "InvalidArgument"},
		{"a query that is none", "PUT", "/a.bin?id=%zz", nil, bytes.NewReader(big), 400, "InvalidArgument"},
		{"a checksum that is none", "PUT", "/a.bin", map[string]string{"X-Amz-Checksum-Crc64nvme": "x"}, bytes.NewReader(big), 400, "InvalidDigest"},
		{"another checksum", "PUT", "/a.bin", map[string]string{"X-Amz-Checksum-Crc64nvme": "AAAAAAAAAAA="}, bytes.NewReader(big), 400, "BadDigest"},
		{"no token", "PUT", "/a.bin", map[string]string{"Authorization": ""}, bytes.NewReader(big), 401, "Unauthorized"},
		{"a bad token", "PUT", "/a.bin", map[string]string{"Authorization": "Bearer " + s.Token + "x"}, bytes.NewReader(big), 401, "Unauthorized"},
		{"101 header lines", "PUT", "/a.bin", nil, nil, 431, "HeaderFieldsTooLarge"},
	} {
		t.Run(c.what, func(t *testing.T) {
			if c.body == nil {
				c.header, c.body = map[string]string{}, strings.NewReader("x")
				for i := range 101 {
					c.header[fmt.Sprintf("X-%d", i)] = "y"
				}
			}
			status, code, text := s.send(t, c.method, "/api/relay"+c.path, c.header, c.body)
			if status != c.status || code != c.code {
				t.Errorf("got %d %s, want %d %s", status, text, c.status, c.code)
			}
		})
	}
	s.wantNothing(t)
	if text := s.logs.String(); strings.Contains(text, s.Token[:20]) || strings.Contains(text, "a.bin") {
		t.Error("got a token or a name in the log, want neither")
	}
}

// What HTTP libraries do not send has to be written by hand.
func TestServeRefusesRaw(t *testing.T) {
	s := startServe(t, nil)
	big := bytesOf(3, 6<<20)
	form, kind := formOf("a.bin", "", big)
	for _, c := range []struct {
		what, head string
		body       []byte
		status     int
	}{
		{"more than declared, a byte", "PUT /api/relay/a.bin HTTP/1.1\r\nContent-Length: 10\r\n", big[:11], 400},
		{"more than declared, much", "PUT /api/relay/a.bin HTTP/1.1\r\nContent-Length: 1000\r\n", big, 400},
		{"more than declared, in parts", fmt.Sprintf("PUT /api/relay/a.bin HTTP/1.1\r\nContent-Length: %d\r\n", len(big)-7), big, 400},
		{"a form longer than declared", fmt.Sprintf("POST /api/relay HTTP/1.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n", kind, len(form)-1000), form, 400},
		{"10,000 header lines", "PUT /api/relay/a.bin HTTP/1.1\r\nContent-Length: 10\r\n" + strings.Repeat("X-Some-Name: value\r\n", 10_000), big[:10], 431},
		{"10,000 short header lines", "PUT /api/relay/a.bin HTTP/1.1\r\nContent-Length: 10\r\n" + strings.Repeat("A:\r\n", 10_000), big[:10], 431},
		{"two lengths", "PUT /api/relay/a.bin HTTP/1.1\r\nContent-Length: 10\r\nContent-Length: 11\r\n", big[:10], 400},
		{"a chunk that is none", "PUT /api/relay/a.bin HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", []byte("5\r\nhello\r\nzz\r\n"), 400},
	} {
		t.Run(c.what, func(t *testing.T) {
			status, text := s.dial(t, c.head, c.body)
			if status != c.status {
				t.Errorf("got %d %s, want %d", status, text, c.status)
			}
		})
	}
	s.wantNothing(t)
	// And the right length is right.
	if status, text := s.dial(t, "PUT /api/relay/a.bin HTTP/1.1\r\nContent-Length: 10\r\n", big[:10]); status != 201 {
		t.Errorf("got %d %s, want 201", status, text)
	}
}

// dial sends bytes as they are, and reads one answer.
func (s *server) dial(t *testing.T, head string, body []byte) (int, []byte) {
	t.Helper()
	c, err := net.Dial("tcp", s.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go func() {
		fmt.Fprintf(c, "%sHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", head, s.Address, s.Token)
		c.Write(body) // may be refused on its way
	}()
	return answerOf(t, c)
}

// Types are named by what the bytes say where nobody says more.
func TestServeTypes(t *testing.T) {
	s := startServe(t, nil)
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
	for _, c := range []struct{ claimed, bytes, want string }{
		{"", png, "image/png"},
		{"application/octet-stream", png, "image/png"},
		{"application/x-www-form-urlencoded", "hello, world", "text/plain"},
		{"image/png", png, "image/png"},
		{"text/csv", "a;b", "text/csv"},
		{"application/vnd.ms-excel", "a,b\n1,2\n", "application/vnd.ms-excel"},
		{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK\x03\x04rest", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"application/x-something", "\x80\x81\x82", "application/x-something"},
		{"text/html; charset=utf-8", "<!doctype html><p>", "text/html; charset=utf-8"},
		{"text/plain", "", "text/plain"},
		{"", "", "application/octet-stream"},
	} {
		status, _, text := s.send(t, "PUT", "/api/relay/a", map[string]string{"Content-Type": c.claimed}, strings.NewReader(c.bytes))
		if got := wantStored(t, status, text, int64(len(c.bytes))).Type; got != c.want {
			t.Errorf("%q with %q: got type %s, want %s", c.claimed, c.bytes, got, c.want)
		}
	}
}

// An ID token says who signed in; it is no key.
func TestServeIDToken(t *testing.T) {
	s := startServe(t, nil)
	access, id := s.signIn(t)
	for token, want := range map[string]int{access: 201, id: 401} {
		if status, _, text := s.send(t, "PUT", "/api/relay/a", map[string]string{"Authorization": "Bearer " + token}, strings.NewReader("x")); status != want {
			t.Errorf("got %d %s, want %d", status, text, want)
		}
	}
}

// signIn gets alice's tokens from the cloud's issuer, as a command line does.
func (s *server) signIn(t *testing.T) (access, id string) {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	config := oauth2.Config{ClientID: "signet", RedirectURL: "http://127.0.0.1:9/callback", Scopes: []string{"openid"},
		Endpoint: oauth2.Endpoint{AuthURL: s.Site + "/oidc/authorize", TokenURL: s.Site + "/oidc/token", AuthStyle: oauth2.AuthStyleInParams}}
	asked, err := url.Parse(config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier)))
	if err != nil {
		t.Fatal(err)
	}
	form := asked.Query()
	form.Set("user", "alice")
	stay := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := stay.PostForm(s.Site+"/oidc/authorize", form)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	back, err := answer.Location()
	if err != nil {
		t.Fatal(err)
	}
	token, err := config.Exchange(t.Context(), back.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	id, _ = token.Extra("id_token").(string)
	return token.AccessToken, id
}
