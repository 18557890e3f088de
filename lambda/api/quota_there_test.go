package api_test

import (
	"net/http"
	"testing"
	"time"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// There is no room, and a file is there. Asked for again under its id it is not signed:
// deleted, it would make room for whatever that signature was for.
func TestWhatIsThereIsNotSignedBeyondTheQuota(t *testing.T) {
	w, now := limited(t, upload.Quota{Files: 1, Bytes: 10})
	alice := caller(t)
	key := w.putFile(alice, api.File{Name: "a.txt", ID: "the-same-file"}, []byte("a"))
	*now = now.Add(3 * time.Hour) // counted, and its reservation is gone
	w.used(alice)
	large := api.File{Name: "a.txt", Size: size(1000), ID: "the-same-file"}
	wantCode(t, errOf(w.as(alice).Presign(t.Context(), large)), upload.PreconditionFailed)
	answers := must[api.PresignedFiles](w)(w.as(alice).PresignFiles(t.Context(), []api.File{large, {Name: "b.txt", Size: size(1)}}))
	for i, want := range []upload.Code{upload.PreconditionFailed, upload.QuotaExceeded} {
		if got := answers.Files[i]; got.Error == nil || got.Error.Code != want || got.Presigned != nil {
			t.Errorf("file %d: got %+v, want %s and nothing signed", i, got, want)
		}
	}
	if got := answers.Files[0].Error; got.Key != key || got.Size == nil || *got.Size != 1 {
		t.Errorf("got %+v, want what is there: %s with 1 byte", got, key)
	}
	// Parts of it are not signed either: they would lie there, put together or not.
	begun, err := w.as(alice).CreateUpload(t.Context(), api.UploadRequest{Name: "a.txt", Size: size(1000), ID: "the-same-file"})
	wantCode(t, err, upload.PreconditionFailed)
	if begun.UploadID != "" {
		t.Error("an upload has begun")
	}
}

// A move whose first name is taken goes to the next one, and takes room there.
func TestMovesPastATakenNameCount(t *testing.T) {
	w, now := limited(t, upload.Quota{Files: 2})
	alice := caller(t)
	const id = "r-one-id-for-both"
	w.putFile(alice, api.File{Name: "x.txt", Folder: "b", ID: id}, []byte("other"))
	key := w.putFile(alice, api.File{Name: "x.txt", Folder: "a", ID: id}, []byte("a"))
	*now = now.Add(3 * time.Hour)
	w.used(alice)
	_, err := w.as(alice).MoveFile(t.Context(), api.MoveRequest{Key: key, Folder: in("b")})
	wantCode(t, err, upload.QuotaExceeded)
}

// A completion whose answer was lost is answered again, without room for another file.
func TestCompletedIsSaidAgainWithoutRoom(t *testing.T) {
	w, now := limited(t, upload.Quota{Files: 1})
	alice := caller(t)
	begun := must[api.Upload](w)(w.as(alice).CreateUpload(t.Context(), api.UploadRequest{Name: "a.bin", Size: size(5), ID: hint("a.bin")}))
	sendParts(t, begun, []byte("hello"))
	complete := api.CompleteRequest{Key: begun.Key, UploadID: begun.UploadID, Size: size(5)}
	first := must[api.Completed](w)(w.as(alice).CompleteUpload(t.Context(), complete))
	*now = now.Add(3 * time.Hour)
	w.used(alice)
	if again := must[api.Completed](w)(w.as(alice).CompleteUpload(t.Context(), complete)); again.VersionID != first.VersionID {
		t.Errorf("got version %s, want %s", again.VersionID, first.VersionID)
	}
	if status, code, _ := send(t, http.MethodPut, partURL(begun.Sign, 1), nil, []byte("hello")); status == 200 {
		t.Errorf("a part of what was put together: status %d %s, want it refused", status, code)
	}
}
