package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/lambda/api"
)

// heardAt is a server that writes down what it is asked.
type heardAt struct {
	*httptest.Server
	mu    sync.Mutex
	heard []string
}

func listening(t *testing.T, answer http.HandlerFunc) *heardAt {
	t.Helper()
	h := &heardAt{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		h.heard = append(h.heard, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization"))
		h.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *heardAt) all() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.heard
}

// said runs a command and gives all that it wrote.
func (p terminal) said(args ...string) string {
	p.t.Helper()
	cmd := signet(args...)
	cmd.Dir, cmd.Env = p.dir, append(cmd.Env, "SIGNET_API="+p.c.API, "SIGNET_TOKEN="+p.c.Token, "TERM=dumb")
	out, _ := cmd.CombinedOutput() // whether it failed is not the question
	return string(out)
}

// Wherever a service leads to, nobody is asked there, and no token goes there; whether it
// redirects at once or answers 401 first.
func TestAttacksByRedirect(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		other := listening(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
		to := strings.Replace(other.URL, "127.0.0.1", "localhost", 1)
		first := listening(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to+r.URL.Path, status) })
		p := terminal{t, &cloud{API: first.URL + "/api", Token: "secret-token"}, t.TempDir()}
		p.write("a.txt", "hello")
		for _, args := range [][]string{{"ls"}, {"put", "a.txt"}, {"get", "a.txt"}, {"rm", "a.txt"}, {"versions", "a.txt"}, {"uploads"}, {"spaces"}, {"share", "in"}} {
			if said := p.said(args...); strings.Contains(said, "secret-token") {
				t.Errorf("%d, signet %s: got the token shown: %s", status, strings.Join(args, " "), said)
			}
		}
		if len(first.all()) == 0 {
			t.Fatal("nobody was asked at all: this test sees nothing else")
		}
		if heard := other.all(); len(heard) != 0 {
			t.Errorf("%d: another host was asked %q", status, heard)
		}
	}
}

// What a service says is shown, and does nothing to the terminal; nor does a line of its
// own pass for one of ours.
func TestAttacksOnTheTerminal(t *testing.T) {
	const evil = "\x1b]0;owned\x07\x1b[31mred\r\x1b[K\u202egpj\u009b2J\nsignet: all is well"
	file := api.StoredFile{Key: "uploads/x/" + evil + "~aaaaaaaa", Name: evil, Folder: evil, Size: 2, Modified: time.Unix(1, 0)}
	problem := func(w http.ResponseWriter, code string) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusForbidden)
		json.NewEncoder(w).Encode(map[string]any{"type": evil, "title": evil, "status": 403, "code": code, "detail": evil})
	}
	refusing := listening(t, func(w http.ResponseWriter, _ *http.Request) { problem(w, evil) })
	known := listening(t, func(w http.ResponseWriter, _ *http.Request) { problem(w, "AccessDenied") })
	telling := listening(t, func(w http.ResponseWriter, r *http.Request) {
		var answer any
		switch r.URL.Path {
		case "/api/files":
			answer = api.FileList{Files: []api.StoredFile{file}, Folders: []string{evil}, Complete: true}
		case "/api/files/versions":
			answer = api.Versions{Versions: []api.Version{{Key: file.Key, VersionID: evil, Size: 2, Latest: true}}}
		case "/api/uploads":
			answer = api.Uploads{Uploads: []api.Unfinished{{Key: file.Key, Name: evil, Folder: evil, UploadID: evil}}}
		case "/api/spaces":
			answer = map[string]any{"spaces": []any{map[string]any{"space": evil, "name": evil, "owner": evil, "read": true}}}
		case "/api/passes":
			answer = map[string]any{"id": evil, "token": evil, "url": "https://x/" + evil, "passes": []any{map[string]any{"id": evil, "do": evil, "title": evil, "folder": evil}}}
		default:
			problem(w, "AccessDenied")
			return
		}
		json.NewEncoder(w).Encode(answer)
	})
	for who, server := range map[string]*heardAt{"refuses by another code": refusing, "refuses": known, "tells": telling} {
		p := terminal{t, &cloud{API: server.URL + "/api", Token: "x"}, t.TempDir()}
		p.write("a.txt", "hello")
		for _, args := range [][]string{
			{"ls"}, {"ls", "-l"}, {"ls", "-q"}, {"ls", "-r"}, {"ls", "--deleted"}, {"uploads"}, {"uploads", "-q"}, {"versions", "-l", "a"}, {"spaces"}, {"spaces", "-q"}, {"links"}, {"links", "-q"}, {"put", "a.txt"}, {"put", "-r", "."},
			{"get", "a"}, {"get", "-r", "in"}, {"rm", "a"}, {"rm", "--dry-run", "-r", "in"}, {"mv", "a", "b"}, {"restore", "a"}, {"url", "a"}, {"share", "in"}, {"request", "in"}, {"usage"}, {"cat", "a"}, {"sync", ".", "signet:in"},
		} {
			said := p.said(args...)
			if at := strings.IndexAny(said, "\x1b\x07\r\u202e\u009b"); at >= 0 {
				t.Errorf("it %s, signet %s: got %q", who, strings.Join(args, " "), said)
			}
			if strings.HasPrefix(said, "signet: all is well") || strings.Contains(said, "\nsignet: all is well") {
				t.Errorf("it %s, signet %s: a line of its own passes for one of ours: %q", who, strings.Join(args, " "), said)
			}
		}
		if len(server.all()) == 0 {
			t.Fatal("nobody was asked at all: this test sees nothing else")
		}
	}
}

