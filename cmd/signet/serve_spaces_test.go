package main

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"signet/lambda/upload"
)

// The relay takes files for a space by its path, and by fields of a form, as strictly as
// the direct way.
func TestServeSpaces(t *testing.T) {
	dir := t.TempDir()
	keys := filepath.Join(dir, "keys.json")
	c := startSpaces(t, dir, "--s3-keys", keys)
	s := serveBefore(t, c, keys, map[string]any{
		"auth": map[string]any{"issuer": c.Site + "/oidc", "audience": []string{"signet"}, "groupsClaim": "cognito:groups"},
		"spaces": map[string]any{
			"avatars": map[string]any{"read": []string{"public"}, "maxObjectSize": "2 MiB", "allowedTypes": []string{"image/png"}},
			"team":    map[string]any{"per": "group"},
			"forms":   map[string]any{"per": "all", "confirm": "1d", "metadata": map[string]any{"must": []string{"case"}}},
		},
	})
	send := func(who, method, path, contentType string, body []byte) (int, string, upload.Code) {
		r, err := http.NewRequest(method, s.url+path, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+c.Tokens[who])
		r.Header.Set("Content-Type", contentType)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		var out struct {
			Key  string
			Code upload.Code
		}
		if err := json.Unmarshal(text, &out); err != nil {
			t.Fatalf("%s %s: %s", method, path, text)
		}
		return answer.StatusCode, out.Key, out.Code
	}
	for _, row := range []struct {
		who, path, contentType string
		size                   int
		status                 int
		code                   upload.Code
		key                    string // what it begins with
	}{
		{"alice", "/a.txt", "text/plain", 10, 201, "", "uploads/alice/a~h"},
		{"alice", "/team/design/a.txt?folder=in/it", "text/plain", 10, 201, "", "team/design/in/it/a~h"},
		{"alice", "/team%2Fdesign/b.txt", "text/plain", 10, 201, "", "team/design/b~h"},
		{"bob", "/team/design/a.txt", "text/plain", 10, 201, "", "team/design/a~h"},
		{"carol", "/team/design/a.txt", "text/plain", 10, 404, upload.NoSuchSpace, ""},
		{"bob", "/team/admins/a.txt", "text/plain", 10, 404, upload.NoSuchSpace, ""},
		{"bob", "/team/a.txt", "text/plain", 10, 404, upload.NoSuchSpace, ""},
		{"bob", "/nowhere/a.txt", "text/plain", 10, 404, upload.NoSuchSpace, ""},
		{"bob", "/team/design/..%2Fa.txt", "text/plain", 10, 400, upload.InvalidArgument, ""},
		{"bob", "/team/design/", "text/plain", 10, 400, upload.InvalidArgument, ""},
		{"bob", "/a.txt?space=team/design", "text/plain", 10, 400, upload.InvalidArgument, ""},
		{"bob", "/avatars/alice/a.png", "image/png", 10, 403, upload.AccessDenied, ""},
		{"alice", "/avatars/a.txt", "text/plain", 10, 400, upload.TypeForbidden, ""},
		{"alice", "/avatars/a.png", "image/png", 3 << 20, 413, upload.EntityTooLarge, ""},
		{"alice", "/forms/a.txt", "text/plain", 10, 400, upload.InvalidArgument, ""},
		{"alice", "/forms/a.txt?metadata[case]=4711", "text/plain", 10, 201, "", "forms/all/a~h"},
	} {
		status, key, code := send(row.who, "PUT", "/api/relay"+row.path, row.contentType, bytes.Repeat([]byte("x"), row.size))
		if status != row.status || code != row.code || !strings.HasPrefix(key, row.key) {
			t.Errorf("%s, %s: got %d %s %s, want %d %s %s", row.who, row.path, status, code, key, row.status, row.code, row.key)
		}
		if strings.HasPrefix(key, "forms/") {
			info, err := c.as("alice").FileInfo(t.Context(), key, "")
			if err != nil || !info.Unconfirmed || info.Uploader != "alice" || info.Metadata["case"] != "4711" {
				t.Errorf("got %+v, %v", info, err)
			}
		}
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.WriteField("space", "team/design")
	form.WriteField("folder", "by/form")
	form.WriteField("metadata[case]", "1")
	file, _ := form.CreateFormFile("file", "c.txt")
	file.Write([]byte("form"))
	form.Close()
	for who, want := range map[string]int{"bob": 201, "carol": 404} {
		status, key, code := send(who, "POST", "/api/relay", form.FormDataContentType(), body.Bytes())
		if status != want || want == 201 && !strings.HasPrefix(key, "team/design/by/form/c~h") {
			t.Errorf("%s by a form: %d %s %s", who, status, key, code)
		}
	}
	// The rest of the API knows the groups too.
	r, _ := http.NewRequest("GET", s.url+"/api/files?space=team/design", nil)
	r.Header.Set("Authorization", "Bearer "+c.Tokens["bob"])
	if answer, err := http.DefaultClient.Do(r); err != nil || answer.StatusCode != 200 {
		t.Errorf("list: %v, %v", answer.StatusCode, err)
	}
}
