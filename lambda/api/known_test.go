package api_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/minio/crc64nvme"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// known is a file of known content, ready for a PUT.
func known(name string, content []byte) api.File {
	return api.File{Name: name, Size: size(int64(len(content))), ID: contentID(content), Checksum: &api.Checksum{SHA256: sha256Of(content)}}
}

// crcOf is a CRC64NVME as S3 writes it.
func crcOf(content []byte) string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint64(nil, crc64nvme.Checksum(content)))
}

// objects are the keys that S3 has of a caller.
func (w *world) objects(sub string) (keys []string) {
	w.Helper()
	out := must[*s3.ListObjectsV2Output](w)(w.s3.ListObjectsV2(w.Context(), &s3.ListObjectsV2Input{Bucket: aws.String(bucket), Prefix: aws.String("uploads/" + sub + "/")}))
	for _, o := range out.Contents {
		keys = append(keys, aws.ToString(o.Key))
	}
	return keys
}

// wantThere says of an error that it is a 412 which tells what is there.
func wantThere(t testing.TB, err error, key string, want int, sum api.Checksum) {
	t.Helper()
	wantCode(t, err, upload.PreconditionFailed)
	p, ok := err.(*api.Problem)
	if ok && (p.Key != key || p.Size == nil || *p.Size != int64(want) || p.Checksum == nil || *p.Checksum != sum) {
		t.Errorf("got key %q, size %v, checksum %+v, want %q, %d, %+v", p.Key, p.Size, p.Checksum, key, want, sum)
	}
}

// TestKnownContentIsOneObject: whichever way the same file goes, it is one object,
// and that it is there is said with what it is compared by.
func TestKnownContentIsOneObject(t *testing.T) {
	w := service(t)
	ctx, content := t.Context(), random(5000)
	sum := api.Checksum{SHA256: sha256Of(content)}
	for _, row := range []struct {
		name  string
		store func(me string) string
	}{
		{"PUT", func(me string) string {
			signed := must[api.Presigned](w)(w.as(me).Presign(ctx, known("größe.png", content)))
			if status, code, _ := send(t, signed.Method, signed.URL, signed.Headers, content); status != 200 {
				t.Fatalf("PUT: %d %s", status, code)
			}
			return signed.Key
		}},
		{"form", func(me string) string {
			signed := w.content(me, known("größe.png", content), content)
			if status, code := post(t, signed, content); status != 201 {
				t.Fatalf("form: %d %s", status, code)
			}
			return signed.Key
		}},
	} {
		me := caller(t)
		key := row.store(me)
		// A PUT asks S3 nothing before it is sent, and is told there.
		again := must[api.Presigned](w)(w.as(me).Presign(ctx, known("größe.png", content)))
		if status, code, _ := send(t, again.Method, again.URL, again.Headers, content); again.Key != key || status != 412 {
			t.Errorf("after a %s, a PUT to %s: %d %s", row.name, again.Key, status, code)
		}
		forms := must[api.PresignedFiles](w)(w.as(me).PresignContents(ctx, 1, []api.File{known("größe.png", content)}))
		wantThere(t, forms.Files[0].Error, key, len(content), sum)
		if got := w.objects(me); len(got) != 1 || got[0] != key {
			t.Errorf("after a %s S3 has %q, want %s alone", row.name, got, key)
		}
	}
}

