package api_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// A thousand files go and come back in one call each, every row answered.
func TestThousandAtOnce(t *testing.T) {
	w := service(t)
	me, ctx := caller(t), t.Context()
	paths := make([]string, 996)
	for i := range paths {
		paths[i] = fmt.Sprintf("in/%d/f%d.txt", i%7, i)
	}
	keys := keysOf(me, paths...)
	w.stored(keys...)
	ask := append(slices.Clone(keys), keys[0], "uploads/"+me+"/none~r1234567.txt", "uploads/somebody/x~r1234567", "")
	deleted := must[api.DeletedFiles](w)(w.as(me).DeleteFiles(ctx, ask)).Files
	for i, f := range deleted {
		if missing := i >= 997; f.Key != ask[i] || (f.Error != nil) != missing || missing && f.Error.Code != upload.NoSuchKey {
			t.Errorf("row %d: got %+v for %s", i, f, ask[i])
		}
	}
	w.wantFiles(me)

	var back []api.RestoreFile
	for q := (api.FilesQuery{Deleted: true, Recursive: true, Limit: 400}); ; {
		list := must[api.FileList](w)(w.as(me).ListFiles(ctx, q))
		for _, f := range list.Files {
			if f.Size != 1 || f.VersionID == "" || f.Name != path.Base(f.Name) || !strings.HasPrefix(f.Folder, "in/") {
				t.Fatalf("deleted file %+v", f)
			}
			back = append(back, api.RestoreFile{Key: f.Key, VersionID: f.VersionID})
		}
		if q.Cursor = list.Next; q.Cursor == "" {
			break
		}
	}
	if len(back) != 996 {
		t.Fatalf("%d files are deleted, want 996", len(back))
	}
	back = append(back, back[0], api.RestoreFile{Key: keys[1], VersionID: back[0].VersionID}, api.RestoreFile{Key: "uploads/somebody/x~r1234567", VersionID: "v"}, api.RestoreFile{Key: keys[2]})
	restored := must[api.RestoredFiles](w)(w.as(me).RestoreFiles(ctx, back)).Files
	for i, f := range restored {
		want := map[int]upload.Code{997: upload.NoSuchVersion, 998: upload.NoSuchKey, 999: upload.InvalidArgument}[i]
		if f.Key != back[i].Key || (f.Error != nil) != (want != "") || want != "" && f.Error.Code != want || want == "" && f.VersionID != back[i].VersionID {
			t.Errorf("row %d: got %+v for %+v", i, f, back[i])
		}
	}
	w.wantFiles(me, keys...)
	for name, body := range map[string]string{
		"none": `{"keys":[]}`, "no field": `{}`, "1,001": `{"keys":["x"` + strings.Repeat(`,"x"`, 1000) + `]}`,
	} {
		for _, call := range []string{"/files/delete", "/files/urls"} {
			if p := w.raw("POST", call, body); p.Code != upload.InvalidArgument {
				t.Errorf("%s of %s: got %s", call, name, p.Code)
			}
		}
	}
	for name, row := range map[string]struct {
		body string
		code upload.Code
	}{
		"no files": {`{"files":[]}`, upload.InvalidArgument}, "nothing": {`{}`, upload.InvalidArgument},
		"one and several": {`{"key":"a","versionId":"v","files":[{"key":"a","versionId":"v"}]}`, upload.InvalidRequest},
	} {
		if p := w.raw("POST", "/files/restore", row.body); p.Code != row.code {
			t.Errorf("restore of %s: got %s, want %s", name, p.Code, row.code)
		}
	}
}

// Rows that a call has no time for say so, and are done when they are asked for again.
func TestRowsThatComeTooLate(t *testing.T) {
	var now atomic.Int64
	w := serviceWith(t, sharedGateway(t), func(o *api.Options) {
		o.Now = func() time.Time { return time.Now().Add(time.Duration(now.Add(1)) * time.Second) }
	})
	me := caller(t)
	paths := make([]string, 50)
	for i := range paths {
		paths[i] = fmt.Sprint("f", i)
	}
	keys := keysOf(me, paths...)
	w.stored(keys...)
	ask, calls := keys, 0
	for len(ask) > 0 && calls < 10 {
		calls++
		var late []string
		for _, f := range must[api.DeletedFiles](w)(w.as(me).DeleteFiles(t.Context(), ask)).Files {
			switch {
			case f.Error == nil:
			case f.Error.Code == upload.SlowDown:
				late = append(late, f.Key)
			default:
				t.Errorf("%s: %v", f.Key, f.Error)
			}
		}
		w.wantFiles(me, slices.Clone(late)...)
		ask = late
	}
	if len(ask) > 0 || calls < 2 {
		t.Errorf("%d calls left %d of 50 files, want several and none", calls, len(ask))
	}
}

