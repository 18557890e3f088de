package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	signature = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	signedURL = "https://bucket.s3.eu-west-1.amazonaws.com/a.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261124%2Feu-west-1%2Fs3%2Faws4_request" +
		"&X-Amz-Date=20261124T115900Z&X-Amz-Expires=900&X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Signature=" + signature
)

func explained(args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	code = run(append([]string{"explain"}, args...), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestExplain(t *testing.T) {
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	expired := file("expired.xml", "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")
	whole := file("whole.txt", "HTTP/1.1 503 Slow Down\r\nServer: AmazonS3\r\n\r\n<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>")
	odd := file("odd.xml", "<Error><Code>Odd</Code><Message>odd</Message></Error>")
	curl := file("curl.txt", "> PUT /k HTTP/1.1\n> Host: b.s3.eu-west-1.amazonaws.com\n>\n< HTTP/1.1 503 Slow Down\n< Server: AmazonS3\n<\n<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>\n")
	sdk := file("sdk.txt", "An error occurred (AccessControlListNotSupported) when calling the PutObject operation: The bucket does not allow ACLs\n")
	nothing := file("nothing.txt", "all is well\n")
	late := file("fields.json", `[["file",""],["key","a"],["policy","e30="]]`)
	har := file("a.har", `{"log":{"entries":[
	 {"startedDateTime":"2026-11-24T12:00:00Z","request":{"method":"PUT","url":"`+signedURL+`","headers":[{"name":"content-type","value":"text/plain"}]},"response":{"status":200,"headers":[],"content":{}}},
	 {"startedDateTime":"2026-11-24T13:00:00Z","request":{"method":"PUT","url":"`+signedURL+`","headers":[{"name":"content-type","value":"text/plain"}]},"response":{"status":403,"headers":[],"content":{}}}]}}`)
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"a URL in time", []string{signedURL, "--at", "2026-11-24T12:00:00Z"}, 0, "cause     ok"},
		{"a URL by S3's time", []string{signedURL, "--at", "20261124T120000Z"}, 0, "cause     ok"},
		{"a URL that is late", []string{"--at", "2026-11-24T13:00:00Z", signedURL}, 0, "cause     expired"},
		{"a URL of before", []string{signedURL}, 0, "cause     "},
		{"an answer", []string{signedURL, "--status", "403", "--response", expired, "--method", "PUT"}, 0, "cause     expired (98 %)"},
		{"a whole answer", []string{signedURL, "--response", whole}, 0, "cause     slow-down"},
		{"an odd answer", []string{signedURL, "--status", "400", "--response", odd}, 1, "cause     unknown"},
		{"a header that is missing", []string{signedURL, "--method", "PUT", "--header", "x: y", "--at", "2026-11-24T12:00:00Z"}, 0, "cause     header-missing"},
		{"no answer", []string{signedURL, "--method", "PUT", "--status", "0", "--at", "2026-11-24T12:00:00Z"}, 0, "cause     cors-preflight"},
		{"fields", []string{"--fields", late}, 0, "cause     form-file-not-last"},
		{"a HAR", []string{har}, 0, "cause     expired"},
		{"help", []string{"--help"}, 0, "signet explain URL"},
		{"nothing", nil, 2, ""},
		{"two URLs", []string{signedURL, signedURL}, 2, ""},
		{"a bad time", []string{signedURL, "--at", "noon"}, 2, ""},
		{"a bad header", []string{signedURL, "--header", "x"}, 2, ""},
		{"a bad status", []string{signedURL, "--status", "4o3"}, 2, ""},
		{"a bad size", []string{signedURL, "--body-size", "-1"}, 2, ""},
		{"a bad flag", []string{signedURL, "--verbose"}, 2, ""},
		{"a secret that is not there", []string{signedURL, "--secret-from-env"}, 2, ""},
		{"no such HAR", []string{filepath.Join(dir, "none.har")}, 1, ""},
		{"an answer by itself", []string{expired}, 0, "cause     expired"},
		{"curl's words", []string{curl}, 0, "cause     slow-down"},
		{"an SDK's words", []string{sdk}, 0, "cause     acl-disabled"},
		{"an odd answer by itself", []string{odd}, 1, "cause     unknown"},
		{"nothing of S3", []string{nothing}, 1, ""},
		{"no such answer", []string{signedURL, "--response", filepath.Join(dir, "none")}, 1, ""},
		{"no fields", []string{"--fields", odd}, 1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := explained(tt.args...)
			if code != tt.code || !strings.Contains(out, tt.want) || strings.Contains(out+errs, signature) || strings.Contains(out+errs, "AKIAIOSFODNN7EXAMPLE") {
				t.Errorf("got %d\n%s%s\nwant %d, %q, and no secret", code, out, errs, tt.code, tt.want)
			}
			if tt.want == "" && (out != "" || !strings.HasPrefix(errs, "signet: ")) {
				t.Errorf("got %q and %q, want an error alone", out, errs)
			}
		})
	}
}

func TestExplainJSON(t *testing.T) {
	code, out, errs := explained(signedURL, "--at", "2026-11-24T13:00:00Z", "--json")
	var got struct {
		Requests []struct {
			URL, Cause, Fix string
			Confidence      float64
			Evidence        []string
			Causes          []struct{ Cause string }
		}
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != 0 || len(got.Requests) != 1 {
		t.Fatalf("got %d %s%s: %v", code, out, errs, err)
	}
	r := got.Requests[0]
	if r.Cause != "expired" || r.Causes[0].Cause != r.Cause || r.Confidence <= 0.5 || len(r.Evidence) == 0 || r.Fix == "" || !strings.HasSuffix(r.URL, "X-Amz-Signature=0123…") {
		t.Errorf("got %+v", r)
	}
}
