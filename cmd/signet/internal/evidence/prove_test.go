package evidence

import (
	"strings"
	"testing"

	"signet/lambda/explain"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

// TestProve: with the secret, what was signed is found although S3's error says
// nothing but that the signature differs.
func TestProve(t *testing.T) {
	keys := presign.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "secret"}
	signers := newSigners(t)
	for _, tt := range []struct {
		name   string
		want   explain.Code
		change func(signed) signed
	}{
		{"nothing", explain.WrongSecret, func(s signed) signed { return s }},
		{"the method", explain.WrongMethod, func(s signed) signed { s.method = "GET"; return s }},
		{"the type", explain.ContentTypeMismatch, func(s signed) signed { return s.send("content-type", "text/html") }},
		{"a charset", explain.ContentTypeMismatch, func(s signed) signed { return s.send("content-type", "image/png; charset=binary") }},
		{"a parameter", explain.QueryChanged, func(s signed) signed { s.url += "&ref=mail"; return s }},
		{"HTML's escapes", explain.QueryChanged, func(s signed) signed { s.url = strings.ReplaceAll(s.url, "&", "&amp;"); return s }},
		{"encoded twice", explain.DoubleEncoded, func(s signed) signed { s.url = strings.Replace(s.url, "%20", "%2520", 1); return s }},
		{"a plus", explain.PlusOrSpace, func(s signed) signed { s.url = strings.Replace(s.url, "%20", "+", 1); return s }},
		{"the host", explain.WrongHost, func(s signed) signed { s.url = strings.Replace(s.url, "127.0.0.1", "localhost", 1); return s }},
	} {
		for _, by := range []string{bySignet, bySDK, byBotocore} {
			w := wish{method: "PUT", base: "http://127.0.0.1:9000/b", key: "a b.png", region: "eu-west-1", keys: keys, headers: []upload.Header{contentType("image/png")}}
			s := tt.change(signers.sign(t, by, w))
			r := explain.Request{Method: s.method, URL: s.url, Headers: s.headers, Status: 403,
				Response: "<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>"}
			if Prove(r, "another") != nil {
				t.Errorf("%s by %s: proved with another secret", tt.name, by)
			}
			if r.Signed = Prove(r, keys.SecretAccessKey); r.Signed == nil && tt.name != "HTML's escapes" {
				t.Errorf("%s by %s: got no proof", tt.name, by)
			}
			if got := explain.Explain(r); got.Code != tt.want {
				t.Errorf("%s by %s: got %s %q, want %s", tt.name, by, got.Code, got.Evidence, tt.want)
			}
		}
	}
	for _, bad := range []string{"", "https://b/k", "::", "https://b/k?X-Amz-Credential=a&X-Amz-Date=b"} {
		if got := Prove(explain.Request{URL: bad}, "s"); got != nil {
			t.Errorf("%q: got %+v, want nothing", bad, got)
		}
	}
}
