package evidence

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"signet/lambda/explain"
	"signet/lambda/upload"
)

// FuzzHAR sees that what somebody was sent to look at is read, explained and printed,
// or refused, whatever it is; and that nothing of it gets at the terminal.
func FuzzHAR(f *testing.F) {
	request := explain.Request{Method: "PUT", URL: "https://b.s3.eu-west-1.amazonaws.com/uploads/a?X-Amz-Signature=x", Time: time.Unix(1_700_000_000, 0),
		Headers: []upload.Header{{Name: "Content-Type", Value: "text/plain"}}, Status: 403, Response: "<Error><Code>SignatureDoesNotMatch</Code></Error>"}
	f.Add(asHAR(&testing.T{}, request, false))
	f.Add(asHAR(&testing.T{}, request, true))
	f.Add([]byte(`{"log":{"entries":[{"request":{"method":"\u001b[31m","url":"https://b.s3.amazonaws.com/%1b"},"response":{"status":-1}}]}}`))
	f.Add([]byte(`{"log":{"entries":[{"request":{"method":"POST","url":"http://[::1"},"response":{"content":{"text":"!","encoding":"base64"}}}]}}`))
	f.Add([]byte(`{"log":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if requests, err := HAR(data); err == nil {
			printable(t, requests)
		}
	})
}

// FuzzRead sees the same of what somebody pastes: logs, consoles, exceptions, HTTP.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"> PUT /a HTTP/1.1\n> Host: b.s3.amazonaws.com\n>\n< HTTP/1.1 403 Forbidden\n<\n<Error><Code>AccessDenied</Code></Error>",
		"Access to fetch at 'https://b.s3.amazonaws.com/a' from origin 'http://localhost:1' has been blocked by CORS policy: Response to preflight request doesn't pass",
		"An error occurred (SlowDown) when calling the PutObject operation: Please reduce your request rate.",
		"AccessDenied: Access Denied\n\tstatus code: 403, request id: 1\x1b[31m",
		"--x\nContent-Disposition: form-data; name=\"policy\"\n\ne30=\n--x--",
		"2026 DEBUG - Sending http request: <AWSPreparedRequest stream_output=False, method=PUT, url=https://b.s3.amazonaws.com/a, headers={'a': b'b'}>\nResponse body:\nb'<Error>'",
		`{"url":"https://b.s3.amazonaws.com/","fields":{"policy":"e30=","key":"a"}}`,
		"https://b.s3.amazonaws.com/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20260101%2Fr%2Fs3%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=1&X-Amz-SignedHeaders=host&X-Amz-Signature=0",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if requests, err := Read(data, time.Unix(1_795_000_000, 0)); err == nil {
			printable(t, requests)
		}
	})
}

// printable wants JSON, and text without anything that moves a terminal.
func printable(t *testing.T, requests []explain.Request) {
	t.Helper()
	report := Explain(requests)
	var text, structured bytes.Buffer
	if err := report.Text(&text); err != nil {
		t.Fatal(err)
	}
	if err := report.JSON(&structured); err != nil || !json.Valid(structured.Bytes()) {
		t.Fatalf("got %q (%v), want JSON", &structured, err)
	}
	if !utf8.Valid(text.Bytes()) || strings.ContainsFunc(text.String(), func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) {
		t.Fatalf("got %q, want text for a terminal", &text)
	}
}
