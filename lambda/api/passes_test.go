package api_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// sharing is the API with passes.
func sharing(t *testing.T, change ...func(*upload.Config)) *world {
	return service(t, append([]func(*upload.Config){func(c *upload.Config) { c.Passes = true }}, change...)...)
}

// guest is a client that has a pass's token, and nothing else.
func (w *world) guest(token string, more ...string) *api.Client {
	g := &api.Guest{Token: token}
	if len(more) > 0 {
		g.Password = more[0]
	}
	if len(more) > 1 {
		g.ID = more[1]
	}
	return &api.Client{Base: w.api, Guest: g, HTTP: &http.Client{Transport: contract{w.T}}}
}

// pass makes a pass of somebody's.
func (w *world) pass(sub string, p api.PassRequest) api.MadePass {
	w.Helper()
	if p.Expires == "" {
		p.Expires = "7d"
	}
	return must[api.MadePass](w)(w.as(sub).MakePass(w.Context(), p))
}

// sendTo uploads a file as a client does, and gives S3's status.
func (w *world) sendTo(c *api.Client, name string, content []byte) (key string, status int, err error) {
	signed, err := c.Presign(w.Context(), api.File{Name: name, Size: size(int64(len(content)))})
	if err != nil {
		return "", 0, err
	}
	status, _, _ = send(w, signed.Method, signed.URL, signed.Headers, content)
	return signed.Key, status, nil
}

// paths are the files of somebody, as folder/name.
func (w *world) paths(sub string) (all []string) {
	w.Helper()
	list := must[api.FileList](w)(w.as(sub).ListFiles(w.Context(), api.FilesQuery{Recursive: true, Limit: 1000}))
	for _, f := range list.Files {
		all = append(all, strings.TrimPrefix(f.Folder+"/"+f.Name, "/"))
	}
	return all
}

func TestAPassTakesFiles(t *testing.T) {
	w, alice := sharing(t), caller(t)
	made := w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Title: "결혼식 사진", Types: []string{"image/*"}, MaxObjectSize: 100, Metadata: map[string]string{"case": "4711"}})
	if made.URL != "/p#"+made.Token || strings.Contains(made.Token, made.ID+"/") || !strings.HasPrefix(made.Token, made.ID+".") {
		t.Errorf("made %+v", made)
	}
	guest := w.guest(made.Token)
	shown := must[api.GuestPass](w)(guest.ShowPass(t.Context()))
	if shown.Do != "upload" || shown.Title != "결혼식 사진" || shown.MaxObjectSize != 100 || shown.AllowedTypes[0] != "image/*" || !shown.Metadata {
		t.Errorf("shown %+v", shown)
	}
	file := api.File{Name: "trip/a.png", Type: "image/png", Size: size(5)}
	signed := must[api.Presigned](w)(guest.Presign(t.Context(), file))
	if status, code, _ := send(t, signed.Method, signed.URL, signed.Headers, []byte("hello")); status != 200 {
		t.Fatalf("PUT: %d %s", status, code)
	}
	if left := time.Until(signed.Expires); left > upload.GuestLife {
		t.Errorf("signed for %v", left)
	}
	if got := w.paths(alice); len(got) != 1 || got[0] != "in/trip/a.png" {
		t.Errorf("alice has %q", got)
	}
	info := must[api.FileInfo](w)(w.as(alice).FileInfo(t.Context(), signed.Key, ""))
	if info.Uploader != "pass:"+made.ID || info.Metadata["case"] != "4711" {
		t.Errorf("info %+v", info)
	}
	for _, row := range []struct {
		name string
		file api.File
		code upload.Code
	}{
		{"another type", api.File{Name: "a.txt", Type: "text/plain", Size: size(5)}, upload.TypeForbidden},
		{"too large", api.File{Name: "a.png", Type: "image/png", Size: size(101)}, upload.EntityTooLarge},
		{"metadata of its own", api.File{Name: "a.png", Type: "image/png", Size: size(5), Metadata: map[string]string{"case": "1"}}, upload.InvalidArgument},
		{"another space", api.File{Name: "a.png", Type: "image/png", Size: size(5), Space: "team"}, upload.NoSuchSpace},
		{"..", api.File{Name: "../a.png", Type: "image/png", Size: size(5)}, upload.InvalidArgument},
		{".. in the folder", api.File{Name: "a.png", Folder: "../..", Type: "image/png", Size: size(5)}, upload.InvalidArgument},
	} {
		_, err := guest.Presign(t.Context(), row.file)
		if p, ok := err.(*api.Problem); !ok || p.Code != row.code {
			t.Errorf("%s: %v, want %s", row.name, err, row.code)
		}
	}
	// A folder that a guest names is one within the pass's.
	inside := must[api.Presigned](w)(guest.Presign(t.Context(), api.File{Name: "b.png", Folder: "other", Type: "image/png", Size: size(5)}))
	if !strings.Contains(inside.Key, alice+"/in/other/") {
		t.Errorf("got key %s, want one below in/", inside.Key)
	}
}

