package api_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// everything lists all versions, markers and unfinished uploads under a prefix.
func (w *world) everything(prefix string) (all []string) {
	w.Helper()
	out, err := w.s3.ListObjectVersions(w.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(bucket), Prefix: &prefix})
	if err != nil {
		w.Fatal(err)
	}
	for _, v := range out.Versions {
		all = append(all, fmt.Sprint(*v.Key, *v.VersionId, *v.IsLatest, *v.Size))
	}
	for _, m := range out.DeleteMarkers {
		all = append(all, fmt.Sprint(*m.Key, *m.VersionId, *m.IsLatest))
	}
	uploads, err := w.s3.ListMultipartUploads(w.Context(), &s3.ListMultipartUploadsInput{Bucket: aws.String(bucket), Prefix: &prefix})
	if err != nil {
		w.Fatal(err)
	}
	for _, u := range uploads.Uploads {
		all = append(all, *u.Key+*u.UploadId)
	}
	slices.Sort(all)
	return all
}

// Nobody sees or changes what is another's, whatever key, version, folder or cursor he
// names, and the answer is the same as for what is not there.
func TestNobodyTouchesAnothers(t *testing.T) {
	w := service(t)
	alice := "alice"
	bob := alice + "b" + caller(t) // alice's name is how his begins
	c := w.as(bob)
	theirs := w.putFile(bob, api.File{Name: "same.txt", Folder: "in"}, []byte("bob's"))
	gone := w.putFile(bob, api.File{Name: "gone.txt", Folder: "in"}, []byte("bob's"))
	if err := c.DeleteFile(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	info := must[api.FileInfo](w)(c.FileInfo(t.Context(), theirs, ""))
	deleted := must[api.FileList](w)(c.ListFiles(t.Context(), api.FilesQuery{Deleted: true, Recursive: true})).Files[0]
	before := w.everything("uploads/" + bob + "/")

	mine := w.putFile(alice, api.File{Name: "same.txt", Folder: bob}, []byte("alice's"))
	t.Cleanup(func() { _ = w.as(alice).DeleteFile(t.Context(), mine) })
	for _, key := range []string{
		theirs, gone, "uploads/" + bob + "/in/", "uploads/" + bob, "uploads/alice/../" + bob + "/in/same.txt", "uploads/alice/./same.txt", "uploads/alice//" + theirs, "/" + theirs,
		strings.Replace(theirs, "uploads", "UPLOADS", 1), "uploads/", "", strings.Replace(theirs, bob, "alice/../"+bob, 1), "uploads/alice", "uploads/alice/",
	} {
		in := url.QueryEscape(key)
		quoted, _ := json.Marshal(key)
		for _, row := range []struct{ method, path, body string }{
			{"GET", "/files/info?key=" + in, ""}, {"GET", "/files/info?versionId=" + info.VersionID + "&key=" + in, ""},
			{"GET", "/files/url?inline=true&key=" + in, ""}, {"GET", "/files/versions?key=" + in, ""}, {"DELETE", "/files?key=" + in, ""},
			{"POST", "/files/restore", fmt.Sprintf(`{"key":%s,"versionId":%q}`, quoted, info.VersionID)},
			{"POST", "/files/move", fmt.Sprintf(`{"key":%s,"folder":"stolen"}`, quoted)},
		} {
			if p := w.raw(row.method, row.path, row.body); p.Status != 404 && !(key == "" && p.Code == upload.InvalidArgument) {
				t.Errorf("%s %s %s: got %s", row.method, row.path, row.body, p.Code)
			}
		}
	}
	me := w.as(alice)
	rows := must[api.DeletedFiles](w)(me.DeleteFiles(t.Context(), []string{theirs, gone}))
	back := must[api.RestoredFiles](w)(me.RestoreFiles(t.Context(), []api.RestoreFile{{Key: gone, VersionID: deleted.VersionID}, {Key: theirs, VersionID: info.VersionID}}))
	for i, f := range must[api.FileURLs](w)(me.CheckedFileURLs(t.Context(), []string{theirs, mine, gone})).Files {
		if got := f.FileURL != nil; got != (i == 1) || !got && f.Error.Code != upload.NoSuchKey {
			t.Errorf("alice's address of %s: %+v", f.Key, f)
		}
	}
	for i := range rows.Files {
		if rows.Files[i].Error == nil || rows.Files[i].Error.Code != upload.NoSuchKey || back.Files[i].Error == nil || back.Files[i].Error.Code != upload.NoSuchKey {
			t.Errorf("row %d: deleted %+v, restored %+v", i, rows.Files[i], back.Files[i])
		}
	}
	// Versions of alice's own key are none of bob's.
	wantCode(t, errOf(me.RestoreVersion(t.Context(), mine, info.VersionID)), upload.NoSuchVersion)
	wantCode(t, errOf(me.FileInfo(t.Context(), mine, info.VersionID)), upload.NoSuchVersion)
	for _, m := range []api.MoveRequest{{Key: mine, Folder: in("../" + bob)}, {Key: mine, Name: "../../" + bob + "/x"}, {Key: mine, Folder: in("/uploads/" + bob)}} {
		wantCode(t, errOf(me.MoveFile(t.Context(), m)), upload.InvalidArgument)
	}
	for _, q := range []api.FilesQuery{{}, {Folder: "in"}, {Folder: bob + "/in"}, {Prefix: "b"}, {Search: "same"}, {Search: "gone", Deleted: true}, {Order: "newest"}} {
		q.Recursive = true
		list := must[api.FileList](w)(me.ListFiles(t.Context(), q))
		for _, f := range list.Files {
			if !strings.HasPrefix(f.Key, "uploads/alice/") {
				t.Errorf("%+v shows alice %s", q, f.Key)
			}
		}
	}
	if after := w.everything("uploads/" + bob + "/"); !slices.Equal(after, before) {
		t.Errorf("bob had %q and has %q", before, after)
	}
}
