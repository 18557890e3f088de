package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"signet/lambda/api"
)

// forgedCall is a call of the backend that is signed, or sent, otherwise than the
// application's server does. Zero fields are as it does.
type forgedCall struct {
	what    string
	service string
	region  string
	ago     time.Duration
	hash    string // that is signed for the body
	// unsigned says that it is not signed at all.
	unsigned bool
	change   func(r *http.Request)
}

func (f forgedCall) request(t *testing.T, c *cloud, path, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequest("POST", c.API+"/backend"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	sum := sha256.Sum256([]byte(body))
	hash, service, region := hex.EncodeToString(sum[:]), "execute-api", c.Backend.Region
	if f.hash != "" {
		hash = f.hash
		r.Header.Set("X-Amz-Content-Sha256", hash)
	}
	if f.service != "" {
		service = f.service
	}
	if f.region != "" {
		region = f.region
	}
	if !f.unsigned {
		keys := aws.Credentials{AccessKeyID: c.Backend.AccessKeyID, SecretAccessKey: c.Backend.SecretAccessKey}
		if err := v4.NewSigner().SignHTTP(context.Background(), keys, r, hash, service, region, time.Now().Add(-f.ago)); err != nil {
			t.Fatal(err)
		}
	}
	if f.change != nil {
		f.change(r)
	}
	return r
}

// inAuthorization changes what stands in the header.
func inAuthorization(old, with string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, with, 1))
	}
}

// withBody sends another body than the signed one.
func withBody(text string) func(*http.Request) {
	return func(r *http.Request) {
		r.Body, r.ContentLength = http.NoBody, 0
		if text != "" {
			n := strings.NewReader(text)
			again, _ := http.NewRequest("POST", "http://x", n)
			r.Body, r.ContentLength, r.GetBody = again.Body, again.ContentLength, again.GetBody
		}
	}
}

// forgedCalls are calls that API Gateway's IAM authorizer refuses.
func forgedCalls(c *cloud) []forgedCall {
	put := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	add := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Add(name, value) }
	}
	to := func(change func(path string) string) func(*http.Request) {
		return func(r *http.Request) { r.URL.Path = change(r.URL.Path) }
	}
	return []forgedCall{
		{what: "no signature", unsigned: true},
		{what: "a caller's token", unsigned: true, change: put("Authorization", "Bearer "+c.Token)},
		{what: "a caller's token before the signature", change: func(r *http.Request) {
			r.Header["Authorization"] = []string{"Bearer " + c.Token, r.Header.Get("Authorization")}
		}},
		{what: "a signature for S3", service: "s3"},
		{what: "a signature for lambda", service: "lambda"},
		{what: "the service in other case", service: "Execute-API"},
		{what: "another region", region: "us-west-2"},
		{what: "a region named otherwise in the scope", change: inAuthorization(c.Backend.Region, "mars-1")},
		{what: "a clock six minutes late", ago: 6 * time.Minute},
		{what: "a clock six minutes ahead", ago: -6 * time.Minute},
		{what: "yesterday's signature", ago: 24 * time.Hour},
		{what: "a body that is not signed", hash: "UNSIGNED-PAYLOAD"},
		{what: "a body signed as a stream", hash: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"},
		{what: "the hash of no body", hash: hex.EncodeToString(make([]byte, 32))},
		{what: "another body", change: withBody(`{"owner":"bob","do":"upload","folder":"in","expires":"1h"}`)},
		{what: "no body", change: withBody("")},
		{what: "another path", change: to(func(p string) string { return strings.Replace(p, "/passes", "/files/delete", 1) })},
		{what: "two slashes", change: to(func(p string) string { return strings.Replace(p, "/backend/", "/backend//", 1) })},
		{what: "a way round", change: to(func(p string) string { return strings.Replace(p, "/backend/", "/backend/./", 1) })},
		{what: "a parameter more", change: func(r *http.Request) { r.URL.RawQuery = "owner=bob" }},
		{what: "another method", change: func(r *http.Request) { r.Method = "PUT" }},
		{what: "another host", change: func(r *http.Request) { r.Host = "localhost:" + r.URL.Port() }},
		{what: "the date twice", change: add("X-Amz-Date", time.Now().UTC().Format("20060102T150405Z"))},
		{what: "another date", change: put("X-Amz-Date", time.Now().Add(2*time.Minute).UTC().Format("20060102T150405Z"))},
		{what: "no date", change: func(r *http.Request) { r.Header.Del("X-Amz-Date") }},
		{what: "another type, which is signed", change: put("Content-Type", "text/plain")},
		{what: "the type twice", change: add("Content-Type", "application/json")},
		{what: "the host not among what is signed", change: inAuthorization("host;", "")},
		{what: "the date not among what is signed", change: inAuthorization(";x-amz-date", "")},
		{what: "nothing among what is signed", change: func(r *http.Request) {
			head, rest, _ := strings.Cut(r.Header.Get("Authorization"), "SignedHeaders=")
			_, rest, _ = strings.Cut(rest, ",")
			r.Header.Set("Authorization", head+"SignedHeaders=,"+rest)
		}},
		{what: "another algorithm", change: inAuthorization("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1")},
		{what: "an algorithm of two keys", change: inAuthorization("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")},
		{what: "no signature in it", change: inAuthorization("Signature=", "Signatur=")},
		{what: "a signature in capitals", change: func(r *http.Request) {
			head, signature, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
			r.Header.Set("Authorization", head+"Signature="+strings.ToUpper(signature))
		}},
		{what: "an empty signature", change: func(r *http.Request) {
			head, _, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
			r.Header.Set("Authorization", head+"Signature=")
		}},
		{what: "another end of the scope", change: inAuthorization("aws4_request", "aws4_reques")},
		{what: "the signature in the query", change: inTheQuery},
		{what: "who it is in headers of API Gateway's", unsigned: true, change: func(r *http.Request) {
			r.Header.Set("X-Amzn-Iam-Arn", "arn:aws:iam::111122223333:role/app")
			r.Header.Set("X-Amz-User-Arn", "arn:aws:iam::111122223333:role/app")
		}},
	}
}

