package api_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/lambda/api"
	"signet/lambda/upload"
)

func TestAPassTakesFiles(t *testing.T) {
	w, alice := sharing(t), caller(t)
	made := w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Title: "결혼식 사진", Types: []string{"image/*"}, MaxObjectSize: 100, Metadata: map[string]string{"case": "4711"}})
	if made.URL != "/p#"+made.Token || strings.Contains(made.Token, made.ID+"/") || !strings.HasPrefix(made.Token, made.ID+".") {
		t.Errorf("made %+v", made)
	}
	guest := w.guest(made.Token)
	shown := must[api.GuestPass](w)(guest.ShowPass(t.Context()))
	if shown.Do != "upload" || shown.Title != "결혼식 사진" || shown.MaxObjectSize != 100 || shown.AllowedTypes[0] != "image/*" || !shown.Metadata {
		t.Errorf("shown %+v", shown)
	}
	file := api.File{Name: "trip/a.png", Type: "image/png", Size: size(5)}
	signed := must[api.Presigned](w)(guest.Presign(t.Context(), file))
	if status, code, _ := send(t, signed.Method, signed.URL, signed.Headers, []byte("hello")); status != 200 {
		t.Fatalf("PUT: %d %s", status, code)
	}
	if left := time.Until(signed.Expires); left > upload.GuestLife {
		t.Errorf("signed for %v", left)
	}
	if got := w.paths(alice); len(got) != 1 || got[0] != "in/trip/a.png" {
		t.Errorf("alice has %q", got)
	}
	info := must[api.FileInfo](w)(w.as(alice).FileInfo(t.Context(), signed.Key, ""))
	if info.Uploader != "pass:"+made.ID || info.Metadata["case"] != "4711" {
		t.Errorf("info %+v", info)
	}
	for _, row := range []struct {
		name string
		file api.File
		code upload.Code
	}{
		{"another type", api.File{Name: "a.txt", Type: "text/plain", Size: size(5)}, upload.TypeForbidden},
		{"too large", api.File{Name: "a.png", Type: "image/png", Size: size(101)}, upload.EntityTooLarge},
		{"metadata of its own", api.File{Name: "a.png", Type: "image/png", Size: size(5), Metadata: map[string]string{"case": "1"}}, upload.InvalidArgument},
		{"another space", api.File{Name: "a.png", Type: "image/png", Size: size(5), Space: "team"}, upload.NoSuchSpace},
		{"..", api.File{Name: "../a.png", Type: "image/png", Size: size(5)}, upload.InvalidArgument},
		{".. in the folder", api.File{Name: "a.png", Folder: "../..", Type: "image/png", Size: size(5)}, upload.InvalidArgument},
	} {
		_, err := guest.Presign(t.Context(), row.file)
		if p, ok := err.(*api.Problem); !ok || p.Code != row.code {
			t.Errorf("%s: %v, want %s", row.name, err, row.code)
		}
	}
	// A folder that a guest names is one within the pass's.
	inside := must[api.Presigned](w)(guest.Presign(t.Context(), api.File{Name: "b.png", Folder: "other", Type: "image/png", Size: size(5)}))
	if !strings.Contains(inside.Key, alice+"/in/other/") {
		t.Errorf("got key %s, want one below in/", inside.Key)
	}
}

