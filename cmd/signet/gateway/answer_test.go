package gateway

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func wantEncrypted(t *testing.T, h http.Header) {
	t.Helper()
	got := []string{h.Get(sseHeader), h.Get(sseKeyHeader), h.Get(sseKeyEnabled)}
	if want := []string{"aws:kms", testKMSKey, "true"}; !slices.Equal(got, want) {
		t.Errorf("got encryption %q, want %q", got, want)
	}
}

func TestEncryptionIsVisible(t *testing.T) {
	g := newGateway(t)
	do := func(name, method, path, body string, header http.Header, encrypted bool) answer {
		t.Helper()
		a := send(t, g.presign(t, method, path, body, header))
		if a.status >= 300 {
			t.Fatalf("%s: got %d %s", name, a.status, a.body)
		}
		t.Run(name, func(t *testing.T) {
			if encrypted {
				wantEncrypted(t, a.header)
			} else if a.header.Get(sseHeader) != "" {
				t.Errorf("got encryption %q, want none", a.header.Get(sseHeader))
			}
		})
		return a
	}
	between := func(s, from, to string) string {
		_, s, _ = strings.Cut(s, from)
		s, _, _ = strings.Cut(s, to)
		return s
	}
	do("PutObject", "PUT", "/uploads/mine/a", "hello", nil, true)
	do("PutObject with the key", "PUT", "/uploads/mine/a", "hello", http.Header{
		"X-Amz-Server-Side-Encryption": {"aws:kms"}, "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id": {testKMSKey}}, true)
	do("GetObject", "GET", "/uploads/mine/a", "", nil, true)
	do("GetObject, range", "GET", "/uploads/mine/a", "", http.Header{"Range": {"bytes=1-2"}}, true)
	do("HeadObject", "HEAD", "/uploads/mine/a", "", nil, true)
	do("CopyObject", "PUT", "/uploads/mine/b", "", http.Header{"X-Amz-Copy-Source": {"/uploads/mine/a"}}, true)
	id := url.QueryEscape(between(do("CreateMultipartUpload", "POST", "/uploads/mine/m?uploads=", "", nil, true).body, "<UploadId>", "<"))
	etag := do("UploadPart", "PUT", "/uploads/mine/m?partNumber=1&uploadId="+id, "hello", nil, true).header.Get("ETag")
	do("ListParts", "GET", "/uploads/mine/m?uploadId="+id, "", nil, false)
	do("CompleteMultipartUpload", "POST", "/uploads/mine/m?uploadId="+id,
		"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"+etag+"</ETag></Part></CompleteMultipartUpload>", nil, true)
	do("ListObjectsV2", "GET", "/uploads?list-type=2&prefix=mine/", "", nil, false)
	do("DeleteObject", "DELETE", "/uploads/mine/a", "", nil, false)
	if a := send(t, g.presign(t, "GET", "/uploads/mine/none", "", nil)); a.status != 404 || a.header.Get(sseHeader) != "" {
		t.Errorf("got %d, encryption %q, want 404 and none", a.status, a.header.Get(sseHeader))
	}
}

func TestRefusedAttributes(t *testing.T) {
	g := newGateway(t)
	const sse = "X-Amz-Server-Side-Encryption"
	for _, c := range []struct {
		name   string
		header http.Header
	}{
		{"AES256", http.Header{sse: {"AES256"}}},
		{"rubbish", http.Header{sse: {"rot13"}}},
		{"dual layer", http.Header{sse: {"aws:kms:dsse"}}},
		{"AWS's own key", http.Header{sse: {"aws:kms"}}},
		{"another key", http.Header{sse: {"aws:kms"}, sse + "-Aws-Kms-Key-Id": {testKMSKey + "0"}}},
		{"only another key", http.Header{sse + "-Aws-Kms-Key-Id": {testKMSKey + "0"}}},
		{"our key, another algorithm", http.Header{sse: {"AES256"}, sse + "-Aws-Kms-Key-Id": {testKMSKey}}},
		{"customer's key", http.Header{sse + "-Customer-Algorithm": {"AES256"}, sse + "-Customer-Key": {"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="},
			sse + "-Customer-Key-Md5": {"AAAAAAAAAAAAAAAAAAAAAA=="}}},
		{"canned acl", http.Header{"X-Amz-Acl": {"public-read"}}},
		{"owner's acl", http.Header{"X-Amz-Acl": {"bucket-owner-full-control"}}},
		{"grant", http.Header{"X-Amz-Grant-Read": {"uri=http://acs.amazonaws.com/groups/global/AllUsers"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			send(t, g.presign(t, "PUT", "/uploads/mine/a", "hello", c.header)).want(t, 403, "AccessDenied")
			send(t, g.presign(t, "POST", "/uploads/mine/a?uploads=", "", c.header)).want(t, 403, "AccessDenied")
			copying := c.header.Clone()
			copying.Set("X-Amz-Copy-Source", "/uploads/mine/a")
			send(t, g.presign(t, "PUT", "/uploads/mine/b", "", copying)).want(t, 403, "AccessDenied")
		})
	}
	if got := g.stored(t); got != "" {
		t.Errorf("got %q stored, want nothing", got)
	}
}

func TestUncleanKeys(t *testing.T) {
	g := newGateway(t)
	for _, key := range []string{"mine/../b", "mine/./b", "mine//b", "mine/%2e%2e/b", "mine/%2E/b", "../b", "mine/x/..", "%2fb"} {
		t.Run(key, func(t *testing.T) {
			r := g.presign(t, "PUT", "/uploads/mine/x", "hello", nil)
			r.URL.Opaque = "//" + r.URL.Host + "/uploads/" + key // sent as it stands
			if a := send(t, r); a.status != 400 || !slices.Contains([]string{"InvalidArgument", "InvalidURI"}, a.code) {
				t.Errorf("got %d %s, want 400", a.status, a.body)
			}
			r = g.presign(t, "GET", "/uploads/mine/x", "", nil)
			r.URL.Opaque = "//" + r.URL.Host + "/uploads/" + key
			if a := send(t, r); a.status != 404 && a.code != "InvalidURI" {
				t.Errorf("a read: got %d %s, want 404, as of any key that nobody wrote", a.status, a.body)
			}
		})
	}
	bucket := aws.String(testBucket)
	_, err := g.readerClient().DeleteObjects(t.Context(), &s3.DeleteObjectsInput{Bucket: bucket,
		Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: aws.String("mine/a/../../b")}}}})
	wantCode(t, err, "InvalidArgument")
	_, err = g.readerClient().CopyObject(t.Context(), &s3.CopyObjectInput{Bucket: bucket, Key: aws.String("mine/b"), CopySource: aws.String("uploads/mine/../a")})
	if err == nil {
		t.Error("got a copy of an unclean key, want an error")
	}
	if got := g.stored(t); got != "" {
		t.Errorf("got %q stored, want nothing", got)
	}
	for _, path := range []string{"/uploads/mine/%ED%81%B0%20%281%29%2B%C3%9F%2520.bin", "/uploads/mine/..a", "/uploads/mine/a..b/.c"} {
		send(t, g.presign(t, "PUT", path, "x", nil)).want(t, 200, "")
	}
}