// The deleted files of a folder, and the folders in which something is deleted.
func TestDeletedInFolders(t *testing.T) {
	w := service(t)
	me, ctx := caller(t), t.Context()
	keys := keysOf(me, tree...)
	w.stored(keys...)
	var gone []string
	for _, i := range []int{1, 2, 4, 5, 9} { // b.txt, photos/2025/x.jpg, photos/2026/dune.jpg, photos/cover.jpg, 사진/바다.jpg
		gone = append(gone, keys[i])
	}
	must[api.DeletedFiles](w)(w.as(me).DeleteFiles(ctx, gone))
	// A marker with nothing under it cannot be restored.
	if _, err := w.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String(bucket), Key: aws.String("uploads/" + me + "/never/was~r1234567")}); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		q    api.FilesQuery
		want []string
	}{
		{api.FilesQuery{}, []string{"b.txt", "photos/", "사진/"}},
		{api.FilesQuery{Folder: "photos"}, []string{"2025/", "2026/", "photos/cover.jpg"}},
		{api.FilesQuery{Folder: "photos2"}, nil},
		{api.FilesQuery{Recursive: true}, []string{"b.txt", "photos/2025/x.jpg", "photos/2026/dune.jpg", "photos/cover.jpg", "사진/바다.jpg"}},
		{api.FilesQuery{Recursive: true, Search: "COVER"}, []string{"photos/cover.jpg"}},
	} {
		for _, limit := range []int{1, 2, 1000} {
			for _, order := range []string{"name", "newest"} {
				q := row.q
				q.Deleted, q.Limit, q.Order = true, limit, order
				got, _ := w.listed(me, q)
				if slices.Sort(got); !slices.Equal(got, row.want) {
					t.Errorf("%+v: got %q, want %q", q, got, row.want)
				}
			}
		}
	}
}

// The versions of a name are those of all its objects in its folder, and of no other.
func TestVersionsOfAName(t *testing.T) {
	w := service(t)
	me, ctx := caller(t), t.Context()
	put := func(name, folder, content string) string {
		return w.putFile(me, api.File{Name: name, Folder: folder}, []byte(content))
	}
	first := put("report.txt", "in", "1")
	if err := w.as(me).DeleteFile(ctx, first); err != nil {
		t.Fatal(err)
	}
	second, third := put("report.txt", "in", "22"), put("report.txt", "in", "333")
	for _, other := range []string{"report", "report.txt2", "report~2.txt", "report.pdf", "Report.txt"} {
		put(other, "in", "x")
	}
	put("report.txt", "", "x")
	put("report.txt", "in/in", "x")
	put("x.txt", "in/report", "x")
	for _, key := range []string{first, second, third} {
		versions := must[api.Versions](w)(w.as(me).ListVersions(ctx, key)).Versions
		var got []string
		latest := 0
		for i, v := range versions {
			got = append(got, v.Key)
			if v.Latest {
				latest++
			}
			if i > 0 && v.Modified.After(versions[i-1].Modified) {
				t.Errorf("version %d is newer than the one before: %+v", i, versions)
			}
		}
		want := []string{first, first, second, third}
		slices.Sort(want)
		if slices.Sort(got); !slices.Equal(got, want) || latest != 3 {
			t.Errorf("versions of %s: got %+v", key, versions)
		}
	}
	wantCode(t, errOf(w.as(me).ListVersions(ctx, first+"x")), upload.NoSuchKey)
}

func errOf[T any](_ T, err error) error { return err }

// Restores that race with each other and with a delete all end well, and the version is
// never lost.
func TestRestoresRace(t *testing.T) {
	w := service(t)
	me, ctx := caller(t), t.Context()
	for round := range 10 {
		key := w.putFile(me, api.File{Name: fmt.Sprint("a", round)}, []byte("data"))
		if err := w.as(me).DeleteFile(ctx, key); err != nil {
			t.Fatal(err)
		}
		var versionID string
		for _, v := range must[api.Versions](w)(w.as(me).ListVersions(ctx, key)).Versions {
			if !v.Deleted {
				versionID = v.VersionID
			}
		}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if _, err := w.as(me).RestoreVersion(ctx, key, versionID); err != nil {
					t.Errorf("round %d: restore: %v", round, err)
				}
			})
		}
		all.Go(func() {
			err := w.as(me).DeleteFile(ctx, key)
			if p, ok := err.(*api.Problem); err != nil && (!ok || p.Code != upload.NoSuchKey) {
				t.Errorf("round %d: delete: %v", round, err)
			}
		})
		all.Wait()
		if _, err := w.as(me).RestoreVersion(ctx, key, versionID); err != nil {
			t.Errorf("round %d: restore afterwards: %v", round, err)
		}
		if got := w.bytesOf(me, key); got != "data" {
			t.Errorf("round %d: it is %q now", round, got)
		}
	}
}

// A file that was deleted more often than a page of S3's has versions is deleted all the
// same, and comes back.
func TestManyMarkers(t *testing.T) {
	w := service(t)
	me, ctx := caller(t), t.Context()
	keys := keysOf(me, "a.txt", "in/b.txt", "in/c.txt", "z.txt")
	w.stored(keys...)
	var all sync.WaitGroup
	places := make(chan struct{}, 16)
	for range 1001 {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			if _, err := w.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String(bucket), Key: &keys[1]}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	must[api.DeletedFiles](w)(w.as(me).DeleteFiles(ctx, []string{keys[2], keys[3]}))
	for _, q := range []api.FilesQuery{{Recursive: true}, {Folder: "in"}, {Recursive: true, Order: "newest"}} {
		q.Deleted = true
		list := must[api.FileList](w)(w.as(me).ListFiles(ctx, q))
		var got []string
		for _, f := range list.Files {
			got = append(got, f.Key)
			if f.VersionID == "" || f.Size != 1 {
				t.Errorf("deleted file %+v", f)
			}
		}
		want := keys[1:]
		if q.Folder != "" {
			want = keys[1:3]
		}
		if !equalSorted(got, want) {
			t.Errorf("%+v: got %q, want %q", q, got, want)
		}
		if q.Order == "newest" {
			must[api.Restored](w)(w.as(me).RestoreVersion(ctx, list.Files[slices.Index(got, keys[1])].Key, list.Files[slices.Index(got, keys[1])].VersionID))
		}
	}
	w.wantFiles(me, keys[0], keys[1])
}
