package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"signet/cmd/signet/signettest"
	"signet/lambda/api"
)

// controls are the calls of what --testing adds.
var controls = []call{
	{"POST", "/token", `{"user":"alice"}`}, {"POST", "/backend", `{"method":"GET","path":"/files?owner=alice"}`}, {"GET", "/objects", ""}, {"GET", "/objects/uploads/alice/x", ""},
	{"POST", "/arm", `{"kind":"cut"}`}, {"POST", "/begin", `{"kind":"offline"}`}, {"POST", "/end", `{"id":1}`}, {"POST", "/reset", `{}`}, {"POST", "/offline", `{}`}, {"POST", "/online", `{}`}, {"GET", "/log", ""},
}

// What tests may do to a cloud is answered to nobody who does not know its secret, has no
// origin that a page may read, and is not there at all without the flag, nor in serve.
func TestAttacksOnTesting(t *testing.T) {
	c := startFaulty(t, signettest.Options{})
	u, err := url.Parse(c.Control)
	if err != nil || len(u.Path) < 20 || u.Hostname() != "127.0.0.1" {
		t.Fatalf("got control %q (%v), want a long secret at an address of this machine", c.Control, err)
	}
	origin := u.Scheme + "://" + u.Host
	for _, base := range []string{
		origin, origin + "/x", origin + u.Path[:len(u.Path)-1], origin + u.Path + "x", origin + strings.ToLower(u.Path), origin + "/." + u.Path, origin + "//" + u.Path, origin + u.Path + "/..", c.Site, c.API, c.Site + u.Path, c.S3 + u.Path,
	} {
		for _, call := range controls {
			status, header, text := answered(t, &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, call.method, base+call.path, map[string]string{"Content-Type": "text/plain"}, []byte(call.body))
			page := strings.Contains(header.Get("Content-Type"), "text/html") && call.method == "GET" // the site's own
			if status < 300 && !page || strings.Contains(text, `"token"`) || strings.Contains(text, `"objects"`) {
				t.Errorf("%s %s%s: got %d %.200s", call.method, base, call.path, status, text)
			}
		}
	}
	// A page elsewhere that knew the secret could not read what is answered, nor ask in
	// any other way than a form does.
	for _, method := range []string{"OPTIONS", "GET"} {
		_, header, _ := answered(t, http.DefaultClient, method, c.Control+"/objects", map[string]string{"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}, nil)
		if got := header.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s from another origin: got it allowed: %s", method, got)
		}
	}
	for _, args := range [][]string{{"serve", "--testing"}, {"serve", "--control"}} {
		var stderr bytes.Buffer
		if code := run(args, &bytes.Buffer{}, &stderr); code != exitUsage {
			t.Errorf("signet %s: got exit code %d (%s), want that it knows no such flag", strings.Join(args, " "), code, &stderr)
		}
	}
}

// By another name that leads here, and from pages elsewhere, dev answers nobody.
func TestAttacksByRebinding(t *testing.T) {
	c := startFaulty(t, signettest.Options{Config: map[string]any{"passes": true}})
	host := strings.TrimPrefix(c.Site, "http://")
	for _, name := range []string{"evil.example", "evil.example:" + host[strings.LastIndex(host, ":")+1:], host + ".evil.example", "127.0.0.1", "0.0.0.0:" + host[strings.LastIndex(host, ":")+1:], "localhost", "127.0.0.1.", host + "."} {
		for _, path := range []string{"/", "/config.json", "/api/files", "/api/pass", "/api/healthz", "/api/openapi.json", "/oidc/authorize", "/oidc/token", "/uploads/alice/x", "/p", "/reference/"} {
			r, err := http.NewRequest("GET", c.Site+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = name
			r.Header.Set("Authorization", "Bearer "+c.Token)
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusMisdirectedRequest {
				t.Errorf("%s as %s: got %d, want 421", path, name, answer.StatusCode)
			}
		}
	}
	for _, path := range []string{"/api/files", "/api/pass", "/api/passes", "/api/backend/passes", "/oidc/token", "/oidc/authorize"} {
		for _, origin := range []string{"https://evil.example", "null", "http://127.0.0.1.evil.example", "http://localhost.evil.example:80", "http://127.0.0.2:80", "https://127.0.0.1:1", "http://127.0.0.1:1@evil.example", "file://"} {
			for _, method := range []string{"OPTIONS", "GET"} {
				_, header, _ := answered(t, http.DefaultClient, method, c.Site+path, map[string]string{"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}, nil)
				if got := header.Get("Access-Control-Allow-Origin"); got != "" && !(path == "/oidc/token" && got == "*") {
					t.Errorf("%s %s from %s: got it allowed: %s", method, path, origin, got)
				}
			}
		}
	}
}

// Nothing comes by the site's own origin but what is signed for this key, and what comes
// with it goes no further.
func TestAttacksByEdge(t *testing.T) {
	c := startSpaces(t, t.TempDir())
	sign := func() api.Presigned {
		signed, err := c.as("alice").Presign(t.Context(), api.File{Name: "a.txt", Type: "text/plain", Size: int64p(5)})
		if err != nil || signed.Edge == "" {
			t.Fatalf("got edge %q (%v), want one: this test sees nothing else", signed.Edge, err)
		}
		return signed
	}
	for what, change := range map[string]func(r *http.Request){
		"another key":                          func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, "/alice/", "/bob/", 1) },
		"a way round":                          func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, "/alice/", "/alice/../bob/", 1) },
		"an escaped way round":                 func(r *http.Request) { r.URL.Opaque = strings.Replace(r.URL.Path, "/alice/", "/alice/%2e%2e/bob/", 1) },
		"the state bucket":                     func(r *http.Request) { r.URL.Path = "/" + c.Bucket + "-state/passes/x" },
		"the bucket by its name":               func(r *http.Request) { r.URL.Path = "/" + c.Bucket + r.URL.Path },
		"quarantine":                           func(r *http.Request) { r.URL.Path = "/quarantine" + r.URL.Path },
		"a team's prefix":                      func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, "/uploads/alice/", "/team/design/", 1) },
		"the folder alone":                     func(r *http.Request) { r.URL.Path = "/uploads/alice/" },
		"an ACL to set":                        func(r *http.Request) { r.URL.RawQuery += "&acl" },
		"a policy to set":                      func(r *http.Request) { r.URL.Path, r.URL.RawQuery = "/uploads/", "policy&"+r.URL.RawQuery },
		"a copy":                               func(r *http.Request) { r.Header.Set("x-amz-copy-source", "/"+c.Bucket+"/uploads/bob/x") },
		"another host for S3":                  func(r *http.Request) { r.Header.Set("X-Forwarded-Host", "evil.example"); r.Header.Del("If-None-Match") },
		"a method behind another":              func(r *http.Request) { r.Header.Set("X-HTTP-Method-Override", "DELETE"); r.Header.Del("If-None-Match") },
		"what is signed dropped by Connection": func(r *http.Request) { r.Header.Set("Connection", "if-none-match") },
		"a token in the signature's place":     func(r *http.Request) { r.URL.RawQuery = ""; r.Header.Set("Authorization", "Bearer "+c.Token) },
		"the mark of CloudFront of its own":    func(r *http.Request) { r.Header.Set("X-Amz-Cf-Id", "x"); r.Header.Set("x-amz-meta-by", "bob") },
	} {
		signed := sign()
		r, err := http.NewRequest("PUT", signed.Edge, strings.NewReader("hello"))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range signed.Headers {
			r.Header.Set(name, value)
		}
		r.Header.Set("Cookie", "session=x")
		change(r)
		if harm := sent(t, r); harm != "" {
			t.Errorf("%s: %s", what, harm)
		}
	}
	for _, who := range []string{"alice", "bob"} {
		if list, err := c.as(who).ListFiles(t.Context(), api.FilesQuery{Recursive: true}); err != nil || len(list.Files) != 0 {
			t.Errorf("%s has %+v (%v), want nothing stored", who, list.Files, err)
		}
	}
}

