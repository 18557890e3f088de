package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

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

// What a space does not take is refused before anything is signed, and nothing that is
// signed takes it.
func TestAvatars(t *testing.T) {
	w := spaces(t)
	alice := w.as("alice")
	for _, row := range []struct {
		file api.File
		code upload.Code
	}{
		{api.File{Name: "a.png", Type: "image/png", Size: size(3 << 20)}, upload.EntityTooLarge},
		{api.File{Name: "a.svg", Type: "image/svg+xml", Size: size(10)}, upload.TypeForbidden},
		{api.File{Name: "a.png", Size: size(10)}, upload.TypeForbidden},
	} {
		row.file.Space = "avatars"
		wantCode(t, errOf(alice.Presign(t.Context(), row.file)), row.code)
		wantCode(t, errOf(alice.CreateUpload(t.Context(), api.UploadRequest{Name: row.file.Name, Type: row.file.Type, Size: row.file.Size, Space: "avatars"})), row.code)
	}
	signed := must[api.Presigned](w)(alice.Presign(t.Context(), api.File{Name: "a.png", Type: "image/png", Size: size(1000), Space: "avatars"}))
	headers := map[string]string{"content-type": "image/svg+xml"}
	for name, value := range signed.Headers {
		if _, ok := headers[name]; !ok {
			headers[name] = value
		}
	}
	if status, _, _ := send(w, "PUT", signed.URL, headers, random(1000)); status != 403 {
		t.Errorf("SVG by a signature for PNG: status %d", status)
	}
	if status, _, _ := send(w, "PUT", signed.URL, signed.Headers, random(3<<20)); status != 403 {
		t.Errorf("3 MB by a signature for 1 kB: status %d", status)
	}
	form := must[api.Form](w)(alice.PresignForm(t.Context(), api.FormRequest{Name: "a.png", Type: "image/png", Space: "avatars"}))
	if status, _ := submit(t, form.URL, form.Fields, random(3<<20)); status != 400 {
		t.Errorf("3 MB by a form: status %d", status)
	}
	// Neither does anything get there by a move.
	svg := w.putFile("alice", api.File{Name: "a.svg", Type: "image/svg+xml"}, []byte("<svg/>"))
	wantCode(t, errOf(alice.MoveFile(t.Context(), api.MoveRequest{Key: svg, Space: aws.String("avatars")})), upload.TypeForbidden)
	large := w.putFile("alice", api.File{Name: "a.png", Type: "image/png"}, random(3<<20))
	wantCode(t, errOf(alice.MoveFile(t.Context(), api.MoveRequest{Key: large, Space: aws.String("avatars")})), upload.EntityTooLarge)
	files := []api.File{}
	for range 4 {
		files = append(files, api.File{Name: "a.png", Type: "image/png", Size: size(1), Space: "avatars"})
	}
	wantCode(t, errOf(alice.PresignFiles(t.Context(), files)), upload.InvalidArgument)
	if _, err := alice.PresignFiles(t.Context(), append(files[:3], api.File{Name: "a", Size: size(1)}, api.File{Name: "a", Size: size(1)})); err != nil {
		t.Errorf("three avatars and two files: %v", err)
	}
}

// Whoever has left a group sees nothing of it with the next token.
func TestLeavingAGroup(t *testing.T) {
	groups := []string{"design", "a/b: c"}
	w := spaces(t, func(o *api.Options) { o.Groups = func(*http.Request) []string { return groups } })
	key := w.putKnown("bob", caller(t)+".txt", "team/design", []byte("x"))
	odd := w.putKnown("bob", caller(t)+".txt", "team/a/b: c", []byte("x"))
	if !strings.HasPrefix(odd, "team/h") || len(strings.Split(odd, "/")) != 3 {
		t.Errorf("a group that is no segment: %s", odd)
	}
	if info := must[api.FileInfo](w)(w.as("bob").FileInfo(t.Context(), odd, "")); !strings.HasPrefix(info.Space, "team/h") {
		t.Errorf("it is in %q", info.Space)
	}
	for _, at := range []string{"team/design", "team/a/b: c"} {
		must[api.FileList](w)(w.as("bob").ListFiles(t.Context(), api.FilesQuery{Space: at}))
	}
	groups = nil
	wantCode(t, errOf(w.as("bob").ListFiles(t.Context(), api.FilesQuery{Space: "team/design"})), upload.NoSuchSpace)
	wantCode(t, errOf(w.as("bob").FileURL(t.Context(), key, "")), upload.NoSuchKey)
	for _, s := range must[api.Spaces](w)(w.as("bob").ListSpaces(t.Context())).Spaces {
		if s.Per == upload.PerGroup {
			t.Errorf("still told of %+v", s)
		}
	}
}

