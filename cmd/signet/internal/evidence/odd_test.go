package evidence

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"signet/lambda/explain"
)

// Nobody's secrets, in the forms in which people paste them along.
const (
	oddSecret    = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	oddToken     = "IQoJb3JpZ2luX2VjEXAMPLETOKENxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	oddSignature = "aaaaaaaaaaaaaaaa0123456789abcdefaaaaaaaaaaaaaaaa0123456789abcdef"
	oddURL       = "https://photos.s3.us-east-1.amazonaws.com/a.jpg?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAIOSFODNN7EXAMPLE%2F20261124%2Fus-east-1%2Fs3%2Faws4_request" +
		"&X-Amz-Date=20261124T115900Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Security-Token=" + oddToken + "&X-Amz-Signature=" + oddSignature
)

// TestOddPastes reads what stands around an error in real life: colours, Windows' line
// ends, other languages, lines of JSON, half an answer; and prints no secret of it.
func TestOddPastes(t *testing.T) {
	for _, tt := range []struct {
		name, paste string
		want        explain.Code
	}{
		{"a terminal's colours", "\x1b[31m\x1b[1mERROR\x1b[0m \x1b[31mAccessDenied: User: arn:aws:iam::111122223333:user/app is not authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::b/k\" with an explicit deny in a service control policy\x1b[0m\n  \x1b[32m'$metadata'\x1b[39m: { httpStatusCode: \x1b[33m403\x1b[39m },\n  Code: \x1b[32m'AccessDenied'\x1b[39m\n", explain.Permission},
		{"lines of JSON, with the settings", `{"level":"debug","msg":"설정","aws_access_key_id":"AKIAIOSFODNN7EXAMPLE","aws_secret_access_key":"` + oddSecret + `","session_token":"` + oddToken + `"}` + "\n" +
			`{"level":"error","msg":"업로드 실패","err":"operation error S3: PutObject, https response error StatusCode: 400, RequestID: R1, HostID: H1, api error ExpiredToken: The provided token has expired.","url":"` + oddURL + `"}`, explain.CredentialsExpired},
		{"a client's settings in its complaint", `S3Client failed: connect ECONNREFUSED 10.0.0.5:9000 (config: {"accessKeyId":"AKIAIOSFODNN7EXAMPLE","secretAccessKey":"` + oddSecret + `","sessionToken":"` + oddToken + `"})`, explain.WrongHost},
		{"a secret in a sentence and in an address", "could not sign with " + oddSecret + ": connection reset by peer while uploading to https://user:p4ssw0rdEXAMPLE@minio.example.com:9000/b/k?X-Amz-Signature=" + oddSignature + "&X-Amz-Security-Token=" + oddToken, explain.BodyCut},
		{"half an answer", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message><X-Amz-Expires>900</X-Amz-Expires><Expires>2026-11-24T12:14:00Z</Expi", explain.Expired},
		{"an answer without its root, among Korean", "안녕하세요, 업로드가 안 됩니다.\r\n<Code>EntityTooLarge</Code>\r\n<Message>Your proposed upload exceeds the maximum allowed size</Message>\r\n감사합니다", explain.TooLarge},
		{"a progress bar", "upload: 12%\rupload: 55%\rupload: 99%\rAn error occurred (SlowDown) when calling the UploadPart operation: Please reduce your request rate.\r\n", explain.SlowDown},
		{"the token of another service", "fetch failed with headers Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJFWEFNUExFVE9LRU4ifQ.c2lnbmF0dXJl: getaddrinfo ENOTFOUND minio", explain.WrongHost},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list, err := Read([]byte(tt.paste), time.Date(2026, 11, 24, 12, 0, 5, 0, time.UTC))
			if err != nil {
				t.Fatal(err)
			}
			report := Explain(list)
			if got := report.Requests[0].Code; got != tt.want {
				t.Errorf("got %+v, want %s", report.Requests[0], tt.want)
			}
			var printed strings.Builder
			if err := report.Text(&printed); err != nil {
				t.Fatal(err)
			}
			machine, err := json.Marshal(report)
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range []string{oddSecret[:12], "EXAMPLETOKEN", oddSignature[:16], "IOSFODNN7EXAMPLE", "p4ssw0rd", "eyJzdWIi", "\x1b"} {
				if strings.Contains(printed.String()+string(machine), secret) {
					t.Errorf("%q is printed: %s", secret, printed.String())
				}
			}
		})
	}
}
