package api_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"signet/lambda/api"
)

// A client believes nobody: it follows no redirect, sends its token to one host, and
// reads no more than an API says.
func TestClientAndStrangers(t *testing.T) {
	asked := 0
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked++ }))
	defer elsewhere.Close()
	for name, row := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1)+r.URL.Path, http.StatusTemporaryRedirect)
		}, "got a redirect"},
		"portal":  {func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "<html>Welcome</html>") }, "something in between answered"},
		"endless": {func(w http.ResponseWriter, r *http.Request) { io.Copy(w, io.LimitReader(zeros{}, 20<<20)) }, "more than 8388608 bytes"},
		"packed": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			io.Copy(packed, io.LimitReader(zeros{}, 100<<20))
			packed.Close()
		}, "more than 8388608 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(row.answer)
			defer server.Close()
			c := api.Client{Base: server.URL, Token: func(context.Context) (string, error) { return "secret", nil }}
			_, err := c.ListFiles(t.Context(), api.FilesQuery{})
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %q", err, row.want)
			}
		})
	}
	if asked != 0 {
		t.Errorf("another host was asked %d times", asked)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A portal says yes to everything, in whatever words: nothing counts as done by it.
func TestClientAndPortals(t *testing.T) {
	folder := "b"
	for name, answer := range map[string]http.HandlerFunc{
		"page":         func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "<html>Welcome</html>") },
		"nothing":      func(w http.ResponseWriter, r *http.Request) {},
		"no content":   func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"empty object": func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "{}") },
	} {
		server := httptest.NewServer(answer)
		c, ctx := api.Client{Base: server.URL}, t.Context()
		for call, err := range map[string]error{
			"complete": second(c.CompleteUpload(ctx, api.CompleteRequest{Key: "a", UploadID: "u"})), "list": second(c.ListFiles(ctx, api.FilesQuery{})),
			"restore": second(c.RestoreVersion(ctx, "a", "v")), "move": second(c.MoveFile(ctx, api.MoveRequest{Key: "a", Folder: &folder})), "pass": second(c.MakePass(ctx, api.PassRequest{})),
		} {
			if !errors.Is(err, api.ErrForeign) {
				t.Errorf("%s: %s: got %v", name, call, err)
			}
		}
		for call, err := range map[string]error{"abort": c.AbortUpload(ctx, "a", "u"), "delete": c.DeleteFile(ctx, "a"), "revoke": c.RevokePass(ctx, "a")} {
			if done := errors.Is(err, api.ErrForeign); done == (name == "no content") {
				t.Errorf("%s: %s: got %v", name, call, err)
			}
		}
		server.Close()
	}
}

func second[T any](_ T, err error) error { return err }
