package api_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// limited is the API with a quota, whose clock can be moved.
func limited(t *testing.T, q upload.Quota, change ...func(*upload.Config)) (*world, *time.Time) {
	now := time.Now()
	return serviceWith(t, sharedGateway(t), func(o *api.Options) {
		o.Config.Quota = &q
		for _, f := range change {
			f(&o.Config)
		}
		o.Now = func() time.Time { return now }
	}), &now
}

// used is what GET /spaces says of a caller's own files.
func (w *world) used(sub string) api.SpaceQuota {
	w.Helper()
	spaces := must[api.Spaces](w)(w.as(sub).ListSpaces(w.Context()))
	if spaces.Spaces[0].Quota == nil {
		w.Fatal("no quota")
	}
	return *spaces.Spaces[0].Quota
}

func TestQuota(t *testing.T) {
	w, _ := limited(t, upload.Quota{Files: 3, Bytes: 100})
	alice := caller(t)
	for i := range 2 {
		if _, status, err := w.sendTo(w.as(alice), fmt.Sprint(i, ".txt"), make([]byte, 20)); status != 200 || err != nil {
			t.Fatal(status, err)
		}
	}
	_, err := w.as(alice).Presign(t.Context(), api.File{Name: "big", Size: size(61)})
	p, ok := err.(*api.Problem)
	if !ok || p.Code != upload.QuotaExceeded || p.Status != 403 || *p.Used != (api.Amount{Files: 2, Bytes: 40}) || *p.Allowed != (api.QuotaLimit{Files: 3, Bytes: 100}) {
		t.Errorf("too many bytes: %+v", err)
	}
	// Several are answered each for itself.
	answers := must[api.PresignedFiles](w)(w.as(alice).PresignFiles(t.Context(), []api.File{
		{Name: "a", Size: size(61)}, {Name: "b", Size: size(1)}, {Name: "c", Size: size(1)}, {Name: "..", Size: size(1)},
	}))
	for i, want := range []upload.Code{upload.QuotaExceeded, "", upload.QuotaExceeded, upload.InvalidArgument} {
		if got := answers.Files[i].Error; (got == nil) != (want == "") || got != nil && got.Code != want {
			t.Errorf("file %d: %+v, want %q", i, got, want)
		}
	}
	_, err = w.as(alice).CreateUpload(t.Context(), api.UploadRequest{Name: "m", Size: size(17 << 20)})
	if !isCode(err, upload.QuotaExceeded) {
		t.Errorf("in parts: %v", err)
	}
	_, err = w.as(alice).PresignForm(t.Context(), api.FormRequest{Name: "f"})
	if !isCode(err, upload.QuotaExceeded) {
		t.Errorf("a form of any length: %v", err)
	}
	if got := w.used(alice); got.Used != (api.Amount{Files: 3, Bytes: 41}) || got.Limit != (api.QuotaLimit{Files: 3, Bytes: 100}) {
		t.Errorf("used %+v", got)
	}
	// Somebody else has a quota of his own.
	must[api.Presigned](w)(w.as(caller(t)).Presign(t.Context(), api.File{Name: "b", Size: size(100)}))
	// Nothing is signed whose length is not.
	if _, err := w.as(alice).CreateSession(t.Context()); !isCode(err, upload.AccessDenied) {
		t.Errorf("Companion: %v", err)
	}
	if _, err := w.as(alice).SignUppy(t.Context(), api.UppyRequest{Method: "PUT", Key: "a"}); !isCode(err, upload.AccessDenied) {
		t.Errorf("/s3/sign: %v", err)
	}
}

// A thousand presigns at once against a hundred files.
func TestAThousandPresignsOfAQuotaOfAHundred(t *testing.T) {
	w, _ := limited(t, upload.Quota{Files: 100})
	alice := caller(t)
	var mu sync.Mutex
	var wait sync.WaitGroup
	signed, refused := 0, 0
	var longest time.Duration
	client := &api.Client{Base: w.api, Token: w.as(alice).Token, HTTP: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1000}}}
	for i := range 1000 {
		wait.Go(func() {
			start := time.Now()
			_, err := client.Presign(t.Context(), api.File{Name: fmt.Sprint(i), Size: size(1)})
			mu.Lock()
			defer mu.Unlock()
			longest = max(longest, time.Since(start))
			switch {
			case err == nil:
				signed++
			case isCode(err, upload.QuotaExceeded):
				refused++
			default:
				t.Error(err)
			}
		})
	}
	wait.Wait()
	t.Logf("the longest took %v", longest.Round(time.Millisecond))
	if signed != 100 || refused != 900 {
		t.Errorf("%d signed, %d refused", signed, refused)
	}
}

