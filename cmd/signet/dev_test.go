package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"signet/lambda/api"
)

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
		{[]string{"dev", "--dir", t.TempDir(), "--port", "0", "--events", "localhost:3000"}, 1, "--events: got localhost:3000, want an address of https, or of http on this machine"},
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
