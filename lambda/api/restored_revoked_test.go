package api_test

import (
	"testing"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// A pass that is revoked is over at once where it was revoked, though it has just been
// seen there; nothing more is signed by it.
func TestRevokedIsForgotten(t *testing.T) {
	w, alice := sharing(t), caller(t)
	made := w.pass(alice, api.PassRequest{Do: "upload", Folder: "in"})
	guest := w.guest(made.Token)
	must[api.GuestPass](w)(guest.ShowPass(t.Context()))
	if err := w.as(alice).RevokePass(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	wantCode(t, errOf(guest.Presign(t.Context(), api.File{Name: "a.txt", Size: size(1)})), upload.NoSuchPass)
	wantCode(t, errOf(guest.ShowPass(t.Context())), upload.NoSuchPass)
}

// A version is restored under its own key alone, though another key begins with that.
func TestAVersionOfALongerKey(t *testing.T) {
	w, alice := service(t), caller(t)
	short := w.putFile(alice, api.File{Name: "a", ID: "aaaaaaaa"}, []byte("short"))
	long := w.putFile(alice, api.File{Name: "a", ID: "aaaaaaaab"}, []byte("long"))
	versions := must[api.Versions](w)(w.as(alice).ListVersions(t.Context(), long))
	for _, key := range []string{short, long} {
		if err := w.as(alice).DeleteFile(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range versions.Versions {
		if v.Key == long {
			wantCode(t, errOf(w.as(alice).RestoreVersion(t.Context(), short, v.VersionID)), upload.NoSuchVersion)
		}
	}
	w.wantFiles(alice)
}

// Who may delete and not write brings back what was deleted, and copies nothing over
// what is there.
func TestRestoreWithoutWriting(t *testing.T) {
	w := spaces(t, func(o *api.Options) {
		news := o.Config.Spaces["news"]
		news.Delete = []string{"everyone"}
		o.Config.Spaces["news"] = news
	})
	key := "news/all/" + caller(t) + "~aaaaaaaa.txt"
	w.stored(key)
	w.stored(key)
	versions := must[api.Versions](w)(w.as(caller(t)).ListVersions(t.Context(), key))
	if len(versions.Versions) != 2 {
		t.Fatalf("got %+v, want two", versions.Versions)
	}
	wantCode(t, errOf(w.as(caller(t)).RestoreVersion(t.Context(), key, versions.Versions[1].VersionID)), upload.AccessDenied)
}
