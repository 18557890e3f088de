package api_test

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/upload"
)

func TestFileThereAndBack(t *testing.T) {
	w := service(t)
	me := caller(t)
	for _, row := range []struct {
		name, stored string
		content      []byte
	}{
		{"empty.bin", "empty.bin", nil},
		{"one", "one", []byte{1}},
		{"큰 파일 (1)+ß%20.bin", "큰 파일 (1)+ß%20.bin", random(70_000)},
		{`C:\dir\evil.html`, "evil.html", []byte("<script>")},
		{"a&b=c#d?e;f,g@h:i'j(k)*!~$.txt", "a&b=c#d?e;f,g@h:i'j(k)*!~$.txt", random(10)},
		{strings.Repeat("한", 83) + "x", strings.Repeat("한", 66), random(10)},
	} {
		key := w.putFile(me, api.File{Name: row.name, Type: "text/html"}, row.content)
		if name := upload.NameOf(key); name != row.stored {
			t.Errorf("%q is stored as %q, want %q", row.name, name, row.stored)
		}
		url := must[api.FileURL](w)(w.as(me).FileURL(t.Context(), key, ""))
		got, header := fetch(t, url.URL)
		if !bytes.Equal(got, row.content) {
			t.Errorf("%q comes back as %d other bytes", row.name, len(got))
		}
		disposition, params, err := mime.ParseMediaType(header.Get("Content-Disposition"))
		if err != nil || disposition != "attachment" || params["filename"] != row.stored {
			t.Errorf("%q is offered as %q (%v), want an attachment of its name", row.name, header.Get("Content-Disposition"), err)
		}
		if sse := header.Get("X-Amz-Server-Side-Encryption"); sse != "aws:kms" {
			t.Errorf("%q is encrypted with %q, want aws:kms", row.name, sse)
		}
	}
}

func TestMetadataAndChecksumArrive(t *testing.T) {
	w := service(t)
	me := caller(t)
	key := w.putFile(me, api.File{Name: "a", Checksum: &api.Checksum{CRC64NVME: "rosUhgp5mIg="}, Metadata: map[string]string{"owner": "도현", "Project": "alpha"}}, []byte("123456789"))
	url := must[api.FileURL](w)(w.as(me).FileURL(t.Context(), key, ""))
	_, header := fetch(t, url.URL)
	owner, err := new(mime.WordDecoder).DecodeHeader(header.Get("X-Amz-Meta-Owner"))
	if err != nil || owner != "도현" || header.Get("X-Amz-Meta-Project") != "alpha" {
		t.Errorf("metadata comes back as %q, %q", header.Get("X-Amz-Meta-Owner"), header.Get("X-Amz-Meta-Project"))
	}
	signed := must[api.Presigned](w)(w.as(me).Presign(t.Context(), api.File{Name: "b", Size: size(9), Checksum: &api.Checksum{CRC64NVME: "AAAAAAAAAAA="}}))
	if status, code, _ := send(t, "PUT", signed.URL, signed.Headers, []byte("123456789")); status != 400 || code != "BadDigest" {
		t.Errorf("wrong checksum: %d %s, want 400 BadDigest", status, code)
	}
	w.wantFiles(me, key)
}

