package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/upload"
)

const backendRole = "arn:aws:iam::123456789012:role/app"

// shared are spaces with passes and a backend, who says in a header that it is.
func sharedSpaces(t *testing.T) *world {
	return spaces(t, func(o *api.Options) {
		o.Config.Passes, o.Config.Backend, o.Config.StateBucket = true, &upload.Backend{Roles: []string{backendRole}}, stateBucket
		o.Backend = func(r *http.Request) string { return r.Header.Get("X-Test-Backend") }
	})
}

// Nobody makes a pass for more than he may do himself; what a guest sends by one is
// nobody else's, and his pass leads to no other place.
func TestPassesInSpaces(t *testing.T) {
	w, c := sharedSpaces(t), kindsConfig(t)
	rows := 0
	for _, a := range answers {
		may := strings.Fields(a.may)
		for i, bearer := range bearers[:4] {
			for _, do := range []string{"upload", "read"} {
				rows++
				right := map[string]string{"upload": "w", "read": "r"}[do]
				want := wantAnswer(bearer, may[i], right, "pass")
				at := placeFor(bearer, a.place, a.others).Space
				extra := ""
				if a.space == "cases" && do == "upload" {
					extra = `,"metadata":{"case":"4711"}`
				}
				var made api.MadePass
				got := w.ask(bearer, "POST", "/passes", fmt.Sprintf(`{"do":%q,"space":%q,"folder":"in","expires":"1d"%s}`, do, at, extra), &made)
				if got != want {
					t.Errorf("%s makes a pass to %s %q: got %q, want %q", bearer, do, at, got, want)
				}
				if got == "" && bearer == "alice" && do == "upload" {
					w.guestStays(t, c, a.space, a.place, made.Token)
				}
			}
		}
	}
	t.Logf("%d rows", rows)
}

// guestStays: whoever has a pass to upload uploads into its place, and sees, touches and
// names nothing else.
func (w *world) guestStays(t *testing.T, c upload.Config, space, place, token string) {
	t.Helper()
	theirs := keyOf(c, space, place, "theirs-"+strings.ReplaceAll(space, "-", ""))
	w.place(theirs)
	guest := w.guest(token)
	signed, err := guest.Presign(t.Context(), api.File{Name: "g.png", Type: "image/png", Size: size(3)})
	if err != nil {
		t.Errorf("%q: %v", space, err)
		return
	}
	if status, code, _ := send(t, signed.Method, signed.URL, signed.Headers, []byte("abc")); status != 200 {
		t.Errorf("%q: status %d %s", space, status, code)
	}
	s, _ := c.Space(space)
	if !strings.HasPrefix(signed.Key, s.Prefix+string(ownerOf(place))+"/in/") || upload.DigitsOf(signed.Key) == "" {
		t.Errorf("%q: a guest's file is %s", space, signed.Key)
	}
	for _, path := range []string{"/files/info?key=", "/files/url?key="} {
		r, _ := http.NewRequest("GET", w.api+"/pass"+path+url.QueryEscape(theirs), nil)
		r.Header.Set("Signet-Pass", token)
		if answer, err := http.DefaultClient.Do(r); err != nil || answer.StatusCode != 404 && answer.StatusCode != 403 {
			t.Errorf("%q: %s of another's file: %v", space, path, answer.StatusCode)
		}
	}
	for _, other := range []string{"shared", "team/design", "avatars", "/alice"} {
		if _, err := guest.Presign(t.Context(), api.File{Name: "g.png", Type: "image/png", Size: size(3), Space: other}); other != place && err == nil {
			t.Errorf("%q: a guest goes to %s", space, other)
		}
	}
	wantCode(t, errOf(guest.CreateUpload(t.Context(), api.UploadRequest{Name: "../../g.png", Type: "image/png", Size: size(3)})), upload.InvalidArgument)
}

// The backend does with the files of the one for whom it asks whatever an owner may, and
// with nobody else's anything.
func TestBackendInSpaces(t *testing.T) {
	w, c := sharedSpaces(t), kindsConfig(t)
	call := func(method, path, body string) upload.Code {
		r, _ := http.NewRequest(method, w.api+"/backend"+path, strings.NewReader(body))
		r.Header.Set("X-Test-Backend", backendRole)
		answer, err := contract{w.T}.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if answer.StatusCode < 300 {
			return ""
		}
		return problemIn(t, answer).Code
	}
	for i, a := range answers {
		owner, key := string(ownerOf(a.place)), keyOf(c, a.space, a.place, fmt.Sprintf("backend%d", i))
		w.place(key)
		in := "&key=" + url.QueryEscape(key)
		for _, path := range []string{"/files?owner=" + owner + "&space=" + a.place, "/files/info?owner=" + owner + in, "/files/url?owner=" + owner + in} {
			if code := call("GET", path, ""); code != "" {
				t.Errorf("%s: %s", path, code)
			}
		}
		want := upload.NoSuchKey
		if owner == "all" {
			want = "" // it is everybody's
		}
		if code := call("GET", "/files/info?owner=mallory"+in, ""); code != want {
			t.Errorf("%s for somebody else: got %q, want %q", key, code, want)
		}
		if code := call("DELETE", "/files?owner="+owner+in, ""); code != "" {
			t.Errorf("deleting %s: %s", key, code)
		}
	}
	if code := w.ask("alice", "GET", "/backend/files?owner=alice", ""); code != upload.AccessDenied {
		t.Errorf("somebody with a token: %s", code)
	}
}
