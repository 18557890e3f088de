package api_test

import (
	"compress/gzip"
	"context"
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
