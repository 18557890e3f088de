package api_test

import (
	"reflect"
	"sync"
	"testing"

	"signet/lambda/api"
	"signet/lambda/upload"
)

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
