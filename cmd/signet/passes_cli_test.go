package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"signet/lambda/api"
)

// shell is somebody at a terminal with an environment of his own.
type shell struct {
	*testing.T
	dir string
	env []string
}

// shellOf is alice's, who signed in.
func shellOf(t *testing.T, c *cloud) shell {
	dir := t.TempDir()
	return shell{t, dir, []string{"HOME=" + dir, "SIGNET_API=" + c.API, "SIGNET_TOKEN=" + c.Token}}
}

// guestShell is that of somebody without an account, on another machine.
func guestShell(t *testing.T, link string, more ...string) shell {
	dir := t.TempDir()
	return shell{t, dir, append([]string{"HOME=" + dir, "SIGNET_API=", "SIGNET_TOKEN=", "SIGNET_PASS=" + link}, more...)}
}

func (s shell) command(args ...string) *exec.Cmd {
	c := signet(args...)
	c.Dir, c.Env = s.dir, append(c.Env, s.env...)
	return c
}

// run runs a command that has to end with an exit code, and gives both outputs.
func (s shell) run(want int, args ...string) (stdout, stderr string) {
	s.Helper()
	var out, errs bytes.Buffer
	c := s.command(args...)
	c.Stdout, c.Stderr = &out, &errs
	_ = c.Run()
	if got := c.ProcessState.ExitCode(); got != want {
		s.Fatalf("signet %q: exit code %d, want %d\n%s%s", args, got, want, &out, &errs)
	}
	return strings.TrimSpace(out.String()), errs.String()
}

func (s shell) write(name string, content []byte) {
	s.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), content, 0o600); err != nil {
		s.Fatal(err)
	}
}

func TestLinksFromTheTerminal(t *testing.T) {
	c := startSharing(t, "")
	alice := shellOf(t, c)
	for _, name := range []string{"a.txt", "b.txt", "c.txt"} {
		alice.write(name, []byte(name))
	}
	alice.run(0, "put", "--folder", "docs", "a.txt", "b.txt")
	text, _ := alice.run(0, "share", "docs/a.txt", "docs/b.txt", "--days", "3", "--title", "Two files", "--json")
	var made api.MadePass
	if err := json.Unmarshal([]byte(text), &made); err != nil || made.URL != c.Site+"/p#"+made.Token {
		t.Errorf("share: %s, %v", text, err)
	}
	if left := time.Until(made.Expires); left > 72*time.Hour || left < 71*time.Hour {
		t.Errorf("it lives for %v", left)
	}
	list, err := c.asGuest(made.Token).ListFiles(t.Context(), api.FilesQuery{})
	if err != nil || len(list.Files) != 2 {
		t.Errorf("the guest sees %+v, %v", list, err)
	}
	if folder, _ := alice.run(0, "share", "--folder", "docs"); !strings.HasPrefix(folder, c.Site+"/p#") {
		t.Errorf("share --folder: %s", folder)
	}
	alice.run(1, "share", "nowhere.txt")
	alice.run(1, "share", "--folder", "nowhere")
	alice.run(2, "share", "docs/a.txt", "--days", "0")

	link, _ := alice.run(0, "request", "inbox", "--files", "2", "--title", "사진")
	guest := guestShell(t, link)
	for _, name := range []string{"a.txt", "b.txt", "c.txt"} {
		guest.write(name, []byte(name))
	}
	guest.run(0, "put", "--pass", "-", "a.txt")
	guest.run(0, "put", "--pass", link, "b.txt")
	if _, errs := guest.run(1, "put", "--pass", "-", "c.txt"); !strings.Contains(errs, "used up") {
		t.Errorf("a third file: %s", errs)
	}
	guest.run(1, "put", "--pass", c.Site+"/nothing", "a.txt")
	guest.run(1, "put", "--pass", link+"x", "a.txt")
	if there, _ := alice.run(0, "ls", "inbox"); !strings.Contains(there, "a.txt") || !strings.Contains(there, "b.txt") || strings.Contains(there, "c.txt") {
		t.Errorf("alice has %s", there)
	}
	lines, _ := alice.run(0, "links")
	for _, want := range []string{"upload  inbox  2 of 2 files  until ", "사진", "read  docs", "read  a.txt and 1 more", "Two files"} {
		if !strings.Contains(lines, want) {
			t.Errorf("links say\n%s\nwant %q", lines, want)
		}
	}
	if strings.Contains(lines, made.Token) {
		t.Error("links show a token")
	}
	alice.run(0, "links", "--revoke", made.ID)
	alice.run(1, "links", "--revoke", made.ID)
	if _, err := c.asGuest(made.Token).ShowPass(t.Context()); err == nil {
		t.Error("a revoked link holds")
	}
}

