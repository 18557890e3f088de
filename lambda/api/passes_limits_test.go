package api_test

import (
	"fmt"
	"sync"
	"testing"

	"signet/lambda/api"
	"signet/lambda/upload"
)

func TestFiftyGuestsOfAPassOfTenFiles(t *testing.T) {
	w, alice := sharing(t), caller(t)
	made := w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Files: 10})
	var mu sync.Mutex
	var wait sync.WaitGroup
	stored, refused := 0, 0
	for i := range 50 {
		wait.Go(func() {
			_, status, err := w.sendTo(w.guest(made.Token), fmt.Sprint(i, ".txt"), []byte("x"))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && status == 200:
				stored++
			case isCode(err, upload.NoSuchPass):
				refused++
			default:
				t.Errorf("status %d, %v", status, err)
			}
		})
	}
	wait.Wait()
	if stored != 10 || refused != 40 || len(w.paths(alice)) != 10 {
		t.Errorf("%d stored, %d refused, %d there, want exactly 10", stored, refused, len(w.paths(alice)))
	}
	list := must[api.PassList](w)(w.as(alice).ListPasses(t.Context(), ""))
	if len(list.Passes) != 1 || *list.Passes[0].Used != (api.Amount{Files: 10, Bytes: 10}) {
		t.Errorf("listed %+v", list.Passes)
	}
	// More are let in once the pass allows more.
	more := int64(11)
	must[api.PassInfo](w)(w.as(alice).ChangePass(t.Context(), made.ID, api.PassChange{Files: &more}))
	if _, _, err := w.sendTo(w.guest(made.Token), "eleventh.txt", []byte("x")); err != nil {
		t.Error(err)
	}
}

func TestBytesOfAPass(t *testing.T) {
	w, alice := sharing(t), caller(t)
	guest := w.guest(w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Bytes: 10}).Token)
	sent := api.File{Name: "a", Size: size(6), ID: "same-file-1"}
	must[api.Presigned](w)(guest.Presign(t.Context(), sent))
	must[api.Presigned](w)(guest.Presign(t.Context(), sent)) // takes nothing more
	_, err := guest.Presign(t.Context(), api.File{Name: "b", Size: size(5)})
	p, ok := err.(*api.Problem)
	if !ok || p.Code != upload.QuotaExceeded || *p.Used != (api.Amount{Files: 1, Bytes: 6}) || *p.Allowed != (api.QuotaLimit{Bytes: 10}) {
		t.Errorf("over the bytes: %+v", err)
	}
	// A larger file under the same key takes the difference.
	if _, err := guest.Presign(t.Context(), api.File{Name: "a", Size: size(11), ID: "same-file-1"}); !isCode(err, upload.QuotaExceeded) {
		t.Errorf("the same key, larger: %v", err)
	}
	must[api.Presigned](w)(guest.Presign(t.Context(), api.File{Name: "b", Size: size(4)}))
	if _, err := guest.Presign(t.Context(), api.File{Name: "c", Size: size(1)}); !isCode(err, upload.NoSuchPass) {
		t.Errorf("used up: %v", err)
	}
	// A plain form takes as much as it may be.
	form := w.guest(w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Bytes: 10}).Token)
	if _, err := form.PresignForm(t.Context(), api.FormRequest{Name: "a"}); !isCode(err, upload.QuotaExceeded) {
		t.Errorf("a form of any length: %v", err)
	}
	must[api.Form](w)(form.PresignForm(t.Context(), api.FormRequest{Name: "a", MaxSize: 10}))
	if _, err := form.PresignForm(t.Context(), api.FormRequest{Name: "b", MaxSize: 1}); !isCode(err, upload.NoSuchPass) {
		t.Errorf("after it: %v", err)
	}
}
