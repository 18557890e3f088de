package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
	"signet/lambda/upload"
)

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
