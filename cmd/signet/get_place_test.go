package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signet/lambda/api"
)

// untrusted is a service that says what files there are, and has two bytes for each.
func untrusted(t *testing.T, files []api.StoredFile) *cloud {
	var s *httptest.Server
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/files":
			json.NewEncoder(w).Encode(api.FileList{Files: files, Complete: true})
		case "/api/files/url":
			json.NewEncoder(w).Encode(api.FileURL{URL: s.URL + "/object", Expires: time.Now().Add(time.Hour)})
		default:
			w.Header().Set("ETag", `"x"`)
			fmt.Fprint(w, "hi")
		}
	}))
	t.Cleanup(s.Close)
	return &cloud{API: s.URL + "/api", Token: "x"}
}

// Whatever the service calls files, they stay in the folder that was asked for.
func TestGetStaysInItsFolder(t *testing.T) {
	for _, row := range []struct{ folder, name, at string }{ // at "": refused
		{"album", "ok.txt", "album/ok.txt"}, {"album/in", "ok.txt", "album/in/ok.txt"},
		{"album", "../../evil", ""}, {"album", "../evil", ""}, {"album", "/etc/evil", ""}, {"album", "..", ""}, {"album", ".", ""}, {"album", "", ""},
		{"album/..", "evil", ""}, {"album/../..", "evil", ""}, {"..", "evil", ""}, {"../..", "evil", ""}, {"/", "evil", ""}, {"", "evil", ""}, {"", "../evil", ""},
		{"albumx", "evil", ""}, {"album", "a\x00b", ""}, {"album//in", "evil", ""},
	} {
		file := api.StoredFile{Key: "uploads/x/a~haaaaaaaa", Name: row.name, Folder: row.folder, Size: 2, Modified: time.Unix(1, 0)}
		above := t.TempDir()
		p := terminal{t, untrusted(t, []api.StoredFile{file}), filepath.Join(above, "a/b/c")}
		p.write("here", "")
		want, code := []string{"a/b/c/here"}, 1
		if row.at != "" {
			want, code = append(want, "a/b/c/"+row.at), 0
		}
		p.does(code, "get", "-q", "-r", "album")
		var got []string
		if err := filepath.WalkDir(above, func(name string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				got = append(got, strings.TrimPrefix(name, above+"/"))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q in %q: got %q, want %q", row.name, row.folder, got, want)
		}
	}
}
