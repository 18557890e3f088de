package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"signet/cmd/signet/gateway"
	"signet/lambda/api"
	"signet/lambda/api/openapi"
	"signet/lambda/upload"
)

// TestOddNames takes files of odd names through all that can happen to them: each is
// stored under a key that holds its name and folder, and comes back.
func TestOddNames(t *testing.T) {
	w := service(t)
	me, ctx := caller(t), t.Context()
	c := w.as(me)
	deep := strings.Repeat("d/", 31) + "d"
	for _, row := range []struct{ folder, name, wantFolder, wantName string }{
		{"", "a\uffffb.txt", "", "ab.txt"},
		{"", "a\x01b\ufffe.txt", "", "ab.txt"},
		{"", strings.Repeat("😀", 50), "", strings.Repeat("😀", 50)},
		{strings.Repeat("😀", 50), strings.Repeat("😀", 49) + ".jpg", strings.Repeat("😀", 50), strings.Repeat("😀", 49) + ".jpg"},
		{deep, "f", deep, "f"},
		{"", deep + "/f", deep, "f"},
		{"", `C:\a\b`, "a", "b"},
		{"", "~", "", "~"},
		{"~", "~~", "~", "~~"},
		{"", "a~b~c.tar.gz", "", "a~b~c.tar.gz"},
		{"", ".hidden", "", ".hidden"},
		{".hidden", ".hidden.txt", ".hidden", ".hidden.txt"},
		{"", "beach~h7q2aaaaaaaaaaaaaaaaaaaaaaa.jpg", "", "beach~h7q2aaaaaaaaaaaaaaaaaaaaaaa.jpg"},
		{"", "beach~abcdefgh", "", "beach~abcdefgh"},
		{"", "~session-companion", "", "~session-companion"},
		{"session", "companion", "session", "companion"},
		{`여행\2026`, "e\u0301/사진 (1)+%20.jpg", "여행/2026/é", "사진 (1)+%20.jpg"},
		{"a&b=c#d?e", "f;g,h@i:j'k(l)*m!$.txt", "a&b=c#d?e", "f;g,h@i:j'k(l)*m!$.txt"},
		{"..a", "...", "..a", "..."},
	} {
		content := random(10)
		f := known(row.name, content)
		f.Folder = row.folder
		key := w.putFile(me, f, content)
		stem, ext := row.wantName, ""
		if i := strings.LastIndexByte(stem, '.'); i > 0 && stem[i:] != "." {
			stem, ext = stem[:i], stem[i:]
		}
		want := strings.TrimPrefix(row.wantFolder+"/", "/") + stem + "~" + f.ID + ext
		if key != "uploads/"+me+"/"+want {
			t.Errorf("%q in %q: got key %q, want %q", row.name, row.folder, key, want)
			continue
		}
		if got, _ := fetch(t, must[api.FileURL](w)(c.FileURL(ctx, key, "")).URL); !bytes.Equal(got, content) {
			t.Errorf("%q comes back as %d other bytes", key, len(got))
		}
		if err := c.DeleteFile(ctx, key); err != nil {
			t.Errorf("deleting %q: %v", key, err)
		}
		versions := must[api.Versions](w)(c.ListVersions(ctx, key)).Versions // of the name: some rows share one
		versions = slices.DeleteFunc(versions, func(v api.Version) bool { return v.Key != key })
		if len(versions) != 2 || !versions[0].Deleted {
			t.Errorf("%q: got versions %+v, want a marker over one", key, versions)
			continue
		}
		must[api.Restored](w)(c.RestoreVersion(ctx, key, versions[1].VersionID))
		if got, _ := fetch(t, must[api.FileURL](w)(c.FileURL(ctx, key, "")).URL); !bytes.Equal(got, content) {
			t.Errorf("%q comes back after its deletion as %d other bytes", key, len(got))
		}
	}
}

// TestPathsAreRefused: what would leave the folder, or could be two places, is stored
// nowhere, whichever way it comes.
func TestPathsAreRefused(t *testing.T) {
	w := service(t)
	me := caller(t)
	for _, row := range [][2]string{
		{"", `..\..\x`}, {"", "../x"}, {"", "a//b"}, {"", "/etc/passwd"}, {"", "a/"}, {"", "a/./b"}, {"", "a/\u202e/b"}, {"", `C:\..\b`},
		{"..", "x"}, {"a//b", "x"}, {"/a", "x"}, {"a/", "x"}, {".\u200e.", "x"}, {"\x01", "x"},
		{strings.Repeat("d/", 32) + "d", "x"}, {strings.Repeat("d", 201), "x"},
		{"photos~abcdefgh", "x"}, {"a/beach~abcdefgh.jpg", "x"}, {"", "beach~abcdefgh.jpg/x"}, {"~session-companion", "x"},
	} {
		folder, name := row[0], row[1]
		_, put := w.as(me).Presign(t.Context(), api.File{Name: name, Folder: folder, Size: size(1)})
		_, form := w.as(me).PresignForm(t.Context(), api.FormRequest{Name: name, Folder: folder})
		_, parts := w.as(me).CreateUpload(t.Context(), api.UploadRequest{Name: name, Folder: folder, Size: size(1)})
		_, uppy := w.as(me).SignUppy(t.Context(), api.UppyRequest{Method: "PUT", Key: name, Folder: folder})
		for way, err := range map[string]error{"put": put, "form": form, "parts": parts, "uppy": uppy} {
			if p, ok := err.(*api.Problem); !ok || p.Code != upload.InvalidArgument {
				t.Errorf("%q in %q, %s: got %v, want InvalidArgument", name, folder, way, err)
			}
		}
	}
	deep := strings.Repeat(strings.Repeat("d", 200)+"/", 5)
	_, err := w.as(me).Presign(t.Context(), api.File{Name: deep + "x", Size: size(1)})
	wantCode(t, err, upload.KeyTooLongError)
	if left := w.objects(me); len(left) != 0 {
		t.Errorf("S3 has %q, want nothing", left)
	}
}

