package api_test

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
	"signet/lambda/upload"
)

func TestResume(t *testing.T) {
	w := service(t)
	me, content := caller(t), random(30*mib)
	ask := api.UploadRequest{Name: "a.bin", Size: size(30 * mib), ID: "the-same-file"}
	u := w.begin(me, ask)
	sendParts(t, u, content, 3, 1)
	again := w.begin(me, ask)
	if again.UploadID != u.UploadID || again.Key != u.Key || len(again.Uploaded) != 2 || again.Uploaded[0].PartNumber != 1 || again.Uploaded[1].PartNumber != 3 {
		t.Fatalf("got %+v, want %s with parts 1 and 3", again.Uploaded, u.UploadID)
	}
	// So that a client can tell a part of another file from its own.
	if a, b := again.Uploaded[0].Checksum, again.Uploaded[1].Checksum; a == nil || b == nil || a.CRC64NVME == "" || *a == *b {
		t.Errorf("got checksums %+v and %+v, want those of the parts", a, b)
	}
	if other := w.begin(me+"-other", ask); other.UploadID == u.UploadID || len(other.Uploaded) != 0 {
		t.Error("another caller continues it")
	}
	if other := w.begin(me, api.UploadRequest{Name: "b.bin", Size: size(30 * mib), ID: "the-same-file"}); other.UploadID == u.UploadID {
		t.Error("another name continues it")
	}
	list := must[api.Uploads](w)(w.as(me).ListUploads(t.Context(), ""))
	if len(list.Uploads) != 2 {
		t.Errorf("unfinished: %+v", list)
	}
	sendParts(t, again, content, 2, 4)
	must[api.Completed](w)(w.as(me).CompleteUpload(t.Context(), api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: size(30 * mib)}))
	if body, _ := fetch(t, must[api.FileURL](w)(w.as(me).FileURL(t.Context(), u.Key, "")).URL); !bytes.Equal(body, content) {
		t.Error("comes back other")
	}
	// A finished duplicate is recognised before a byte is sent.
	_, err := w.as(me).CreateUpload(t.Context(), ask)
	wantThere(t, err, u.Key, 30*mib, api.Checksum{CRC64NVME: crcOf(content)})
}

// A part of another size, cut or of another plan, has to be sent again.
func TestResumeTakesFittingPartsOnly(t *testing.T) {
	w := service(t)
	me := caller(t)
	ask := api.UploadRequest{Name: "a", Size: size(20 * mib), ID: "cutparts"}
	u := w.begin(me, ask)
	for n, length := range map[int32]int{1: 8 * mib, 2: 5 * mib} {
		if _, err := w.s3.UploadPart(t.Context(), &s3.UploadPartInput{Bucket: aws.String(bucket), Key: &u.Key, UploadId: &u.UploadID, PartNumber: &n, Body: bytes.NewReader(random(length))}); err != nil {
			t.Fatal(err)
		}
	}
	if again := w.begin(me, ask); len(again.Uploaded) != 1 || again.Uploaded[0].PartNumber != 1 {
		t.Errorf("takes %+v, want part 1 alone", again.Uploaded)
	}
	_, err := w.as(me).CompleteUpload(t.Context(), api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: size(20 * mib)})
	wantCode(t, err, upload.InvalidPart)
}

// Parts of a longer file with the same id would stand in the way for ever.
func TestResumeOfAShorterFile(t *testing.T) {
	w := service(t)
	me, content := caller(t), random(20*mib)
	long := w.begin(me, api.UploadRequest{Name: "a", Size: size(20 * mib), ID: "shrinking"})
	sendParts(t, long, content)
	short := w.begin(me, api.UploadRequest{Name: "a", Size: size(10 * mib), ID: "shrinking"})
	if short.UploadID == long.UploadID || len(short.Uploaded) != 0 {
		t.Errorf("continues %s with %+v", short.UploadID, short.Uploaded)
	}
	sendParts(t, short, content[:10*mib])
	must[api.Completed](w)(w.as(me).CompleteUpload(t.Context(), api.CompleteRequest{Key: short.Key, UploadID: short.UploadID, Size: size(10 * mib)}))
	if left := must[api.Uploads](w)(w.as(me).ListUploads(t.Context(), "")); len(left.Uploads) != 0 {
		t.Errorf("left over: %+v", left)
	}
}

func TestClientsThatBeginAtOnceMeet(t *testing.T) {
	w := service(t)
	for round := range 10 {
		me := fmt.Sprint(caller(t), round)
		ask := api.UploadRequest{Name: "a", Size: size(9 * mib), ID: "beginners"}
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				if _, err := w.as(me).CreateUpload(t.Context(), ask); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if a, b := w.begin(me, ask), w.begin(me, ask); a.UploadID != b.UploadID {
			t.Errorf("two clients continue %s and %s", a.UploadID, b.UploadID)
		}
	}
}

// Whoever comes second finds the first one's upload, although it did not when
// it began to look.
func TestSecondBeginnerJoinsTheFirst(t *testing.T) {
	w := service(t)
	me := caller(t)
	ask := api.UploadRequest{Name: "a", Size: size(9 * mib), ID: "beginners"}
	first := w.begin(me, ask)
	if again := w.begin(me, ask); again.UploadID != first.UploadID {
		t.Errorf("got %s, want %s", again.UploadID, first.UploadID)
	}
	if left := must[api.Uploads](w)(w.as(me).ListUploads(t.Context(), "")); len(left.Uploads) != 1 {
		t.Errorf("%d uploads are left, want one", len(left.Uploads))
	}
}

func TestSupersededUpload(t *testing.T) {
	w := service(t)
	me, content := caller(t), random(9*mib)
	whole := api.UploadRequest{Name: "a", Size: size(9 * mib), ID: "racefile"}
	first := w.begin(me, whole)
	second, err := w.s3.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String(bucket), Key: &first.Key})
	if err != nil {
		t.Fatal(err)
	}
	signed := must[api.Signed](w)(w.as(me).SignParts(t.Context(), api.SignRequest{Key: first.Key, UploadID: *second.UploadId, Size: size(9 * mib)}))
	other := first
	other.Sign, other.UploadID = signed.Sign, *second.UploadId
	sendParts(t, first, content)
	sendParts(t, other, content)
	done := must[api.Completed](w)(w.as(me).CompleteUpload(t.Context(), api.CompleteRequest{Key: first.Key, UploadID: first.UploadID, Size: size(9 * mib)}))
	ask := api.CompleteRequest{Key: first.Key, UploadID: other.UploadID, Size: size(9 * mib)}
	_, err = w.as(me).CompleteUpload(t.Context(), ask)
	wantThere(t, err, first.Key, 9*mib, *done.Checksum)
	ask.Checksum = &api.Checksum{CRC64NVME: crcOf([]byte("other"))}
	_, err = w.as(me).CompleteUpload(t.Context(), ask)
	wantThere(t, err, first.Key, 9*mib, *done.Checksum)
	ask.Checksum = done.Checksum
	if same := must[api.Completed](w)(w.as(me).CompleteUpload(t.Context(), ask)); same.VersionID != done.VersionID {
		t.Errorf("got %+v, want what the first made", same)
	}
	if left := must[api.Uploads](w)(w.as(me).ListUploads(t.Context(), "")); len(left.Uploads) != 0 {
		t.Errorf("left over: %+v", left)
	}
}

func inParallel(t *testing.T, n int, do func(context.Context, int) error) {
	t.Helper()
	next := make(chan int)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for i := range next {
				if err := do(t.Context(), i); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wait.Wait()
}
