package presign

import (
	"testing"
	"time"

	"signet/lambda/upload"
)

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// vectors are the worked examples of S3's documentation, in the query
// (API/sigv4-query-string-auth.html) and in the header
// (API/sig-v4-header-based-auth.html).
var vectors = []struct {
	name      string
	message   Message
	canonical string
	hash      string // of the canonical request, at the end of the string to sign
	signature string
}{
	{
		"GetObject in the query",
		Message{
			Method: "GET", Path: "/test.txt",
			Query: []upload.Header{
				{Name: "X-Amz-Algorithm", Value: "AWS4-HMAC-SHA256"},
				{Name: "X-Amz-Credential", Value: "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"},
				{Name: "X-Amz-Date", Value: "20130524T000000Z"},
				{Name: "X-Amz-Expires", Value: "86400"},
				{Name: "X-Amz-SignedHeaders", Value: "host"},
			},
			Headers: []upload.Header{{Name: "Host", Value: "examplebucket.s3.amazonaws.com"}},
		},
		"GET\n/test.txt\nX-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
			"&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\nhost:examplebucket.s3.amazonaws.com\n\nhost\nUNSIGNED-PAYLOAD",
		"3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04",
		"aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
	},
	{
		"GetObject with a range",
		Message{
			Method: "GET", Path: "/test.txt", PayloadHash: emptyHash,
			Headers: []upload.Header{
				{Name: "x-amz-date", Value: "20130524T000000Z"}, {Name: "Range", Value: "bytes=0-9"},
				{Name: "Host", Value: "examplebucket.s3.amazonaws.com"}, {Name: "x-amz-content-sha256", Value: emptyHash},
			},
		},
		"GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\nx-amz-content-sha256:" + emptyHash +
			"\nx-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n" + emptyHash,
		"7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972",
		"f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
	},
	{
		"PutObject",
		Message{
			Method: "PUT", Path: EscapePath("/test$file.text"), PayloadHash: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
			Headers: []upload.Header{
				{Name: "Date", Value: "Fri, 24 May 2013 00:00:00 GMT"}, {Name: "Host", Value: "examplebucket.s3.amazonaws.com"},
				{Name: "x-amz-content-sha256", Value: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"},
				{Name: "x-amz-date", Value: "20130524T000000Z"}, {Name: "x-amz-storage-class", Value: "REDUCED_REDUNDANCY"},
			},
		},
		"PUT\n/test%24file.text\n\ndate:Fri, 24 May 2013 00:00:00 GMT\nhost:examplebucket.s3.amazonaws.com\n" +
			"x-amz-content-sha256:44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072\nx-amz-date:20130524T000000Z\nx-amz-storage-class:REDUCED_REDUNDANCY\n\n" +
			"date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class\n44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
		"9e0e90d9c76de8fa5b200d8c849cd5b8dc7a3be3951ddb7f6a76b4158342019d",
		"98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
	},
	{
		"a subresource without a value",
		Message{
			Method: "GET", Path: "/", Query: []upload.Header{{Name: "lifecycle"}}, PayloadHash: emptyHash,
			Headers: []upload.Header{
				{Name: "Host", Value: "examplebucket.s3.amazonaws.com"}, {Name: "x-amz-date", Value: "20130524T000000Z"}, {Name: "x-amz-content-sha256", Value: emptyHash},
			},
		},
		"GET\n/\nlifecycle=\nhost:examplebucket.s3.amazonaws.com\nx-amz-content-sha256:" + emptyHash +
			"\nx-amz-date:20130524T000000Z\n\nhost;x-amz-content-sha256;x-amz-date\n" + emptyHash,
		"9766c798316ff2757b517bc739a67f6213b4ab36dd5da2f94eaebf79c77395ca",
		"fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
	},
	{
		"ListObjects, parameters out of order",
		Message{
			Method: "GET", Path: "/", Query: []upload.Header{{Name: "prefix", Value: "J"}, {Name: "max-keys", Value: "2"}}, PayloadHash: emptyHash,
			Headers: []upload.Header{
				{Name: "Host", Value: "examplebucket.s3.amazonaws.com"}, {Name: "x-amz-date", Value: "20130524T000000Z"}, {Name: "x-amz-content-sha256", Value: emptyHash},
			},
		},
		"GET\n/\nmax-keys=2&prefix=J\nhost:examplebucket.s3.amazonaws.com\nx-amz-content-sha256:" + emptyHash +
			"\nx-amz-date:20130524T000000Z\n\nhost;x-amz-content-sha256;x-amz-date\n" + emptyHash,
		"df57d21db20da04d7fa30298dd4488ba3a2b47ca3a489c74750e0f1e7df1b9b7",
		"34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
	},
}

func TestVectors(t *testing.T) {
	scope := Scope{Time: time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC), Region: "us-east-1"}
	credentials := Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
	for _, tt := range vectors {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.message.CanonicalRequest(); got != tt.canonical {
				t.Errorf("canonical request\n got %q\nwant %q", got, tt.canonical)
			}
			toSign := "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n" + tt.hash
			if got := scope.StringToSign(tt.canonical); got != toSign {
				t.Errorf("string to sign\n got %q\nwant %q", got, toSign)
			}
			if got := credentials.Sign(scope, toSign); got != tt.signature {
				t.Errorf("signature\n got %s\nwant %s", got, tt.signature)
			}
		})
	}
}