// wantFiles says which keys a caller must have, and no others.
func (w *world) wantFiles(sub string, keys ...string) {
	w.Helper()
	var got []string
	for cursor := ""; ; {
		page := must[api.FileList](w)(w.as(sub).ListFiles(w.Context(), api.FilesQuery{Cursor: cursor, Limit: 2, Recursive: true}))
		for _, f := range page.Files {
			got = append(got, f.Key)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	slices.Sort(keys)
	if !slices.Equal(got, keys) {
		w.Errorf("%s has %q, want %q", sub, got, keys)
	}
}

func TestListingPages(t *testing.T) {
	w := service(t)
	me := caller(t)
	var keys []string
	for i := range 5 {
		keys = append(keys, w.putFile(me, api.File{Name: fmt.Sprintf("파일 %d+%%", i), ID: fmt.Sprintf("fileno-%d", i)}, []byte("x")))
	}
	w.wantFiles(me, keys...)
	all := must[api.FileList](w)(w.as(me).ListFiles(t.Context(), api.FilesQuery{}))
	if len(all.Files) != 5 || all.Next != "" || all.Files[2].Name != "파일 2+%" || all.Files[2].Size != 1 || all.Files[2].Modified.IsZero() {
		t.Errorf("got %+v", all)
	}
	for _, limit := range []int{-1, 1001} {
		_, err := w.as(me).ListFiles(t.Context(), api.FilesQuery{Limit: limit})
		wantCode(t, err, upload.InvalidArgument)
	}
	_, err := w.as(me).ListFiles(t.Context(), api.FilesQuery{Cursor: "nonsense"})
	wantCode(t, err, upload.InvalidArgument)
	w.wantFiles(caller(t) + "-nobody")
}

func TestBatch(t *testing.T) {
	w := service(t, func(c *upload.Config) { c.MaxFiles = 5; c.AllowedTypes = []string{"image/*"} })
	me := caller(t)
	out := must[api.PresignedFiles](w)(w.as(me).PresignFiles(t.Context(), []api.File{
		{Name: "a.png", Type: "image/png", Size: size(1)},
		{Name: "b.html", Type: "text/html", Size: size(1)},
		{Name: "..", Type: "image/png", Size: size(1)},
		{Name: "e.png", Type: "image/png", Size: size(0)},
	}))
	want := []upload.Code{"", upload.TypeForbidden, upload.InvalidArgument, ""}
	for i, f := range out.Files {
		if (f.Presigned != nil) != (want[i] == "") || f.Error != nil && f.Error.Code != want[i] {
			t.Errorf("file %d: got %+v, want %q", i, f, want[i])
		}
	}
	_, err := w.as(me).PresignFiles(t.Context(), make([]api.File, 6))
	wantCode(t, err, upload.InvalidArgument)
	_, err = w.as(me).PresignFiles(t.Context(), nil)
	wantCode(t, err, upload.InvalidArgument)
}

func TestDeleteVersionsRestore(t *testing.T) {
	w := service(t, func(c *upload.Config) { c.Overwrite = true })
	me, ctx := caller(t), t.Context()
	c := w.as(me)
	key := w.putFile(me, api.File{Name: "a", ID: "sameid-1"}, []byte("first"))
	if again := w.putFile(me, api.File{Name: "a", ID: "sameid-1"}, []byte("second!")); again != key {
		t.Fatalf("the same id and name have keys %q and %q", key, again)
	}
	if err := c.DeleteFile(ctx, key); err != nil {
		t.Fatal(err)
	}
	w.wantFiles(me)
	wantCode(t, c.DeleteFile(ctx, key), upload.NoSuchKey)

	v := must[api.Versions](w)(c.ListVersions(ctx, key)).Versions
	if len(v) != 3 || !v[0].Latest || !v[0].Deleted || v[1].Deleted || v[2].Deleted {
		t.Fatalf("got %+v, want a delete marker over two versions", v)
	}
	var first, second api.Version
	for _, v := range v[1:] {
		if v.Size == 5 {
			first = v
		} else {
			second = v
		}
	}
	current := func() string {
		body, _ := fetch(t, must[api.FileURL](w)(c.FileURL(ctx, key, "")).URL)
		return string(body)
	}
	// Only a marker lies over the second version: it is removed.
	if r := must[api.Restored](w)(c.RestoreVersion(ctx, key, second.VersionID)); r.VersionID != second.VersionID || current() != "second!" {
		t.Errorf("restored %+v, current is %q", r, current())
	}
	// The second lies over the first: it is copied to the top.
	if r := must[api.Restored](w)(c.RestoreVersion(ctx, key, first.VersionID)); r.VersionID == first.VersionID || current() != "first" {
		t.Errorf("restored %+v, current is %q", r, current())
	}
	old, _ := fetch(t, must[api.FileURL](w)(c.FileURL(ctx, key, second.VersionID)).URL)
	if string(old) != "second!" {
		t.Errorf("the second version reads %q", old)
	}
	_, err := c.RestoreVersion(ctx, key, "01BX5ZZKBKACTAV9WEVGEMMVRZ")
	wantCode(t, err, upload.NoSuchVersion)
	_, err = c.RestoreVersion(ctx, key+"x", first.VersionID)
	wantCode(t, err, upload.NoSuchKey)
}

func TestDeletedFiles(t *testing.T) {
	w := service(t)
	me, ctx := caller(t), t.Context()
	var want []string
	for i := range 6 {
		key := w.putFile(me, api.File{Name: fmt.Sprint("file ", i), ID: fmt.Sprintf("fileno-%d", i)}, []byte("x"))
		if i%2 == 0 {
			continue
		}
		if err := w.as(me).DeleteFile(ctx, key); err != nil {
			t.Fatal(err)
		}
		want = append(want, key)
	}
	for _, limit := range []int{0, 1, 2, 3, 1000} {
		var got []string
		for cursor, pages := "", 0; pages < 20; pages++ {
			page := must[api.FileList](w)(w.as(me).ListFiles(ctx, api.FilesQuery{Deleted: true, Cursor: cursor, Limit: limit}))
			for _, f := range page.Files {
				got = append(got, f.Key)
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d: deleted %q, want %q", limit, got, want)
		}
	}
	v := must[api.Versions](w)(w.as(me).ListVersions(ctx, want[0])).Versions
	must[api.Restored](w)(w.as(me).RestoreVersion(ctx, want[0], v[1].VersionID))
	if page := must[api.FileList](w)(w.as(me).ListFiles(ctx, api.FilesQuery{Deleted: true})); len(page.Files) != 2 {
		t.Errorf("after one came back: %+v", page.Files)
	}
}

// What was deleted can be uploaded again, in one PUT and in parts.
func TestUploadAgainAfterDelete(t *testing.T) {
	w := service(t)
	me, ctx := caller(t), t.Context()
	key := w.putFile(me, api.File{Name: "a", ID: "sameid-1"}, []byte("1"))
	if err := w.as(me).DeleteFile(ctx, key); err != nil {
		t.Fatal(err)
	}
	w.putFile(me, api.File{Name: "a", ID: "sameid-1"}, []byte("2"))
	if err := w.as(me).DeleteFile(ctx, key); err != nil {
		t.Fatal(err)
	}
	u := w.begin(me, api.UploadRequest{Name: "a", Size: size(3), ID: "sameid-1"})
	sendParts(t, u, []byte("333"))
	must[api.Completed](w)(w.as(me).CompleteUpload(ctx, api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: size(3)}))
	w.wantFiles(me, key)
}

// A version under a marker of the same second: S3's dates do not tell the
// order, so removing the marker alone could bring up the wrong one.
func TestRestoreOfTheOlderUnderAMarker(t *testing.T) {
	w := service(t, func(c *upload.Config) { c.Overwrite = true })
	me, ctx := caller(t), t.Context()
	c := w.as(me)
	key := w.putFile(me, api.File{Name: "a", ID: "sameid-1"}, []byte("1"))
	w.putFile(me, api.File{Name: "a", ID: "sameid-1"}, []byte("22"))
	if err := c.DeleteFile(ctx, key); err != nil {
		t.Fatal(err)
	}
	for _, v := range must[api.Versions](w)(c.ListVersions(ctx, key)).Versions {
		if v.Size == 1 {
			must[api.Restored](w)(c.RestoreVersion(ctx, key, v.VersionID))
		}
	}
	if body, _ := fetch(t, must[api.FileURL](w)(c.FileURL(ctx, key, "")).URL); string(body) != "1" {
		t.Errorf("current is %q, want the version asked for", body)
	}
}

// A checked download carries S3's checksum; without its header S3 refuses it.
func TestCheckedDownload(t *testing.T) {
	w := service(t)
	me := caller(t)
	key := w.putFile(me, api.File{Name: "a"}, []byte("123456789"))
	checked := must[api.FileURL](w)(w.as(me).CheckedFileURL(t.Context(), key, ""))
	several := must[api.FileURLs](w)(w.as(me).CheckedFileURLs(t.Context(), []string{key, key})).Files
	for _, f := range several {
		if f.Key != key || !reflect.DeepEqual(f.FileURL, &checked) {
			t.Errorf("one of several: got %+v, want %+v", f.FileURL, checked)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), "GET", checked.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	for want, headers := range map[int]map[string]string{200: checked.Headers, 403: nil} {
		r.Header = http.Header{}
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if sum := answer.Header.Get("X-Amz-Checksum-Crc64nvme"); answer.StatusCode != want || want == 200 && sum != "rosUhgp5mIg=" {
			t.Errorf("with %v: status %d, checksum %q, want %d", headers, answer.StatusCode, sum, want)
		}
	}
	if plain := must[api.FileURL](w)(w.as(me).FileURL(t.Context(), key, "")); len(plain.Headers) > 0 {
		t.Errorf("a plain link wants headers %v", plain.Headers)
	}
}
