package api_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
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
		`{"do":"upload","folder":"a","expires":"1d","files":0}`,
		`{"do":"upload","folder":"a","expires":"1d","bytes":0}`,
		`{"do":"upload","folder":"a","expires":"1d","maxObjectSize":0}`,
		`{"do":"upload","folder":"a","expires":"1d","uses":0}`,
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
