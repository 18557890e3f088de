package api_test

import (
	"bytes"
	"testing"

	"signet/lambda/api"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

var open = api.Stream{Stream: true}

// stream sends content as one whose length nobody knew.
func (w *world) stream(sub, name string, content []byte) (api.Upload, api.CompleteRequest) {
	w.Helper()
	u := w.begin(sub, api.UploadRequest{Name: name, Type: "application/sql", Stream: open})
	full := len(content) / int(u.PartSize)
	for n := 1; n <= full; n++ {
		sendPart(w, u.Sign, n, content[(n-1)*int(u.PartSize):n*int(u.PartSize)])
	}
	if rest := content[full*int(u.PartSize):]; len(rest) > 0 {
		last := must[api.Signed](w)(w.as(sub).SignParts(w.Context(), api.SignRequest{Key: u.Key, UploadID: u.UploadID, Stream: open,
			Last: &api.LastPart{PartNumber: full + 1, Size: int64(len(rest))}}))
		if last.Sign.First != full+1 || len(last.Sign.Signatures) != 1 {
			w.Fatalf("got %+v", last.Sign)
		}
		sendPart(w, last.Sign, full+1, rest)
	}
	length := int64(len(content))
	return u, api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: &length, Stream: true}
}

func TestStream(t *testing.T) {
	w := service(t)
	me := caller(t)
	for _, size := range []int{1, upload.OpenPart, 2*upload.OpenPart + 5} {
		content := random(size)
		u, complete := w.stream(me, "dumps/shop.sql", content)
		if u.PartSize != upload.OpenPart || u.PartCount != 320 || len(u.Sign.Signatures) != 320 {
			t.Fatalf("got parts of %d, %d of them, %d signed", u.PartSize, u.PartCount, len(u.Sign.Signatures))
		}
		if size > upload.OpenPart { // not by the plan of that size
			_, err := w.as(me).CompleteUpload(t.Context(), api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: complete.Size})
			wantCode(t, err, upload.InvalidPart)
		}
		done := must[api.Completed](w)(w.as(me).CompleteUpload(t.Context(), complete))
		if done.Size != int64(size) || done.Checksum == nil {
			t.Errorf("got %+v", done)
		}
		body, header := fetch(t, must[api.FileURL](w)(w.as(me).FileURL(t.Context(), u.Key, "")).URL)
		if !bytes.Equal(body, content) || header.Get("Content-Type") != "application/sql" {
			t.Errorf("%d bytes come back other, as %q", size, header)
		}
	}
	again := must[api.Signed](w)(w.as(me).SignParts(t.Context(), api.SignRequest{Key: "uploads/" + me + "/x~raaaaaaaaaaaaaaaaaaaaaaaaaa", UploadID: "id", Stream: open, First: 319}))
	if again.Sign.First != 319 || len(again.Sign.Signatures) != 2 {
		t.Errorf("signed again: %+v", again.Sign)
	}
}

// S3 holds a stream's parts to what was signed: full ones to the part size, the last
// to its own; and the whole to the policy.
func TestStreamIsBounded(t *testing.T) {
	w := service(t)
	me, other := caller(t), caller(t)
	u, complete := w.stream(me, "a", random(upload.OpenPart+5))
	for name, ask := range map[string]func() error{
		"a size and a stream": func() error {
			_, err := w.as(me).CreateUpload(t.Context(), api.UploadRequest{Name: "a", Size: size(5), Stream: open})
			return err
		},
		"an id of a stream": func() error {
			_, err := w.as(me).CreateUpload(t.Context(), api.UploadRequest{Name: "a", ID: "paaaaaaaa", Stream: open})
			return err
		},
		"no name": func() error {
			_, err := w.as(me).CreateUpload(t.Context(), api.UploadRequest{Stream: open})
			return err
		},
		"expected, no stream": func() error {
			_, err := w.as(me).CreateUpload(t.Context(), api.UploadRequest{Name: "a", Size: size(5), Stream: api.Stream{ExpectedSize: 5}})
			return err
		},
		"last, no stream": func() error {
			_, err := w.as(me).SignParts(t.Context(), api.SignRequest{Key: u.Key, UploadID: u.UploadID, Size: size(5), Last: &api.LastPart{PartNumber: 1, Size: 5}})
			return err
		},
		"last and first": func() error {
			_, err := w.as(me).SignParts(t.Context(), api.SignRequest{Key: u.Key, UploadID: u.UploadID, Stream: open, First: 1, Last: &api.LastPart{PartNumber: 1, Size: 5}})
			return err
		},
		"a last that is large": func() error {
			_, err := w.as(me).SignParts(t.Context(), api.SignRequest{Key: u.Key, UploadID: u.UploadID, Stream: open, Last: &api.LastPart{PartNumber: 1, Size: upload.OpenPart + 1}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { wantCode(t, ask(), upload.InvalidArgument) })
	}
	_, err := w.as(me).CreateUpload(t.Context(), api.UploadRequest{Name: "a", Stream: api.Stream{Stream: true, ExpectedSize: 6 * upload.GiB}})
	wantCode(t, err, upload.EntityTooLarge)
	_, err = w.as(other).SignParts(t.Context(), api.SignRequest{Key: u.Key, UploadID: u.UploadID, Stream: open, Last: &api.LastPart{PartNumber: 1, Size: 5}})
	wantCode(t, err, upload.NoSuchKey)
	if status, code, _ := send(t, "PUT", partURL(u.Sign, 3), nil, random(5)); status != 403 || code != "SignatureDoesNotMatch" {
		t.Errorf("a full part of 5 bytes: %d %s", status, code)
	}
	*complete.Size++
	_, err = w.as(me).CompleteUpload(t.Context(), complete)
	wantCode(t, err, upload.InvalidPart)
}

func sendPart(w *world, table presign.Table, n int, content []byte) {
	w.Helper()
	if status, code, _ := send(w, "PUT", partURL(table, n), nil, content); status != 200 {
		w.Fatalf("part %d: %d %s", n, status, code)
	}
}
