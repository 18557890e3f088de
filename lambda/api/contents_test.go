package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"signet/lambda/api"
	"signet/lambda/upload"
)

func sha256Of(content []byte) string {
	sum := sha256.Sum256(content)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// contentID is the id of known content.
func contentID(content []byte) string { return upload.ContentID(sha256.Sum256(content)) }

// hint is a p id, the same for the same name.
func hint(name string) string {
	id := contentID([]byte(name))
	return "p" + id[2:]
}

// content asks for a form of known content, without an error.
func (w *world) content(sub string, f api.File, content []byte) api.Presigned {
	w.Helper()
	f.Size, f.Checksum = size(int64(len(content))), &api.Checksum{SHA256: sha256Of(content)}
	signed := must[api.PresignedFiles](w)(w.as(sub).PresignContents(w.Context(), 1, []api.File{f}))
	if signed.Files[0].Error != nil {
		w.Fatal(signed.Files[0].Error)
	}
	return *signed.Files[0].Presigned
}

// post sends a form and gives status and S3's error code.
func post(t testing.TB, signed api.Presigned, content []byte) (int, string) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, field := range signed.Fields {
		form.WriteField(field.Name, field.Value)
	}
	file, err := form.CreateFormFile("file", "own name")
	if err != nil {
		t.Fatal(err)
	}
	file.Write(content)
	form.Close()
	answer, err := http.Post(signed.URL, form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var e struct{ Code string }
	xml.Unmarshal(text, &e)
	return answer.StatusCode, e.Code
}

func TestContent(t *testing.T) {
	w := service(t)
	me, content := caller(t), random(3000)
	ask := api.File{Name: "größe.png", Folder: "a b/c", Type: "image/png", ID: contentID(content), Metadata: map[string]string{"album": "été"}}
	signed := w.content(me, ask, content)
	if signed.Method != "POST" || signed.Headers != nil || !strings.HasSuffix(signed.Key, "/a b/c/größe~"+contentID(content)+".png") {
		t.Fatalf("got %+v", signed)
	}
	other := bytes.Clone(content)
	other[17]++
	for name, wrong := range map[string][]byte{"other bytes": other, "fewer bytes": content[1:], "more bytes": append(content, 1), "nothing": nil} {
		if status, code := post(t, signed, wrong); status != 400 || code == "" {
			t.Errorf("%s: got %d %s, want a refusal", name, status, code)
		}
	}
	// Nor are other fields: the policy holds each of them.
	for _, name := range []string{"x-amz-checksum-sha256", "key"} {
		changed := signed
		changed.Fields = slices.Clone(signed.Fields)
		for i, f := range changed.Fields {
			if f.Name == name {
				changed.Fields[i].Value = map[string]string{"x-amz-checksum-sha256": sha256Of(other), "key": signed.Key + "x"}[name]
			}
		}
		if status, code := post(t, changed, other); status != 403 {
			t.Errorf("with another %s: got %d %s, want 403", name, status, code)
		}
	}
	if files := must[api.FileList](w)(w.as(me).ListFiles(t.Context(), api.FilesQuery{})); len(files.Files) != 0 {
		t.Fatalf("what was refused is stored: %+v", files)
	}
	if status, code := post(t, signed, content); status != 201 {
		t.Fatalf("got %d %s, want 201", status, code)
	}
	// The form lives on, and still takes nothing but what is there.
	if status, _ := post(t, signed, other); status != 400 {
		t.Errorf("after the upload: got %d, want 400", status)
	}
	body, header := fetch(t, must[api.FileURL](w)(w.as(me).FileURL(t.Context(), signed.Key, "")).URL)
	if !bytes.Equal(body, content) || header.Get("Content-Type") != "image/png" || header.Get("x-amz-meta-album") == "" {
		t.Errorf("comes back as %d bytes, %v", len(body), header)
	}

	// Other content under the same name has a key of its own.
	ask.ID = contentID(other)
	if changed := w.content(me, ask, other); changed.Key == signed.Key {
		t.Error("other content has the same key")
	}
}

func TestContentMayOverwrite(t *testing.T) {
	w := service(t, func(c *upload.Config) { c.Overwrite = true })
	me := caller(t)
	first, second := random(10), random(10)
	keys := map[string]bool{}
	for _, content := range [][]byte{first, second, nil} {
		signed := w.content(me, api.File{Name: "a", ID: "the-same-file"}, content)
		keys[signed.Key] = true
		if status, code := post(t, signed, content); status != 201 {
			t.Fatalf("got %d %s, want 201", status, code)
		}
	}
	if len(keys) != 1 {
		t.Errorf("got keys %v, want one", keys)
	}
}

func TestContentRefuses(t *testing.T) {
	w := service(t)
	sum, crc := sha256Of(nil), "AAAAAAAAAAA="
	for name, row := range map[string]struct {
		file api.File
		code upload.Code
	}{
		"no checksum":       {api.File{Name: "a", Size: size(0)}, upload.InvalidDigest},
		"CRC64NVME":         {api.File{Name: "a", Size: size(0), Checksum: &api.Checksum{CRC64NVME: crc}}, upload.InvalidDigest},
		"both":              {api.File{Name: "a", Size: size(0), Checksum: &api.Checksum{CRC64NVME: crc, SHA256: sum}}, upload.InvalidArgument},
		"other base64":      {api.File{Name: "a", Size: size(0), Checksum: &api.Checksum{SHA256: strings.Repeat("A", 42) + "B="}}, upload.InvalidDigest},
		"id of the client":  {api.File{Name: "a", Size: size(0), ID: "the-same-file", Checksum: &api.Checksum{SHA256: sum}}, upload.InvalidArgument},
		"a hint":            {api.File{Name: "a", Size: size(0), ID: hint("a"), Checksum: &api.Checksum{SHA256: sum}}, upload.InvalidArgument},
		"more than a form":  {api.File{Name: "a", Size: size(6 << 30), Checksum: &api.Checksum{SHA256: sum}}, upload.EntityTooLarge},
		"a key of its name": {api.File{Name: "..", Size: size(0), Checksum: &api.Checksum{SHA256: sum}}, upload.InvalidArgument},
	} {
		body := api.PresignRequest{Files: []api.File{row.file}, Form: true}
		answer := must[api.PresignedFiles](w)(w.as(caller(t)).PresignContents(t.Context(), 0, body.Files))
		if e := answer.Files[0].Error; e == nil || e.Code != row.code {
			t.Errorf("%s: got %+v, want %s", name, e, row.code)
		}
	}
	_, err := w.as("a").PresignContents(t.Context(), 3, []api.File{{Name: "a", Size: size(0)}})
	wantCode(t, err, upload.InvalidArgument)
}

// Both hosts get their share, and what is signed for each is taken there.
func TestBothHosts(t *testing.T) {
	w := service(t, func(c *upload.Config) { c.SecondEndpoint = strings.Replace(c.Endpoint, "127.0.0.1", "localhost", 1) })
	me := caller(t)
	files := make([]api.File, 4)
	for i := range files {
		files[i] = api.File{Name: "a", Size: size(0), Checksum: &api.Checksum{SHA256: sha256Of(nil)}}
	}
	for hosts, want := range map[int]string{1: "0000", 2: "0101"} {
		got := ""
		for _, f := range must[api.PresignedFiles](w)(w.as(me).PresignContents(t.Context(), hosts, files)).Files {
			got += map[bool]string{true: "1", false: "0"}[strings.Contains(f.URL, "//localhost")]
			if status, code := post(t, *f.Presigned, nil); status != 201 {
				t.Errorf("got %d %s, want 201", status, code)
			}
		}
		if got != want {
			t.Errorf("with %d hosts: got %s, want %s", hosts, got, want)
		}
	}

	content := random(20 * mib)
	u := w.begin(me, api.UploadRequest{Name: "b", Size: size(20 * mib), Hosts: 2})
	if !strings.Contains(u.Sign.Alternate, "//localhost") {
		t.Fatalf("got alternate %q", u.Sign.Alternate)
	}
	sendParts(t, u, content)
	again := must[api.Signed](w)(w.as(me).SignParts(t.Context(), api.SignRequest{Key: u.Key, UploadID: u.UploadID, Size: size(20 * mib), Hosts: 2}))
	if again.Sign.Alternate == "" {
		t.Error("signed again, the second host is gone")
	}
	must[api.Completed](w)(w.as(me).CompleteUpload(t.Context(), api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: size(20 * mib)}))
}