func TestListSpaces(t *testing.T) {
	w := spaces(t, func(o *api.Options) { o.Config.Public = "https://files.example" })
	var got []string
	for _, s := range must[api.Spaces](w)(w.as("alice").ListSpaces(t.Context())).Spaces {
		got = append(got, s.Space)
		switch s.Space {
		case "avatars":
			if s.MaxObjectSize != 2<<20 || s.MaxFiles != 3 || !slices.Equal(s.AllowedTypes, []string{"image/png", "image/jpeg"}) || s.Several || s.Digits != "" || s.Public != "https://files.example/avatars/alice/" {
				t.Errorf("got %+v", s)
			}
		case "desk/design":
			if s.Name != "desk" || s.Owner != "design" || !s.Read || !s.Write || s.Delete || !s.DeleteOwn || !s.Several || len(s.Digits) != 6 {
				t.Errorf("got %+v", s)
			}
		case "forms":
			if s.Confirm != "1d" || s.Owner != "all" {
				t.Errorf("got %+v", s)
			}
		case "cases/design":
			if s.Metadata == nil || !slices.Equal(s.Metadata.Must, []string{"case"}) || !slices.Equal(s.Metadata.May, []string{"note"}) {
				t.Errorf("got %+v", s)
			}
		}
	}
	want := []string{"", "archive/design", "avatars", "cases/design", "desk/design", "docs", "drop", "forms", "inbox", "news", "payslips", "shared", "team/design"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	wantCode(t, errOf(w.as("alice").ListFiles(t.Context(), api.FilesQuery{Space: "team"})), upload.NoSuchSpace)
	// Without spaces there is but one.
	one := must[api.Spaces](w)(service(t).as("alice").ListSpaces(t.Context())).Spaces
	if len(one) != 1 || one[0].Space != "" || !one[0].Delete || one[0].Owner != "alice" {
		t.Errorf("got %+v", one)
	}
}

// Who may delete his own deletes his own alone, and brings back his own alone, wherever
// it was moved within the part.
func TestOwnUploads(t *testing.T) {
	w := spaces(t)
	alice, bob := w.as("alice"), w.as("bob")
	hers := w.putKnown("alice", caller(t)+".txt", "shared", []byte("x"))
	his := w.putKnown("bob", "his-"+caller(t)+".txt", "shared", []byte("x"))
	wantCode(t, bob.DeleteFile(t.Context(), hers), upload.AccessDenied)
	wantCode(t, errOf(bob.MoveFile(t.Context(), api.MoveRequest{Key: hers, Name: "x.txt"})), upload.AccessDenied)
	moved := must[api.Moved](w)(alice.MoveFile(t.Context(), api.MoveRequest{Key: hers, Folder: aws.String("in/it")})).Key
	if info := must[api.FileInfo](w)(bob.FileInfo(t.Context(), moved, "")); info.Uploader != "alice" || info.Folder != "in/it" {
		t.Errorf("moved: %+v", info)
	}
	version := must[api.FileInfo](w)(bob.FileInfo(t.Context(), moved, "")).VersionID
	if err := alice.DeleteFile(t.Context(), moved); err != nil {
		t.Fatal(err)
	}
	wantCode(t, errOf(bob.RestoreVersion(t.Context(), moved, version)), upload.AccessDenied)
	must[api.Restored](w)(alice.RestoreVersion(t.Context(), moved, version))
	rows := must[api.DeletedFiles](w)(bob.DeleteFiles(t.Context(), []string{moved, his}))
	if rows.Files[0].Error == nil || rows.Files[1].Error != nil {
		t.Errorf("deleted: %+v", rows.Files)
	}
	// Nobody takes on another's name by metadata of his own.
	wantCode(t, errOf(bob.Presign(t.Context(), api.File{Name: "a", Size: size(1), Space: "shared", Metadata: map[string]string{"Signet-By": "alice"}})), upload.InvalidArgument)
	// What another tool has put there is nobody's.
	w.place("shared/all/tool.png")
	if _, err := w.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String("shared/all/tool.png"), Body: strings.NewReader("x")}); err != nil {
		t.Fatal(err)
	}
	wantCode(t, alice.DeleteFile(t.Context(), "shared/all/tool.png"), upload.AccessDenied)
}