// TestOtherSpaces: there is no other space for anybody, and none is made by asking.
func TestOtherSpaces(t *testing.T) {
	w := service(t)
	c := w.as(caller(t))
	for _, space := range []string{"team", "team/design", "..", "uploads"} {
		_, put := c.Presign(t.Context(), api.File{Name: "a", Space: space, Size: size(1)})
		_, form := c.PresignForm(t.Context(), api.FormRequest{Name: "a", Space: space})
		_, parts := c.CreateUpload(t.Context(), api.UploadRequest{Name: "a", Space: space, Size: size(1)})
		_, uppy := c.SignUppy(t.Context(), api.UppyRequest{Method: "POST", Key: "a", Space: space})
		for _, err := range []error{put, form, parts, uppy} {
			wantCode(t, err, upload.NoSuchSpace)
		}
	}
}

// TestPathsAreOfTheirOwner: one caller's folders are nothing to another, even where
// names and contents are the same.
func TestPathsAreOfTheirOwner(t *testing.T) {
	w := service(t)
	alice, bob, content := caller(t)+"a", caller(t)+"b", random(100)
	f := known("a/b/same.txt", content)
	theirs := w.putFile(bob, f, content)
	mine := must[api.Presigned](w)(w.as(alice).Presign(t.Context(), f)) // not there already
	if mine.Key == theirs || !strings.HasPrefix(mine.Key, "uploads/"+alice+"/a/b/") {
		t.Errorf("got keys %s and %s", mine.Key, theirs)
	}
	for _, name := range []string{"../" + bob + "/x", `..\` + bob + `\x`, "/uploads/" + bob + "/x"} {
		_, err := w.as(alice).Presign(t.Context(), api.File{Name: name, Size: size(1)})
		wantCode(t, err, upload.InvalidArgument)
	}
	u := w.begin(bob, api.UploadRequest{Name: "a/film.mov", Size: size(20 * mib), ID: hint("film")})
	own := w.begin(alice, api.UploadRequest{Name: "a/film.mov", Size: size(20 * mib), ID: hint("film")})
	if own.UploadID == u.UploadID {
		t.Error("alice goes on with bob's upload")
	}
	list := must[api.Uploads](w)(w.as(bob).ListUploads(t.Context(), "")).Uploads
	if len(list) != 1 || list[0].Key != u.Key || list[0].Name != "film.mov" || list[0].Folder != "a" {
		t.Errorf("bob has the uploads %+v", list)
	}
	if left := w.objects(alice); len(left) != 0 {
		t.Errorf("alice has %q, want nothing", left)
	}
}

// TestUnknownParameters: a parameter that a call does not know is a wish not heard, and
// of two nobody can tell which was meant.
func TestUnknownParameters(t *testing.T) {
	const app = "arn:aws:iam::" + gateway.AccountID + ":role/app"
	w := serviceWith(t, sharedGateway(t), func(o *api.Options) {
		o.Config.Passes, o.Config.Backend = true, &upload.Backend{Roles: []string{app}}
		o.Backend = func(*http.Request) string { return app }
	})
	pass := w.pass(caller(t), api.PassRequest{Do: "upload", Folder: "in"}).Token
	session := must[api.Session](w)(w.as(caller(t)).CreateSession(t.Context())).CompanionEndpoint
	server := strings.TrimSuffix(w.api, api.Base)
	for _, r := range api.Routes() {
		path := strings.NewReplacer(api.Base+"/s3/{session}", session, "{uploadId}", "u", "{partNumber}", "1").Replace(r.Path)
		for _, query := range []string{"acl=", "=", "Key=a", "key[]=a", "%6bey=a&key=b"} {
			q, err := http.NewRequest(r.Method, server+path+"?"+query, strings.NewReader(`{"owner":"alice"}`))
			if err != nil {
				t.Fatal(err)
			}
			q.Header.Set("Authorization", "Bearer alice")
			q.Header.Set("Signet-Pass", pass)
			answer, err := contract{t}.RoundTrip(q)
			if err != nil {
				t.Fatal(err)
			}
			if answer.StatusCode != 400 {
				t.Errorf("%s %s?%s: status %d, want 400", r.Method, r.Path, query, answer.StatusCode)
			}
		}
	}
}

// TestParametersAreThoseOfTheDocument holds what each call knows to what is written.
func TestParametersAreThoseOfTheDocument(t *testing.T) {
	for _, r := range api.Routes() {
		var want []string
		operation := lookup(fmt.Sprintf("/paths/%s/%s", escapePointer(strings.TrimPrefix(r.Path, openapi.Base)), strings.ToLower(r.Method))).(map[string]any)
		parameters, _ := operation["parameters"].([]any)
		for _, p := range parameters {
			m := p.(map[string]any)
			if m["in"] != "query" {
				continue
			}
			name := m["name"].(string)
			if m["style"] == "deepObject" {
				name += "["
			}
			want = append(want, name)
		}
		if got := api.Parameters(r.Method, r.Path); !sameSet(got, want) {
			t.Errorf("%s %s knows %q, documented are %q", r.Method, r.Path, got, want)
		}
	}
}

func sameSet(a, b []string) bool {
	seen := map[string]int{}
	for _, s := range a {
		seen[s]++
	}
	for _, s := range b {
		seen[s]--
	}
	for _, n := range seen {
		if n != 0 {
			return false
		}
	}
	return true
}
