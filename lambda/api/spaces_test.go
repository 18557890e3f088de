package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// knownIn is a file of known content.
func knownIn(name, space string, content []byte) api.File {
	sum := sha256.Sum256(content)
	return api.File{
		Name: name, Space: space, Size: size(int64(len(content))), ID: upload.ContentID(sum),
		Checksum: &api.Checksum{SHA256: base64.StdEncoding.EncodeToString(sum[:])},
	}
}

// putKnown sends known content and gives its key.
func (w *world) putKnown(sub, name, space string, content []byte) string {
	w.Helper()
	signed := must[api.Presigned](w)(w.as(sub).Presign(w.Context(), knownIn(name, space, content)))
	if status, code, _ := send(w, signed.Method, signed.URL, signed.Headers, content); status != 200 {
		w.Fatalf("PUT of %s into %s: status %d %s", name, space, status, code)
	}
	return signed.Key
}

// Two members who upload the same bytes under the same name have two objects, and
// neither is told of the other's, by any way of sending.
func TestSameBytesOfTwoMembers(t *testing.T) {
	w := spaces(t)
	alice, bob := w.as("alice"), w.as("bob")
	content := random(1000)
	name := caller(t) + ".bin"
	hers := w.putKnown("alice", name, "team/design", content)
	his := w.putKnown("bob", name, "team/design", content)
	if hers == his || !strings.HasPrefix(his, "team/design/") || upload.DigitsOf(hers) == upload.DigitsOf(his) {
		t.Fatalf("got %s and %s, want two objects", hers, his)
	}
	for key, who := range map[string]string{hers: "alice", his: "bob"} {
		if info := must[api.FileInfo](w)(bob.FileInfo(t.Context(), key, "")); info.Uploader != who || info.Space != "team/design" || len(info.Metadata) != 0 {
			t.Errorf("%s: %+v, want it of %s", key, info, who)
		}
	}
	// A form is looked up before it is signed: bob's own is there, carol's is not.
	wantCode(t, errOf(presignForm(w, "bob", knownIn(name, "team/design", content))), upload.PreconditionFailed)
	other := knownIn("form-"+name, "team/design", content)
	w.putKnown("alice", "form-"+name, "team/design", content)
	if signed, err := presignForm(w, "bob", other); err != nil || signed.Key == hers {
		t.Errorf("a form for bob of what alice has: %v, %v", signed.Key, err)
	}

	// In parts, with the same hint.
	large := random(9 << 20)
	begin := api.UploadRequest{Name: name, Space: "team/design", Size: size(9 << 20), ID: "p" + strings.Repeat("a", 25)}
	first := must[api.Upload](w)(alice.CreateUpload(t.Context(), begin))
	sendParts(t, first, large, 1)
	second := must[api.Upload](w)(bob.CreateUpload(t.Context(), begin))
	if first.Key == second.Key || len(second.Uploaded) != 0 {
		t.Fatalf("bob continues %s: %+v", first.Key, second.Uploaded)
	}
	w.refusesUpload("bob", first)
	if list := must[api.Uploads](w)(bob.ListUploadsIn(t.Context(), "team/design", "")); !slices.ContainsFunc(list.Uploads, func(u api.Unfinished) bool { return u.Key == second.Key }) ||
		slices.ContainsFunc(list.Uploads, func(u api.Unfinished) bool { return u.Key == first.Key }) {
		t.Errorf("bob's unfinished ones are %+v", list.Uploads)
	}
	again := must[api.Upload](w)(alice.CreateUpload(t.Context(), begin))
	if again.UploadID != first.UploadID || len(again.Uploaded) != 1 {
		t.Errorf("alice does not go on with hers: %+v", again.Uploaded)
	}
	sendParts(t, first, large)
	must[api.Completed](w)(alice.CompleteUpload(t.Context(), api.CompleteRequest{Key: first.Key, UploadID: first.UploadID, Size: size(9 << 20)}))
	// Now the object is there, and bob still begins as if it were not.
	if third, err := bob.CreateUpload(t.Context(), begin); err != nil || third.UploadID != second.UploadID {
		t.Errorf("bob is told of alice's object: %v", err)
	}
	list := must[api.FileList](w)(bob.ListFiles(t.Context(), api.FilesQuery{Space: "team/design", Search: name}))
	by := map[string]string{}
	for _, f := range list.Files {
		by[f.Key] = f.By
	}
	if by[hers] != upload.DigitsOf(hers) || by[his] != (upload.Bearer{Caller: "bob"}).Digits() {
		t.Errorf("the list says %v", by)
	}
}

func presignForm(w *world, sub string, f api.File) (api.Presigned, error) {
	out, err := w.as(sub).PresignContents(w.Context(), 1, []api.File{f})
	if err != nil {
		return api.Presigned{}, err
	}
	if p := out.Files[0].Error; p != nil {
		return api.Presigned{}, p
	}
	return *out.Files[0].Presigned, nil
}

