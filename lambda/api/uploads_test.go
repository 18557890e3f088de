package api_test

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"sync"
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

func TestCompleteAgain(t *testing.T) {
	w := service(t)
	me, content := caller(t), random(9*mib)
	u := w.begin(me, api.UploadRequest{Name: "a", Size: size(9 * mib)})
	sendParts(t, u, content)
	ask := api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: size(9 * mib)}
	first := must[api.Completed](w)(w.as(me).CompleteUpload(t.Context(), ask))
	ask.Checksum = first.Checksum
	if again := must[api.Completed](w)(w.as(me).CompleteUpload(t.Context(), ask)); !reflect.DeepEqual(again, first) {
		t.Errorf("again: %+v, first %+v", again, first)
	}
	for name, change := range map[string]func(*api.CompleteRequest){
		"another size":     func(r *api.CompleteRequest) { r.Size = size(9*mib + 1) },
		"another checksum": func(r *api.CompleteRequest) { r.Checksum = &api.Checksum{CRC64NVME: "AAAAAAAAAAA="} },
	} {
		other := ask
		change(&other)
		if _, err := w.as(me).CompleteUpload(t.Context(), other); err == nil {
			t.Errorf("%s is the same object", name)
		} else {
			wantCode(t, err, upload.NoSuchUpload)
		}
	}
}

func TestCompleteAtOnce(t *testing.T) {
	w := service(t)
	me := caller(t)
	u := w.begin(me, api.UploadRequest{Name: "a", Size: size(8 * mib)})
	sendParts(t, u, random(8*mib))
	var wait sync.WaitGroup
	results := make([]api.Completed, 6)
	for i := range results {
		wait.Go(func() {
			done, err := w.as(me).CompleteUpload(t.Context(), api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: size(8 * mib)})
			if err != nil {
				t.Errorf("complete %d: %v", i, err)
			}
			results[i] = done
		})
	}
	wait.Wait()
	for _, r := range results {
		if r.VersionID != results[0].VersionID || r.ETag != results[0].ETag {
			t.Errorf("answers differ: %+v and %+v", r, results[0])
		}
	}
}

func TestCompleteRefuses(t *testing.T) {
	w := service(t)
	me, content := caller(t), random(17*mib)
	u := w.begin(me, api.UploadRequest{Name: "a", Size: size(17 * mib)})
	ask := func(change func(*api.CompleteRequest)) error {
		r := api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: size(17 * mib)}
		change(&r)
		_, err := w.as(me).CompleteUpload(t.Context(), r)
		return err
	}
	wantCode(t, ask(func(*api.CompleteRequest) {}), upload.InvalidPart)
	sendParts(t, u, content, 1, 3)
	wantCode(t, ask(func(*api.CompleteRequest) {}), upload.InvalidPart)
	sendParts(t, u, content, 2)
	stored := must[api.Parts](w)(w.as(me).ListParts(t.Context(), u.Key, u.UploadID)).Parts
	if len(stored) != 3 || stored[2].Size != mib || stored[2].PartNumber != 3 {
		t.Fatalf("stored %+v", stored)
	}
	claim := func(order ...int) (parts []api.CompletePart) {
		for _, i := range order {
			parts = append(parts, api.CompletePart{PartNumber: stored[i].PartNumber, ETag: stored[i].ETag})
		}
		return parts
	}
	for name, row := range map[string]struct {
		change func(*api.CompleteRequest)
		code   upload.Code
	}{
		"smaller size":   {func(r *api.CompleteRequest) { r.Size = size(16 * mib) }, upload.InvalidPart},
		"larger size":    {func(r *api.CompleteRequest) { r.Size = size(17*mib + 1) }, upload.InvalidPart},
		"over policy":    {func(r *api.CompleteRequest) { r.Size = size(5<<30 + 1) }, upload.EntityTooLarge},
		"no size":        {func(r *api.CompleteRequest) { r.Size = nil }, upload.InvalidArgument},
		"no checksum":    {func(r *api.CompleteRequest) { r.Checksum = &api.Checksum{} }, upload.InvalidArgument},
		"bad checksum":   {func(r *api.CompleteRequest) { r.Checksum = &api.Checksum{CRC64NVME: "x"} }, upload.InvalidDigest},
		"two parts":      {func(r *api.CompleteRequest) { r.Parts = claim(0, 1) }, upload.InvalidPart},
		"parts in order": {func(r *api.CompleteRequest) { r.Parts = claim(1, 0, 2) }, upload.InvalidPart},
		"another ETag":   {func(r *api.CompleteRequest) { r.Parts = claim(0, 1, 2); r.Parts[1].ETag = `"x"` }, upload.InvalidPart},
		"unknown upload": {func(r *api.CompleteRequest) { r.UploadID = "2b8e6c1e-0000-4000-8000-000000000000" }, upload.NoSuchUpload},
	} {
		err := ask(row.change)
		if err == nil {
			t.Fatalf("%s is accepted", name)
		}
		wantCode(t, err, row.code)
	}
	w.wantFiles(me)
	if err := ask(func(r *api.CompleteRequest) { r.Parts = claim(0, 1, 2) }); err != nil {
		t.Errorf("as stored: %v", err)
	}
	w.wantFiles(me, u.Key)
}

func TestWrongChecksumLeavesNothing(t *testing.T) {
	w := service(t)
	me := caller(t)
	u := w.begin(me, api.UploadRequest{Name: "a", Size: size(8*mib + 1), ID: "wrongsum"})
	sendParts(t, u, random(8*mib+1))
	_, err := w.as(me).CompleteUpload(t.Context(), api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: size(8*mib + 1), Checksum: &api.Checksum{CRC64NVME: "AAAAAAAAAAA="}})
	wantCode(t, err, upload.BadDigest)
	w.wantFiles(me)
	// Nobody knows which part was wrong, so a resume must not take any.
	if again := w.begin(me, api.UploadRequest{Name: "a", Size: size(8*mib + 1), ID: "wrongsum"}); again.UploadID == u.UploadID || len(again.Uploaded) != 0 {
		t.Errorf("continues the wrong upload: %+v", again.Uploaded)
	}
}

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

// An upload that was aborted, or never was, is not finished because the key has
// an object.
func TestCompleteOfNothing(t *testing.T) {
	w := service(t, func(c *upload.Config) { c.Overwrite = true })
	me := caller(t)
	ask := api.UploadRequest{Name: "a", Size: size(9 * mib), ID: "overwritten"}
	u := w.begin(me, ask)
	sendParts(t, u, random(9*mib))
	done := must[api.Completed](w)(w.as(me).CompleteUpload(t.Context(), api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: ask.Size}))
	second := w.begin(me, ask)
	sendParts(t, second, random(9*mib))
	if err := w.as(me).AbortUpload(t.Context(), second.Key, second.UploadID); err != nil {
		t.Fatal(err)
	}
	_, err := w.as(me).CompleteUpload(t.Context(), api.CompleteRequest{Key: u.Key, UploadID: second.UploadID, Size: ask.Size})
	wantCode(t, err, upload.NoSuchUpload)
	same := must[api.Completed](w)(w.as(me).CompleteUpload(t.Context(), api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: ask.Size, Checksum: done.Checksum}))
	if same.VersionID != done.VersionID {
		t.Errorf("got %+v, want %+v", same, done)
	}
	keep := service(t)
	key := keep.putFile(me, api.File{Name: "b"}, []byte("hello"))
	_, err = keep.as(me).CompleteUpload(t.Context(), api.CompleteRequest{Key: key, UploadID: "never-existed", Size: size(5)})
	wantCode(t, err, upload.NoSuchUpload)
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
