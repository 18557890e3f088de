package evidence

import (
	"strings"
	"testing"

	"signet/lambda/explain"
)

// wrappedShapes are HTTP in the logs of other tools.
func wrappedShapes() []shape {
	const head = `Host: m.lan:9000
Content-Length: 5
`
	const denied = `<Error><Code>AccessControlListNotSupported</Code><Message>The bucket does not allow ACLs</Message></Error>`
	return []shape{
		{"rclone --dump bodies", explain.ACLDisabled, "x-amz-acl", `2026/11/24 11:59:01 DEBUG : >>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>
2026/11/24 11:59:01 DEBUG : HTTP REQUEST (req 0xc0)
2026/11/24 11:59:01 DEBUG : PUT /b/k?` + signedHere + ` HTTP/1.1
` + head + `X-Amz-Acl: public-read

2026/11/24 11:59:01 DEBUG : >>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>
2026/11/24 11:59:01 DEBUG : <<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<
2026/11/24 11:59:01 DEBUG : HTTP RESPONSE (req 0xc0)
2026/11/24 11:59:01 DEBUG : HTTP/1.1 400 Bad Request
Content-Type: application/xml

` + denied},
		{"mc --debug", explain.ACLDisabled, "x-amz-acl", `mc: <DEBUG> PUT /b/k?` + signedHere + ` HTTP/1.1
` + head + `X-Amz-Acl: public-read

mc: <DEBUG> HTTP/1.1 400 Bad Request
Content-Type: application/xml

` + denied + `
mc: <DEBUG> Response Time: 1.2ms`},
		{"mc --debug, in boxes", explain.ACLDisabled, "x-amz-acl", `┌────────────────┐
│ PUT /b/k?` + signedHere + ` HTTP/1.1
│ Host: m.lan:9000
│ X-Amz-Acl: public-read
├────────────────┤
│ HTTP/1.1 400 Bad Request
│ Content-Type: application/xml
│
│ ` + denied + `
└────────────────┘`},
		{"mc admin trace -v", explain.ACLDisabled, "x-amz-acl", `m.lan:9000 [REQUEST s3.PutObject] [2026-11-24T11:59:01.000] [Client IP: 192.0.2.7]
m.lan:9000 PUT /b/k?` + signedHere + `
m.lan:9000 Proto: HTTP/1.1
m.lan:9000 Host: m.lan:9000
m.lan:9000 X-Amz-Acl: public-read
m.lan:9000 <BLOB>
m.lan:9000 [RESPONSE] [2026-11-24T11:59:01.003] [ Duration 3ms TTFB 3ms ]
m.lan:9000 400 Bad Request
m.lan:9000 Content-Type: application/xml
m.lan:9000 ` + denied},
		{"Apache's client, headers and wire", explain.ACLDisabled, "x-amz-acl", `09:59:36.400 [main] DEBUG org.apache.http.headers - http-outgoing-0 >> PUT /b/k?` + signedHere + ` HTTP/1.1
09:59:36.400 [main] DEBUG org.apache.http.headers - http-outgoing-0 >> Host: m.lan:9000
09:59:36.400 [main] DEBUG org.apache.http.headers - http-outgoing-0 >> x-amz-acl: public-read
09:59:36.400 [main] DEBUG org.apache.http.wire - http-outgoing-0 >> "x-amz-acl: public-read[\r][\n]"
09:59:36.400 [main] DEBUG org.apache.http.wire - http-outgoing-0 >> "[\r][\n]"
09:59:36.429 [main] DEBUG org.apache.http.headers - http-outgoing-0 << HTTP/1.1 400 Bad Request
09:59:36.429 [main] DEBUG org.apache.http.headers - http-outgoing-0 << Content-Type: application/xml
09:59:36.500 [main] DEBUG org.apache.http.wire - http-outgoing-0 << "[\r][\n]"
09:59:36.500 [main] DEBUG org.apache.http.wire - http-outgoing-0 << "` + denied + `"`},
		{"Apache's client, wire alone", explain.ACLDisabled, "x-amz-acl", `DEBUG org.apache.http.wire - http-outgoing-0 >> "PUT /b/k?` + signedHere + ` HTTP/1.1[\r][\n]"
DEBUG org.apache.http.wire - http-outgoing-0 >> "Host: m.lan:9000[\r][\n]"
DEBUG org.apache.http.wire - http-outgoing-0 >> "x-amz-acl: public-read[\r][\n]"
DEBUG org.apache.http.wire - http-outgoing-0 >> "[\r][\n]"
DEBUG org.apache.http.wire - http-outgoing-0 << "HTTP/1.1 400 Bad Request[\r][\n]"
DEBUG org.apache.http.wire - http-outgoing-0 << "[\r][\n]"
DEBUG org.apache.http.wire - http-outgoing-0 << "` + denied + `"`},
	}
}

// TestWrappedIsWhole: out of another tool's log come request and answer, not the
// error alone.
func TestWrappedIsWhole(t *testing.T) {
	for _, s := range wrappedShapes() {
		requests, err := Read([]byte(s.text), threadNow)
		if err != nil || len(requests) != 1 {
			t.Errorf("%s: got %d requests and %v, want one", s.name, len(requests), err)
			continue
		}
		r := requests[0]
		if r.Method != "PUT" || !strings.HasPrefix(r.URL, "http://m.lan:9000/b/k?X-Amz-") || r.Status != 400 || find(r.Headers, "x-amz-acl") != "public-read" || !strings.HasPrefix(r.Response, "<Error>") {
			t.Errorf("%s: got %+v", s.name, r)
		}
	}
}
