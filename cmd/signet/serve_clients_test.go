package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// sizes are those of the files that every client sends.
func sizes() []int64 {
	if relayFull() {
		return []int64{0, 5 << 20, 2 << 30}
	}
	return []int64{0, 5 << 20, 40 << 20}
}

// fileOf writes a file, and gives its SHA-256.
func fileOf(t *testing.T, size int64) (path, sum string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), fmt.Sprintf("%d.bin", size))
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(file, h), &repeated{piece: bytesOf(7, 1<<20+3), left: size}); err != nil {
		t.Fatal(err)
	}
	return path, hex.EncodeToString(h.Sum(nil))
}

// curl puts, with a length and without, and sends a form.
func TestServeCurl(t *testing.T) {
	s := startServe(t, nil)
	for _, size := range sizes() {
		file, sum := fileOf(t, size)
		for _, words := range [][]string{
			{"-T", file, s.url + "/api/relay/"},
			{"-T", "-", s.url + "/api/relay/from-a-pipe.bin"},
			{"-F", "file=@" + file, s.url + "/api/relay"},
		} {
			c := exec.Command("curl", append([]string{"-sS", "--fail-with-body", "-H", "Authorization: Bearer " + s.Token}, words...)...)
			in, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			c.Stdin = in
			out, err := c.Output()
			in.Close()
			if err != nil {
				t.Fatalf("curl %s: %v\n%s", words[0], err, out)
			}
			if got := s.sha256Of(t, wantStored(t, http.StatusCreated, out, size).Key); got != sum {
				t.Errorf("curl %s of %d bytes: got other bytes back", words[0], size)
			}
		}
		os.Remove(file)
	}
	wantLittle(t, s)
}

// wantLittle holds the server's memory to its goal, whatever it was sent.
func wantLittle(t *testing.T, s *server) {
	t.Helper()
	_, peak := rss(t, s.process.Process.Pid)
	t.Logf("the server had at most %d kB in memory", peak/1000)
	if peak > memoryGoal {
		t.Errorf("got %d bytes in memory at most, want %d or less", peak, memoryGoal)
	}
}

// Python's requests.
func TestServePython(t *testing.T) {
	s := startServe(t, nil)
	for _, size := range sizes() {
		file, sum := fileOf(t, size)
		c := exec.Command(clientTool(t, "python"), "testdata/relay/send.py", s.url+"/api", file)
		c.Env = append(os.Environ(), "SIGNET_TOKEN="+s.Token)
		c.Stderr = os.Stderr
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		var keys []string
		if err := json.Unmarshal(out, &keys); err != nil || len(keys) == 0 {
			t.Fatalf("got %s (%v), want keys", out, err)
		}
		for _, key := range keys {
			if got := s.sha256Of(t, key); got != sum {
				t.Errorf("%s of %d bytes: got other bytes back", key, size)
			}
		}
		os.Remove(file)
	}
	wantLittle(t, s)
}

// startPage starts a server with a page, which has to know its own address.
func startPage(t *testing.T, settings map[string]any) (s *server, origin string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	origin = "http://" + address
	return startServe(t, settings, "--listen", address, "--origin", origin), origin
}

// The page in Chromium with JavaScript off.
func TestServeForm(t *testing.T) {
	s, origin := startPage(t, nil)
	words := []string{"testdata/relay/form.mjs", origin + "/relay"}
	var sums []string
	for _, size := range sizes() {
		file, sum := fileOf(t, size)
		words, sums = append(words, file), append(sums, sum)
	}
	c := exec.Command("node", words...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var page struct {
		Cookies []struct {
			Name, SameSite   string
			Secure, HTTPOnly bool
		}
		Results []struct{ Result, Key string }
		Left    []string
	}
	if err := json.Unmarshal(out, &page); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if len(page.Cookies) != 1 || page.Cookies[0].SameSite != "Strict" || !page.Cookies[0].Secure || !page.Cookies[0].HTTPOnly {
		t.Errorf("got cookies %v, want one that is strict, secure and out of scripts' reach", page.Cookies)
	}
	for i, r := range page.Results {
		if !strings.HasPrefix(r.Result, "Stored") {
			t.Fatalf("got %q, want it stored", r.Result)
		}
		if got := s.sha256Of(t, r.Key); got != sums[i] {
			t.Errorf("file %d: got other bytes back", i)
		}
	}
	if len(page.Results) != len(sums) || len(page.Left) != 0 {
		t.Errorf("got %d results and cookies %v at the end, want %d and none", len(page.Results), page.Left, len(sums))
	}
	wantLittle(t, s)
}
