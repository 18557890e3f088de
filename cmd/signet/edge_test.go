package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// withConfig starts a cloud of this configuration.
func withConfig(t *testing.T, context string, args ...string) *cloud {
	t.Helper()
	config := filepath.Join(t.TempDir(), "cdk.json")
	if err := os.WriteFile(config, []byte(`{"context": {"signet": `+context+`}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return startDev(t, t.TempDir(), append([]string{"--config", config}, args...)...)
}

// known is a file whose content is in its key.
func known(name string, content []byte) api.File {
	sum := sha256.Sum256(content)
	return api.File{Name: name, Type: "text/plain", Size: int64p(int64(len(content))), ID: upload.ContentID(sum),
		Checksum: &api.Checksum{SHA256: base64.StdEncoding.EncodeToString(sum[:])}}
}

// answered sends a request and gives its status, headers and body.
func answered(t *testing.T, client *http.Client, method, address string, headers map[string]string, body []byte) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, string(text)
}

// What goes by the edge is what the configuration says.
func TestEdgeIsSigned(t *testing.T) {
	for _, row := range []struct {
		context             string
		small, large, parts bool
	}{
		{`{}`, true, false, false},
		{`{"edge": "small", "dualStack": true}`, true, false, false},
		{`{"edge": "all"}`, true, true, true},
		{`{"edge": "all", "dualStack": true}`, true, true, true},
		{`{"edge": "off"}`, false, false, false},
	} {
		c := withConfig(t, row.context)
		for size, want := range map[int64]bool{0: row.small, 1<<20 - 1: row.small, 1 << 20: row.large} {
			signed, err := c.client().Presign(t.Context(), api.File{Name: "a.txt", Size: &size})
			if err != nil || strings.HasPrefix(signed.Edge, c.Site+"/uploads/alice/") != want || (signed.Edge != "") != want {
				t.Errorf("%s, %d bytes: got edge %q, %v", row.context, size, signed.Edge, err)
			}
		}
		u, err := c.client().CreateUpload(t.Context(), api.UploadRequest{Name: "b.bin", Size: int64p(20 << 20), Hosts: 2})
		if err != nil || (u.Sign.Edge != "") != row.parts {
			t.Errorf("%s: got a table with edge %q, %v", row.context, u.Sign.Edge, err)
		}
		if own := u.Sign.EdgeSignatures != nil; own != row.parts { // the local S3 has another host behind the edge
			t.Errorf("%s: got %d signatures of the edge's own", row.context, len(u.Sign.EdgeSignatures))
		}
		if !row.small {
			if status := put(t, c.Site+"/uploads/alice/x", nil, nil); status != http.StatusMethodNotAllowed {
				t.Errorf("%s: a PUT to the site: status %d, want 405", row.context, status)
			}
		}
	}
}

// A caller on the site asks for PUTs by the edge, and forms for the rest, in one call.
func TestEdgeBesideForms(t *testing.T) {
	c := startDev(t, t.TempDir())
	ask := api.PresignRequest{Form: true, Edge: true, Files: []api.File{known("a.txt", []byte("hello")), known("b.txt", make([]byte, 1<<20))}}
	for _, row := range []struct {
		edge bool
		want []string
	}{{true, []string{"PUT", "POST"}}, {false, []string{"POST", "POST"}}} {
		ask.Edge = row.edge
		signed, err := c.client().PresignMany(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range row.want {
			if f := signed.Files[i]; f.Presigned == nil || f.Method != want || (f.Edge != "") != (want == "PUT") {
				t.Errorf("edge %v, file %d: got %+v, want a %s", row.edge, i, f.Presigned, want)
			}
		}
	}
}

// What holds of a signed PUT holds by both ways: the contract's refusals, and what is
// stored.
func TestEdgeHoldsWhatIsSigned(t *testing.T) {
	c := startDev(t, t.TempDir())
	content := []byte("hello")
	ways := map[string]func(api.Presigned) string{
		"directly":    func(s api.Presigned) string { return s.URL },
		"by the edge": func(s api.Presigned) string { return s.Edge },
	}
	for way, of := range ways {
		for _, row := range []struct {
			what   string
			body   string
			change func(headers map[string]string, address *url.URL)
			want   int
			code   string
		}{
			{"another checksum's bytes", "hellp", nil, 400, "BadDigest"},
			{"a longer body", "hello!", nil, 403, "SignatureDoesNotMatch"},
			{"a shorter body", "hell", nil, 403, "SignatureDoesNotMatch"},
			{"another type", "hello", func(h map[string]string, _ *url.URL) { h["content-type"] = "text/html" }, 403, "SignatureDoesNotMatch"},
			{"leave to replace", "hello", func(h map[string]string, _ *url.URL) { delete(h, "if-none-match") }, 403, ""},
			{"an ACL", "hello", func(h map[string]string, _ *url.URL) { h["x-amz-acl"] = "public-read" }, 403, ""},
			{"a tag", "hello", func(h map[string]string, _ *url.URL) { h["x-amz-tagging"] = "a=b" }, 403, ""},
			{"another key", "hello", func(_ map[string]string, u *url.URL) { u.Path = strings.Replace(u.Path, "/alice/", "/bob/", 1) }, 403, ""},
			{"no signature", "hello", func(_ map[string]string, u *url.URL) { u.RawQuery = "" }, 403, ""},
			{"nothing changed", "hello", nil, 200, ""},
			{"the same again", "hello", nil, 412, "PreconditionFailed"},
		} {
			file := known("refused.txt", content)
			file.Folder = strings.ReplaceAll(way, " ", "-")
			signed, err := c.client().Presign(t.Context(), file)
			if err != nil {
				t.Fatal(err)
			}
			u, err := url.Parse(of(signed))
			if err != nil {
				t.Fatal(err)
			}
			if row.change != nil {
				row.change(signed.Headers, u)
			}
			delete(signed.Headers, "content-length")
			status, _, text := answered(t, http.DefaultClient, "PUT", u.String(), signed.Headers, []byte(row.body))
			if status != row.want || !strings.Contains(text, row.code) {
				t.Errorf("%s, %s: got %d %s, want %d %s", way, row.what, status, text, row.want, row.code)
			}
		}
	}
	list, err := c.client().ListFiles(t.Context(), api.FilesQuery{Recursive: true})
	if err != nil || len(list.Files) != 2 {
		t.Errorf("got %+v, %v, want one file by each way", list.Files, err)
	}
}

// Nothing is ever read there: a stored page cannot be made to run in the site's origin,
// by whatever address a caller may sign or make.
func TestEdgeGivesNothing(t *testing.T) {
	c := startDev(t, t.TempDir(), "--s3-keys", filepath.Join(t.TempDir(), "keys.json"))
	page := []byte("<script>alert(document.domain)</script>")
	signed, err := c.client().Presign(t.Context(), api.File{Name: "page.html", Type: "text/html", Size: int64p(int64(len(page)))})
	if err != nil {
		t.Fatal(err)
	}
	delete(signed.Headers, "content-length")
	status, header, _ := answered(t, http.DefaultClient, "PUT", signed.Edge, signed.Headers, page)
	if status != 200 || header.Get("ETag") == "" {
		t.Fatalf("PUT: status %d, %v", status, header)
	}
	if policy := header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "sandbox;") {
		t.Errorf("the answer of S3 has the policy %q, want a sandbox", policy)
	}
	read, err := c.client().FileURL(t.Context(), signed.Key, "")
	if err != nil {
		t.Fatal(err)
	}
	_, query, _ := strings.Cut(read.URL, "?")
	own := c.Site + "/" + signed.Key
	for _, address := range []string{
		own, own + "?" + query, signed.Edge, own + "?X-Amz-Signature=0", own + "/", c.Site + "/uploads/", c.Site + "/uploads/alice/",
		strings.Replace(own, "/uploads/", "/%75ploads/", 1), strings.Replace(own, "/uploads/", "//uploads/", 1), strings.Replace(own, "/uploads/", "/uploads//", 1),
		strings.Replace(own, "/uploads/", "/./uploads/", 1), strings.Replace(own, "/uploads/", "/assets/../uploads/", 1), c.Site + "/uploads%2Falice",
		c.Site + "/" + c.Bucket + "/" + signed.Key + "?" + query,
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PATCH", "COPY"} {
			status, header, text := answered(t, &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, method, address, nil, nil)
			if strings.Contains(text, "<script>alert") {
				t.Errorf("%s %s: got the page", method, address)
			}
			if strings.HasPrefix(address, c.Site+"/uploads/") && (status != 405 || header.Get("Allow") != "PUT" || !strings.HasPrefix(header.Get("Content-Security-Policy"), "sandbox;")) {
				t.Errorf("%s %s: got %d, Allow %q, want 405", method, address, status, header.Get("Allow"))
			}
			if status < 400 && status != 301 && status != 307 && status != 308 {
				t.Errorf("%s %s: got %d %.100s", method, address, status, text)
			}
		}
	}
}

// With --tls the site speaks HTTP/2, and its own token check finds the issuer there.
func TestTLS(t *testing.T) {
	dir := t.TempDir()
	c := startDev(t, dir, "--tls")
	if !strings.HasPrefix(c.Site, "https://127.0.0.1:") {
		t.Fatalf("got site %s", c.Site)
	}
	text, err := os.ReadFile(c.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}
	asked := c.client()
	asked.HTTP = client
	signed, err := asked.Presign(t.Context(), api.File{Name: "a.txt", Size: int64p(5)})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(context.Background(), "PUT", signed.Edge, strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range signed.Headers {
		r.Header.Set(name, value)
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != 200 || answer.ProtoMajor != 2 {
		t.Errorf("got %d by %s, want 200 by HTTP/2", answer.StatusCode, answer.Proto)
	}
	again := startDev(t, t.TempDir(), "--tls")
	if other, err := os.ReadFile(again.Certificate); err != nil || bytes.Equal(other, text) {
		t.Errorf("another folder has the same certificate, %v", err)
	}
}
