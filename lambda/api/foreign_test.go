package api_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// TestKeysOfOtherTools: what another tool put into one's part is one's own, under the
// name that it gave, and a folder is no file.
func TestKeysOfOtherTools(t *testing.T) {
	w := service(t)
	me, ctx := caller(t), t.Context()
	c := w.as(me)
	for _, name := range []string{"report.pdf", "a\x01b.txt", "a+b c%20.txt", "x~abc.txt", "x.y~abcdefgh", `back\slash`, "deep/er/..a"} {
		key, content := "uploads/"+me+"/"+name, random(10)
		must[*s3.PutObjectOutput](w)(w.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(bucket), Key: &key, Body: bytes.NewReader(content)}))
		if got, header := fetch(t, must[api.FileURL](w)(c.FileURL(ctx, key, "")).URL); !bytes.Equal(got, content) ||
			strings.ContainsAny(header.Get("Content-Disposition"), "\r\n\x01") {
			t.Errorf("%q comes back as %d other bytes, %q", key, len(got), header)
		}
		if err := c.DeleteFile(ctx, key); err != nil {
			t.Errorf("deleting %q: %v", key, err)
		}
	}
	kept := w.putFile(me, api.File{Name: "kept/a.txt"}, []byte("a"))
	for _, key := range []string{"uploads/" + me + "/kept", "uploads/" + me + "/kept/", "uploads/" + me + "//kept/"} {
		wantCode(t, c.DeleteFile(ctx, key), upload.NoSuchKey)
		_, err := c.ListVersions(ctx, key)
		wantCode(t, err, upload.NoSuchKey)
	}
	if got := w.objects(me); len(got) != 1 || got[0] != kept {
		t.Errorf("S3 has %q, want %s alone", got, kept)
	}
}

// TestUnfinishedOfOddKeys: S3 encodes what XML cannot hold, as it was asked to, and the
// place in the list that goes back to it is decoded.
func TestUnfinishedOfOddKeys(t *testing.T) {
	const odd = "uploads/alice/a b+\x01\uffff~c.txt"
	var asked []url.Values
	w := standIn(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query())
		io.WriteString(w, `<ListMultipartUploadsResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>`+
			`<Upload><Key>uploads/alice/a+b%2B%01%EF%BF%BF~c.txt</Key><UploadId>u1</UploadId></Upload></ListMultipartUploadsResult>`)
	})
	page := must[api.Uploads](w)(w.as("alice").ListUploads(t.Context(), ""))
	if len(page.Uploads) != 1 || page.Uploads[0].Key != odd || page.Uploads[0].Name != "a b+\x01\uffff~c.txt" || page.Uploads[0].Folder != "" {
		t.Fatalf("got %+v, want %q", page, odd)
	}
	must[api.Uploads](w)(w.as("alice").ListUploads(t.Context(), page.Next))
	if len(asked) != 2 || asked[0].Get("encoding-type") != "url" || asked[1].Get("key-marker") != odd || asked[1].Get("upload-id-marker") != "u1" {
		t.Errorf("S3 was asked %v", asked)
	}
}