// A file that comes into a space is its mover's there, and has what has to be there.
func TestMoveAcrossSpaces(t *testing.T) {
	w := spaces(t)
	alice := w.as("alice")
	to := func(key, space string) (api.Moved, error) {
		return alice.MoveFile(t.Context(), api.MoveRequest{Key: key, Space: &space})
	}
	own := w.putKnown("alice", caller(t)+".txt", "", []byte("x"))
	wantCode(t, errOf(to(own, "cases/design")), upload.InvalidArgument)
	in := must[api.Moved](w)(to(own, "team/design")).Key
	info := must[api.FileInfo](w)(w.as("bob").FileInfo(t.Context(), in, ""))
	if !strings.HasPrefix(in, "team/design/") || info.Uploader != "alice" || upload.DigitsOf(in) != (upload.Bearer{Caller: "alice"}).Digits() {
		t.Errorf("moved to %s, of %s", in, info.Uploader)
	}
	wantCode(t, errOf(to(in, "news")), upload.AccessDenied)
	wantCode(t, errOf(to(in, "team/ops")), upload.NoSuchSpace)
	out := must[api.Moved](w)(to(in, "")).Key
	if !strings.HasPrefix(out, "uploads/alice/") || upload.DigitsOf(out) != "" {
		t.Errorf("moved to %s", out)
	}
	confirmed := must[api.Moved](w)(to(out, "forms")).Key
	if info := must[api.FileInfo](w)(alice.FileInfo(t.Context(), confirmed, "")); !info.Unconfirmed {
		t.Errorf("moved past the confirmation: %+v", info)
	}
	wantCode(t, errOf(to(confirmed, "")), upload.ConditionalRequestConflict)
}

// Whatever way a file comes, it waits for its confirmation; and that is one thing.
func TestConfirm(t *testing.T) {
	w := spaces(t)
	alice := w.as("alice")
	small, parts := []byte("small"), random(9<<20)
	keys := []string{w.putKnown("alice", "put-"+caller(t), "forms", small), w.putFile("alice", api.File{Name: "own-" + caller(t), Space: "forms"}, small)}
	u := must[api.Upload](w)(alice.CreateUpload(t.Context(), api.UploadRequest{Name: "parts-" + caller(t), Size: size(9 << 20), Space: "forms"}))
	sendParts(t, u, parts)
	must[api.Completed](w)(alice.CompleteUpload(t.Context(), api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: size(9 << 20)}))
	keys = append(keys, u.Key)
	form := must[api.Form](w)(alice.PresignForm(t.Context(), api.FormRequest{Name: "form-" + caller(t), Space: "forms"}))
	content := must[api.Presigned](w)(presignForm(w, "alice", knownIn("content-"+caller(t), "forms", small)))
	uppy := must[api.UppySigned](w)(alice.SignUppy(t.Context(), api.UppyRequest{Method: "PUT", Key: "uppy-" + caller(t), Space: "forms"}))
	for _, f := range []struct {
		url    string
		fields api.Fields
	}{{form.URL, form.Fields}, {content.URL, content.Fields}, {uppy.URL, uppy.Fields}} {
		if status, _ := submit(t, f.url, f.fields, small); status != 201 {
			t.Fatalf("a form: status %d", status)
		}
		keys = append(keys, f.fields[0].Value)
	}
	// Without the tag nothing that is signed is taken.
	signed := must[api.Presigned](w)(alice.Presign(t.Context(), api.File{Name: "bare", Size: size(5), Space: "forms"}))
	bare := map[string]string{}
	for name, value := range signed.Headers {
		if name != "x-amz-tagging" {
			bare[name] = value
		}
	}
	if status, _, _ := send(w, "PUT", signed.URL, bare, small); status != 403 {
		t.Errorf("without its tag: status %d", status)
	}
	for _, key := range keys {
		if info := must[api.FileInfo](w)(alice.FileInfo(t.Context(), key, "")); !info.Unconfirmed {
			t.Errorf("%s does not wait", key)
		}
	}
	for _, already := range []bool{false, true} {
		out := must[api.ConfirmedFiles](w)(alice.ConfirmFiles(t.Context(), append(slices.Clone(keys), "forms/all/no~raaaaaaaaaaaaaaaaaaaaaaaaaa", "team/design/x~abcdefgh", "drop/all/x~abcdefgh")))
		for i, f := range out.Files {
			switch want := []upload.Code{upload.NoSuchKey, upload.InvalidRequest, upload.InvalidRequest}; {
			case i < len(keys) && (f.Error != nil || f.Already != already || f.Key != keys[i]):
				t.Errorf("%s: %+v, want already %v", keys[i], f, already)
			case i >= len(keys) && (f.Error == nil || f.Error.Code != want[i-len(keys)]):
				t.Errorf("row %d: %+v", i, f)
			}
		}
	}
	for _, key := range keys {
		if info := must[api.FileInfo](w)(alice.FileInfo(t.Context(), key, "")); info.Unconfirmed {
			t.Errorf("%s waits still", key)
		}
	}
	if err := alice.DeleteFile(t.Context(), keys[0]); err != nil {
		t.Fatal(err)
	}
	if out := must[api.ConfirmedFiles](w)(alice.ConfirmFiles(t.Context(), keys[:1])); out.Files[0].Error == nil || out.Files[0].Error.Code != upload.NoSuchKey {
		t.Errorf("of what is deleted: %+v", out.Files[0])
	}
	if code := w.ask("alice", "POST", "/files/confirm", `{"keys":[]}`); code != upload.InvalidArgument {
		t.Errorf("nothing: %s", code)
	}
}