// A guest sees what came by the pass, and only if the pass says so; and nothing else.
func TestGuestsSeeWhatCameByTheirPass(t *testing.T) {
	w, alice := sharing(t), caller(t)
	secret := w.putFile(alice, api.File{Name: "secret.txt", Folder: "in"}, []byte("alice's"))
	blind := w.guest(w.pass(alice, api.PassRequest{Do: "upload", Folder: "in"}).Token)
	seeing := w.guest(w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Show: true}).Token)
	other, _, _ := w.sendTo(blind, "other/theirs.txt", []byte("1"))
	own, _, err := w.sendTo(seeing, "sub/mine.txt", []byte("2"))
	if err != nil {
		t.Fatal(err)
	}
	list := must[api.FileList](w)(seeing.ListFiles(t.Context(), api.FilesQuery{}))
	if len(list.Files) != 1 || list.Files[0].Key != own || list.Files[0].Folder != "sub" || len(list.Folders) != 0 {
		t.Errorf("list %+v, want what came by this pass", list)
	}
	if _, err := blind.ListFiles(t.Context(), api.FilesQuery{}); !isCode(err, upload.AccessDenied) {
		t.Errorf("list of a pass that does not show: %v", err)
	}
	if info := must[api.FileInfo](w)(seeing.FileInfo(t.Context(), own, "")); info.Size != 1 {
		t.Errorf("info %+v", info)
	}
	for _, key := range []string{secret, other, "uploads/" + alice + "/in/none~abcdefgh.txt", "uploads/bob/x~abcdefgh"} {
		_, err1 := seeing.FileInfo(t.Context(), key, "")
		_, err2 := seeing.FileURL(t.Context(), key, "")
		if !isCode(err1, upload.NoSuchKey) || !isCode(err2, upload.NoSuchKey) {
			t.Errorf("%s: %v, %v", key, err1, err2)
		}
	}
}

