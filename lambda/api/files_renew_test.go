package api_test

import (
	"testing"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// Of two files of one name the older becomes the newest when its version is restored by
// itself, with all that it has; with others, and when it was deleted, it only comes back.
func TestRestoreOlderOfName(t *testing.T) {
	w := service(t)
	me, ctx := caller(t), t.Context()
	c := w.as(me)
	old := w.putFile(me, api.File{Name: "a.txt", ID: "first-one", Type: "text/plain", Metadata: map[string]string{"project": "프로젝트"}}, []byte("first"))
	second := w.putFile(me, api.File{Name: "a.txt", ID: "second-one"}, []byte("second"))
	newer := must[api.FileInfo](w)(c.FileInfo(ctx, second, ""))
	before := must[api.FileInfo](w)(c.FileInfo(ctx, old, ""))

	if err := c.DeleteFile(ctx, old); err != nil {
		t.Fatal(err)
	}
	if r := must[api.Restored](w)(c.RestoreVersion(ctx, old, before.VersionID)); r.VersionID != before.VersionID {
		t.Errorf("a deleted file came back as %+v", r)
	}
	many := must[api.RestoredFiles](w)(c.RestoreFiles(ctx, []api.RestoreFile{{Key: old, VersionID: before.VersionID}}))
	if many.Files[0].VersionID != before.VersionID {
		t.Errorf("with others: %+v", many)
	}
	r := must[api.Restored](w)(c.RestoreVersion(ctx, old, before.VersionID))
	after := must[api.FileInfo](w)(c.FileInfo(ctx, old, ""))
	if r.Key != old || r.VersionID == before.VersionID || r.VersionID != after.VersionID || !after.Modified.After(newer.Modified) {
		t.Errorf("restored %+v, now %+v, want a version of its own", r, after)
	}
	if after.Type != "text/plain" || after.Metadata["project"] != "프로젝트" || after.Size != 5 || after.Checksum == nil {
		t.Errorf("renewed is %+v, was %+v", after, before)
	}
	_, err := c.RestoreVersion(ctx, old, "01BX5ZZKBKACTAV9WEVGEMMVRZ")
	wantCode(t, err, upload.NoSuchVersion)
}
