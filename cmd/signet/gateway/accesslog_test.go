package gateway

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signet/cmd/signet/internal/accesslog"
)

// Each request leaves one record in the documented format, as a program for S3's
// own logs reads it: under S3's name of the operation, with status, code and
// lengths, with who asked, and with nothing that lets others in.
func TestAccessLog(t *testing.T) {
	c := testConfig(t.TempDir())
	c.AccessLog = filepath.Join(t.TempDir(), "s3.log")
	g := launch(t, c)
	odd := http.Header{"User-Agent": {`my "odd" agent`}, "Referer": {"https://a.example/ b"}}
	send(t, g.presign(t, "PUT", "/uploads/mine/a b.txt", "hello", odd)).want(t, 200, "")
	send(t, g.presign(t, "GET", "/uploads/mine/a b.txt", "", nil)).want(t, 200, "")
	send(t, g.presign(t, "GET", "/uploads/mine/a b.txt", "", http.Header{"Range": {"bytes=1-2"}})).want(t, 206, "")
	send(t, g.presign(t, "HEAD", "/uploads/mine/a b.txt", "", nil)).want(t, 200, "")
	send(t, g.presign(t, "GET", "/uploads/mine/none", "", nil)).want(t, 404, "NoSuchKey")
	send(t, g.presign(t, "PUT", "/uploads/other/a", "hello", nil)).want(t, 403, "AccessDenied")
	anonymous, err := http.NewRequest("PUT", g.URL()+"/uploads/mine/a", strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	send(t, anonymous)
	send(t, g.form(t, form{key: "mine/form", file: "hello"})).want(t, 204, "")
	send(t, g.presign(t, "GET", "/uploads?list-type=2&prefix=mine/", "", nil)).want(t, 200, "")
	send(t, g.presign(t, "GET", "/uploads?versions&prefix=mine/", "", nil)).want(t, 200, "")
	parts(t, g)
	send(t, g.presign(t, "DELETE", "/uploads/mine/form", "", nil)).want(t, 204, "")
	preflight, err := http.NewRequest("OPTIONS", g.URL()+"/uploads/mine/a", nil)
	if err != nil {
		t.Fatal(err)
	}
	preflight.Header = http.Header{"Origin": {testOrigin}, "Access-Control-Request-Method": {"PUT"}}
	send(t, preflight).want(t, 200, "")

	text, err := os.ReadFile(c.AccessLog)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(string(text)) {
		r, err := accesslog.Parse([]byte(line))
		if err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if r.Bucket != testBucket || r.Time.IsZero() {
			t.Errorf("%+v", r)
		}
		who := "somebody"
		if r.Requester == "" {
			who = "nobody"
		} else if r.Requester != "arn:aws:sts::111122223333:assumed-role/signet/dev" {
			t.Errorf("asked by %s", r.Requester)
		}
		got = append(got, fmt.Sprintf("%s %s %d %s %d %d %s", r.Operation, r.Key, r.Status, r.ErrorCode, r.BytesSent, r.Size, who))
	}
	for i, want := range []string{
		"REST.PUT.OBJECT mine/a%20b.txt 200  0 5 somebody", "REST.GET.OBJECT mine/a%20b.txt 200  5 5 somebody", "REST.GET.OBJECT mine/a%20b.txt 206  2 5 somebody",
		"REST.HEAD.OBJECT mine/a%20b.txt 200  0 5 somebody", "REST.GET.OBJECT mine/none 404 NoSuchKey ", "REST.PUT.OBJECT other/a 403 AccessDenied ",
		"REST.PUT.OBJECT mine/a 403 AccessDenied ", "REST.POST.OBJECT  204  0 ", "REST.GET.BUCKET  200  ", "REST.GET.BUCKETVERSIONS  200  ",
		"REST.POST.UPLOADS mine/big 200  ", "REST.PUT.PART mine/big 200  0 5 somebody", "REST.GET.UPLOAD mine/big 200  ", "REST.GET.UPLOADS  200  ",
		"REST.POST.UPLOAD mine/big 200  ", "REST.POST.UPLOADS mine/big 200  ", "REST.DELETE.UPLOAD mine/big 204  ", "REST.DELETE.OBJECT mine/form 204  ", "REST.OPTIONS.PREFLIGHT mine/a 200  ",
	} {
		if i >= len(got) || !strings.HasPrefix(got[i], want) {
			t.Errorf("record %d: got %q, want %q", i, slices.Concat(got, make([]string, i+1))[i], want)
		}
	}
	if len(got) != 19 {
		t.Errorf("%d records, want one for each of 19 requests", len(got))
	}
	creds, err := g.Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{creds.SessionToken, creds.SecretAccessKey, "X-Amz-Signature=0", "X-Amz-Signature=a"} {
		if strings.Contains(string(text), secret) {
			t.Error("a secret is in the log")
		}
	}
	if !strings.Contains(string(text), `"my %22odd%22 agent"`) || strings.Contains(string(text), "Signature=\n") {
		t.Error("the agent is not as it was sent")
	}
}

// parts completes one upload in parts and aborts another.
func parts(t *testing.T, g *Gateway) {
	t.Helper()
	begin := func() string {
		a := send(t, g.presign(t, "POST", "/uploads/mine/big?uploads", "", nil))
		a.want(t, 200, "")
		var begun struct {
			UploadID string `xml:"UploadId"`
		}
		if err := xml.Unmarshal([]byte(a.body), &begun); err != nil {
			t.Fatal(err)
		}
		return begun.UploadID
	}
	id := begin()
	part := send(t, g.presign(t, "PUT", "/uploads/mine/big?partNumber=1&uploadId="+id, "hello", nil))
	part.want(t, 200, "")
	send(t, g.presign(t, "GET", "/uploads/mine/big?uploadId="+id, "", nil)).want(t, 200, "")
	send(t, g.presign(t, "GET", "/uploads?uploads", "", nil)).want(t, 200, "")
	list := "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + part.header.Get("ETag") + "</ETag></Part></CompleteMultipartUpload>"
	send(t, g.presign(t, "POST", "/uploads/mine/big?uploadId="+id, list, nil)).want(t, 200, "")
	send(t, g.presign(t, "DELETE", "/uploads/mine/big?uploadId="+begin(), "", nil)).want(t, 204, "")
}