func TestAPassShares(t *testing.T) {
	w, alice := sharing(t), caller(t)
	first := w.putFile(alice, api.File{Name: "a.txt", Folder: "docs", Type: "text/plain"}, []byte("first"))
	second := w.putFile(alice, api.File{Name: "b.txt", Folder: "docs/deep", Type: "text/plain"}, []byte("second"))
	third := w.putFile(alice, api.File{Name: "c.txt", Type: "text/plain"}, []byte("third"))

	some := w.guest(w.pass(alice, api.PassRequest{Do: "read", Keys: []string{first, third}}).Token)
	list := must[api.FileList](w)(some.ListFiles(t.Context(), api.FilesQuery{}))
	if len(list.Files) != 2 || list.Files[0].Key != first || list.Files[1].Name != "c.txt" {
		t.Errorf("list %+v", list)
	}
	link := must[api.FileURL](w)(some.FileURL(t.Context(), third, ""))
	if body, _ := fetch(t, link.URL); string(body) != "third" {
		t.Errorf("downloaded %q", body)
	}
	must[api.FileURL](w)(some.InlineFileURL(t.Context(), first, ""))
	if _, err := some.FileURL(t.Context(), second, ""); !isCode(err, upload.NoSuchKey) {
		t.Errorf("a file that is not shared: %v", err)
	}

	folder := w.guest(w.pass(alice, api.PassRequest{Do: "read", Folder: "docs", Title: "Documents"}).Token)
	if shown := must[api.GuestPass](w)(folder.ShowPass(t.Context())); shown.Do != "read" || shown.Name != "docs" {
		t.Errorf("shown %+v", shown)
	}
	list = must[api.FileList](w)(folder.ListFiles(t.Context(), api.FilesQuery{}))
	if len(list.Files) != 1 || list.Files[0].Key != first || list.Files[0].Folder != "" || len(list.Folders) != 1 || list.Folders[0] != "deep" {
		t.Errorf("list of the folder %+v", list)
	}
	if _, err := folder.FileURL(t.Context(), third, ""); !isCode(err, upload.NoSuchKey) {
		t.Errorf("a file of another folder: %v", err)
	}
	if _, _, err := w.sendTo(folder, "x.txt", []byte("x")); !isCode(err, upload.AccessDenied) {
		t.Errorf("an upload by a pass to read: %v", err)
	}
	if err := w.as(alice).DeleteFile(t.Context(), third); err != nil {
		t.Fatal(err)
	}
	if list := must[api.FileList](w)(some.ListFiles(t.Context(), api.FilesQuery{})); len(list.Files) != 1 {
		t.Errorf("after a deletion: %+v", list)
	}
}

func isCode(err error, code upload.Code) bool {
	p, ok := err.(*api.Problem)
	return ok && p.Code == code
}

// What is no pass is one 404, whatever is wrong with it.
func TestPassesThatAreNone(t *testing.T) {
	now := time.Now()
	w := serviceWith(t, sharedGateway(t), func(o *api.Options) {
		o.Config.Passes = true
		o.Now = func() time.Time { return now }
	})
	alice := caller(t)
	made := w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Expires: "1h"})
	want := errorOf(w.guest("x").ShowPass(t.Context()))
	refused := func(name, token string) {
		t.Helper()
		for _, err := range []error{
			errorOf(w.guest(token).ShowPass(t.Context())),
			errorOf(w.guest(token).Presign(t.Context(), api.File{Name: "a", Size: size(1)})),
		} {
			if p, ok := err.(*api.Problem); !ok || p.Status != 404 || err.Error() != want.Error() {
				t.Errorf("%s: %v, want %v", name, err, want)
			}
		}
	}
	for i := range made.Token {
		changed := []byte(made.Token)
		changed[i] ^= 1
		refused(fmt.Sprint("changed at ", i), string(changed))
	}
	refused("cut", made.Token[:len(made.Token)-1])
	refused("longer", made.Token+"A")
	refused("the id alone", made.ID)
	other := upload.NewPassToken()
	refused("made up", other.String())
	mixed := w.pass(alice, api.PassRequest{Do: "upload", Folder: "in"})
	refused("the id of one and the secret of another", made.ID+"."+strings.SplitN(mixed.Token, ".", 2)[1])
	must[api.GuestPass](w)(w.guest(made.Token).ShowPass(t.Context()))

	if err := w.as(alice).RevokePass(t.Context(), mixed.ID); err != nil {
		t.Fatal(err)
	}
	refused("revoked", mixed.Token)
	now = now.Add(time.Hour)
	refused("over", made.Token)
	if got := w.paths(alice); len(got) != 0 {
		t.Errorf("stored %q", got)
	}
}

func errorOf[T any](_ T, err error) error { return err }

