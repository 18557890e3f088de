package api_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
	"signet/lambda/upload"
)

const mib = 1 << 20

func (w *world) begin(sub string, f api.UploadRequest) api.Upload {
	w.Helper()
	return must[api.Upload](w)(w.as(sub).CreateUpload(w.Context(), f))
}

func TestUploadInParts(t *testing.T) {
	w := service(t)
	me, content := caller(t), random(20*mib)
	u := w.begin(me, api.UploadRequest{Name: "큰 파일.bin", Type: "video/mp4", Size: size(20 * mib), Metadata: map[string]string{"a": "ß"}})
	if u.PartSize != 8*mib || u.PartCount != 3 || len(u.Sign.Signatures) != 3 || u.Uploaded == nil || u.Expires.IsZero() {
		t.Fatalf("got %+v", u)
	}
	sendParts(t, u, content)
	done := must[api.Completed](w)(w.as(me).CompleteUpload(t.Context(), api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: size(20 * mib)}))
	if done.Size != 20*mib || done.ETag == "" || done.VersionID == "" || done.Checksum == nil {
		t.Errorf("got %+v", done)
	}
	body, header := fetch(t, must[api.FileURL](w)(w.as(me).FileURL(t.Context(), u.Key, "")).URL)
	if !bytes.Equal(body, content) || header.Get("Content-Type") != "video/mp4" || header.Get("X-Amz-Meta-A") == "" {
		t.Errorf("comes back other, as %q", header)
	}
	if left := must[api.Uploads](w)(w.as(me).ListUploads(t.Context(), "")); len(left.Uploads) != 0 {
		t.Errorf("left over: %+v", left)
	}
}

func TestAbort(t *testing.T) {
	w := service(t)
	me := caller(t)
	u := w.begin(me, api.UploadRequest{Name: "a", Size: size(mib)})
	sendParts(t, u, random(mib))
	if err := w.as(me).AbortUpload(t.Context(), u.Key, u.UploadID); err != nil {
		t.Fatal(err)
	}
	wantCode(t, w.as(me).AbortUpload(t.Context(), u.Key, u.UploadID), upload.NoSuchUpload)
	_, err := w.as(me).ListParts(t.Context(), u.Key, u.UploadID)
	wantCode(t, err, upload.NoSuchUpload)
}

func TestSignAgain(t *testing.T) {
	w := service(t)
	me, content := caller(t), random(30*mib)
	u := w.begin(me, api.UploadRequest{Name: "a", Size: size(30 * mib)})
	signed := must[api.Signed](w)(w.as(me).SignParts(t.Context(), api.SignRequest{Key: u.Key, UploadID: u.UploadID, Size: size(30 * mib), First: 2, Count: 2}))
	if signed.Sign.First != 2 || len(signed.Sign.Signatures) != 2 {
		t.Fatalf("got %+v", signed)
	}
	u.Sign = signed.Sign
	sendParts(t, u, content, 2, 3)
	for _, row := range []struct{ first, count int }{{5, 0}, {1, 5}, {10_001, 1}, {-1, 1}} {
		_, err := w.as(me).SignParts(t.Context(), api.SignRequest{Key: u.Key, UploadID: u.UploadID, Size: size(30 * mib), First: row.first, Count: row.count})
		wantCode(t, err, upload.InvalidPart)
	}
}

// More parts and uploads than a page of S3 holds.
func TestPagesOfParts(t *testing.T) {
	w := service(t)
	me := caller(t)
	u := w.begin(me, api.UploadRequest{Name: "a", Size: size(mib)})
	inParallel(t, 1005, func(ctx context.Context, i int) error {
		_, err := w.s3.UploadPart(ctx, &s3.UploadPartInput{Bucket: aws.String(bucket), Key: &u.Key, UploadId: &u.UploadID, PartNumber: aws.Int32(int32(i + 1)), Body: bytes.NewReader([]byte{1})})
		return err
	})
	parts := must[api.Parts](w)(w.as(me).ListParts(t.Context(), u.Key, u.UploadID)).Parts
	if len(parts) != 1005 || parts[1004].PartNumber != 1005 {
		t.Errorf("got %d parts", len(parts))
	}
}

func TestPagesOfUploads(t *testing.T) {
	w := service(t)
	me := caller(t)
	inParallel(t, 1003, func(ctx context.Context, i int) error {
		_, err := w.s3.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: aws.String(bucket), Key: aws.String(fmt.Sprintf("uploads/%s/upload-%04d/a", me, i/2))})
		return err
	})
	seen := map[string]bool{}
	for cursor, pages := "", 0; ; pages++ {
		page := must[api.Uploads](w)(w.as(me).ListUploads(t.Context(), cursor))
		for _, u := range page.Uploads {
			if seen[u.UploadID] {
				t.Errorf("%s comes twice", u.UploadID)
			}
			seen[u.UploadID] = true
		}
		if cursor = page.Next; cursor == "" || pages > 5 {
			break
		}
	}
	if len(seen) != 1003 {
		t.Errorf("got %d uploads, want 1003", len(seen))
	}
}