// inTheQuery moves the signature there, where it is none of the same request.
func inTheQuery(r *http.Request) {
	q := r.URL.Query()
	for field := range strings.SplitSeq(strings.TrimPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 "), ", ") {
		name, value, _ := strings.Cut(field, "=")
		q.Set("X-Amz-"+name, value)
	}
	q.Set("X-Amz-Algorithm", "AWS4-HMAC-SHA256")
	q.Set("X-Amz-Date", r.Header.Get("X-Amz-Date"))
	r.URL.RawQuery = q.Encode()
	r.Header.Del("Authorization")
}

// Nobody is the backend but who has signed this very request, for this service, now. (A
// request may be sent again within five minutes, as at AWS: what it asks for is done
// again.) And the backend, too, is held to the owner that it names.
func TestAttacksOnTheBackend(t *testing.T) {
	c := startSharing(t, "")
	secret := sendAs(t, &api.Client{Base: c.API, Token: tokenOf(c.Tokens["bob"])}, "secret.txt", "x")
	const wish = `{"owner":"alice","do":"upload","folder":"in","expires":"1h"}`
	send := func(r *http.Request) (int, string) {
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		var text bytes.Buffer
		if _, err := text.ReadFrom(answer.Body); err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, text.String()
	}
	if status, text := send(forgedCall{}.request(t, c, "/passes", wish)); status >= 300 {
		t.Fatalf("as it should be: got %d %s: this test sees nothing else", status, text)
	}
	for _, f := range forgedCalls(c) {
		if status, text := send(f.request(t, c, "/passes", wish)); status != 403 && status != 404 && status != 405 && status != 421 || strings.Contains(text, `"token"`) {
			t.Errorf("%s: got %d %s, want it refused", f.what, status, text)
		}
	}
	for what, row := range map[string]struct{ method, path, body string }{
		"another's file":                    {"GET", "/files/url?owner=alice&key=" + secret, ""},
		"another's file, deleted":           {"POST", "/files/delete", `{"owner":"alice","keys":["` + secret + `"]}`},
		"another's file, moved":             {"POST", "/files/move", `{"owner":"alice","key":"` + secret + `","name":"x"}`},
		"addresses of another's":            {"POST", "/files/urls", `{"owner":"alice","keys":["` + secret + `"]}`},
		"no owner":                          {"GET", "/files", ""},
		"an empty owner":                    {"GET", "/files?owner=", ""},
		"two owners":                        {"GET", "/files?owner=alice&owner=bob", ""},
		"an owner twice":                    {"POST", "/files/delete", `{"owner":"alice","owner":"bob","keys":["` + secret + `"]}`},
		"an owner in the query of a POST":   {"POST", "/files/delete?owner=bob", `{"owner":"alice","keys":["` + secret + `"]}`},
		"an owner in other case":            {"POST", "/files/delete", `{"Owner":"bob","keys":["` + secret + `"]}`},
		"an owner that is a list":           {"POST", "/files/delete", `{"owner":["bob"],"keys":["` + secret + `"]}`},
		"an owner that is a path":           {"GET", "/files/url?owner=alice/../bob&key=" + secret, ""},
		"an owner that is a step":           {"GET", "/files/url?owner=..&key=" + secret, ""},
		"uploads, which it has no call for": {"POST", "/uploads", `{"owner":"alice","name":"a","size":1}`},
	} {
		if status, body := c.backendCall(t, row.method, "/backend"+row.path, row.body); status < 400 && !bytes.Contains(body, []byte(`"error"`)) || status >= 500 || bytes.Contains(body, []byte("X-Amz-Signature")) {
			t.Errorf("%s: got %d %s, want it refused", what, status, body)
		}
	}
	if _, err := (&api.Client{Base: c.API, Token: tokenOf(c.Tokens["bob"])}).FileInfo(t.Context(), secret, ""); err != nil {
		t.Errorf("bob's file: %v", err)
	}
}
