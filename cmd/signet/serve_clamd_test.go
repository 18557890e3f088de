package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signet/cmd/signet/internal/heard"
)

// eicar is the test file that every scanner knows (https://www.eicar.org/download-anti-malware-testfile/),
// written backwards here, so that this file is not taken for it.
func eicar() []byte {
	text := []byte(`*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP\4[PA@%P!O5X`)
	slices.Reverse(text)
	return text
}

// startClamd runs Debian's clamd with a database of one signature: its own, of some
// hundred megabytes, comes from a network that the tests do not have.
func startClamd(t *testing.T, settings ...string) string {
	t.Helper()
	if _, err := exec.LookPath("clamd"); err != nil {
		t.Fatalf("%v: make test-relay installs it (Debian: clamav-daemon)", err)
	}
	dir, err := os.MkdirTemp("/tmp", "clamd-") // a socket's path has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	// Type 0 is any file, and * any place in it.
	signature := "Test.EICAR:0:*:" + hex.EncodeToString(eicar()) + "\n"
	socket, config := filepath.Join(dir, "clamd.sock"), filepath.Join(dir, "clamd.conf")
	text := fmt.Sprintf("Foreground yes\nLocalSocket %s\nDatabaseDirectory %s\nTemporaryDirectory %s\nConcurrentDatabaseReload no\n%s\n", socket, dir, dir, strings.Join(settings, "\n"))
	for name, content := range map[string]string{filepath.Join(dir, "test.ndb"): signature, config: text} {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command("clamd", "--config-file="+config)
	var out heard.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
		if t.Failed() {
			t.Logf("clamd:\n%s", &out)
		}
	})
	wantSoon(t, "clamd listens", func() bool {
		l, err := net.Dial("unix", socket)
		if err == nil {
			l.Close()
		}
		return err == nil
	})
	return socket
}

// clamd has the last word: what it finds, what is too long for it, and what it cannot
// be asked about is not stored.
func TestServeClamd(t *testing.T) {
	socket := startClamd(t, "StreamMaxLength 16M", "MaxFileSize 32M", "MaxScanSize 32M")
	s := startServe(t, nil, "--clamd", socket)
	within := slices.Concat(bytesOf(1, 9<<20), eicar(), bytesOf(2, 1<<20))
	for _, c := range []struct {
		what   string
		bytes  []byte
		status int
		code   string
	}{
		{"the test file", eicar(), 422, "MalwareFound"},
		{"the test file within one of 10 MiB", within, 422, "MalwareFound"},
		{"longer than clamd takes", bytesOf(3, 20<<20), 413, "EntityTooLarge"},
	} {
		status, code, text := s.send(t, "PUT", "/api/relay/a.bin", nil, bytes.NewReader(c.bytes))
		if status != c.status || code != c.code {
			t.Errorf("%s: got %d %s, want %d %s", c.what, status, text, c.status, c.code)
		}
		form, kind := formOf("a.bin", "", c.bytes)
		if status, code, text = s.send(t, "POST", "/api/relay", map[string]string{"Content-Type": kind}, bytes.NewReader(form)); status != c.status || code != c.code {
			t.Errorf("%s in a form: got %d %s, want %d %s", c.what, status, text, c.status, c.code)
		}
	}
	s.wantNothing(t)
	for _, n := range []int{0, 10, 12 << 20} {
		status, _, text := s.send(t, "PUT", "/api/relay/a.bin", nil, bytes.NewReader(bytesOf(5, n)))
		wantStored(t, status, text, int64(n))
	}
	if clean, found := s.figure(t, `signet_relay_scans_total{verdict="clean"}`), s.figure(t, `signet_relay_scans_total{verdict="found"}`); clean != 3 || found != 4 {
		t.Errorf("got %v clean and %v found among the metrics, want 3 and 4", clean, found)
	}
}

func TestServeWithoutClamd(t *testing.T) {
	s := startServe(t, nil, "--clamd", "/nonexistent/clamd.sock")
	for _, n := range []int{0, 10, 6 << 20} {
		if status, code, text := s.send(t, "PUT", "/api/relay/a.bin", nil, bytes.NewReader(bytesOf(1, n))); status != http.StatusServiceUnavailable || code != "ServiceUnavailable" {
			t.Errorf("got %d %s, want 503", status, text)
		}
	}
	if status, _, text := s.send(t, "GET", "/readyz", nil, nil); status != http.StatusServiceUnavailable {
		t.Errorf("got %d %s, want 503", status, text)
	}
	s.wantNothing(t)
}