// crowd counts how many look-ups are on their way at once.
type crowd struct {
	now, most, all atomic.Int64
}

// RoundTrip answers a look-up that nothing is there, after a while.
func (c *crowd) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodHead {
		return http.DefaultTransport.RoundTrip(r)
	}
	c.all.Add(1)
	for n := c.now.Add(1); ; {
		most := c.most.Load()
		if n <= most || c.most.CompareAndSwap(most, n) {
			break
		}
	}
	time.Sleep(20 * time.Millisecond)
	c.now.Add(-1)
	return &http.Response{StatusCode: 404, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

// However many calls a caller makes at once, S3 is asked by 64 at a time for him;
// another caller's share is his own. With a quota the files are looked for before room is
// made for them.
func TestLookupsOfACaller(t *testing.T) {
	for name, quota := range map[string]*upload.Quota{"without a quota": nil, "with a quota": {Files: 100_000}} {
		t.Run(name, func(t *testing.T) { lookupsOfACaller(t, quota) })
	}
}

func lookupsOfACaller(t *testing.T, quota *upload.Quota) {
	transport := &crowd{}
	w := serviceWith(t, sharedGateway(t), func(o *api.Options) { o.HTTP, o.Config.Quota = &http.Client{Transport: transport}, quota })
	files := make([]api.File, 200)
	for i := range files {
		sum := sha256.Sum256([]byte{byte(i)})
		files[i] = api.File{Name: "a", Size: size(1), ID: upload.ContentID(sum), Checksum: &api.Checksum{SHA256: base64.StdEncoding.EncodeToString(sum[:])}}
	}
	ask := func(callers ...string) int64 {
		transport.most.Store(0)
		var all sync.WaitGroup
		for _, caller := range callers {
			all.Go(func() {
				answer, err := w.as(caller).PresignContents(t.Context(), 1, files)
				if err != nil || len(answer.Files) != len(files) || answer.Files[199].Presigned == nil {
					t.Errorf("got %d answers (%v), want %d", len(answer.Files), err, len(files))
				}
			})
		}
		all.Wait()
		return transport.most.Load()
	}
	me := caller(t)
	if most := ask(me, me, me, me); most > 64 {
		t.Errorf("got %d requests to S3 at once for four calls of one caller, want 64 at most", most)
	}
	if transport.all.Load() < 4*200 {
		t.Errorf("got %d requests to S3, want one for each file at least", transport.all.Load())
	}
	if most := ask(me, me+"2", me+"3"); most <= 64 {
		t.Errorf("got %d requests to S3 at once for three callers, want more than one's share", most)
	}
}