func TestUploadDeleteRepeatIsWithinTheQuota(t *testing.T) {
	w, now := limited(t, upload.Quota{Files: 5})
	alice := caller(t)
	stored := 0
	for i := range 12 {
		key, status, err := w.sendTo(w.as(alice), "same.txt", []byte{byte(i)})
		if err != nil {
			if !isCode(err, upload.QuotaExceeded) {
				t.Fatal(err)
			}
			break
		}
		if status == 200 {
			stored++
		}
		if err := w.as(alice).DeleteFile(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		if i == 2 { // a count in between changes nothing
			*now = now.Add(2 * time.Hour)
		}
	}
	if stored < 3 || stored > 5 { // the last signature could be used once more
		t.Errorf("%d versions stored, want 5 at most", stored)
	}
	*now = now.Add(2 * time.Hour)
	there := api.Amount{Files: int64(stored), Bytes: int64(stored)}
	if got := w.used(alice); got.Used != there || got.Deleted != there || got.DeletedDays != 30 {
		t.Errorf("used %+v, want all of it deleted", got)
	}
	// The same signature, again and again.
	bob := caller(t)
	signed := must[api.Presigned](w)(w.as(bob).Presign(t.Context(), api.File{Name: "a", Size: size(1)}))
	for range 8 {
		if status, _, _ := send(t, signed.Method, signed.URL, signed.Headers, []byte("a")); status != 200 {
			break
		}
		if err := w.as(bob).DeleteFile(t.Context(), signed.Key); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.as(bob).Presign(t.Context(), api.File{Name: "b", Size: size(1)}); !isCode(err, upload.QuotaExceeded) {
		t.Errorf("after eight times the same: %v, used %+v", err, w.used(bob))
	}
}

func TestSigningAgainIsFree(t *testing.T) {
	w, now := limited(t, upload.Quota{Files: 1})
	alice := caller(t)
	file := api.File{Name: "a.txt", Size: size(1), ID: "the-same-file"}
	for range 5 {
		must[api.Presigned](w)(w.as(alice).Presign(t.Context(), file))
	}
	signed := must[api.Presigned](w)(w.as(alice).Presign(t.Context(), file))
	if status, _, _ := send(t, signed.Method, signed.URL, signed.Headers, []byte("a")); status != 200 {
		t.Fatal(status)
	}
	*now = now.Add(3 * time.Hour) // counted, and its reservation is gone
	w.used(alice)
	wantCode(t, errOf(w.as(alice).Presign(t.Context(), file)), upload.PreconditionFailed) // it is there
	if _, err := w.as(alice).Presign(t.Context(), api.File{Name: "b.txt", Size: size(1)}); !isCode(err, upload.QuotaExceeded) {
		t.Errorf("another file: %v", err)
	}
}

func TestCopiesCount(t *testing.T) {
	w, now := limited(t, upload.Quota{Files: 3})
	alice := caller(t)
	key := w.putFile(alice, api.File{Name: "a.txt"}, []byte("a"))
	*now = now.Add(3 * time.Hour) // what was signed cannot be sent again, to the place that is left
	for i, want := range []upload.Code{"", "", upload.QuotaExceeded} {
		moved, err := w.as(alice).MoveFile(t.Context(), api.MoveRequest{Key: key, Name: fmt.Sprint(i, ".txt")})
		if (err == nil) != (want == "") || err != nil && !isCode(err, want) {
			t.Errorf("move %d: %v, want %q", i, err, want)
		}
		if err == nil {
			key = moved.Key
		}
	}
}

func TestQuotasOfGroups(t *testing.T) {
	pro := caller(t)
	w := serviceWith(t, sharedGateway(t), func(o *api.Options) {
		o.Config.Quota = &upload.Quota{Files: 1}
		o.Config.Quotas = map[string]upload.Quota{"group:pro": {Files: 3}, "group:less": {Files: 1, Bytes: 1}}
		o.Groups = func(r *http.Request) []string {
			if subject(r) == pro {
				return []string{"less", "pro"}
			}
			return nil
		}
	})
	for sub, want := range map[string]int64{pro: 3, caller(t): 1} {
		for i := range want {
			must[api.Presigned](w)(w.as(sub).Presign(t.Context(), api.File{Name: fmt.Sprint(i), Size: size(9)}))
		}
		if _, err := w.as(sub).Presign(t.Context(), api.File{Name: "more", Size: size(9)}); !isCode(err, upload.QuotaExceeded) {
			t.Errorf("%s: %v, want %d files", sub, err, want)
		}
	}
}

// What comes by a pass takes room of its owner's.
func TestGuestsTakeOfTheOwnersQuota(t *testing.T) {
	w, _ := limited(t, upload.Quota{Files: 2}, func(c *upload.Config) { c.Passes = true })
	alice := caller(t)
	made := w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Files: 5})
	for i := range 2 {
		if _, _, err := w.sendTo(w.guest(made.Token), fmt.Sprint(i), []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := w.sendTo(w.guest(made.Token), "more", []byte("x")); !isCode(err, upload.QuotaExceeded) {
		t.Errorf("a third file: %v", err)
	}
	if info := must[api.PassList](w)(w.as(alice).FindPass(t.Context(), made.ID)).Passes[0]; info.Used.Files != 2 {
		t.Errorf("the pass counts %+v, want what its owner had room for", info.Used)
	}
}
