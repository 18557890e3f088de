package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// counted is a client of S3's that counts the requests by operation.
type counted struct {
	lists atomic.Int64
	all   atomic.Int64
}

func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	c.all.Add(1)
	if query := r.URL.Query(); query.Has("list-type") || query.Has("versions") {
		c.lists.Add(1)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// lists counts the list requests that something makes.
func (c *counted) during(do func()) int64 {
	before := c.lists.Load()
	do()
	return c.lists.Load() - before
}

func countedService(t *testing.T, change ...func(*api.Options)) (*world, *counted) {
	c := &counted{}
	return serviceWith(t, sharedGateway(t), func(o *api.Options) {
		o.HTTP = &http.Client{Transport: c}
		for _, f := range change {
			f(o)
		}
	}), c
}

// stored puts one byte under each key, past the API, as many tools would.
func (w *world) stored(keys ...string) {
	w.Helper()
	var all sync.WaitGroup
	places := make(chan struct{}, 32)
	for _, key := range keys {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			if _, err := w.s3.PutObject(w.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: &key, Body: bytes.NewReader([]byte("x"))}); err != nil {
				w.Error(err)
			}
		})
	}
	all.Wait()
}

// keysOf makes keys of paths, as the policy does, with an id that says which.
func keysOf(owner string, paths ...string) []string {
	keys := make([]string, len(paths))
	for i, p := range paths {
		ext := path.Ext(p)
		keys[i] = fmt.Sprintf("uploads/%s/%s~r%026d%s", owner, strings.TrimSuffix(p, ext), i, ext)
	}
	return keys
}

// listed reads all pages of a list, and gives what a file's path and a folder's name
// are, in the order in which they come.
func (w *world) listed(sub string, q api.FilesQuery) (names []string, pages int) {
	w.Helper()
	for pages < 2000 {
		list := must[api.FileList](w)(w.as(sub).ListFiles(w.Context(), q))
		pages++
		for _, f := range list.Folders {
			names = append(names, f+"/")
		}
		for _, f := range list.Files {
			names = append(names, path.Join(f.Folder, f.Name))
		}
		if q.Cursor = list.Next; q.Cursor == "" {
			return names, pages
		}
	}
	w.Fatalf("the list of %+v does not end", q)
	return nil, 0
}

var tree = []string{
	"a.txt", "b.txt", "photos/2025/x.jpg", "photos/2026/beach.jpg", "photos/2026/dune.jpg", "photos/cover.jpg",
	"photos2/y.jpg", "report.txt", "report2.txt", "사진/바다.jpg", "z~z.tar.gz",
}

func TestFolders(t *testing.T) {
	w, count := countedService(t)
	me := caller(t)
	w.stored(keysOf(me, tree...)...)
	if _, err := w.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String("uploads/" + me + "/empty/")}); err != nil { // as S3's console makes a folder
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		q    api.FilesQuery
		want []string
	}{
		{"root", api.FilesQuery{}, []string{"a.txt", "b.txt", "empty/", "photos/", "photos2/", "report.txt", "report2.txt", "z~z.tar.gz", "사진/"}},
		{"folder", api.FilesQuery{Folder: "photos"}, []string{"2025/", "2026/", "photos/cover.jpg"}},
		{"deeper", api.FilesQuery{Folder: "photos/2026"}, []string{"photos/2026/beach.jpg", "photos/2026/dune.jpg"}},
		{"made by a console", api.FilesQuery{Folder: "empty"}, nil},
		{"none", api.FilesQuery{Folder: "photo"}, nil},
		{"in another form", api.FilesQuery{Folder: "사진"}, []string{"사진/바다.jpg"}},
		{"all below", api.FilesQuery{Folder: "photos", Recursive: true}, []string{"photos/2025/x.jpg", "photos/2026/beach.jpg", "photos/2026/dune.jpg", "photos/cover.jpg"}},
		{"prefix", api.FilesQuery{Prefix: "re"}, []string{"report.txt", "report2.txt"}},
		{"prefix of a folder", api.FilesQuery{Prefix: "photos"}, []string{"photos/", "photos2/"}},
		{"search", api.FilesQuery{Search: "PORT2"}, []string{"report2.txt"}},
		{"search for a folder", api.FilesQuery{Search: "hot"}, []string{"photos/", "photos2/"}},
		{"search below", api.FilesQuery{Search: "바다", Recursive: true}, []string{"사진/바다.jpg"}},
		{"search finds no id", api.FilesQuery{Search: "r0000", Recursive: true}, nil},
	} {
		for _, order := range []string{"name", "newest"} {
			for _, limit := range []int{1, 2, 1000} {
				q := row.q
				q.Limit, q.Order = limit, order
				var got []string
				lists := count.during(func() { got, _ = w.listed(me, q) })
				if slices.Sort(got); !slices.Equal(got, row.want) {
					t.Errorf("%s by %s in pages of %d: got %q, want %q", row.name, order, limit, got, row.want)
				}
				if clean := row.name != "in another form"; limit == 1000 && clean && lists != 1 {
					t.Errorf("%s by %s took %d list requests, want 1", row.name, order, lists)
				}
			}
		}
	}
}

