//go:build unix

package gateway

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func (g *Gateway) put(t *testing.T, key, body string) {
	t.Helper()
	send(t, g.presign(t, "PUT", "/uploads/"+key, body, nil)).want(t, 200, "")
}

func TestUploadSurvivesKill(t *testing.T) {
	dir := t.TempDir()
	g := launch(t, testConfig(dir))
	bucket, key := aws.String(testBucket), aws.String("mine/big")
	g.put(t, "mine/small", "hello")
	up, err := g.roleClient().CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key, ContentType: aws.String("text/plain")})
	if err != nil {
		t.Fatal(err)
	}
	part := func(number int32) []byte { return bytes.Repeat([]byte{byte(number)}, 5<<20) }
	upload := func(number int32) {
		t.Helper()
		if _, err := g.roleClient().UploadPart(t.Context(), &s3.UploadPartInput{Bucket: bucket, Key: key, UploadId: up.UploadId,
			PartNumber: &number, Body: bytes.NewReader(part(number))}); err != nil {
			t.Fatal(err)
		}
	}
	upload(1)
	if err := syscall.Kill(g.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := g.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("got %v from Wait, want it to say killed", err)
	}

	// A completion that was under way when it died had claimed the upload.
	uploads, err := filepath.Glob(filepath.Join(dir, "data", testBucket, ".sgwtmp", "multipart", "*", *up.UploadId))
	if err != nil || len(uploads) != 1 {
		t.Fatalf("got uploads %q, %v, want one", uploads, err)
	}
	if err := os.Rename(uploads[0], uploads[0]+".0123456789abcdef-1"+claimed); err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(filepath.Dir(uploads[0]), fmt.Sprintf("%x.123", sha256.Sum256(nil)))
	if err := os.WriteFile(half, []byte("half a part"), 0o600); err != nil {
		t.Fatal(err)
	}

	g = launch(t, testConfig(dir))
	if _, err := os.Stat(half); !os.IsNotExist(err) {
		t.Errorf("got %v for a left over file, want it gone", err)
	}
	if got := g.stored(t); got != "mine/small:5" {
		t.Errorf("got %q stored, want the small object", got)
	}
	listed, err := g.roleClient().ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: bucket})
	if err != nil || len(listed.Uploads) != 1 || *listed.Uploads[0].UploadId != *up.UploadId {
		t.Fatalf("got uploads %v, %v, want the one", listed, err)
	}
	upload(2)
	parts, err := g.roleClient().ListParts(t.Context(), &s3.ListPartsInput{Bucket: bucket, Key: key, UploadId: up.UploadId})
	if err != nil || len(parts.Parts) != 2 {
		t.Fatalf("got parts %v, %v, want two", parts, err)
	}
	var done types.CompletedMultipartUpload
	for _, p := range parts.Parts {
		done.Parts = append(done.Parts, types.CompletedPart{PartNumber: p.PartNumber, ETag: p.ETag})
	}
	if _, err := g.roleClient().CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{Bucket: bucket, Key: key, UploadId: up.UploadId, MultipartUpload: &done}); err != nil {
		t.Fatal(err)
	}
	a := send(t, g.presign(t, "GET", "/uploads/mine/big", "", nil))
	if a.body != string(part(1))+string(part(2)) || a.header.Get("Content-Type") != "text/plain" {
		t.Errorf("got %d bytes of %q, want both parts as text/plain", len(a.body), a.header.Get("Content-Type"))
	}
}

func TestVersioning(t *testing.T) {
	dir := t.TempDir()
	g := launch(t, testConfig(dir))
	g.put(t, "mine/a", "one")
	g.put(t, "mine/a", "three")
	send(t, g.presign(t, "DELETE", "/uploads/mine/a", "", nil)).want(t, 204, "")
	send(t, g.presign(t, "GET", "/uploads/mine/a", "", nil)).want(t, 404, "NoSuchKey")
	_ = g.Close()

	g = launch(t, testConfig(dir))
	if got := g.stored(t); got != "mine/a:5 mine/a:3" {
		t.Fatalf("got versions %q, want both", got)
	}
	out, err := g.roleClient().ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(testBucket), Prefix: aws.String("mine/")})
	if err != nil || len(out.DeleteMarkers) != 1 {
		t.Fatalf("got %v, %v, want one delete marker", out, err)
	}
	first := out.Versions[1]
	if a := send(t, g.presign(t, "GET", "/uploads/mine/a?versionId="+*first.VersionId, "", nil)); a.body != "one" {
		t.Errorf("got %d %q, want the first version", a.status, a.body)
	}
	send(t, g.presign(t, "DELETE", "/uploads/mine/a?versionId="+*first.VersionId, "", nil)).want(t, 403, "AccessDenied")
}