// On an instance that has just seen it, a revoked pass holds for 30 seconds at most.
func TestRevocationIsSeenEverywhereInThirtySeconds(t *testing.T) {
	now := time.Now()
	clock := func(o *api.Options) {
		o.Config.Passes = true
		o.Now = func() time.Time { return now }
	}
	here, there := serviceWith(t, sharedGateway(t), clock), serviceWith(t, sharedGateway(t), clock)
	alice := caller(t)
	made := here.pass(alice, api.PassRequest{Do: "upload", Folder: "in"})
	must[api.GuestPass](there)(there.guest(made.Token).ShowPass(t.Context()))
	if err := here.as(alice).RevokePass(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := here.guest(made.Token).ShowPass(t.Context()); !isCode(err, upload.NoSuchPass) {
		t.Errorf("where it was revoked: %v", err)
	}
	now = now.Add(30 * time.Second)
	if _, err := there.guest(made.Token).ShowPass(t.Context()); !isCode(err, upload.NoSuchPass) {
		t.Errorf("elsewhere, 30 s later: %v", err)
	}
}

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

// An upload in parts goes on in another profile, which has nothing but the link.
func TestAGuestGoesOnElsewhere(t *testing.T) {
	w, alice := sharing(t), caller(t)
	made := w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Files: 1})
	content := random(17 << 20)
	ask := api.UploadRequest{Name: "film.mov", Size: size(int64(len(content))), ID: "p" + strings.Repeat("a", 25)}
	first := must[api.Upload](w)(w.guest(made.Token).CreateUpload(t.Context(), ask))
	sendParts(t, first, content, 1)
	// Used up, and on its way: it can be gone on with, and nothing new begins.
	if _, _, err := w.sendTo(w.guest(made.Token), "more.txt", []byte("x")); !isCode(err, upload.NoSuchPass) {
		t.Errorf("a second file: %v", err)
	}
	must[api.GuestPass](w)(w.guest(made.Token).ShowPass(t.Context()))
	second := must[api.Upload](w)(w.guest(made.Token).CreateUpload(t.Context(), ask))
	if second.UploadID != first.UploadID || len(second.Uploaded) != 1 {
		t.Fatalf("got %+v, want the same upload with its part", second)
	}
	sendParts(t, second, content, 2)
	if second.PartCount > 2 {
		for n := 3; n <= second.PartCount; n++ {
			sendParts(t, second, content, n)
		}
	}
	done := must[api.Completed](w)(w.guest(made.Token).CompleteUpload(t.Context(), api.CompleteRequest{Key: second.Key, UploadID: second.UploadID, Size: ask.Size}))
	if done.Size != *ask.Size {
		t.Errorf("done %+v", done)
	}
	if _, err := w.guest(made.Token).ShowPass(t.Context()); !isCode(err, upload.NoSuchPass) {
		t.Errorf("a pass that is used up: %v", err)
	}
	// Another pass's guest meets nothing of it.
	other := w.guest(w.pass(alice, api.PassRequest{Do: "upload", Folder: "in"}).Token)
	if _, err := other.ListParts(t.Context(), second.Key, second.UploadID); !isCode(err, upload.NoSuchKey) {
		t.Errorf("another guest: %v", err)
	}
	fresh := must[api.Upload](w)(other.CreateUpload(t.Context(), ask))
	if fresh.Key == second.Key {
		t.Error("two passes meet in one key")
	}
	// What is aborted is given back.
	one := w.guest(w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Files: 1}).Token)
	begun := must[api.Upload](w)(one.CreateUpload(t.Context(), ask))
	if err := one.AbortUpload(t.Context(), begun.Key, begun.UploadID); err != nil {
		t.Fatal(err)
	}
	must[api.Upload](w)(one.CreateUpload(t.Context(), ask))
}