// TestDerivedKey is the example of a signing key in AWS's documentation of
// Signature Version 4, whose service is IAM.
func TestDerivedKey(t *testing.T) {
	credentials := Credentials{SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
	scope := Scope{Time: time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC), Region: "us-east-1", Service: "iam"}
	toSign := "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\nf536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
	if got, want := credentials.Sign(scope, toSign), "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := scope.String(), "20150830/us-east-1/iam/aws4_request"; got != want {
		t.Errorf("got scope %s, want %s", got, want)
	}
}

func TestMessage(t *testing.T) {
	m := Message{
		Method: "PUT", Path: "/k",
		Query: []upload.Header{{Name: "b", Value: "a/b"}, {Name: "b", Value: "a-b"}, {Name: "a-", Value: "1"}, {Name: "a", Value: "ü ~+"}, {Name: "B", Value: ""}},
		Headers: []upload.Header{
			{Name: "X-Amz-Meta-N", Value: "  two   spaces "}, {Name: "host", Value: "h"}, {Name: "x-amz-meta-n", Value: "more"}, {Name: "Content-Type", Value: ""},
		},
	}
	// Encoded values sort otherwise than decoded ones: % comes before -.
	if got, want := m.CanonicalQuery(), "B=&a=%C3%BC%20~%2B&a-=1&b=a%2Fb&b=a-b"; got != want {
		t.Errorf("query: got %s, want %s", got, want)
	}
	if got, want := m.SignedHeaders(), "content-type;host;x-amz-meta-n"; got != want {
		t.Errorf("signed headers: got %s, want %s", got, want)
	}
	want := "PUT\n/k\n" + m.CanonicalQuery() + "\ncontent-type:\nhost:h\nx-amz-meta-n:two spaces,more\n\n" + m.SignedHeaders() + "\nUNSIGNED-PAYLOAD"
	if got := m.CanonicalRequest(); got != want {
		t.Errorf("canonical request: got %q, want %q", got, want)
	}
}

func TestEscapePath(t *testing.T) {
	tests := []struct{ key, want string }{
		{"", ""},
		{"AZaz09-._~/", "AZaz09-._~/"},
		{"a b", "a%20b"},
		{"a+b=c", "a%2Bb%3Dc"},
		{"a%2Fb", "a%252Fb"},
		{"a//b/", "a//b/"},
		{"/a", "/a"},
		{"ß", "%C3%9F"},
		{"😀", "%F0%9F%98%80"},
		{"!*'();:@&$,?#[]", "%21%2A%27%28%29%3B%3A%40%26%24%2C%3F%23%5B%5D"},
		{"\x00\x7f\xff", "%00%7F%FF"},
	}
	for _, tt := range tests {
		if got := EscapePath(tt.key); got != tt.want {
			t.Errorf("EscapePath(%q): got %s, want %s", tt.key, got, tt.want)
		}
	}
}
