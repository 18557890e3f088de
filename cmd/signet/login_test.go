package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/internal/issuer"
)

// person is a home folder without anything in the environment.
type person struct {
	t    *testing.T
	home string
}

func (p person) signet(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = []string{asCommand + "=1", "HOME=" + p.home, "PATH=" + os.Getenv("PATH")}
	c.Dir = p.home
	return c
}

// run gives the exit code and what was said.
func (p person) run(args ...string) (int, string) {
	c := p.signet(args...)
	out, _ := c.CombinedOutput() // the exit code says it
	return c.ProcessState.ExitCode(), string(out)
}

func (p person) sessionFile() string {
	return filepath.Join(p.home, ".config", "signet", "session.json")
}

// login signs in; click is what the person does on the provider's page.
func (p person) login(site string, click url.Values) (int, string) {
	p.t.Helper()
	c := p.signet("login", "--no-browser", site)
	var stdout bytes.Buffer
	c.Stdout = &stdout
	stderr, err := c.StderrPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		p.t.Fatal(err)
	}
	lines := bufio.NewReader(stderr)
	line, err := lines.ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "Open ")
	if err == nil && ok {
		p.click(address, click)
	}
	rest, _ := io.ReadAll(lines)
	c.Wait()
	return c.ProcessState.ExitCode(), line + string(rest) + stdout.String()
}

// click does what a browser would: it shows the page and sends its form.
func (p person) click(address string, choice url.Values) {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	page, err := browser.Get(address)
	if err != nil {
		p.t.Fatal(err)
	}
	body, err := io.ReadAll(page.Body)
	page.Body.Close()
	if err != nil || page.StatusCode != 200 {
		p.t.Fatalf("the provider's page: %d, %v", page.StatusCode, err)
	}
	form := choice
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(string(body), -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	u, err := url.Parse(address)
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := browser.PostForm(u.Scheme+"://"+u.Host+u.Path, form)
	if err != nil {
		p.t.Fatal(err)
	}
	answer.Body.Close()
}

func TestLogin(t *testing.T) {
	dir := t.TempDir()
	c := startDev(t, dir)
	p := person{t, t.TempDir()}
	if code, out := p.run("ls"); code != exitFailed || !strings.Contains(out, "run signet login URL") {
		t.Errorf("before: %d, %s", code, out)
	}
	if code, out := p.login(c.Site, url.Values{"cancel": {"1"}}); code != exitFailed || !strings.Contains(out, "access_denied") {
		t.Errorf("cancelled: %d, %s", code, out)
	}
	if code, out := p.login(c.API, url.Values{"user": {"bob"}}); code != exitDone || !strings.Contains(out, "Signed in at "+c.API) {
		t.Fatalf("%d, %s", code, out)
	}
	info, err := os.Stat(p.sessionFile())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the session: %v, %v, want it for the user alone", info, err)
	}
	if err := os.WriteFile(filepath.Join(p.home, "bob.txt"), []byte("bob"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := p.run("put", "bob.txt"); code != exitDone {
		t.Errorf("put: %d, %s", code, out)
	}

	// A token that is over, and one that the API does not take, are renewed.
	over, err := issuer.New(issuer.Config{URL: c.Site + "/oidc", Dir: filepath.Join(dir, "issuer"), Now: func() time.Time { return time.Now().Add(-2 * time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	old, err := over.Token("bob", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(map[string]any){
		"over by the clock": func(s map[string]any) { s["accessToken"], s["expires"] = old, time.Now().Add(-time.Hour) },
		"over for the API":  func(s map[string]any) { s["accessToken"], s["expires"] = old, time.Now().Add(time.Hour) },
	} {
		before := p.change(change)
		if code, out := p.run("ls", "-q"); code != exitDone || out != "bob.txt\n" {
			t.Errorf("%s: %d, %s", name, code, out)
		}
		if after := p.change(func(map[string]any) {}); after["accessToken"] == old || after["refreshToken"] == before["refreshToken"] {
			t.Errorf("%s: the session was not renewed", name)
		}
	}

	// One that cannot be renewed says what to do and shows nothing.
	p.change(func(s map[string]any) { s["accessToken"], s["refreshToken"] = old, "rubbish-refresh" })
	if code, out := p.run("ls"); code != exitFailed || strings.Contains(out, "rubbish") || strings.Contains(out, old) {
		t.Errorf("%d, %s", code, out)
	}
	if code, out := p.run("login", "--out"); code != exitDone || out != "" {
		t.Errorf("login --out: %d, %s", code, out)
	}
	if _, err := os.Stat(p.sessionFile()); !os.IsNotExist(err) {
		t.Errorf("the session is left: %v", err)
	}
	if code, out := p.login(c.S3, nil); code != exitFailed || !strings.Contains(out, "got no config.json of Signet") {
		t.Errorf("a site that is none: %d, %s", code, out)
	}
}

// Signing out ends the session at the provider too: a refresh token that somebody has
// copied renews nothing. Who signs in to what was said before.
func TestSignOutRevokes(t *testing.T) {
	c := startDev(t, t.TempDir())
	p := person{t, t.TempDir()}
	code, out := p.login(c.Site, url.Values{"user": {"alice"}})
	if said := "You sign in at " + c.Site + "/oidc; the token goes to " + c.Site; code != exitDone || !strings.Contains(out, said) {
		t.Fatalf("%d, %s, want %q", code, out, said)
	}
	kept := p.change(func(map[string]any) {})
	copied := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {kept["refreshToken"].(string)}, "client_id": {kept["clientId"].(string)}}
	if code, out := p.run("login", "--out"); code != exitDone || out != "" {
		t.Fatalf("login --out: %d, %s", code, out)
	}
	answer, err := http.PostForm(kept["tokenUrl"].(string), copied)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusBadRequest {
		t.Errorf("the copied refresh token is answered with %d, want 400", answer.StatusCode)
	}
}

// change changes the kept session, and gives it.
func (p person) change(change func(map[string]any)) map[string]any {
	p.t.Helper()
	data, err := os.ReadFile(p.sessionFile())
	if err != nil {
		p.t.Fatal(err)
	}
	var s map[string]any
	if err := json.Unmarshal(data, &s); err != nil {
		p.t.Fatal(err)
	}
	change(s)
	if data, err = json.Marshal(s); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(p.sessionFile(), data, 0o600); err != nil {
		p.t.Fatal(err)
	}
	return s
}
