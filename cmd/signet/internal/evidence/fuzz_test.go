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
		requests, err := HAR(data)
		if err != nil {
			return
		}
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
	})
}
