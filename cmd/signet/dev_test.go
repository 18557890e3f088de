package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/internal/issuer"
	"signet/lambda/api"
)

// asCommand makes this test binary be signet itself, so that what is tested is
// the process that a person starts.
const asCommand = "SIGNET_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if gateway.IsChild() {
		os.Exit(gateway.RunChild())
	}
	if os.Getenv(asCommand) != "" {
		main()
	}
	os.Exit(m.Run())
}

// signet is a signet process.
func signet(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), asCommand+"=1")
	return c
}

// cloud is a running `signet dev --json`.
type cloud struct {
	Site, API, S3, Bucket, Token string
	Certificate, EventsSecret    string
	Backend                      *backendKeys
	Public                       string
	Tokens                       map[string]string
	dir                          string
	process                      *exec.Cmd
	stderr                       bytes.Buffer
}

func startDev(t *testing.T, dir string, args ...string) *cloud {
	t.Helper()
	c := &cloud{dir: dir, process: signet(append([]string{"dev", "--json", "--port", "0", "--dir", dir}, args...)...)}
	c.process.Stderr = &c.stderr
	out, err := c.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.process.Process.Kill()
		c.process.Wait()
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("no ready line: %v\n%s", err, &c.stderr)
	}
	if err := json.Unmarshal(line, c); err != nil {
		t.Fatalf("ready line %s: %v", line, err)
	}
	return c
}

func (c *cloud) client() *api.Client {
	return &api.Client{Base: c.API, Token: func(context.Context) (string, error) { return c.Token, nil }}
}

func put(t *testing.T, url string, headers map[string]string, body []byte) int {
	t.Helper()
	r, err := http.NewRequest("PUT", url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

func get(t *testing.T, url string) (int, []byte, http.Header) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, body, answer.Header
}

func int64p(n int64) *int64 { return &n }

// children lists the processes that pid started, from any of its threads, as
// Linux tells.
func children(t *testing.T, pid int) (pids []string) {
	t.Helper()
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil && !errors.Is(err, os.ErrNotExist) { // a thread that ended
			t.Fatal(err)
		}
		pids = append(pids, strings.Fields(string(text))...)
	}
	return pids
}