func TestPasswords(t *testing.T) {
	const password = "비밀번호 één"
	now := time.Now()
	clock := func(o *api.Options) {
		o.Config.Passes = true
		o.Now = func() time.Time { return now }
	}
	w := serviceWith(t, sharedGateway(t), clock)
	alice := caller(t)
	made := w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Password: password})
	if text := w.stateObject("passes/" + made.ID); strings.Contains(text, password) || strings.Contains(text, made.Token[23:]) || !strings.Contains(text, "$argon2id$") {
		t.Errorf("kept: %s", text)
	}
	if _, err := w.guest(made.Token).ShowPass(t.Context()); !isCode(err, upload.WrongPassword) {
		t.Errorf("without a password: %v", err)
	}
	// Decomposed, as a Mac writes it, is the same; the client composes, and so does the API.
	decomposed := "비밀번호 e\u0301e\u0301n"
	must[api.GuestPass](w)(w.guest(made.Token, decomposed).ShowPass(t.Context()))
	raw := w.guestRaw(made.Token, base64.RawURLEncoding.EncodeToString([]byte(decomposed)))
	if raw != 200 {
		t.Errorf("decomposed in the header: %d", raw)
	}
	if status := w.guestRaw(made.Token, "not base64!"); status != 401 {
		t.Errorf("no base64url: %d", status)
	}
	other := serviceWith(t, sharedGateway(t), clock)
	for i := range 10 {
		if _, err := w.guest(made.Token, fmt.Sprint("wrong", i)).ShowPass(t.Context()); !isCode(err, upload.WrongPassword) {
			t.Errorf("wrong %d: %v", i, err)
		}
	}
	// It pauses, for the right one too, on every instance that does not know the guest.
	if _, err := other.guest(made.Token, password).ShowPass(t.Context()); !isCode(err, upload.SlowDown) {
		t.Errorf("after ten wrong ones: %v", err)
	}
	now = now.Add(59 * time.Second)
	if _, err := other.guest(made.Token, "wrong").ShowPass(t.Context()); !isCode(err, upload.SlowDown) {
		t.Errorf("59 s later: %v", err)
	}
	now = now.Add(2 * time.Second)
	must[api.GuestPass](other)(other.guest(made.Token, password).ShowPass(t.Context()))
	// The next pause is twice as long, and it never ends.
	for range 10 {
		_, _ = other.guest(made.Token, "wrong").ShowPass(t.Context())
	}
	now = now.Add(61 * time.Second)
	if _, err := other.guest(made.Token, password).ShowPass(t.Context()); !isCode(err, upload.SlowDown) {
		t.Errorf("a minute into the second pause: %v", err)
	}
	now = now.Add(60 * time.Second)
	must[api.GuestPass](other)(other.guest(made.Token, password).ShowPass(t.Context()))
}

// Whoever guesses all at once is not told more than ten times.
func TestPasswordsGuessedAtOnce(t *testing.T) {
	w, alice := sharing(t), caller(t)
	made := w.pass(alice, api.PassRequest{Do: "read", Folder: "x", Password: "right"})
	var mu sync.Mutex
	told := map[upload.Code]int{}
	var wait sync.WaitGroup
	for i := range 30 {
		wait.Go(func() {
			_, err := w.guest(made.Token, fmt.Sprint("guess", i)).ShowPass(t.Context())
			mu.Lock()
			defer mu.Unlock()
			if p, ok := err.(*api.Problem); ok {
				told[p.Code]++
			}
		})
	}
	wait.Wait()
	if told[upload.WrongPassword] != 10 || told[upload.SlowDown] != 20 {
		t.Errorf("told %v, want 10 times that it is wrong", told)
	}
}

// stateObject is an object of the state bucket, which nobody but the role can read.
func (w *world) stateObject(key string) string {
	w.Helper()
	out, err := w.s3.GetObject(context.Background(), &s3.GetObjectInput{Bucket: aws.String(stateBucket), Key: &key})
	if err != nil {
		w.Fatal(err)
	}
	defer out.Body.Close()
	var b bytes.Buffer
	b.ReadFrom(out.Body)
	return b.String()
}