// A site names a provider, and the provider an address to open: nothing is opened that is
// no page of the web, and nothing is sent where others can read it.
func TestAttacksByLogin(t *testing.T) {
	bin, opened := t.TempDir(), filepath.Join(t.TempDir(), "opened")
	script := fmt.Sprintf("#!/bin/sh\necho \"$@\" >> %s\n", opened)
	for _, name := range []string{"xdg-open", "open"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for what, names := range map[string]map[string]string{
		"a file to open":          {"authorization_endpoint": "file:///tmp/evil.desktop"},
		"a flag to open":          {"authorization_endpoint": "--help"},
		"a share to open":         {"authorization_endpoint": "smb://evil/share"},
		"a script to open":        {"authorization_endpoint": "javascript:alert(1)"},
		"a program to open":       {"authorization_endpoint": `\\evil\share\x.exe#`},
		"an address with a user":  {"authorization_endpoint": "https://accounts.example@evil.example/"},
		"an escape":               {"authorization_endpoint": "https://ok.example/\x1b]0;t\x07"},
		"plain http elsewhere":    {"authorization_endpoint": "http://evil.example/authorize"},
		"tokens by http":          {"token_endpoint": "http://evil.example/token"},
		"tokens to a file":        {"token_endpoint": "file:///tmp/x"},
		"ends of sessions there":  {"revocation_endpoint": "http://evil.example/revoke"},
		"an issuer that is none":  {"issuer": "file:///tmp/x"},
		"an issuer by plain http": {"issuer": "http://evil.example"},
	} {
		site := hostileProvider(t, names)
		p := person{t, t.TempDir()}
		cmd := p.signet("login", site.URL)
		cmd.Env = append(cmd.Env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
		out := refusedAtOnce(t, cmd)
		if text, err := os.ReadFile(opened); err == nil {
			t.Errorf("%s: got opened %s", what, text)
			os.Remove(opened)
		}
		if strings.ContainsAny(out, "\x1b\x07") || strings.Contains(out, "Open ") || !strings.Contains(out, "want") {
			t.Errorf("%s: got %q, want it refused", what, out)
		}
	}
}

// hostileProvider is a site and its provider in one, which names these addresses.
func hostileProvider(t *testing.T, names map[string]string) *heardAt {
	var h *heardAt
	h = listening(t, func(w http.ResponseWriter, r *http.Request) {
		discovery := map[string]string{"issuer": h.URL, "authorization_endpoint": h.URL + "/authorize", "token_endpoint": h.URL + "/token", "jwks_uri": h.URL + "/keys"}
		issuer := h.URL
		for name, address := range names {
			discovery[name] = address
			if name == "issuer" {
				issuer = address
			}
		}
		if r.URL.Path == "/config.json" {
			json.NewEncoder(w).Encode(map[string]any{"api": "/api", "auth": map[string]string{"issuer": issuer, "clientId": "c", "scope": "openid"}})
			return
		}
		json.NewEncoder(w).Encode(discovery)
	})
	return h
}

// refusedAtOnce runs a command that has to end by itself, and gives what it said.
func refusedAtOnce(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	timer := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	out, err := cmd.CombinedOutput()
	if !timer.Stop() {
		t.Errorf("signet %v waits for somebody to sign in: %s", cmd.Args[1:], out)
	}
	if err == nil {
		t.Errorf("signet %v: got it done: %s", cmd.Args[1:], out)
	}
	return string(out)
}

// A false site that names the true site's provider gets a token only from who has read
// where it goes: it is said before a page is opened.
func TestAttacksByAFalseSite(t *testing.T) {
	c := startDev(t, t.TempDir())
	untrue := listening(t, func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"api": "/api", "auth": map[string]string{"issuer": c.Site + "/oidc", "clientId": "signet", "scope": "openid"}})
	})
	p := person{t, t.TempDir()}
	_, out := p.login(untrue.URL, map[string][]string{"user": {"alice"}})
	if want := "You sign in at " + c.Site + "/oidc; the token goes to " + untrue.URL; !strings.Contains(out, want) {
		t.Errorf("got %q, want it to say %q", out, want)
	}
}