func TestListRefuses(t *testing.T) {
	w := service(t)
	for _, query := range []string{
		"order=size", "recursive=1", "deleted=1", "limit=0", "limit=1001", "limit=10001&order=newest", "folder=..", "folder=a/../b", "folder=a//b", "folder=/a",
		"folder=a/", "folder=%ff", "prefix=a/b", "search=a/b", "search=" + strings.Repeat("a", 201), "cursor=WyJuZXdlc3QiLCIiXQ", "cursor=bm9uc2Vuc2U",
		"order=newest&cursor=WyJuYW1lIiwiYSJd", "deleted=true&cursor=WyJuYW1lIiwiYSJd",
	} {
		if p := w.raw("GET", "/files?"+query, ""); p.Code != upload.InvalidArgument {
			t.Errorf("%s: got %s (%s), want InvalidArgument", query, p.Code, p.Detail)
		}
	}
	if p := w.raw("GET", "/files?space=team", ""); p.Code != upload.NoSuchSpace {
		t.Errorf("another space: got %s", p.Code)
	}
}

// What has just been uploaded is on top, however many files there are: here two and a
// half of S3's pages.
func TestNewestOfMany(t *testing.T) {
	w, count := countedService(t)
	me := caller(t)
	old := make([]string, 2500)
	for i := range old {
		old[i] = fmt.Sprintf("in/file %04d.txt", i)
	}
	w.stored(keysOf(me, old...)...)
	time.Sleep(1100 * time.Millisecond) // S3 counts seconds
	var want []string
	for _, name := range []string{"Zz", "0", "file 1200 b", "m", "한"} {
		w.putFile(me, api.File{Name: name, Folder: "in"}, []byte("x"))
		want = append(want, "in/"+name)
	}
	var list api.FileList
	lists := count.during(func() {
		list = must[api.FileList](w)(w.as(me).ListFiles(t.Context(), api.FilesQuery{Folder: "in", Order: "newest", Limit: 5}))
	})
	var got []string
	for _, f := range list.Files {
		got = append(got, path.Join(f.Folder, f.Name))
	}
	slices.Sort(want)
	if slices.Sort(got); !slices.Equal(got, want) || !list.Complete || list.Next == "" {
		t.Errorf("newest are %q (complete %v), want %q", got, list.Complete, want)
	}
	if lists != 3 {
		t.Errorf("it took %d list requests, want 3", lists)
	}
	for _, limit := range []int{900, 10_000} {
		all, _ := w.listed(me, api.FilesQuery{Folder: "in", Order: "newest", Limit: limit})
		if slices.Sort(all); len(slices.Compact(all)) != 2505 {
			t.Errorf("in answers of %d: got %d files, want 2505", limit, len(slices.Compact(all)))
		}
	}
	if found, _ := w.listed(me, api.FilesQuery{Folder: "in", Search: "1200"}); len(found) != 2 {
		t.Errorf("search finds %q, want two files", found)
	}
}

// A list that the time is too short for says so, and goes on.
func TestListsThatStopEarly(t *testing.T) {
	var now atomic.Int64
	w, _ := countedService(t, func(o *api.Options) {
		o.Now = func() time.Time { return time.Unix(1_900_000_000+now.Add(5), 0) }
	})
	me := caller(t)
	old := make([]string, 2200)
	for i := range old {
		old[i] = fmt.Sprintf("f%04d", i)
	}
	w.stored(keysOf(me, old...)...)
	for _, q := range []api.FilesQuery{{Order: "newest", Limit: 300}, {Order: "newest", Limit: 10_000}, {Search: "f2", Limit: 1000}, {Search: "f2199"}} {
		seen, partial := map[string]bool{}, 0
		for pages := 0; pages < 100; pages++ {
			list := must[api.FileList](w)(w.as(me).ListFiles(t.Context(), q))
			for _, f := range list.Files {
				seen[f.Name] = true
			}
			if !list.Complete {
				partial++
				if list.Next == "" {
					t.Fatalf("%+v: not complete, and no next", q)
				}
			}
			if q.Cursor = list.Next; q.Cursor == "" {
				break
			}
		}
		want := map[string]int{"": 2200, "f2": 200, "f2199": 1}[q.Search]
		if len(seen) != want || partial == 0 {
			t.Errorf("%+v: %d files with %d answers that were not complete, want %d and some", q, len(seen), partial, want)
		}
	}
}

// A cursor that names other keys leads nowhere.
func TestCursorsStayInTheList(t *testing.T) {
	w := service(t)
	me, other := caller(t)+"b", caller(t)+"a"
	w.stored(keysOf(me, "mine", "in/mine")...)
	w.stored(keysOf(other, "theirs", "in/theirs")...)
	for _, q := range []api.FilesQuery{{}, {Recursive: true}, {Deleted: true}, {Order: "newest"}, {Search: "e"}, {Folder: "in"}} {
		for _, place := range []string{"../" + other + "/", "/" + other, "\x00", "\U0010FFFF", "uploads/" + other + "/", ""} {
			kind := map[bool]string{true: " deleted"}[q.Deleted]
			cursor := []string{"name" + kind, place}
			if q.Order == "newest" {
				cursor = []string{"newest", place, "zz", place, "", place}
			}
			q.Cursor = api.CursorAt(cursor...)
			list := must[api.FileList](w)(w.as(me).ListFiles(t.Context(), q))
			for _, f := range list.Files {
				if !strings.HasPrefix(f.Key, "uploads/"+me+"/") {
					t.Errorf("%+v with %q shows %s", q, place, f.Key)
				}
			}
		}
	}
}