// A link for files of a space, for a folder there, and into one; never for two spaces.
func TestLinksIntoASpace(t *testing.T) {
	c := startSharing(t, `,"spaces":{"team":{"per":"group"}}`)
	alice := shellOf(t, c)
	alice.write("a.txt", []byte("a"))
	alice.run(0, "put", "--folder", "@team/design/plans", "a.txt")
	alice.run(0, "put", "a.txt")
	sees := func(link, want string) {
		t.Helper()
		list, err := c.asGuest(link[strings.IndexByte(link, '#')+1:]).ListFiles(t.Context(), api.FilesQuery{})
		if err != nil || len(list.Files) != 1 || !strings.HasPrefix(list.Files[0].Key, want) {
			t.Errorf("the guest sees %+v, %v, want one of %s", list, err, want)
		}
	}
	file, _ := alice.run(0, "share", "@team/design/plans/a.txt")
	sees(file, "team/design/plans/a~")
	row, _ := alice.run(0, "ls", "-l", "@team/design/plans")
	byKey, _ := alice.run(0, "share", row[strings.LastIndexByte(row, ' ')+1:])
	sees(byKey, "team/design/plans/a~")
	folder, _ := alice.run(0, "share", "--folder", "@team/design/plans")
	sees(folder, "team/design/plans/a~")
	if _, errs := alice.run(1, "share", "a.txt", "@team/design/plans/a.txt"); !strings.Contains(errs, "want files of one space") {
		t.Errorf("files of two spaces: %s", errs)
	}
	if _, errs := alice.run(1, "share", "--folder", "@team/design"); !strings.Contains(errs, "a space as a whole") {
		t.Errorf("a whole space: %s", errs)
	}
	if _, errs := alice.run(1, "request", "@team/desing/inbox"); !strings.Contains(errs, "did you mean @team/design") {
		t.Errorf("a space that is spelt wrong: %s", errs)
	}
	link, _ := alice.run(0, "request", "@team/design/inbox")
	guest := guestShell(t, link)
	guest.write("b.txt", []byte("b"))
	guest.run(0, "put", "--pass", "-", "b.txt")
	if there, _ := alice.run(0, "ls", "-q", "@team/design/inbox"); there != "@team/design/inbox/b.txt" {
		t.Errorf("in the space's folder is %q, want what the guest has sent", there)
	}
	lines, _ := alice.run(0, "links")
	for _, want := range []string{"upload  @team/design/inbox  ", "read  @team/design/plans  ", "read  @team/design/a.txt  "} {
		if !strings.Contains(lines, want) {
			t.Errorf("links say\n%s\nwant %q", lines, want)
		}
	}
}

func TestLinksWithAPassword(t *testing.T) {
	c := startSharing(t, "")
	alice := shellOf(t, c)
	alice.run(2, "request", "inbox", "--password")
	alice.env = append(alice.env, "SIGNET_PASS_PASSWORD=비밀번호")
	link, _ := alice.run(0, "request", "inbox", "--password")
	guest := guestShell(t, link)
	guest.write("a.txt", []byte("a"))
	guest.run(1, "put", "--pass", "-", "a.txt")
	guest.env = append(guest.env, "SIGNET_PASS_PASSWORD=wrong")
	guest.run(1, "put", "--pass", "-", "a.txt")
	guest.env = append(guest.env, "SIGNET_PASS_PASSWORD=비밀번호")
	guest.run(0, "put", "--pass", "-", "a.txt")
}

// 200 MiB by a link, killed in the middle; another machine, which has the link alone,
// goes on where it was.
func TestAGuestsUploadIsKilledAndGoesOnElsewhere(t *testing.T) {
	c := startSharing(t, "")
	link, _ := shellOf(t, c).run(0, "request", "inbox", "--files", "1")
	content := make([]byte, 200<<20)
	_, _ = rand.Read(content[:64<<10])
	when := time.Now().Truncate(time.Second)
	first, second := guestShell(t, link), guestShell(t, link)
	for _, s := range []shell{first, second} {
		s.write("film.mov", content)
		if err := os.Chtimes(filepath.Join(s.dir, "film.mov"), when, when); err != nil {
			t.Fatal(err)
		}
	}
	cmd := first.command("put", "--pass", "-", "--limit-rate", "60MiB", "film.mov")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	token := link[strings.IndexByte(link, '#')+1:]
	guest := c.asGuest(token)
	stored := 0
	for deadline := time.Now().Add(60 * time.Second); stored < 3 && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		list, err := guest.ListUploads(t.Context(), "")
		if err != nil || len(list.Uploads) == 0 {
			continue
		}
		parts, err := guest.ListParts(t.Context(), list.Uploads[0].Key, list.Uploads[0].UploadID)
		if err == nil {
			stored = len(parts.Parts)
		}
	}
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal("it had ended before it was killed: ", err)
	}
	_ = cmd.Wait()
	if stored < 3 {
		t.Fatalf("%d parts before the kill", stored)
	}
	list, err := guest.ListUploads(t.Context(), "")
	if err != nil || len(list.Uploads) != 1 {
		t.Fatalf("left of it: %+v, %v", list, err)
	}
	upload := list.Uploads[0]
	second.run(0, "put", "--pass", "-", "film.mov")
	files, err := c.client().ListFiles(t.Context(), api.FilesQuery{Folder: "inbox"})
	if err != nil || len(files.Files) != 1 || files.Files[0].Size != int64(len(content)) || files.Files[0].Key != upload.Key {
		t.Errorf("alice has %+v, %v, want the upload %s that was begun", files, err, upload.Key)
	}
}