func TestCloseEndsTheProcess(t *testing.T) {
	g := newGateway(t)
	r := g.presign(t, "PUT", "/uploads/mine/a", "hello", nil)
	idle, err := net.Dial("tcp", r.URL.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = idle.Close() }()
	busy, err := net.Dial("tcp", r.URL.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = busy.Close() }()
	_, _ = fmt.Fprintf(busy, "PUT %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 5\r\n\r\nhel", r.URL.RequestURI(), r.URL.Host)

	_ = g.Close()
	if err := g.child.failure(); err == nil || err.Error() != "exit status 0" {
		t.Errorf("got %v, want the child to end by itself, not to be killed", err)
	}
	if err := syscall.Kill(g.PID(), 0); err != syscall.ESRCH {
		t.Errorf("got %v for the child's process, want none", err)
	}
	if err := g.Wait(); err != nil {
		t.Errorf("got %v from Wait after Close, want nil", err)
	}
	_ = g.Close() // again
	if _, err := net.Dial("tcp", r.URL.Host); err == nil {
		t.Error("got a connection after Close, want none")
	}
}

func TestParentKilled(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), testParent+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, address, ok := strings.Cut(strings.TrimSpace(line), " http://")
	if !ok {
		t.Fatalf("got %q from the parent, want a process and an address", line)
	}
	_, err = Start(t.Context(), testConfig(dir))
	if err == nil || !strings.Contains(err.Error(), strconv.Itoa(cmd.Process.Pid)) {
		t.Errorf("got %v, want the folder to be in use by process %d", err, cmd.Process.Pid)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed, as it should be
	// The folder is free once the child is gone.
	launch(t, testConfig(dir))
	if conn, err := net.Dial("tcp", address); err == nil {
		_ = conn.Close()
		t.Error("got a connection to the old gateway, want none")
	}
}

func TestPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := testConfig(t.TempDir())
	c.Addr = l.Addr().String()
	if _, err = Start(t.Context(), c); err == nil || !strings.Contains(err.Error(), c.Addr) {
		t.Errorf("got %v, want an error that names %s", err, c.Addr)
	}
	_ = l.Close()
	if g := launch(t, c); g.URL() != "http://"+c.Addr {
		t.Errorf("got %s, want the address asked for, %s", g.URL(), c.Addr)
	}
}

func TestSecretsStayHidden(t *testing.T) {
	g := newGateway(t)
	creds, _ := g.Credentials(t.Context())
	for _, file := range []string{"cmdline", "environ"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", g.PID(), file))
		if os.IsNotExist(err) {
			t.Fatal("what a process was started with is read from /proc: run this on Linux")
		}
		if err != nil || len(text) == 0 {
			t.Fatalf("%s: got %d bytes, %v", file, len(text), err)
		}
		for _, secret := range []string{reader.SecretAccessKey, creds.SecretAccessKey, string(g.key), rolePolicy} {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s shows a secret", file)
			}
		}
	}
}

func TestNotAChild(t *testing.T) {
	if IsChild() {
		t.Error("got a child, want the test's own process")
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{childMark + "=1"}
	cmd.Stdin = strings.NewReader("rubbish\n")
	out, err := cmd.Output()
	if err == nil || !strings.Contains(string(out), "not readable") {
		t.Errorf("got %q, %v, want a failure that says why", out, err)
	}
}

func TestStrayRequests(t *testing.T) {
	g := newGateway(t)
	for _, path := range []string{"/", "/uploads", "/uploads/mine/a", "/create-user", "/list-users"} {
		for _, method := range []string{"GET", "PATCH", "PUT", "DELETE"} {
			r, err := http.NewRequestWithContext(t.Context(), method, g.URL()+path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			if a := send(t, r); a.status < 400 || a.status >= 500 {
				t.Errorf("%s %s unsigned: got %d, want a refusal", method, path, a.status)
			}
		}
	}
}
