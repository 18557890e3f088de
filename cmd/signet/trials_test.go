package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/gateway/gatewaytest"
)

// bucketShop is a bucket of somebody's own, and a folder beside it.
type bucketShop struct {
	t   *testing.T
	url string
	dir string
}

const (
	shopOwner  = "AKIDTRIALSOWNER"
	shopKeeper = "AKIDTRIALSKEEPER"
	shopSecret = "not-a-secret-anywhere-else"
)

// newBucketShop starts a gateway whose keeper may do all but store.
func newBucketShop(t *testing.T, certFile, keyFile string) bucketShop {
	t.Helper()
	may := func(actions string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[` + actions + `],"Resource":["arn:aws:s3:::shop","arn:aws:s3:::shop/*"]}]}`
	}
	g := gatewaytest.Start(t, gateway.Config{
		Bucket: "shop", Role: gateway.Role{Policy: may(`"s3:*"`)}, CertFile: certFile, KeyFile: keyFile,
		Users: []gateway.User{
			{Name: "owner", AccessKeyID: shopOwner, SecretAccessKey: shopSecret, Policy: may(`"s3:*"`)},
			{Name: "keeper", AccessKeyID: shopKeeper, SecretAccessKey: shopSecret, Policy: may(`"s3:ListBucket","s3:GetObject","s3:DeleteObject"`)},
		},
	})
	return bucketShop{t, g.URL(), t.TempDir()}
}

// does runs a command and gives all that it says, and its exit code.
func (s bucketShop) does(id string, env []string, args ...string) (said string, code int) {
	s.t.Helper()
	cmd := signet(args...)
	cmd.Dir, cmd.Env = s.dir, append(append(cmd.Env, "HOME="+s.dir, "AWS_ENDPOINT_URL="+s.url, "AWS_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ACCESS_KEY_ID="+id, "AWS_SECRET_ACCESS_KEY="+shopSecret), env...)
	out, err := cmd.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return string(out), exit.ExitCode()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return string(out), 0
}

func (s bucketShop) write(name, content string) {
	s.t.Helper()
	file := filepath.Join(s.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(content), 0o600)); err != nil {
		s.t.Fatal(err)
	}
}

// A file that was renamed and could not be stored under its new name is not deleted
// under its old one.
func TestNothingIsDeletedAfterAFailure(t *testing.T) {
	s := newBucketShop(t, "", "")
	s.write("site/old.bin", "precious")
	if said, code := s.does(shopOwner, nil, "sync", "site", "s3://shop/site/"); code != 0 {
		t.Fatal(said)
	}
	if err := os.Rename(filepath.Join(s.dir, "site/old.bin"), filepath.Join(s.dir, "site/new.bin")); err != nil {
		t.Fatal(err)
	}
	said, code := s.does(shopKeeper, nil, "sync", "site", "s3://shop/site/", "--delete")
	if code == 0 || !strings.Contains(said, "AccessDenied") || !strings.Contains(said, "nothing is deleted, because not all could be read and stored") {
		t.Errorf("exit code %d, said %s", code, said)
	}
	if said, _ := s.does(shopOwner, nil, "ls", "-q", "-R", "--bucket", "shop"); said != "site/old.bin\n" {
		t.Errorf("the bucket holds %q", said)
	}
}

// An authority of one's own is named as for the AWS CLI, and counts for the bytes too.
func TestAuthorityOfTheAWSCLI(t *testing.T) {
	lender := httptest.NewTLSServer(nil) // of a certificate for 127.0.0.1
	defer lender.Close()
	pair := lender.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: pair.Certificate[0]}, keyFile: {Type: "PRIVATE KEY", Bytes: key}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := newBucketShop(t, certFile, keyFile)
	s.write("small.txt", "small")
	s.write("site/large.bin", string(bytes.Repeat([]byte("0123456789abcdef"), 20<<20/16)))
	s.write("config", fmt.Sprintf("[profile own]\nregion = us-east-1\nca_bundle = %s\n", certFile))
	for name, env := range map[string][]string{
		"AWS_CA_BUNDLE": {"AWS_CA_BUNDLE=" + certFile}, "ca_bundle": {"AWS_CA_BUNDLE=", "AWS_CONFIG_FILE=" + filepath.Join(s.dir, "config"), "AWS_PROFILE=own"},
	} {
		for _, args := range [][]string{
			{"put", "small.txt", "--bucket", "shop", "--prefix", name + "/"}, {"sync", "site", "s3://shop/" + name},
			{"get", name + "/large.bin", "--bucket", "shop", "-o", name + ".bin"}, {"sync", "s3://shop/" + name, "back-" + name},
		} {
			if said, code := s.does(shopOwner, env, args...); code != 0 {
				t.Errorf("%s: %q: exit code %d, said %s", name, args, code, said)
			}
		}
	}
	if said, code := s.does(shopOwner, nil, "put", "small.txt", "--bucket", "shop"); code != exitFailed || !strings.Contains(said, "certificate") || strings.Contains(said, "lost") {
		t.Errorf("a certificate that nobody vouches for: exit code %d, said %s", code, said)
	}
}

// Names that are long here, and what a terminal would act on.
func TestLongAndUglyNames(t *testing.T) {
	s := newBucketShop(t, "", "")
	s.write("a.txt", "a")
	if said, code := s.does(shopOwner, nil, "put", "a.txt", "--bucket", "shop"); code != 0 {
		t.Fatal(said)
	}
	for _, n := range []int{235, 255} {
		if said, code := s.does(shopOwner, nil, "get", "a.txt", "--bucket", "shop", "-o", strings.Repeat("z", n)); code != 0 {
			t.Errorf("%d bytes: exit code %d, said %s", n, code, said)
		}
	}
	s.write("site/evil\u009b2J\x1b[2J.txt", "x")
	if said, code := s.does(shopOwner, nil, "sync", "site", "s3://shop/esc"); code != 0 || strings.ContainsAny(said, "\u009b\x1b") {
		t.Errorf("exit code %d, said %q", code, said)
	}
	if err := os.RemoveAll(filepath.Join(s.dir, "site")); err != nil {
		t.Fatal(err)
	}
	s.write("site/b.txt", "b")
	for _, more := range []string{"--dry-run", "-q"} {
		if said, code := s.does(shopOwner, nil, "sync", "site", "s3://shop/esc", "--delete", more); code != 0 || strings.ContainsAny(said, "\u009b\x1b") {
			t.Errorf("%s: exit code %d, said %q", more, code, said)
		}
	}
}
