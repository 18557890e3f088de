package api_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// request sends what was signed, with its headers.
func request(t *testing.T, method, url string, headers map[string]string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

// The receipt is S3's own word on exactly the version that was asked for.
func TestInfoAndReceipt(t *testing.T) {
	w := service(t, func(c *upload.Config) { c.Overwrite = true })
	me, ctx := caller(t), t.Context()
	put := func(content string) string {
		return w.putFile(me, api.File{Name: "a.txt", Folder: "in", ID: "sameid-1", Type: "text/plain", Metadata: map[string]string{"Case": "십칠"}}, []byte(content))
	}
	key := put("123456789")
	first := must[api.FileInfo](w)(w.as(me).FileInfo(ctx, key, ""))
	if first.Key != key || first.Name != "a.txt" || first.Folder != "in" || first.Size != 9 || first.Type != "text/plain" || first.Metadata["case"] != "십칠" ||
		first.Checksum == nil || first.Checksum.CRC64NVME != "rosUhgp5mIg=" || first.VersionID == "" || first.Uploader != me || first.Modified.IsZero() {
		t.Errorf("got %+v", first)
	}
	put("something else")
	answer, _ := request(t, "HEAD", first.Receipt.URL, first.Receipt.Headers)
	if answer.StatusCode != 200 || answer.ContentLength != 9 || answer.Header.Get("X-Amz-Checksum-Crc64nvme") != "rosUhgp5mIg=" || answer.Header.Get("X-Amz-Version-Id") != first.VersionID {
		t.Errorf("the receipt answers %d with %v", answer.StatusCode, answer.Header)
	}
	if answer, _ := request(t, "HEAD", first.Receipt.URL, nil); answer.StatusCode != 403 {
		t.Errorf("without its header it answers %d, want 403", answer.StatusCode)
	}
	if answer, _ := request(t, "GET", first.Receipt.URL, first.Receipt.Headers); answer.StatusCode != 403 {
		t.Errorf("as a GET it answers %d, want 403", answer.StatusCode)
	}
	if answer, _ := request(t, "HEAD", strings.Replace(first.Receipt.URL, first.VersionID, "01BX5ZZKBKACTAV9WEVGEMMVRZ", 1), first.Receipt.Headers); answer.StatusCode != 403 {
		t.Errorf("for another version it answers %d, want 403", answer.StatusCode)
	}
	if old := must[api.FileInfo](w)(w.as(me).FileInfo(ctx, key, first.VersionID)); old.Size != 9 {
		t.Errorf("the first version is %+v", old)
	}
	if now := must[api.FileInfo](w)(w.as(me).FileInfo(ctx, key, "")); now.Size != 14 || now.VersionID == first.VersionID {
		t.Errorf("the second is %+v", now)
	}
	if err := w.as(me).DeleteFile(ctx, key); err != nil {
		t.Fatal(err)
	}
	marker := must[api.Versions](w)(w.as(me).ListVersions(ctx, key)).Versions[0]
	for version, code := range map[string]upload.Code{"": upload.NoSuchKey, marker.VersionID: upload.NoSuchVersion, "01BX5ZZKBKACTAV9WEVGEMMVRZ": upload.NoSuchVersion, "no version": upload.NoSuchVersion} {
		wantCode(t, errOf(w.as(me).FileInfo(ctx, key, version)), code)
	}
}

// Whatever the uploader said, S3 answers with a type that a page cannot run, in no
// encoding, for no cache.
func TestDownloadsAreTame(t *testing.T) {
	w := service(t)
	me, ctx := caller(t), t.Context()
	put := func(name, kind string) string {
		signed := must[api.Presigned](w)(w.as(me).Presign(ctx, api.File{Name: name, Type: kind, Size: size(9)}))
		headers := map[string]string{"Content-Encoding": "gzip", "Cache-Control": "public, max-age=99999", "Content-Disposition": "inline"}
		for k, v := range signed.Headers {
			headers[k] = v
		}
		if status, code, _ := send(t, signed.Method, signed.URL, headers, []byte("123456789")); status != 200 {
			t.Fatalf("PUT of %s: %d %s", name, status, code)
		}
		return signed.Key
	}
	for _, row := range []struct {
		name, kind string
		shown      string // as what type; empty: not at all
	}{
		{"a.png", "image/png", "image/png"}, {"b.PDF", "Application/PDF", "application/pdf"}, {"c.txt", "text/plain", "text/plain; charset=utf-8"},
		{"d.txt", "text/plain; charset=euc-kr", "text/plain; charset=euc-kr"}, {"e.mp4", "video/mp4; codecs=x", "video/mp4"},
		{"f.svg", "image/svg+xml", ""}, {"g.html", "text/html", ""}, {"h.xhtml", "application/xhtml+xml", ""}, {"i.xml", "text/xml", ""}, {"j.js", "text/javascript", ""}, {"k", "", ""},
	} {
		key := put(row.name, row.kind)
		plain := must[api.FileURL](w)(w.as(me).FileURL(ctx, key, ""))
		urls := map[string]string{plain.URL: "attachment"}
		shown, err := w.as(me).InlineFileURL(ctx, key, "")
		if row.shown == "" {
			wantCode(t, err, upload.TypeForbidden)
		} else if err != nil {
			t.Errorf("%s: %v", row.kind, err)
		} else {
			urls[shown.URL] = "inline"
		}
		for url, disposition := range urls {
			answer, body := request(t, "GET", url, nil)
			h := answer.Header
			if answer.StatusCode != 200 || body != "123456789" || !strings.HasPrefix(h.Get("Content-Disposition"), disposition+";") ||
				h.Get("Cache-Control") != "private, no-store" || h.Get("Content-Encoding") != "identity" {
				t.Errorf("%s as %s: status %d, %q, %v", row.kind, disposition, answer.StatusCode, body, h)
			}
			if disposition == "inline" && h.Get("Content-Type") != row.shown {
				t.Errorf("%s is shown as %s, want %s", row.kind, h.Get("Content-Type"), row.shown)
			}
		}
	}
}
