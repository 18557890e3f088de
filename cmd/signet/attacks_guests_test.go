package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// made makes a pass of alice's and gives its token.
func (c *cloud) made(t *testing.T, p api.PassRequest) string {
	t.Helper()
	p.Expires = "1h"
	m, err := c.client().MakePass(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return m.Token
}

// Fifty guests of a pass for three files ask at once, by every way of sending, and send
// what they were signed: three come.
func TestAttacksOnCounts(t *testing.T) {
	c := startSharing(t, "")
	token := c.made(t, api.PassRequest{Do: "upload", Folder: "in", Files: 3})
	ways := []func(guest *api.Client, name string) bool{
		func(guest *api.Client, name string) bool {
			signed, err := guest.Presign(t.Context(), api.File{Name: name, Size: int64p(5)})
			return err == nil && put(t, signed.URL, signed.Headers, []byte("hello")) == 200
		},
		func(guest *api.Client, name string) bool {
			signed, err := guest.PresignForm(t.Context(), api.FormRequest{Name: name, MaxSize: 5})
			return err == nil && sendForm(t, signed.URL, signed.Fields, "hello") < 300
		},
		func(guest *api.Client, name string) bool {
			begun, err := guest.CreateUpload(t.Context(), api.UploadRequest{Name: name, Size: int64p(5)})
			if err != nil {
				return false
			}
			put(t, partAddress(begun.Sign, 1, 1), nil, []byte("hello"))
			_, err = guest.CompleteUpload(t.Context(), api.CompleteRequest{Key: begun.Key, UploadID: begun.UploadID, Size: int64p(5)})
			return err == nil
		},
		func(guest *api.Client, name string) bool {
			signed, err := guest.PresignContents(t.Context(), 1, []api.File{known(name, []byte(name))})
			return err == nil && signed.Files[0].Presigned != nil && sendForm(t, signed.Files[0].URL, signed.Files[0].Fields, name) < 300
		},
	}
	var came atomic.Int64
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			if ways[i%len(ways)](c.asGuest(token), fmt.Sprintf("f%d.txt", i)) {
				came.Add(1)
			}
		})
	}
	all.Wait()
	list, err := c.client().ListFiles(t.Context(), api.FilesQuery{Recursive: true})
	if err != nil || came.Load() != 3 || len(list.Files) != 3 {
		t.Errorf("got %d that came and %d stored (%v), want three", came.Load(), len(list.Files), err)
	}
}

// sendForm sends a form with its file and gives the status.
func sendForm(t *testing.T, address string, fields api.Fields, content string) int {
	t.Helper()
	body, kind := formWith(t, fields, content)
	status, _, _ := answered(t, http.DefaultClient, "POST", address, map[string]string{"Content-Type": kind}, body)
	return status
}

