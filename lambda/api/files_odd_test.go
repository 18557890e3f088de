package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	"signet/lambda/api"
)

// odd are names that other tools may make, and that an answer in XML has trouble with.
var odd = []string{
	"a\x01b.txt", "esc\x1b[31m.txt", "line\nbreak", "tab\there", "a\uffffb.txt", "a\ufffeb", "\x7f", "50% + 1 & <x> \"q\" 'a'.txt", "100%25", "a+b c", "\U0010FFFF",
	"한글 파일.txt", "~", "a~b~c.tar.gz", ".hidden", "…", "name~r1234567.txt", strings.Repeat("\U00010348", 50),
	"in \x02/x.txt", "in \x02/\U0010FFFF\U0010FFFF", "in\U0010FFFF/y.txt", "caf\u0065\u0301/z.txt", "deep/in \x03/w.txt",
}

func oddService(t *testing.T) (w *world, me string) {
	t.Helper()
	me = caller(t)
	var keys []string
	for _, name := range odd {
		keys = append(keys, "uploads/"+me+"/"+name)
	}
	_, endpoint := newAWSLike(t, append(keys, "uploads/"+me+"/", "uploads/"+me+"/in \x02/", "uploads/"+me+"x/theirs")...)
	w = serviceWith(t, sharedGateway(t), func(o *api.Options) { o.Config.Endpoint = endpoint })
	return w, me
}

// No key breaks a list, of any page's length, and all of them can be opened, downloaded,
// deleted and restored.
func TestOddKeys(t *testing.T) {
	w, me := oddService(t)
	c, ctx := w.as(me), t.Context()
	want := slices.Clone(odd)
	for i, name := range want {
		want[i] = strings.Replace(name, "name~r1234567.txt", "name.txt", 1)
	}
	slices.Sort(want)
	for _, q := range []api.FilesQuery{{Limit: 1}, {Limit: 3}, {Limit: 1000}, {Order: "newest", Limit: 4}, {Order: "newest", Limit: 100}} {
		q.Recursive = true
		if got, _ := w.listed(me, q); !equalSorted(got, want) {
			t.Errorf("%+v: got %q, want %q", q, got, want)
		}
		q.Recursive = false
		var got []string
		w.walk(me, q, "", &got)
		if !equalSorted(got, want) {
			t.Errorf("folder by folder, %+v: got %q, want %q", q, got, want)
		}
	}
	list := must[api.FileList](w)(c.ListFiles(ctx, api.FilesQuery{Recursive: true}))
	var keys []string
	for _, f := range list.Files {
		keys = append(keys, f.Key)
		if got := w.bytesOf(me, f.Key); got != f.Key {
			t.Errorf("%q is downloaded as %q", f.Key, got)
		}
		if v := must[api.Versions](w)(c.ListVersions(ctx, f.Key)).Versions; len(v) != 1 || v[0].Key != f.Key {
			t.Errorf("%q has the versions %+v", f.Key, v)
		}
		if info := must[api.FileInfo](w)(c.FileInfo(ctx, f.Key, "")); info.Name != f.Name || info.Folder != f.Folder {
			t.Errorf("%q is %+v", f.Key, info)
		}
	}
	for _, f := range must[api.DeletedFiles](w)(c.DeleteFiles(ctx, keys)).Files {
		if f.Error != nil {
			t.Errorf("delete of %q: %v", f.Key, f.Error)
		}
	}
	for _, limit := range []int{1, 5, 1000} {
		var got []string
		w.walk(me, api.FilesQuery{Deleted: true, Limit: limit}, "", &got)
		if !equalSorted(got, want) {
			t.Errorf("deleted, %d at once: got %q, want %q", limit, got, want)
		}
	}
	for _, key := range keys {
		if _, err := c.RestoreVersion(ctx, key, "v1"); err != nil {
			t.Errorf("restore of %q: %v", key, err)
		}
	}
	if got, _ := w.listed(me, api.FilesQuery{Recursive: true}); !equalSorted(got, want) {
		t.Errorf("restored are %q", got)
	}
}

func equalSorted(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// walk lists folder by folder, each once.
func (w *world) walk(sub string, q api.FilesQuery, folder string, found *[]string) {
	w.Helper()
	q.Folder = folder
	names, _ := w.listed(sub, q)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if inner, is := strings.CutSuffix(name, "/"); is {
			w.walk(sub, q, path.Join(folder, inner), found)
		} else {
			*found = append(*found, name)
		}
	}
}

// Files of long keys that JSON escapes do not all fit into one answer of Lambda's, so
// they come in several, none of which is too long.
func TestLargestListFits(t *testing.T) {
	me := caller(t)
	keys := make([]string, 1200)
	for i := range keys {
		keys[i] = fmt.Sprintf("uploads/%s/in/%05d%s", me, i, strings.Repeat(`"\`, 400))
	}
	_, endpoint := newAWSLike(t, keys...)
	w := serviceWith(t, sharedGateway(t), func(o *api.Options) { o.Config.Endpoint = endpoint })
	seen, answers := map[string]bool{}, 0
	for cursor := ""; answers < 20; {
		r, err := http.NewRequestWithContext(t.Context(), "GET", w.api+"/files?order=newest&limit=10000&folder=in&cursor="+cursor, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+me)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		event, _ := json.Marshal(string(body)) // as Lambda passes it on
		if err != nil || len(event) > 6_000_000 {
			t.Fatalf("an answer of %d bytes, %v, want at most 6,000,000", len(event), err)
		}
		var list api.FileList
		if err := json.Unmarshal(body, &list); err != nil || answer.StatusCode != 200 {
			t.Fatalf("status %d, %v", answer.StatusCode, err)
		}
		answers++
		for _, f := range list.Files {
			seen[f.Key] = true
		}
		if cursor = list.Next; cursor == "" {
			break
		}
	}
	if len(seen) != len(keys) || answers < 2 {
		t.Errorf("%d answers had %d files, want several and %d", answers, len(seen), len(keys))
	}
}