// Metadata that has to be there is, whatever way a file comes.
func TestMetadataRules(t *testing.T) {
	w := spaces(t)
	for _, row := range []struct {
		metadata string
		code     upload.Code
	}{
		{`{"case":"4711"}`, ""}, {`{"Case":"4711","note":""}`, ""}, {`{}`, upload.InvalidArgument}, {`{"case":" "}`, upload.InvalidArgument},
		{`{"note":"x"}`, upload.InvalidArgument}, {`{"case":"1","color":"red"}`, upload.InvalidArgument},
	} {
		for path, rest := range map[string]string{
			"/presign": `"name":"a","size":1`, "/presign/form": `"name":"a"`, "/uploads": `"name":"a","size":1`, "/s3/sign": `"method":"PUT","key":"a"`,
		} {
			if code := w.ask("bob", "POST", path, `{"space":"cases/design","metadata":`+row.metadata+`,`+rest+`}`); code != row.code {
				t.Errorf("%s with %s: got %q, want %q", path, row.metadata, code, row.code)
			}
		}
	}
	// What Uppy adds by itself is left out.
	session := must[api.Session](w)(w.as("bob").CreateSessionIn(t.Context(), api.SessionRequest{Space: "cases/design"}))
	c := companion{w, strings.TrimSuffix(w.api, api.Base) + session.CompanionEndpoint}
	var form api.CompanionForm
	c.get("/s3/params?filename=a.txt&type=text/plain&metadata[name]=a.txt&metadata[type]=text/plain&metadata[relativePath]=in/a.txt&metadata[case]=4711", &form)
	if status, _ := submit(t, form.URL, form.Fields, []byte("x")); status != 201 {
		t.Errorf("Companion: status %d", status)
	}
	c.refused("GET", "/s3/params?filename=a.txt&metadata[name]=a.txt", "", upload.InvalidArgument)
}