// TestKnownContentIsBound: S3 itself refuses other bytes under the id of known
// content, and without the right SHA-256 nothing is signed.
func TestKnownContentIsBound(t *testing.T) {
	w := service(t)
	me, content := caller(t), random(5000)
	other := bytes.Clone(content)
	other[4000]++
	signed := must[api.Presigned](w)(w.as(me).Presign(t.Context(), known("a", content)))
	without := map[string]string{}
	for name, value := range signed.Headers {
		if name != "x-amz-checksum-sha256" {
			without[name] = value
		}
	}
	changed := map[string]string{}
	for name, value := range signed.Headers {
		changed[name] = value
	}
	changed["x-amz-checksum-sha256"] = sha256Of(other)
	for name, row := range map[string]struct {
		headers map[string]string
		body    []byte
	}{
		"other bytes":                      {signed.Headers, other},
		"other bytes without the checksum": {without, other},
		"the bytes without the checksum":   {without, content},
		"other bytes with their checksum":  {changed, other},
	} {
		if status, code, _ := send(t, signed.Method, signed.URL, row.headers, row.body); status < 400 || code == "" {
			t.Errorf("%s: got %d %s, want a refusal", name, status, code)
		}
	}
	if got := w.objects(me); len(got) != 0 {
		t.Fatalf("what was refused is stored: %q", got)
	}

	for name, row := range map[string]struct {
		change func(*api.File)
		code   upload.Code
	}{
		"another SHA-256":     {func(f *api.File) { f.Checksum.SHA256 = sha256Of(other) }, upload.InvalidDigest},
		"none":                {func(f *api.File) { f.Checksum = nil }, upload.InvalidArgument},
		"an empty checksum":   {func(f *api.File) { f.Checksum = &api.Checksum{} }, upload.InvalidArgument},
		"a CRC64NVME":         {func(f *api.File) { f.Checksum = &api.Checksum{CRC64NVME: "AAAAAAAAAAA="} }, upload.InvalidArgument},
		"both":                {func(f *api.File) { f.Checksum.CRC64NVME = "AAAAAAAAAAA=" }, upload.InvalidArgument},
		"no base64":           {func(f *api.File) { f.Checksum.SHA256 = "???" }, upload.InvalidDigest},
		"16 MiB":              {func(f *api.File) { f.Size = size(upload.MultipartFrom) }, upload.InvalidArgument},
		"an id that is short": {func(f *api.File) { f.ID = f.ID[:26] }, upload.InvalidArgument},
		"an id with more":     {func(f *api.File) { f.ID += "-aaaaaa" }, upload.InvalidArgument},
	} {
		f := known("a", content)
		row.change(&f)
		_, err := w.as(me).Presign(t.Context(), f)
		wantCode(t, err, row.code)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	_, err := w.as(me).CreateUpload(t.Context(), api.UploadRequest{Name: "a", Size: size(5000), ID: contentID(content)})
	wantCode(t, err, upload.InvalidArgument)
}

// TestThereTellsItsChecksum: a hint that is taken is told with what to compare, and
// other content goes beside it, under the hint with its checksum.
func TestThereTellsItsChecksum(t *testing.T) {
	w := service(t)
	me, content := caller(t), random(20*mib)
	other := bytes.Clone(content)
	copy(other[3*mib:], random(4096))
	store := func(id string, content []byte) api.Completed {
		u := w.begin(me, api.UploadRequest{Name: "vault.hc", Folder: "a", Size: size(20 * mib), ID: id})
		sendParts(t, u, content)
		return must[api.Completed](w)(w.as(me).CompleteUpload(t.Context(), api.CompleteRequest{
			Key: u.Key, UploadID: u.UploadID, Size: size(20 * mib), Checksum: &api.Checksum{CRC64NVME: crcOf(content)}}))
	}
	first := store(hint("vault"), content)
	_, err := w.as(me).CreateUpload(t.Context(), api.UploadRequest{Name: "a/vault.hc", Size: size(20 * mib), ID: hint("vault")})
	wantThere(t, err, first.Key, 20*mib, api.Checksum{CRC64NVME: crcOf(content)})

	id, err := upload.DifferentID(hint("vault"), crcOf(other))
	if err != nil {
		t.Fatal(err)
	}
	second := store(id, other)
	_, err = w.as(me).CreateUpload(t.Context(), api.UploadRequest{Name: "vault.hc", Folder: "a", Size: size(20 * mib), ID: id})
	wantThere(t, err, second.Key, 20*mib, api.Checksum{CRC64NVME: crcOf(other)})
	for key, want := range map[string][]byte{first.Key: content, second.Key: other} {
		if got, _ := fetch(t, must[api.FileURL](w)(w.as(me).FileURL(t.Context(), key, "")).URL); !bytes.Equal(got, want) {
			t.Errorf("%s comes back changed", key)
		}
	}
	if got := w.objects(me); len(got) != 2 {
		t.Errorf("S3 has %q, want two objects", got)
	}
}

// TestDeletedContentComesAgain: what lies under a delete marker is not there, so the
// same file can be sent again, under its own key.
func TestDeletedContentComesAgain(t *testing.T) {
	w := service(t)
	me, content := caller(t), random(100)
	key := w.putFile(me, known("a/b.txt", content), content)
	if err := w.as(me).DeleteFile(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if again := w.putFile(me, known("a/b.txt", content), content); again != key {
		t.Errorf("got key %s, want %s", again, key)
	}
	if err := w.as(me).DeleteFile(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if status, code := post(t, w.content(me, known("a/b.txt", content), content), content); status != 201 {
		t.Errorf("form: got %d %s, want 201", status, code)
	}
	if got := w.objects(me); len(got) != 1 || got[0] != key {
		t.Errorf("S3 has %q, want %s", got, key)
	}
}