// Through the relay no more comes than there is room for, however many come at once, and
// one who is cut gives nothing back of what came under the same key.
func TestAttacksOnTheRelaysQuota(t *testing.T) {
	s := counted(t, map[string]any{"files": 3}, `{"passes":true,"quota":{"files":3}}`)
	var came atomic.Int64
	var all sync.WaitGroup
	for i := range 24 {
		all.Go(func() {
			body := bytesOf(byte(i), 1000+i)
			if status, _, _ := s.send(t, http.MethodPut, fmt.Sprintf("/api/relay/%d.bin", i), nil, bytes.NewReader(body)); status < 300 {
				came.Add(1)
			}
		})
	}
	all.Wait()
	list, err := s.client().ListFiles(t.Context(), api.FilesQuery{Recursive: true, Limit: 1000})
	if err != nil || came.Load() != 3 || len(list.Files) != 3 {
		t.Errorf("got %d that came and %d stored (%v), want three", came.Load(), len(list.Files), err)
	}
	for _, path := range []string{"/api/relay/..%2f..%2fbob%2fx", "/api/relay/../bob", "/api/relay/x?owner=bob", "/api/relay/x?space=team/design", "/api/relay/x?folder=../../bob", "/api/relay/x?id=../x", "/api/relay/x?space=&space=bob", "/api/relay/"} {
		status, _, text := s.send(t, http.MethodPut, path, nil, strings.NewReader("x"))
		if status < 400 || status >= 500 {
			t.Errorf("%s: got %d %s, want it refused", path, status, text)
		}
	}
}

// Who sends again what came already, and is cut in its middle, gets no room for more.
func TestAttacksByCuttingTheRelay(t *testing.T) {
	s := counted(t, map[string]any{"files": 1}, `{"passes":true,"quota":{"files":1}}`)
	content := bytesOf(1, 2000)
	if status, _, text := s.send(t, http.MethodPut, "/api/relay/a.bin?id=again-0001", nil, bytes.NewReader(content)); status >= 300 {
		t.Fatalf("got %d %s", status, text)
	}
	for _, body := range [][]byte{bytesOf(2, 2000), bytesOf(2, 6<<20), content[:1000]} { // refused: other bytes
		s.send(t, http.MethodPut, "/api/relay/a.bin?id=again-0001", nil, bytes.NewReader(body))
		s.cut(t, "/api/relay/a.bin?id=again-0001", body)
	}
	if status, code, text := s.send(t, http.MethodPut, "/api/relay/b.bin", nil, strings.NewReader("x")); status != 403 || code != "QuotaExceeded" {
		t.Errorf("got %d %s, want QuotaExceeded", status, text)
	}
}

// cut sends the beginning of an upload and goes.
func (s *server) cut(t *testing.T, path string, body []byte) {
	t.Helper()
	c, err := net.Dial("tcp", s.Address)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "PUT %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n", path, s.Address, s.Token, len(body)+100)
	c.Write(body)
	c.Close()
	wantSoon(t, "no upload is under way", func() bool { return s.figure(t, "signet_relay_uploads_under_way") == 0 })
}

// serve's figures are for this machine: a page elsewhere whose name leads here has none.
func TestAttacksOnMetrics(t *testing.T) {
	s := startServe(t, nil)
	for _, name := range []string{"evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example"} {
		r, err := http.NewRequest("GET", "http://"+s.Metrics+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = name
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("as %s: got %d, want 421", name, answer.StatusCode)
		}
	}
}