// guestRaw asks for the pass with a password header as it is.
func (w *world) guestRaw(token, password string) int {
	w.Helper()
	r, _ := http.NewRequest("GET", w.api+"/pass", nil)
	r.Header.Set("Signet-Pass", token)
	r.Header.Set("Signet-Password", password)
	answer, err := (contract{w.T}).RoundTrip(r)
	if err != nil {
		w.Fatal(err)
	}
	return answer.StatusCode
}

func TestGuestsThatMayBegin(t *testing.T) {
	w, alice := sharing(t), caller(t)
	made := w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Uses: 2})
	for range 3 { // the same one, who looks again
		must[api.GuestPass](w)(w.guest(made.Token, "", "first-guest").ShowPass(t.Context()))
	}
	must[api.GuestPass](w)(w.guest(made.Token).ShowPass(t.Context())) // says nothing of himself
	if _, err := w.guest(made.Token).ShowPass(t.Context()); !isCode(err, upload.NoSuchPass) {
		t.Errorf("a third guest: %v", err)
	}
	if _, _, err := w.sendTo(w.guest(made.Token, "", "third-guest"), "a", []byte("a")); !isCode(err, upload.NoSuchPass) {
		t.Errorf("an upload of a third one: %v", err)
	}
	if _, _, err := w.sendTo(w.guest(made.Token, "", "first-guest"), "a", []byte("a")); err != nil {
		t.Errorf("the first one: %v", err)
	}
	if _, _, err := w.sendTo(w.guest(made.Token), "b", []byte("b")); err != nil {
		t.Errorf("the second one: %v", err)
	}
	info := must[api.PassList](w)(w.as(alice).FindPass(t.Context(), made.ID)).Passes[0]
	if info.Guests != 2 {
		t.Errorf("%d guests, want 2", info.Guests)
	}
	// All at once.
	made = w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Uses: 5})
	var mu sync.Mutex
	let := 0
	var wait sync.WaitGroup
	for i := range 50 {
		wait.Go(func() {
			if _, err := w.guest(made.Token, "", fmt.Sprint("guest-", i)).ShowPass(t.Context()); err == nil {
				mu.Lock()
				let++
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if let != 5 {
		t.Errorf("%d of 50 guests began, want exactly 5", let)
	}
}

func TestPassesAreTheirMakers(t *testing.T) {
	w, alice, bob := sharing(t), caller(t), caller(t)
	file := w.putFile(alice, api.File{Name: "a.txt"}, []byte("a"))
	made := w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Title: "first"})
	w.pass(alice, api.PassRequest{Do: "read", Keys: []string{file}})
	if list := must[api.PassList](w)(w.as(alice).ListPasses(t.Context(), "")); len(list.Passes) != 2 {
		t.Errorf("alice's: %+v", list)
	}
	if list := must[api.PassList](w)(w.as(bob).ListPasses(t.Context(), "")); len(list.Passes) != 0 {
		t.Errorf("bob's: %+v", list)
	}
	title := "changed"
	for _, err := range []error{
		errorOf(w.as(bob).FindPass(t.Context(), made.ID)),
		errorOf(w.as(bob).ChangePass(t.Context(), made.ID, api.PassChange{Title: &title})),
		w.as(bob).RevokePass(t.Context(), made.ID),
		w.as(alice).RevokePass(t.Context(), "no-id"),
		w.as(alice).RevokePass(t.Context(), "../usage"),
	} {
		if !isCode(err, upload.NoSuchPass) {
			t.Errorf("got %v, want NoSuchPass", err)
		}
	}
	if _, err := w.as(bob).MakePass(t.Context(), api.PassRequest{Do: "read", Keys: []string{file}, Expires: "1d"}); !isCode(err, upload.NoSuchKey) {
		t.Errorf("a pass for somebody else's file: %v", err)
	}
	changed := must[api.PassInfo](w)(w.as(alice).ChangePass(t.Context(), made.ID, api.PassChange{Title: &title, Expires: "30d"}))
	if changed.Title != "changed" || time.Until(changed.Expires) < 29*24*time.Hour {
		t.Errorf("changed %+v", changed)
	}
	if shown := must[api.GuestPass](w)(w.guest(made.Token).ShowPass(t.Context())); shown.Title != "changed" {
		t.Errorf("shown %+v", shown)
	}
}

func TestBadPasses(t *testing.T) {
	w := sharing(t)
	for _, body := range []string{
		`{"do":"write","folder":"a","expires":"1d"}`,
		`{"do":"upload","folder":"a"}`,
		`{"do":"upload","folder":"a","expires":"59s"}`,
		`{"do":"upload","folder":"a","expires":"366d"}`,
		`{"do":"upload","folder":"a","expires":"1 day"}`,
		`{"do":"upload","folder":"a","expires":"-1d"}`,
		`{"do":"upload","folder":"..","expires":"1d"}`,
		`{"do":"upload","folder":"a","expires":"1d","files":-1}`,
		`{"do":"upload","folder":"a","expires":"1d","files":10001}`,
		`{"do":"upload","folder":"a","expires":"1d","bytes":-1}`,
		`{"do":"upload","folder":"a","expires":"1d","uses":-1}`,
		`{"do":"upload","folder":"a","expires":"1d","types":["no type"]}`,
		`{"do":"upload","folder":"a","expires":"1d","maxObjectSize":99999999999999}`,
		`{"do":"upload","folder":"a","expires":"1d","metadata":{"signet-by":"x"}}`,
		`{"do":"upload","keys":["uploads/alice/a~abcdefgh"],"expires":"1d"}`,
		`{"do":"read","expires":"1d"}`,
		`{"do":"read","folder":"a","files":3,"expires":"1d"}`,
		`{"do":"read","folder":"a","keys":["uploads/alice/a~abcdefgh"],"expires":"1d"}`,
		`{"do":"upload","folder":"a","expires":"1d","title":"` + strings.Repeat("a", 201) + `"}`,
		`{"do":"upload","folder":"a","expires":"1d","password":"` + strings.Repeat("a", 257) + `"}`,
	} {
		if p := w.raw("POST", "/passes", body); p.Code != upload.InvalidArgument {
			t.Errorf("%s: %+v", body, p)
		}
	}
	if p := w.raw("POST", "/passes", `{"do":"upload","folder":"a","expires":"1d","owner":"bob"}`); p.Code != upload.InvalidRequest {
		t.Errorf("an owner from a caller: %+v", p)
	}
}

// Without passes there is nothing of them.
func TestWithoutPasses(t *testing.T) {
	w := service(t)
	for _, path := range []string{"/passes", "/pass", "/pass/files", "/backend/files"} {
		if p := w.raw("GET", path, ""); p.Code != upload.NoSuchRoute {
			t.Errorf("%s: %+v", path, p)
		}
	}
}

// What is said of a token anywhere: nothing.
func TestTokensAreInNoLogAndNoKey(t *testing.T) {
	w, alice := sharing(t), caller(t)
	const password = "the-password-of-this-test"
	made := w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Files: 2, Password: password})
	guest := w.guest(made.Token, password)
	key, _, err := w.sendTo(guest, "a.txt", []byte("a"))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.guest(made.Token, "wrong").ShowPass(t.Context())
	_, _ = w.guest(made.Token[:30]).ShowPass(t.Context())
	secret := strings.SplitN(made.Token, ".", 2)[1]
	all := w.log.String() + key + w.stateObject("passes/"+made.ID)
	list, err := w.s3.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String(stateBucket)})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list.Contents {
		all += "\n" + *o.Key
	}
	for _, secret := range []string{secret, secret[:20], password, base64.RawURLEncoding.EncodeToString([]byte(password))} {
		if strings.Contains(all, secret) {
			t.Errorf("%q stands somewhere", secret)
		}
	}
	var pass upload.Pass
	if err := json.Unmarshal([]byte(w.stateObject("passes/"+made.ID)), &pass); err != nil || pass.Used.Files != 1 {
		t.Errorf("kept %+v, %v", pass, err)
	}
}
