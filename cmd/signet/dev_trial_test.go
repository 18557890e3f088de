package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
)

// What is signed is for the proxy's address, and holds there; the handler
// itself goes straight to S3, so that its calls pass no proxy.
func TestS3Endpoint(t *testing.T) {
	var upstream *url.URL
	var methods []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		methods = append(methods, r.Method)
		(&httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(upstream)
			p.Out.Host = p.In.Host // which is signed
		}}).ServeHTTP(w, r)
	}))
	defer proxy.Close()
	c := startDev(t, t.TempDir(), "--s3-endpoint", proxy.URL)
	upstream, _ = url.Parse(c.S3)
	if c.S3 == proxy.URL {
		t.Errorf("s3 is %s, want S3's own address", c.S3)
	}
	signed, err := c.client().Presign(t.Context(), api.File{Name: "a.txt", Size: int64p(5)})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(signed.URL, proxy.URL+"/") {
		t.Error("what is signed is for another host than the proxy")
	}
	if status := put(t, signed.URL, signed.Headers, []byte("hello")); status != 200 {
		t.Errorf("PUT by way of the proxy: status %d", status)
	}
	if status := put(t, strings.Replace(signed.URL, proxy.URL, c.S3, 1), signed.Headers, []byte("hello")); status != 403 {
		t.Errorf("PUT past the proxy: status %d, want 403: the host is signed", status)
	}
	list, err := c.client().ListFiles(t.Context(), api.FilesQuery{})
	if err != nil || len(list.Files) != 1 {
		t.Errorf("got files %+v, %v, want one", list.Files, err)
	}
	if strings.Join(methods, " ") != "PUT" {
		t.Errorf("the proxy saw %v, want the client's PUT alone", methods)
	}
	_, _, header := get(t, c.Site+"/config.json")
	if policy := header.Get("Content-Security-Policy"); !strings.Contains(policy, "connect-src 'self' "+proxy.URL+" ") {
		t.Errorf("policy %q does not let the page reach %s", policy, proxy.URL)
	}
}

// The keys sign for what the role may do, and for nothing else.
func TestS3Keys(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.json")
	if err := os.WriteFile(file, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	c := startDev(t, t.TempDir(), "--s3-keys", file)
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("got %v, %v, want a file for its owner alone", info.Mode(), err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var keys aws.Credentials
	if err := json.Unmarshal(text, &keys); err != nil {
		t.Fatal(err)
	}
	client := s3.New(s3.Options{Region: "us-east-1", BaseEndpoint: &c.S3, UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return keys, nil })})
	put := func(key string) error {
		_, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &c.Bucket, Key: &key, Body: bytes.NewReader([]byte("hello"))})
		return err
	}
	if err := put("uploads/companion/a.txt"); err != nil {
		t.Error(err)
	}
	if err := put("elsewhere/a.txt"); err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("got %v outside of the prefix, want AccessDenied", err)
	}
	if _, err := client.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: &c.Bucket}); err == nil {
		t.Error("the keys delete the bucket")
	}
	if strings.Contains(c.stderr.String(), keys.SecretAccessKey) {
		t.Error("the secret is logged")
	}
}

// URLs may live shorter than a deployment's, and are refused after that.
func TestExpires(t *testing.T) {
	c := startDev(t, t.TempDir(), "--expires", "1s")
	signed, err := c.client().Presign(t.Context(), api.File{Name: "a.txt", Size: int64p(5)})
	if err != nil {
		t.Fatal(err)
	}
	if left := time.Until(signed.Expires); left > time.Second {
		t.Errorf("the URL says that it lives %v, want a second", left)
	}
	time.Sleep(2 * time.Second)
	if status := put(t, signed.URL, signed.Headers, []byte("hello")); status != 403 {
		t.Errorf("PUT after the end: status %d, want 403", status)
	}
}

func TestTokenLife(t *testing.T) {
	c := startDev(t, t.TempDir(), "--token-life", "2s")
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(c.Token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims struct{ Iat, Exp int64 }
	if err := json.Unmarshal(payload, &claims); err != nil || claims.Exp-claims.Iat != 2 {
		t.Fatalf("got a token of %s, want a life of 2 s", payload)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if _, err := c.client().ListFiles(t.Context(), api.FilesQuery{}); err != nil {
			if p, ok := err.(*api.Problem); !ok || p.Status != 401 {
				t.Errorf("got %v, want 401", err)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the token holds for over 10 s, want 2 s")
		}
	}
}

func TestTrialFlagsAreChecked(t *testing.T) {
	for _, row := range []struct{ flag, value, want string }{
		{"--s3-endpoint", "127.0.0.1:9000", "want http://host:port and no path"},
		{"--s3-endpoint", "http://127.0.0.1:9000/", "want http://host:port and no path"},
		{"--s3-endpoint", "ftp://127.0.0.1:9000", "want http://host:port and no path"},
		{"--expires", "999ms", "want 1s to 12h"},
		{"--expires", "12h1s", "want 1s to 12h"},
		{"--expires", "10", "want 1s to 12h"},
		{"--token-life", "0s", "want 1s to 12h"},
	} {
		var stderr bytes.Buffer
		if code := run([]string{"dev", "--dir", t.TempDir(), row.flag, row.value}, &bytes.Buffer{}, &stderr); code != exitUsage || !strings.Contains(stderr.String(), row.want) || !strings.Contains(stderr.String(), row.value) {
			t.Errorf("%s %s: %d, %q, want %q", row.flag, row.value, code, stderr.String(), row.want)
		}
	}
	var stderr bytes.Buffer
	missing := filepath.Join(t.TempDir(), "none", "keys.json")
	if code := run([]string{"dev", "--port", "0", "--dir", t.TempDir(), "--s3-keys", missing}, &bytes.Buffer{}, &stderr); code != exitFailed || !strings.Contains(stderr.String(), missing) {
		t.Errorf("keys into no folder: %d, %q, want it named", code, stderr.String())
	}
}
