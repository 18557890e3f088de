package api_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// A large file is copied in parts, over as many calls as it takes, and what is copied is
// not copied again.
func TestMoveInParts(t *testing.T) {
	const part = 5 * upload.MiB
	copies := &copied{}
	var now atomic.Int64
	w := serviceWith(t, sharedGateway(t), func(o *api.Options) {
		o.HTTP = &http.Client{Transport: copies}
		o.Now = func() time.Time { return time.Now().Add(time.Duration(now.Load()) * time.Second) }
		copies.after = func() { now.Add(5) } // each copy of a part takes five seconds
	})
	w.handler.(*api.Handler).CopyInParts(part)
	me, ctx := caller(t), t.Context()
	content := random(9*part + 12345)
	signed := w.begin(me, api.UploadRequest{Name: "big.bin", Size: size(int64(len(content))), Metadata: map[string]string{"a": "b"}})
	sendParts(t, signed, content)
	must[api.Completed](w)(w.as(me).CompleteUpload(ctx, api.CompleteRequest{Key: signed.Key, UploadID: signed.UploadID, Size: size(int64(len(content)))}))
	w.handler.(*api.Handler).CopyAtOnce(2)
	calls, key := 0, ""
	for key == "" && calls < 20 {
		calls++
		moved, err := w.as(me).MoveFile(ctx, api.MoveRequest{Key: signed.Key, Folder: in("to")})
		if err == nil {
			key = moved.Key
			break
		}
		wantCode(t, err, upload.SlowDown)
	}
	if calls < 2 || copies.parts.Load() != 10 {
		t.Errorf("%d calls copied %d parts, want several calls and each of 10 parts once", calls, copies.parts.Load())
	}
	if w.bytesOf(me, key) != string(content) {
		t.Error("the moved file has other bytes")
	}
	if info := must[api.FileInfo](w)(w.as(me).FileInfo(ctx, key, "")); info.Metadata["a"] != "b" || info.Checksum == nil {
		t.Errorf("it is now %+v", info)
	}
	w.wantFiles(me, key)
	if left := must[api.Uploads](w)(w.as(me).ListUploads(ctx, "")); len(left.Uploads) != 0 {
		t.Errorf("left over: %+v", left.Uploads)
	}
}

// copied counts the copies of parts.
type copied struct {
	parts atomic.Int64
	after func()
}

func (c *copied) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("X-Amz-Copy-Source-Range") != "" {
		c.parts.Add(1)
		defer c.after()
	}
	return http.DefaultTransport.RoundTrip(r)
}

// A copy that is not what it was made of is taken away, and the file stays.
func TestMoveChecksTheCopy(t *testing.T) {
	broken := brokenCopies{}
	w := serviceWith(t, sharedGateway(t), func(o *api.Options) { o.HTTP = &http.Client{Transport: broken} })
	me := caller(t)
	key := w.putFile(me, api.File{Name: "a"}, []byte("123456789"))
	_, err := w.as(me).MoveFile(t.Context(), api.MoveRequest{Key: key, Name: "b"})
	wantCode(t, err, upload.BadDigest)
	w.wantFiles(me, key)
}

// brokenCopies tell another checksum of what is called b.
type brokenCopies struct{}

func (brokenCopies) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && r.Method == "HEAD" && strings.Contains(r.URL.Path, "/b~") && answer.StatusCode == 200 {
		answer.Header.Set("X-Amz-Checksum-Crc64nvme", "AAAAAAAAAAA=")
	}
	return answer, err
}