// A guest sees what came by the pass, and only if the pass says so; and nothing else.
func TestGuestsSeeWhatCameByTheirPass(t *testing.T) {
	w, alice := sharing(t), caller(t)
	secret := w.putFile(alice, api.File{Name: "secret.txt", Folder: "in"}, []byte("alice's"))
	blind := w.guest(w.pass(alice, api.PassRequest{Do: "upload", Folder: "in"}).Token)
	seeing := w.guest(w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Show: true}).Token)
	other, _, _ := w.sendTo(blind, "other/theirs.txt", []byte("1"))
	own, _, err := w.sendTo(seeing, "sub/mine.txt", []byte("2"))
	if err != nil {
		t.Fatal(err)
	}
	list := must[api.FileList](w)(seeing.ListFiles(t.Context(), api.FilesQuery{}))
	if len(list.Files) != 1 || list.Files[0].Key != own || list.Files[0].Folder != "sub" || len(list.Folders) != 0 {
		t.Errorf("list %+v, want what came by this pass", list)
	}
	if _, err := blind.ListFiles(t.Context(), api.FilesQuery{}); !isCode(err, upload.AccessDenied) {
		t.Errorf("list of a pass that does not show: %v", err)
	}
	if info := must[api.FileInfo](w)(seeing.FileInfo(t.Context(), own, "")); info.Size != 1 {
		t.Errorf("info %+v", info)
	}
	for _, key := range []string{secret, other, "uploads/" + alice + "/in/none~abcdefgh.txt", "uploads/bob/x~abcdefgh"} {
		_, err1 := seeing.FileInfo(t.Context(), key, "")
		_, err2 := seeing.FileURL(t.Context(), key, "")
		if !isCode(err1, upload.NoSuchKey) || !isCode(err2, upload.NoSuchKey) {
			t.Errorf("%s: %v, %v", key, err1, err2)
		}
	}
}

func TestAPassShares(t *testing.T) {
	w, alice := sharing(t), caller(t)
	first := w.putFile(alice, api.File{Name: "a.txt", Folder: "docs", Type: "text/plain"}, []byte("first"))
	second := w.putFile(alice, api.File{Name: "b.txt", Folder: "docs/deep", Type: "text/plain"}, []byte("second"))
	third := w.putFile(alice, api.File{Name: "c.txt", Type: "text/plain"}, []byte("third"))

	some := w.guest(w.pass(alice, api.PassRequest{Do: "read", Keys: []string{first, third}}).Token)
	list := must[api.FileList](w)(some.ListFiles(t.Context(), api.FilesQuery{}))
	if len(list.Files) != 2 || list.Files[0].Key != first || list.Files[1].Name != "c.txt" {
		t.Errorf("list %+v", list)
	}
	link := must[api.FileURL](w)(some.FileURL(t.Context(), third, ""))
	if body, _ := fetch(t, link.URL); string(body) != "third" {
		t.Errorf("downloaded %q", body)
	}
	must[api.FileURL](w)(some.InlineFileURL(t.Context(), first, ""))
	if _, err := some.FileURL(t.Context(), second, ""); !isCode(err, upload.NoSuchKey) {
		t.Errorf("a file that is not shared: %v", err)
	}

	folder := w.guest(w.pass(alice, api.PassRequest{Do: "read", Folder: "docs", Title: "Documents"}).Token)
	if shown := must[api.GuestPass](w)(folder.ShowPass(t.Context())); shown.Do != "read" || shown.Name != "docs" {
		t.Errorf("shown %+v", shown)
	}
	list = must[api.FileList](w)(folder.ListFiles(t.Context(), api.FilesQuery{}))
	if len(list.Files) != 1 || list.Files[0].Key != first || list.Files[0].Folder != "" || len(list.Folders) != 1 || list.Folders[0] != "deep" {
		t.Errorf("list of the folder %+v", list)
	}
	if _, err := folder.FileURL(t.Context(), third, ""); !isCode(err, upload.NoSuchKey) {
		t.Errorf("a file of another folder: %v", err)
	}
	if _, _, err := w.sendTo(folder, "x.txt", []byte("x")); !isCode(err, upload.AccessDenied) {
		t.Errorf("an upload by a pass to read: %v", err)
	}
	if err := w.as(alice).DeleteFile(t.Context(), third); err != nil {
		t.Fatal(err)
	}
	if list := must[api.FileList](w)(some.ListFiles(t.Context(), api.FilesQuery{})); len(list.Files) != 1 {
		t.Errorf("after a deletion: %+v", list)
	}
}