// A session of Companion's uploads into the place that it is for, and into no other.
func TestSessionsOfSpaces(t *testing.T) {
	w := spaces(t)
	origin := strings.TrimSuffix(w.api, api.Base)
	begin := func(sub string, r api.SessionRequest) companion {
		return companion{w, origin + must[api.Session](w)(w.as(sub).CreateSessionIn(t.Context(), r)).CompanionEndpoint}
	}
	c := begin("bob", api.SessionRequest{Space: "team/design", Folder: "in/it"})
	var u api.CompanionUpload
	c.post("/s3/multipart", `{"filename":"a.txt","type":"text/plain","metadata":{"relativePath":"x/a.txt"}}`, &u)
	if !strings.HasPrefix(u.Key, "team/design/in/it/x/a~") || upload.DigitsOf(u.Key) != (upload.Bearer{Caller: "bob"}).Digits() {
		t.Errorf("got %s", u.Key)
	}
	var part api.CompanionPart
	c.get("/s3/multipart/"+u.UploadID+"/1?key="+u.Key, &part)
	status, _, etag := send(w, "PUT", part.URL, nil, []byte("abc"))
	if status != 200 {
		t.Fatalf("part: %d", status)
	}
	// Others' sessions, bob's of other places, and none at all.
	for name, other := range map[string]companion{
		"alice's": begin("alice", api.SessionRequest{Space: "team/design", Folder: "in/it"}), "another folder": begin("bob", api.SessionRequest{Space: "team/design", Folder: "in/its"}),
		"his own files": w.companion("bob"), "another space": begin("bob", api.SessionRequest{Space: "desk/design"}),
	} {
		var p api.CompanionProblem
		c.call("GET", other.base+"/s3/multipart/"+u.UploadID+"/1?key="+u.Key, "", "", 404, &p)
		if p.Code != upload.NoSuchKey {
			t.Errorf("%s: %s", name, p.Code)
		}
	}
	var done api.CompanionObject
	c.post("/s3/multipart/"+u.UploadID+"/complete?key="+u.Key, `{"parts":[{"PartNumber":1,"ETag":"`+strings.Trim(etag, `"`)+`"}]}`, &done)
	if info := must[api.FileInfo](w)(w.as("alice").FileInfo(t.Context(), u.Key, "")); info.Uploader != "bob" || info.Folder != "in/it/x" {
		t.Errorf("got %+v", info)
	}
	// Another instance, which did not make it, takes it too; a changed one, nobody.
	again := spaces(t)
	var form api.CompanionForm
	companion{again, strings.TrimSuffix(again.api, api.Base) + strings.TrimPrefix(c.base, origin)}.get("/s3/params?filename=a.txt", &form)
	text, _ := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(c.base, origin+"/api/s3/"))
	good := strings.Split(string(text), "\n")
	for name, change := range map[string]func(f []string){
		"another caller": func(f []string) { f[0] = "alice" }, "another space": func(f []string) { f[6] = "desk" }, "another owner": func(f []string) { f[7] = "ops" },
		"another folder": func(f []string) { f[8] = "in" }, "no folder": func(f []string) { f[8] = "" }, "a space that is none": func(f []string) { f[6] = "nowhere" },
		"his own files": func(f []string) { f[6], f[7], f[8] = "", "bob", "" },
	} {
		f := slices.Clone(good)
		change(f)
		bad := base64.RawURLEncoding.EncodeToString([]byte(strings.Join(f, "\n")))
		var p api.CompanionProblem
		c.call("GET", origin+"/api/s3/"+bad+"/s3/params?filename=a", "", "", 401, &p)
		if p.Code != upload.Unauthorized {
			t.Errorf("%s: %s", name, p.Code)
		}
	}
	for sub, at := range map[string]string{"dave": "team/design", "bob": "archive/design"} {
		_, err := w.as(sub).CreateSessionIn(t.Context(), api.SessionRequest{Space: at})
		if err == nil {
			t.Errorf("%s has a session for %s", sub, at)
		}
	}
}

// What is listed is of one part alone, whatever cursor is brought.
func TestListsOfSpaces(t *testing.T) {
	w := spaces(t)
	name := caller(t)
	w.putKnown("bob", name, "team/design", []byte("x"))
	w.putKnown("bob", name, "shared", []byte("x"))
	w.putKnown("dave", name, "team/ops", []byte("x"))
	for _, q := range []api.FilesQuery{{}, {Order: "newest"}, {Recursive: true}, {Search: name}, {Cursor: api.CursorAt("name", "../../shared/all/")}} {
		for _, at := range []string{"team/design", "shared", "team/ops"} {
			q.Space = at
			sub := "bob"
			if at == "team/ops" {
				sub = "dave"
			}
			list, err := w.as(sub).ListFiles(t.Context(), q)
			if err != nil && q.Cursor == "" {
				t.Errorf("%+v: %v", q, err)
			}
			root := strings.Replace(at, "shared", "shared/all", 1) + "/"
			for _, f := range list.Files {
				if !strings.HasPrefix(f.Key, root) {
					t.Errorf("%+v shows %s", q, f.Key)
				}
			}
		}
	}
}
