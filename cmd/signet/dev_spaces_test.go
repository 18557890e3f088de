package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signet/lambda/api"
	"signet/lambda/upload"
)

const devSpaces = `{"context": {"signet": {"spaces": {
	"avatars": {"read": ["public"], "maxObjectSize": "2 MiB"},
	"team":    {"per": "group"},
	"forms":   {"per": "all", "confirm": "1d"}}}}}`

// startSpaces is a dev with spaces, in which carol is in no group.
func startSpaces(t *testing.T, dir string, args ...string) *cloud {
	t.Helper()
	config := filepath.Join(dir, "cdk.json")
	if err := os.WriteFile(config, []byte(devSpaces), 0o600); err != nil {
		t.Fatal(err)
	}
	return startDev(t, filepath.Join(dir, "dev"), append([]string{"--config", config, "--person", "carol="}, args...)...)
}

func (c *cloud) as(name string) *api.Client {
	return &api.Client{Base: c.API, Token: func(context.Context) (string, error) { return c.Tokens[name], nil }}
}

// storeFile sends a small file and gives its key.
func (c *cloud) storeFile(t *testing.T, who string, f api.File, content string) string {
	t.Helper()
	n := int64(len(content))
	f.Size = &n
	signed, err := c.as(who).Presign(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	if status := put(t, signed.URL, signed.Headers, []byte(content)); status != 200 {
		t.Fatalf("PUT of %s: status %d", f.Name, status)
	}
	return signed.Key
}

func hasCode(t *testing.T, what string, err error, code upload.Code) {
	t.Helper()
	if p, ok := err.(*api.Problem); !ok || p.Code != code {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

// The groups of a token lead through API Gateway's event to the team's files; who has
// left the group sees nothing of them with the next token.
func TestDevTeams(t *testing.T) {
	dir := t.TempDir()
	c := startSpaces(t, dir)
	key := c.storeFile(t, "alice", api.File{Name: "plan.txt", Space: "team/design"}, "plan")
	if list, err := c.as("bob").ListFiles(t.Context(), api.FilesQuery{Space: "team/design"}); err != nil || len(list.Files) != 1 || list.Files[0].Key != key {
		t.Errorf("bob sees %+v, %v", list, err)
	}
	_, err := c.as("carol").ListFiles(t.Context(), api.FilesQuery{Space: "team/design"})
	hasCode(t, "carol's list", err, upload.NoSuchSpace)
	_, err = c.as("carol").FileURL(t.Context(), key, "")
	hasCode(t, "carol's download", err, upload.NoSuchKey)
	_, err = c.as("bob").ListFiles(t.Context(), api.FilesQuery{Space: "team/admins"})
	hasCode(t, "bob among the admins", err, upload.NoSuchSpace)
	if _, err := c.as("alice").ListFiles(t.Context(), api.FilesQuery{Space: "team/admins"}); err != nil {
		t.Errorf("alice among the admins: %v", err)
	}
	c.process.Process.Signal(os.Interrupt)
	c.process.Wait()
	c = startSpaces(t, dir, "--person", "bob=sales")
	_, err = c.as("bob").FileURL(t.Context(), key, "")
	hasCode(t, "bob, who has left", err, upload.NoSuchKey)
	_, err = c.as("bob").ListFiles(t.Context(), api.FilesQuery{Space: "team/design"})
	hasCode(t, "his list", err, upload.NoSuchSpace)
}

// A public file is read by anybody, from an origin that is not the site's, and nothing
// of it runs.
func TestDevPublic(t *testing.T) {
	c := startSpaces(t, t.TempDir())
	if c.Public == "" || c.Public == c.Site || c.Public == c.S3 {
		t.Fatalf("public files are at %q", c.Public)
	}
	page := c.storeFile(t, "alice", api.File{Name: "a.html", Type: "text/html", Space: "avatars"}, "<script>alert(document.domain)</script>")
	picture := c.storeFile(t, "alice", api.File{Name: "a b.png", Type: "image/png", Space: "avatars"}, "png")
	private := c.storeFile(t, "alice", api.File{Name: "a.txt"}, "private")
	info, err := c.as("bob").FileInfo(t.Context(), picture, "")
	if err != nil || !strings.HasPrefix(info.Public, c.Public+"/avatars/alice/a%20b~") {
		t.Errorf("its address is %q, %v", info.Public, err)
	}
	for address, disposition := range map[string]string{info.Public: "inline", c.Public + "/" + page: "attachment"} {
		status, body, header := get(t, address)
		if status != 200 || len(body) == 0 || header.Get("Content-Disposition") != disposition || header.Get("X-Content-Type-Options") != "nosniff" ||
			header.Get("Content-Security-Policy") != "sandbox; default-src 'none'" || header.Get("Cache-Control") != "public, max-age=1800" {
			t.Errorf("%s: status %d, %v", address, status, header)
		}
	}
	for _, address := range []string{c.Public + "/" + private, c.Public + "/avatars/alice/", c.Public + "/", c.Public + "/avatars/../" + private, c.Public + "/avatars%2f..%2f" + private} {
		if status, body, _ := get(t, address); status == 200 || strings.Contains(string(body), "private") {
			t.Errorf("%s: status %d: %s", address, status, body)
		}
	}
	r, _ := http.NewRequest("PUT", info.Public, strings.NewReader("x"))
	if answer, err := http.DefaultClient.Do(r); err != nil || answer.StatusCode != 405 {
		t.Errorf("PUT: %v, %v", answer, err)
	}
	if err := c.as("alice").DeleteFile(t.Context(), picture); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := get(t, info.Public); status != 404 {
		t.Errorf("deleted: status %d", status)
	}
	// The same file under the site's own address is the site's page, or nothing.
	if status, body, _ := get(t, c.Site+"/"+page); status == 200 && strings.Contains(string(body), "document.domain") {
		t.Errorf("the site's origin has it: %d", status)
	}
}

// What nobody confirms is gone once its day is over, and what was confirmed stays.
func TestDevSweeps(t *testing.T) {
	clock := filepath.Join(t.TempDir(), "clock")
	c := startSpaces(t, t.TempDir(), "--clock", clock)
	stays := c.storeFile(t, "alice", api.File{Name: "stays.txt", Space: "forms"}, "x")
	goes := c.storeFile(t, "alice", api.File{Name: "goes.txt", Space: "forms"}, "x")
	elsewhere := c.storeFile(t, "alice", api.File{Name: "elsewhere.txt"}, "x")
	if out, err := c.as("alice").ConfirmFiles(t.Context(), []string{stays}); err != nil || out.Files[0].Error != nil {
		t.Fatal(out, err)
	}
	there := func(key string) bool {
		_, err := c.as("alice").FileInfo(t.Context(), key, "")
		return err == nil
	}
	later := func(hours string) {
		if err := os.WriteFile(clock, []byte(hours+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	later("23h")
	time.Sleep(2500 * time.Millisecond)
	if !there(goes) {
		t.Error("it went before its day was over")
	}
	later("25h")
	for begun := time.Now(); there(goes) && time.Since(begun) < 10*time.Second; {
		time.Sleep(100 * time.Millisecond)
	}
	if there(goes) || !there(stays) || !there(elsewhere) {
		t.Errorf("there: %v, %v, %v, want false, true, true", there(goes), there(stays), there(elsewhere))
	}
}