func TestRequestedKey(t *testing.T) {
	for _, c := range []struct {
		host, path, key string
		ok              bool
	}{
		{"127.0.0.1:1", "/", "", true},
		{"127.0.0.1:1", "/bucket", "", true},
		{"127.0.0.1:1", "/bucket/", "", true},
		{"127.0.0.1:1", "/bucket/a/b", "a/b", true},
		{"127.0.0.1:1", "/bucket/a/", "a/", true},
		{"127.0.0.1:1", "/bucket//a", "/a", false},
		{"127.0.0.1:1", "/bucket/a%2F..%2Fb", "a/../b", false},
		{"127.0.0.1:1", "/bucket/%zz", "", false},
		{"bucket.s3.localhost:1", "/a/b", "a/b", true},
		{"bucket.s3.localhost", "/..", "..", false},
		{"s3.localhost:1", "/bucket/a", "a", true},
	} {
		if key, ok := requestedKey(c.host, c.path); key != c.key || ok != c.ok {
			t.Errorf("%s%s: got %q %v, want %q %v", c.host, c.path, key, ok, c.key, c.ok)
		}
	}
}

func TestCORS(t *testing.T) {
	g := newGateway(t)
	preflight := func(origin, method, headers string) answer {
		r, err := http.NewRequestWithContext(t.Context(), "OPTIONS", g.URL()+"/uploads/mine/a", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", method)
		if headers != "" {
			r.Header.Set("Access-Control-Request-Headers", headers)
		}
		return send(t, r)
	}
	for _, c := range []struct {
		name, origin, method, headers string
		status                        int
	}{
		{"put", testOrigin, "PUT", "content-type,if-none-match,x-amz-checksum-crc64nvme", 200},
		{"post", testOrigin, "POST", "", 200},
		{"get", testOrigin, "GET", "range", 200},
		{"delete", testOrigin, "DELETE", "", 200},
		{"patch", testOrigin, "PATCH", "", 400},
		{"other header", testOrigin, "PUT", "x-other", 403},
		{"other port", "http://127.0.0.1:8081", "PUT", "", 403},
		{"other scheme", "https://127.0.0.1:8080", "PUT", "", 403},
		{"longer origin", testOrigin + ".example.com", "PUT", "", 403},
		{"null", "null", "PUT", "", 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := preflight(c.origin, c.method, c.headers)
			allowed := map[int]string{200: c.origin}[c.status]
			if a.status != c.status || a.header.Get("Access-Control-Allow-Origin") != allowed {
				t.Errorf("got %d, origin %q, want %d, %q", a.status, a.header.Get("Access-Control-Allow-Origin"), c.status, allowed)
			}
			if c.status == 200 && a.header.Get("Access-Control-Max-Age") != "3600" {
				t.Errorf("got max age %q, want 3600", a.header.Get("Access-Control-Max-Age"))
			}
		})
	}
	t.Run("answers", func(t *testing.T) {
		for path, status := range map[string]int{"/uploads/mine/a": 200, "/uploads/other/a": 403} {
			r := g.presign(t, "PUT", path, "hello", nil)
			r.Header.Set("Origin", testOrigin)
			a := send(t, r)
			if a.status != status || a.header.Get("Access-Control-Allow-Origin") != testOrigin {
				t.Errorf("%s: got %d, origin %q, want %d and ours", path, a.status, a.header.Get("Access-Control-Allow-Origin"), status)
			}
			exposed := strings.ToLower(a.header.Get("Access-Control-Expose-Headers"))
			for _, h := range []string{"etag", "x-amz-checksum-crc64nvme", "x-amz-version-id"} {
				if !strings.Contains(exposed, h) {
					t.Errorf("%s: got exposed %q, want %s among them", path, exposed, h)
				}
			}
		}
	})
}
