package api_test

import (
	"testing"
	"time"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// What a guest is given ends within a quarter of an hour, however long a caller's lives.
func TestWhatAGuestGetsEndsSoon(t *testing.T) {
	w, alice := sharing(t, func(c *upload.Config) { c.Expires = upload.Duration(2 * time.Hour) }), caller(t)
	guest := w.guest(w.pass(alice, api.PassRequest{Do: "upload", Folder: "in"}).Token)
	file := api.File{Name: "a.txt", Size: size(1)}
	if own := must[api.Presigned](w)(w.as(alice).Presign(t.Context(), file)); time.Until(own.Expires) < time.Hour {
		t.Fatalf("a caller's ends in %v, want hours: this test sees nothing else", time.Until(own.Expires))
	}
	soon := time.Now().Add(upload.GuestLife + time.Minute)
	signed := must[api.Presigned](w)(guest.Presign(t.Context(), file))
	form := must[api.Form](w)(guest.PresignForm(t.Context(), api.FormRequest{Name: "b.txt"}))
	begun := must[api.Upload](w)(guest.CreateUpload(t.Context(), api.UploadRequest{Name: "c.bin", Size: size(5)}))
	for what, ends := range map[string]time.Time{"a PUT": signed.Expires, "a form": form.Expires, "parts": begun.Expires} {
		if ends.After(soon) {
			t.Errorf("%s: ends at %v, want before %v", what, ends, soon)
		}
	}
}