// A pass is for one place, whatever a guest calls it, and lets out nothing else of its
// owner's: neither what lies beside it, nor older versions, nor what was deleted.
func TestAttacksOnAGuestsView(t *testing.T) {
	c := startSharing(t, "")
	const words = "what no guest may read"
	beside := []string{"in2/beside.txt", "inside/beside.txt", "beside.txt", "IN/beside.txt", "e\u0301/beside.txt"}
	for _, name := range beside {
		sendAs(t, c.client(), name, words)
	}
	given := sendAs(t, c.client(), "in/given.txt", "given")
	gone := sendAs(t, c.client(), "in/gone.txt", words)
	versions, err := c.client().ListVersions(t.Context(), gone)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.client().DeleteFile(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	folder, named := c.made(t, api.PassRequest{Do: "read", Folder: "in"}), c.made(t, api.PassRequest{Do: "read", Keys: []string{given}})
	for _, path := range []string{
		"/pass/files?folder=..", "/pass/files?folder=../in2", "/pass/files?folder=" + url.QueryEscape(`..\in2`), "/pass/files?folder=/", "/pass/files?folder=.",
		"/pass/files?prefix=../", "/pass/files?prefix=2", "/pass/files?search=beside", "/pass/files?search=beside&recursive=true", "/pass/files?recursive=true", "/pass/files?order=newest",
		"/pass/files?cursor=" + base64.RawURLEncoding.EncodeToString([]byte(`["../in2/"]`)), "/pass/files?cursor=" + base64.RawURLEncoding.EncodeToString([]byte(`["in2/beside"]`)),
		"/pass/files?deleted=true", "/pass/files?space=alice", "/pass/files?owner=alice", "/pass/uploads", "/pass/files/versions?key=" + url.QueryEscape(given),
		"/pass/files/url?key=" + url.QueryEscape(gone), "/pass/files/info?key=" + url.QueryEscape(gone),
		"/pass/files/url?versionId=" + url.QueryEscape(versions.Versions[0].VersionID) + "&key=" + url.QueryEscape(gone),
		"/pass/files/info?versionId=" + url.QueryEscape(versions.Versions[0].VersionID) + "&key=" + url.QueryEscape(gone),
		"/pass/files/url?key=" + url.QueryEscape(given) + "&key=" + url.QueryEscape(gone), "/pass/passes", "/pass/spaces", "/pass/../files", "/pass//files", "/PASS/files", "/pass/files/urls",
	} {
		for what, token := range map[string]string{"a folder": folder, "a file": named} {
			status, text := c.asked(t, token, "GET", path, "")
			if strings.Contains(text, "beside") || strings.Contains(text, `"name":"gone.txt"`) || status >= 500 {
				t.Errorf("%s by a pass for %s: got %d %.300s", path, what, status, text)
			}
			var signed api.FileURL
			if json.Unmarshal([]byte(text), &signed) == nil && signed.URL != "" {
				if status, body, _ := get(t, signed.URL); strings.Contains(string(body), words) {
					t.Errorf("%s by a pass for %s: reads %d %s", path, what, status, body)
				}
			}
		}
	}
	if status, text := c.asked(t, folder, "GET", "/pass/files", ""); status != 200 || !strings.Contains(text, "given.txt") {
		t.Errorf("got %d %s, want what was given: this test sees nothing else", status, text)
	}
}

// Names as guests may write them all come to lie in the folder of the pass, as one
// segment of it, and what is listed is what was stored.
func TestAttacksByNames(t *testing.T) {
	c := startSharing(t, "")
	guest := c.asGuest(c.made(t, api.PassRequest{Do: "upload", Folder: "in", Show: true}))
	names := []string{
		"\u202egpj.exe", "a\u2028b.txt", "a\u2029b", "a\ufffeb", "a\uffffb", "a\x00b", "a\u0085b", "a\x1b[2Jb", "..\u200b", "\u200b..", ".\u200b./x", "..\u2215..\u2215x", "..\uff0f..\uff0fx",
		"\uff0e\uff0e/x", "e\u0301.txt", "\u1112\u1161\u11ab.txt", "%2e%2e%2fx", "..%5cx", "CON", "aux.txt", "a.txt ", "a.txt.", "-rf", "~", "x~aaaaaaaa.txt", "x~aaaaaaaa", "<script>", `"`, "a;b", "a\tb",
		"\u0301", "\U000e0041\U000e0042", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "a\ufeffb", "a\u00adb", "\u3164", "C:\\x", `\\host\share\x`, "/etc/passwd", "./x", "x/", "x//y", "x/../y", "x/./y",
	}
	stored := 0
	for _, name := range names {
		signed, err := guest.Presign(t.Context(), api.File{Name: name, Size: int64p(1)})
		if p, ok := err.(*api.Problem); ok && p.Status < 500 {
			continue // refused
		}
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		rest, in := strings.CutPrefix(signed.Key, "uploads/alice/in/")
		if !in || strings.ContainsAny(rest, "\x00\x1b\t\n\u202e\u2028\u2029\ufffe\uffff\u200b\ufeff") || strings.Contains("/"+rest+"/", "/../") || strings.Contains("/"+rest+"/", "/./") || strings.Contains(rest, "//") {
			t.Errorf("%q: got key %q, want it in the folder, and clean", name, signed.Key)
		}
		if status := put(t, signed.URL, signed.Headers, []byte("x")); status != 200 {
			t.Errorf("%q: PUT of %q: status %d", name, signed.Key, status)
			continue
		}
		stored++
		if info, err := guest.FileInfo(t.Context(), signed.Key, ""); err != nil || info.Key != signed.Key {
			t.Errorf("%q: got %+v (%v), want what is known of it", name, info, err)
		}
	}
	list, err := c.client().ListFiles(t.Context(), api.FilesQuery{Recursive: true, Limit: 1000})
	if err != nil || len(list.Files) != stored || stored < 20 {
		t.Errorf("got %d files (%v), want the %d that were stored", len(list.Files), err, stored)
	}
}

// A token stands in one header, once, and so does a password; nowhere else is one taken
// for anything.
func TestAttacksWithPassTokens(t *testing.T) {
	c := startSharing(t, "")
	token := c.made(t, api.PassRequest{Do: "read", Folder: "in"})
	locked := c.made(t, api.PassRequest{Do: "read", Folder: "in", Password: "right"})
	right := base64.RawURLEncoding.EncodeToString([]byte("right"))
	ask := func(method, path string, headers ...string) int {
		r, err := http.NewRequest(method, c.API+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(headers); i += 2 {
			r.Header.Add(headers[i], headers[i+1])
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	for _, row := range []struct {
		what    string
		path    string
		headers []string
		want    int
	}{
		{"as it should be", "/pass", []string{"Signet-Pass", token}, 200},
		{"with its password", "/pass", []string{"Signet-Pass", locked, "Signet-Password", right}, 200},
		{"in the query", "/pass?token=" + token, nil, 404},
		{"in the query, by the header's name", "/pass?Signet-Pass=" + token, nil, 404},
		{"in the path", "/pass/" + token, nil, 404},
		{"as a bearer's", "/pass", []string{"Authorization", "Bearer " + token}, 404},
		{"as a caller's", "/files", []string{"Authorization", "Bearer " + token}, 401},
		{"for a caller's call", "/files", []string{"Signet-Pass", token}, 401},
		{"for the backend's call", "/backend/files?owner=alice", []string{"Signet-Pass", token}, 403},
		{"as a cookie", "/pass", []string{"Cookie", "Signet-Pass=" + token}, 404},
		{"twice", "/pass", []string{"Signet-Pass", token, "Signet-Pass", token}, 404},
		{"two of them", "/pass", []string{"Signet-Pass", token, "Signet-Pass", locked}, 404},
		{"with more behind", "/pass", []string{"Signet-Pass", token + ", x"}, 404},
		{"without a password", "/pass", []string{"Signet-Pass", locked}, 401},
		{"with an empty password", "/pass", []string{"Signet-Pass", locked, "Signet-Password", ""}, 401},
		{"with two passwords", "/pass", []string{"Signet-Pass", locked, "Signet-Password", right, "Signet-Password", "eA"}, 401},
		{"with a password in plain text", "/pass", []string{"Signet-Pass", locked, "Signet-Password", "right!"}, 401},
		{"with its password and a NUL", "/pass", []string{"Signet-Pass", locked, "Signet-Password", base64.RawURLEncoding.EncodeToString([]byte("right\x00"))}, 401},
		{"with a password of 257 bytes", "/pass", []string{"Signet-Pass", locked, "Signet-Password", base64.RawURLEncoding.EncodeToString(bytesOf(1, 257))}, 401},
		{"with the password in the query", "/pass?password=right", []string{"Signet-Pass", locked}, 401},
	} {
		if got := ask("GET", row.path, row.headers...); got != row.want {
			t.Errorf("%s: got %d, want %d", row.what, got, row.want)
		}
	}
}

// Ten wrong passwords, from whomever, make a pass pause for everybody who brings one, and
// its neighbour for nobody; who has brought the right one goes on.
func TestAttacksOnPasswords(t *testing.T) {
	c := startSharing(t, "")
	locked, other := c.made(t, api.PassRequest{Do: "read", Folder: "in", Password: "right"}), c.made(t, api.PassRequest{Do: "read", Folder: "in", Password: "right"})
	show := func(token, password string) error {
		_, err := (&api.Client{Base: c.API, Guest: &api.Guest{Token: token, Password: password}}).ShowPass(t.Context())
		return err
	}
	if err := show(locked, "right"); err != nil {
		t.Fatal(err)
	}
	told := map[upload.Code]int{}
	for i := range 60 {
		if p, ok := show(locked, fmt.Sprint("guess", i)).(*api.Problem); ok {
			told[p.Code]++
		}
	}
	if told[upload.WrongPassword] != 10 || told[upload.SlowDown] != 50 {
		t.Errorf("got told %v, want ten times that it is wrong", told)
	}
	if err := show(locked, "right"); err != nil {
		t.Errorf("who is in already: %v", err)
	}
	if err := show(other, "right"); err != nil {
		t.Errorf("another pass: %v", err)
	}
}

// What a pass is made or changed to be has bounds, and is its maker's to say.
func TestAttacksOnMakingPasses(t *testing.T) {
	c := startSharing(t, "")
	bob := &api.Client{Base: c.API, Token: tokenOf(c.Tokens["bob"])}
	secret := sendAs(t, bob, "secret.txt", "x")
	m, err := c.client().MakePass(t.Context(), api.PassRequest{Do: "upload", Folder: "in", Files: 1, Expires: "1h"})
	if err != nil {
		t.Fatal(err)
	}
	v := &victim{api: c.API, alice: c.Token, bob: c.Tokens["bob"]}
	for _, body := range []string{
		`{"do":"read","folder":"in","expires":"366d"}`, `{"do":"read","folder":"in","expires":"-1d"}`, `{"do":"read","folder":"in","expires":"NaN"}`, `{"do":"read","folder":"in","expires":"9999999999h"}`,
		`{"do":"read","folder":"in"}`, `{"do":"write","folder":"in","expires":"1h"}`, `{"do":"read","expires":"1h"}`, `{"do":"read","folder":"..","expires":"1h"}`, `{"do":"read","folder":"/","expires":"1h"}`,
		`{"do":"read","keys":["` + secret + `"],"expires":"1h"}`, `{"do":"read","keys":["uploads/alice/../bob/x~aaaaaaaa"],"expires":"1h"}`, `{"do":"read","folder":"in","space":"bob","expires":"1h"}`,
		`{"do":"upload","folder":"in","keys":["x"],"expires":"1h"}`, `{"do":"upload","folder":"in","files":-1,"expires":"1h"}`, `{"do":"upload","folder":"in","bytes":-1,"expires":"1h"}`,
		`{"do":"upload","folder":"in","maxObjectSize":9223372036854775807,"expires":"1h"}`, `{"do":"upload","folder":"in","types":["*/*","<script>"],"expires":"1h"}`,
		`{"do":"upload","folder":"in","owner":"bob","expires":"1h"}`, `{"do":"upload","folder":"in","metadata":{"signet-by":"bob"},"expires":"1h"}`, `{"do":"upload","folder":"in","uses":-1,"expires":"1h"}`,
		`{"do":"upload","folder":"in","password":"` + strings.Repeat("x", 257) + `","expires":"1h"}`, `{"do":"upload","folder":"in","title":"` + strings.Repeat("x", 201) + `","expires":"1h"}`,
	} {
		if status, text := v.ask(t, v.alice, "POST", "/passes", body); status < 400 || status >= 500 {
			t.Errorf("%s: got %d %s, want it refused", body, status, text)
		}
	}
	for what, row := range map[string]struct{ token, id, body string }{
		"bob's change":          {v.bob, m.ID, `{"files":1000}`},
		"nobody's change":       {"", m.ID, `{"files":1000}`},
		"a change of its place": {v.alice, m.ID, `{"folder":""}`},
		"a change of its do":    {v.alice, m.ID, `{"do":"read"}`},
		"a change of what came": {v.alice, m.ID, `{"used":{"files":0}}`},
		"an id that is a path":  {v.alice, "../usage/alice", `{"files":1000}`},
		"an id of a list":       {v.alice, "../by/alice/" + m.ID, `{"files":1000}`},
	} {
		if status, text := v.ask(t, row.token, "PATCH", "/passes?id="+url.QueryEscape(row.id), row.body); status < 400 || status >= 500 {
			t.Errorf("%s: got %d %s, want it refused", what, status, text)
		}
	}
	if list, err := c.client().ListPasses(t.Context(), ""); err != nil || len(list.Passes) != 1 || list.Passes[0].Files != 1 || time.Until(list.Passes[0].Expires) > time.Hour {
		t.Errorf("got %+v (%v), want the one pass as it was", list, err)
	}
}