func alive(pid string) bool {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

func waitGone(t *testing.T, pids []string) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for _, pid := range pids {
		for alive(pid) {
			if time.Now().After(deadline) {
				t.Fatalf("process %s is left", pid)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

func TestDevEndsAtASignal(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM, os.Kill} {
		c := startDev(t, t.TempDir())
		started := children(t, c.process.Process.Pid)
		if len(started) == 0 {
			t.Fatal("there is no gateway process")
		}
		// An idle connection must not hold it up.
		if status, _, _ := get(t, c.API+"/healthz"); status != 200 {
			t.Fatalf("health: status %d", status)
		}
		if err := c.process.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if err := c.process.Wait(); signal != os.Kill && err != nil {
			t.Errorf("after %v: %v\n%s", signal, err, &c.stderr)
		}
		waitGone(t, started)
	}
}

func TestDevInTheWay(t *testing.T) {
	dir := t.TempDir()
	c := startDev(t, dir)
	_, port, _ := strings.Cut(strings.TrimPrefix(c.Site, "http://"), ":")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(t.TempDir(), "cdk.json")
	if err := os.WriteFile(bad, []byte(`{"context": {"signet": {"origins": ["*"]}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"dev", "--dir", dir, "--port", "0"}, 1, fmt.Sprint("process ", c.process.Process.Pid)},
		{[]string{"dev", "--dir", dir, "--port", port}, 1, fmt.Sprint("process ", c.process.Process.Pid)},
		{[]string{"dev", "--dir", t.TempDir(), "--port", port}, 1, "port " + port},
		{[]string{"dev", "--dir", t.TempDir(), "--port", "0", "--user", "carol"}, 1, `"carol", want one of alice, bob`},
		{[]string{"dev", "--dir", filepath.Join(file, "x"), "--port", "0"}, 1, "not a directory"},
		{[]string{"dev", "--dir", t.TempDir(), "--port", "0", "--config", bad}, 1, `origins: got ["*"], want exact origins`},
		{[]string{"dev", "--dir", t.TempDir(), "--port", "0", "--config", file + "x"}, 1, "no such file"},
		{[]string{"dev", "--port", "65536"}, 2, "want 0 to 65535"},
		{[]string{"dev", "--port", "http"}, 2, "see signet dev --help"},
		{[]string{"dev", "extra"}, 2, `got "extra"`},
		{[]string{"dev", "--color"}, 2, "see signet dev --help"},
		{[]string{"fly"}, 2, `got command "fly"`},
	} {
		var stdout, stderr bytes.Buffer
		x := signet(row.args...)
		x.Stdout, x.Stderr = &stdout, &stderr
		err := x.Run()
		exit, _ := errors.AsType[*exec.ExitError](err)
		if exit == nil || exit.ExitCode() != row.code || !strings.Contains(stderr.String(), row.want) || strings.Count(stderr.String(), "\n") != 1 || stdout.Len() > 0 {
			t.Errorf("signet %s: %v, %q, %q, want exit code %d and one line with %s", strings.Join(row.args, " "), err, stdout.String(), stderr.String(), row.code, row.want)
		}
	}
}

func TestHelpAndVersion(t *testing.T) {
	for _, row := range []struct{ args, want string }{
		{"help", "signet dev"}, {"--help", "signet dev"}, {"dev --help", "--port N"}, {"version", "signet " + release},
	} {
		out, err := signet(strings.Fields(row.args)...).Output()
		if err != nil || !strings.Contains(string(out), row.want) {
			t.Errorf("signet %s: %v\n%s", row.args, err, out)
		}
	}
}

// The address a person reads is the last line.
func TestDevForPeople(t *testing.T) {
	c := signet("dev", "--port", "0", "--dir", t.TempDir())
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer c.Wait()
	defer c.Process.Signal(os.Interrupt)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if site, ok := strings.CutPrefix(lines.Text(), "Signet is ready at "); ok {
			if status, _, _ := get(t, site+"/config.json"); status != 200 {
				t.Errorf("%s/config.json: status %d", site, status)
			}
			return
		}
	}
	t.Error("no line says where it is ready")
}

func TestCallersAreApart(t *testing.T) {
	dir := t.TempDir()
	alice := startDev(t, dir)
	signed, err := alice.client().Presign(t.Context(), api.File{Name: "a.txt", Size: int64p(5)})
	if err != nil {
		t.Fatal(err)
	}
	if status := put(t, signed.URL, signed.Headers, []byte("hello")); status != 200 {
		t.Fatalf("PUT: status %d", status)
	}
	alice.process.Process.Signal(os.Interrupt)
	alice.process.Wait()

	bob := startDev(t, dir, "--user", "bob")
	if list, err := bob.client().ListFiles(t.Context(), api.FilesQuery{}); err != nil || len(list.Files) != 0 {
		t.Errorf("bob sees %+v, %v", list.Files, err)
	}
	if _, err := bob.client().FileURL(t.Context(), signed.Key, ""); err == nil {
		t.Error("bob gets alice's file")
	}
	if err := bob.client().DeleteFile(t.Context(), signed.Key); err == nil {
		t.Error("bob deletes alice's file")
	}
}

// Tokens that nobody may accept, each answered 401 with nothing done.
func TestForgedTokens(t *testing.T) {
	dir := t.TempDir()
	c := startDev(t, dir)
	yesterday, err := issuer.New(issuer.Config{
		URL: c.Site + "/oidc", Dir: filepath.Join(dir, "issuer"), Now: func() time.Time { return time.Now().Add(-24 * time.Hour) },
	})
	if err != nil {
		t.Fatal(err)
	}
	expired, err := yesterday.Token("alice", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := issuer.New(issuer.Config{URL: c.Site + "/oidc", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := elsewhere.Token("alice", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(c.Token, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for name, token := range map[string]string{
		"none":              "",
		"rubbish":           "rubbish",
		"expired":           expired,
		"another's key":     foreign,
		"alg none":          encode(`{"alg":"none","typ":"JWT"}`) + "." + parts[1] + ".",
		"alg HS256":         encode(`{"alg":"HS256","typ":"JWT"}`) + "." + parts[1] + "." + parts[2],
		"another subject":   parts[0] + "." + encode(strings.Replace(string(payload), `"alice"`, `"bob"`, 1)) + "." + parts[2],
		"changed signature": parts[0] + "." + parts[1] + "." + strings.ToUpper(parts[2]),
		"cut":               parts[0] + "." + parts[1],
	} {
		client := c.client()
		client.Token = func(context.Context) (string, error) { return token, nil }
		_, err := client.Presign(t.Context(), api.File{Name: "a", Size: int64p(1)})
		if p, ok := errors.AsType[*api.Problem](err); !ok || p.Status != 401 || p.Code != "Unauthorized" {
			t.Errorf("%s: got %v, want 401 Unauthorized", name, err)
		}
	}
}

// kill -9 in the middle of an upload: its parts are there after a restart, the
// token still holds, and the object is whole.
func TestKilledInMidUpload(t *testing.T) {
	dir := t.TempDir()
	content := bytes.Repeat([]byte("0123456789abcdef"), 20<<20/16)
	first := startDev(t, dir)
	ask := api.UploadRequest{Name: "big.bin", Size: int64p(int64(len(content))), ID: "survivor"}
	u, err := first.client().CreateUpload(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	send := func(u api.Upload, n int) {
		from := int64(n-1) * u.PartSize
		to := min(from+u.PartSize, int64(len(content)))
		url := fmt.Sprintf("%s&partNumber=%d&X-Amz-Signature=%s", u.Sign.URL, n, u.Sign.Signatures[n-u.Sign.First])
		if status := put(t, url, nil, content[from:to]); status != 200 {
			t.Fatalf("part %d: status %d", n, status)
		}
	}
	send(u, 2)
	left := children(t, first.process.Process.Pid)
	first.process.Process.Kill()
	first.process.Wait()
	waitGone(t, left)

	again := startDev(t, dir)
	if again.S3 != first.S3 {
		t.Errorf("S3 was at %s and is at %s: an open page cannot go on", first.S3, again.S3)
	}
	v, err := again.client().CreateUpload(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if v.UploadID != u.UploadID || len(v.Uploaded) != 1 || v.Uploaded[0].PartNumber != 2 {
		t.Fatalf("continues %+v, want %s with part 2", v.Uploaded, u.UploadID)
	}
	send(v, 1)
	send(v, 3)
	done, err := again.client().CompleteUpload(t.Context(), api.CompleteRequest{Key: v.Key, UploadID: v.UploadID, Size: ask.Size})
	if err != nil {
		t.Fatal(err)
	}
	link, err := again.client().FileURL(t.Context(), done.Key, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, body, _ := get(t, link.URL); !bytes.Equal(body, content) {
		t.Error("the object is not whole")
	}
}

// Pages of a configured origin may call the API, as on AWS; others may not.
func TestConfiguredOrigins(t *testing.T) {
	config := filepath.Join(t.TempDir(), "cdk.json")
	if err := os.WriteFile(config, []byte(`{"context": {"signet": {"origins": ["https://app.example"]}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	c := startDev(t, t.TempDir(), "--config", config)
	for origin, want := range map[string]string{"https://app.example": "https://app.example", "https://evil.example": "", "https://app.example.evil.example": ""} {
		for _, address := range []string{c.API + "/presign", c.S3 + "/" + c.Bucket + "/uploads/alice/x"} {
			r, err := http.NewRequest("OPTIONS", address, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Origin", origin)
			r.Header.Set("Access-Control-Request-Method", "POST")
			r.Header.Set("Access-Control-Request-Headers", "content-type")
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if got := answer.Header.Get("Access-Control-Allow-Origin"); got != want || (want != "") != (answer.StatusCode < 300) {
				t.Errorf("%s from %s: %d, allowed %q, want %q", address, origin, answer.StatusCode, got, want)
			}
		}
	}
}

// A foreign name that leads here must not become an origin of ours.
func TestForeignHostIsRefused(t *testing.T) {
	c := startDev(t, t.TempDir())
	for _, path := range []string{"/", "/config.json", "/api/healthz", "/oidc/.well-known/openid-configuration"} {
		r, err := http.NewRequest("GET", c.Site+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for host, want := range map[string]int{"evil.example": 421, "127.0.0.1": 421, strings.Replace(strings.TrimPrefix(c.Site, "http://"), "127.0.0.1", "localhost", 1): 200} {
			r.Host = host
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if ok := answer.StatusCode == want || path == "/" && want == 200; !ok {
				t.Errorf("%s as %s: status %d, want %d", path, host, answer.StatusCode, want)
			}
		}
	}
}

func TestSiteHeaders(t *testing.T) {
	c := startDev(t, t.TempDir())
	_, body, header := get(t, c.Site+"/config.json")
	var config struct {
		API  string
		Auth struct{ Issuer, ClientID string }
	}
	if err := json.Unmarshal(body, &config); err != nil || config.API != "/api" || config.Auth.Issuer != c.Site+"/oidc" {
		t.Errorf("config.json is %s", body)
	}
	csp := header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "connect-src 'self' " + c.S3, "frame-ancestors 'none'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("policy %q lacks %s", csp, want)
		}
	}
	if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
		t.Errorf("policy %q is loose", csp)
	}
	if status, _, _ := get(t, c.API+"/nowhere"); status != 404 {
		t.Errorf("unknown route: status %d", status)
	}
}
