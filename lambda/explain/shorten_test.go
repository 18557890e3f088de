package explain

import (
	"strings"
	"testing"
)

func TestShorten(t *testing.T) {
	hex := strings.Repeat("0f", 32)
	for _, tt := range []struct{ text, want string }{
		{"https://b/k?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261124&X-Amz-Signature=" + hex, "https://b/k?X-Amz-Credential=AKIA…%2F20261124&X-Amz-Signature=0f0f…"},
		{"https://b/k?X-Amz-Credential=minioadmin/20261124&a=b", "https://b/k?X-Amz-Credential=mini…/20261124&a=b"},
		{"?X-Amz-Security-Token=IQoJb3JpZ2luX2VjEA&x=y", "?X-Amz-Security-Token=IQoJ…&x=y"},
		{"?x-amz-security-token=IQoJb3JpZ2luX2VjEA", "?x-amz-security-token=IQoJ…"},
		{"?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=vjbyPxybdZaNmGa%2ByT272YEAiv4%3D", "?AWSAccessKeyId=AKIA…&Signature=vjby…"},
		{"<SignatureProvided>" + hex + "</SignatureProvided>", "<SignatureProvided>0f0f…</SignatureProvided>"},
		{"the key AKIAIOSFODNN7EXAMPLE is unknown", "the key AKIA…MPLE is unknown"},
		{"AWS4-HMAC-SHA256\n" + hex, "AWS4-HMAC-SHA256\n0f0f…"},
		{"SignatureDoesNotMatch: The request signature we calculated", "SignatureDoesNotMatch: The request signature we calculated"},
		{"Signature=", "Signature="},
		{`{"secretAccessKey":"minio12345","sessionToken": "IQoJb3JpZ2luX2VjEA"}`, `{"secretAccessKey":"mini…","sessionToken": "IQoJ…"}`},
		{"AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY region=eu-west-1", "AWS_SECRET_ACCESS_KEY=wJal… region=eu-west-1"},
		{"'secret_key' => 'hunter2hunter2',", "'secret_key' => 'hunt…',"},
		{`{\"secretAccessKey\":\"minio12345\"}`, `{\"secretAccessKey\":\"mini…\"}`},
		{"signed with wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY: refused", "signed with wJal…: refused"},
		{"https://user:p4ssw0rd@minio.example.com/b", "https://…@minio.example.com/b"},
		{"Authorization: Bearer eyJhbGciOi.eyJzdWIiOi.sig", "Authorization: Bearer eyJh…"},
		{"token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln is over", "token eyJh… is over"},
		{"check the secret access key for a cut end", "check the secret access key for a cut end"},
		{"commit da39a3ee5e6b4b0d3255bfef95601890afd80709 of it", "commit da39a3ee5e6b4b0d3255bfef95601890afd80709 of it"},
		{"", ""},
	} {
		if got := Shorten(tt.text); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.text, got, tt.want)
		}
		if got := Shorten(Shorten(tt.text)); got != tt.want {
			t.Errorf("%s, twice: got %s, want %s", tt.text, got, tt.want)
		}
	}
}

func FuzzExplain(f *testing.F) {
	f.Add(onAWS, "PUT", xmlError("SignatureDoesNotMatch", "m", "<CanonicalRequest>PUT\n/a\n\nhost:x\n\nhost\nUNSIGNED-PAYLOAD</CanonicalRequest>"), 403)
	f.Add("http://[::1]:9000/b?a=%zz&&=", "", "<Error><Code>&#x110000;</Code>", 0)
	f.Fuzz(func(t *testing.T, url, method, response string, status int) {
		got := Explain(Request{URL: url, Method: method, Response: response, Status: status, Time: at})
		if got.Code == "" || got.Fix == "" || len(got.Evidence) == 0 {
			t.Errorf("got %+v, want a cause, its evidence and a fix", got)
		}
	})
}
