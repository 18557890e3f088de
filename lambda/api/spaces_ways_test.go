package api_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/upload"
)

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