// An upload in parts goes on in another profile, which has nothing but the link.
func TestAGuestGoesOnElsewhere(t *testing.T) {
	w, alice := sharing(t), caller(t)
	made := w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Files: 1})
	content := random(17 << 20)
	ask := api.UploadRequest{Name: "film.mov", Size: size(int64(len(content))), ID: "p" + strings.Repeat("a", 25)}
	first := must[api.Upload](w)(w.guest(made.Token).CreateUpload(t.Context(), ask))
	sendParts(t, first, content, 1)
	// Used up, and on its way: it can be gone on with, and nothing new begins.
	if _, _, err := w.sendTo(w.guest(made.Token), "more.txt", []byte("x")); !isCode(err, upload.NoSuchPass) {
		t.Errorf("a second file: %v", err)
	}
	must[api.GuestPass](w)(w.guest(made.Token).ShowPass(t.Context()))
	second := must[api.Upload](w)(w.guest(made.Token).CreateUpload(t.Context(), ask))
	if second.UploadID != first.UploadID || len(second.Uploaded) != 1 {
		t.Fatalf("got %+v, want the same upload with its part", second)
	}
	sendParts(t, second, content, 2)
	if second.PartCount > 2 {
		for n := 3; n <= second.PartCount; n++ {
			sendParts(t, second, content, n)
		}
	}
	done := must[api.Completed](w)(w.guest(made.Token).CompleteUpload(t.Context(), api.CompleteRequest{Key: second.Key, UploadID: second.UploadID, Size: ask.Size}))
	if done.Size != *ask.Size {
		t.Errorf("done %+v", done)
	}
	if _, err := w.guest(made.Token).ShowPass(t.Context()); !isCode(err, upload.NoSuchPass) {
		t.Errorf("a pass that is used up: %v", err)
	}
	// Another pass's guest meets nothing of it.
	other := w.guest(w.pass(alice, api.PassRequest{Do: "upload", Folder: "in"}).Token)
	if _, err := other.ListParts(t.Context(), second.Key, second.UploadID); !isCode(err, upload.NoSuchKey) {
		t.Errorf("another guest: %v", err)
	}
	fresh := must[api.Upload](w)(other.CreateUpload(t.Context(), ask))
	if fresh.Key == second.Key {
		t.Error("two passes meet in one key")
	}
	// What is aborted is given back.
	one := w.guest(w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Files: 1}).Token)
	begun := must[api.Upload](w)(one.CreateUpload(t.Context(), ask))
	if err := one.AbortUpload(t.Context(), begun.Key, begun.UploadID); err != nil {
		t.Fatal(err)
	}
	must[api.Upload](w)(one.CreateUpload(t.Context(), ask))
}

func TestGuestsThatMayBegin(t *testing.T) {
	w, alice := sharing(t), caller(t)
	made := w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Uses: 2})
	for range 3 { // the same one, who looks again
		must[api.GuestPass](w)(w.guest(made.Token, "", "first-guest").ShowPass(t.Context()))
	}
	must[api.GuestPass](w)(w.guest(made.Token).ShowPass(t.Context())) // says nothing of himself
	if _, err := w.guest(made.Token).ShowPass(t.Context()); !isCode(err, upload.NoSuchPass) {
		t.Errorf("a third guest: %v", err)
	}
	if _, _, err := w.sendTo(w.guest(made.Token, "", "third-guest"), "a", []byte("a")); !isCode(err, upload.NoSuchPass) {
		t.Errorf("an upload of a third one: %v", err)
	}
	if _, _, err := w.sendTo(w.guest(made.Token, "", "first-guest"), "a", []byte("a")); err != nil {
		t.Errorf("the first one: %v", err)
	}
	if _, _, err := w.sendTo(w.guest(made.Token), "b", []byte("b")); err != nil {
		t.Errorf("the second one: %v", err)
	}
	info := must[api.PassList](w)(w.as(alice).FindPass(t.Context(), made.ID)).Passes[0]
	if info.Guests != 2 {
		t.Errorf("%d guests, want 2", info.Guests)
	}
	// All at once.
	made = w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Uses: 5})
	var mu sync.Mutex
	let := 0
	var wait sync.WaitGroup
	for i := range 50 {
		wait.Go(func() {
			if _, err := w.guest(made.Token, "", fmt.Sprint("guest-", i)).ShowPass(t.Context()); err == nil {
				mu.Lock()
				let++
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if let != 5 {
		t.Errorf("%d of 50 guests began, want exactly 5", let)
	}
}