// refusesUpload: somebody can do nothing with another's upload.
func (w *world) refusesUpload(sub string, u api.Upload) {
	w.Helper()
	c := w.as(sub)
	_, sign := c.SignParts(w.Context(), api.SignRequest{Key: u.Key, UploadID: u.UploadID, Size: size(9 << 20)})
	_, last := c.SignParts(w.Context(), api.SignRequest{Key: u.Key, UploadID: u.UploadID, Stream: api.Stream{Stream: true}, Last: &api.LastPart{PartNumber: 1, Size: 1}})
	_, parts := c.ListParts(w.Context(), u.Key, u.UploadID)
	_, complete := c.CompleteUpload(w.Context(), api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: size(9 << 20)})
	abort := c.AbortUpload(w.Context(), u.Key, u.UploadID)
	for way, err := range map[string]error{"sign": sign, "last": last, "parts": parts, "complete": complete, "abort": abort} {
		if p, ok := err.(*api.Problem); !ok || p.Code != upload.NoSuchKey {
			w.Errorf("%s: got %v, want NoSuchKey", way, err)
		}
	}
	for _, r := range []api.UppyRequest{{Method: "PUT", PartNumber: 1}, {Method: "GET"}, {Method: "POST"}, {Method: "DELETE"}} {
		r.Key, r.UploadID = u.Key, u.UploadID
		if _, err := c.SignUppy(w.Context(), r); err == nil || err.(*api.Problem).Code != upload.NoSuchKey {
			w.Errorf("signRequest %s: got %v, want NoSuchKey", r.Method, err)
		}
	}
}

// A reader writes by none of the ways: what is signed for another place is for no other.
func TestReaderCannotWrite(t *testing.T) {
	w := spaces(t)
	content := []byte("news")
	there := w.putKnown("ann", caller(t)+".txt", "news", content)
	gone := w.putKnown("ann", "gone-"+caller(t)+".txt", "news", content)
	mine := w.putKnown("bob", caller(t)+".txt", "", content)
	if err := w.as("ann").DeleteFile(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	before := w.everything("news/")
	bob := w.as("bob")
	deleted := must[api.FileList](w)(bob.ListFiles(t.Context(), api.FilesQuery{Space: "news", Deleted: true}))
	info := must[api.FileInfo](w)(bob.FileInfo(t.Context(), there, ""))
	if len(deleted.Files) == 0 {
		t.Fatal("nothing is deleted")
	}
	// Ways that ask the API are in the table; those that take more are here.
	for _, row := range []struct{ method, path, body string }{
		{"POST", "/files/restore", `{"key":"` + gone + `","versionId":"` + deleted.Files[0].VersionID + `"}`},
		{"POST", "/files/restore", `{"key":"` + there + `","versionId":"` + info.VersionID + `"}`},
		{"POST", "/files/move", `{"key":"` + mine + `","space":"news"}`},
		{"POST", "/files/move", `{"key":"` + mine + `","space":"news","name":"x.txt"}`},
		{"POST", "/files/move", `{"key":"` + there + `","space":""}`},
		{"POST", "/files/move", `{"key":"` + there + `","space":"shared"}`},
		{"POST", "/s3/sign", `{"method":"PUT","key":"a.txt","space":"news"}`},
		{"POST", "/s3/sign", `{"method":"PUT","key":"` + there + `","uploadId":"x","partNumber":1}`},
		{"POST", "/uploads", `{"name":"a","size":1,"space":"news","stream":false}`},
		{"POST", "/uploads", `{"name":"a","space":"news","stream":true}`},
	} {
		if code := w.ask("bob", row.method, row.path, row.body); code != upload.AccessDenied {
			t.Errorf("%s %s %s: got %s", row.method, row.path, row.body, code)
		}
	}
	rows := must[api.DeletedFiles](w)(bob.DeleteFiles(t.Context(), []string{there, mine}))
	if rows.Files[0].Error == nil || rows.Files[0].Error.Code != upload.AccessDenied || rows.Files[1].Error != nil {
		t.Errorf("deleted: %+v", rows.Files)
	}
	// A signed URL, a form and a part for one's own place, sent to the other one.
	signed := must[api.Presigned](w)(bob.Presign(t.Context(), knownIn("x.txt", "", content)))
	foreign := strings.Replace(signed.URL, "/uploads/bob/", "/news/all/", 1)
	if status, _, _ := send(w, "PUT", foreign, signed.Headers, content); status != 403 {
		t.Errorf("a PUT for another place: status %d", status)
	}
	form := must[api.Form](w)(bob.PresignForm(t.Context(), api.FormRequest{Name: "x.txt"}))
	for i := range form.Fields {
		if form.Fields[i].Name == "key" {
			form.Fields[i].Value = strings.Replace(form.Fields[i].Value, "uploads/bob/", "news/all/", 1)
		}
	}
	if status, _ := submit(t, form.URL, form.Fields, content); status != 403 {
		t.Errorf("a form for another place: status %d", status)
	}
	// Companion: no session for the place, and that of another place leads to no other.
	wantCode(t, errOf(bob.CreateSessionIn(t.Context(), api.SessionRequest{Space: "news"})), upload.AccessDenied)
	c := w.companion("bob")
	c.refused("GET", "/s3/multipart/x/1?key="+there, "", upload.NoSuchKey)
	c.refused("POST", "/s3/multipart", `{"filename":"../../news/all/x.txt","type":"text/plain"}`, upload.InvalidArgument)
	if after := w.everything("news/"); !slices.Equal(after, before) {
		t.Errorf("news had %q and has %q", before, after)
	}
}
