package api_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/gateway/gatewaytest"
	"signet/lambda/api"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

// certificate makes a certificate of its own authority for the local gateway's
// names, and gives the files and who trusts it.
func certificate(t *testing.T) (certFile, keyFile string, trust *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "signet test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"s3.localhost", "*.s3.localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(certFile, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600); err != nil {
		t.Fatal(err)
	}
	trust = x509.NewCertPool()
	trust.AppendCertsFromPEM(text)
	return certFile, keyFile, trust
}

// Another S3 store as the target, as the configuration names it, addressed in
// both styles, with and without TLS, with long-lived keys.
func TestOtherStores(t *testing.T) {
	for _, secure := range []bool{false, true} {
		config := gateway.Config{
			Bucket: bucket, Region: "auto", Role: gateway.Role{Policy: grantsOf(t)},
			Users: []gateway.User{{Name: "signer", AccessKeyID: "AKIASTORE", SecretAccessKey: "of-the-store", Policy: grantsOf(t)}},
		}
		var trust *x509.CertPool
		if secure {
			config.CertFile, config.KeyFile, trust = certificate(t)
		}
		g := gatewaytest.Start(t, config)
		scheme, address, _ := strings.Cut(g.URL(), "://")
		_, port, _ := net.SplitHostPort(address)
		for _, pathStyle := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s path style %t", scheme, pathStyle), func(t *testing.T) {
				text := fmt.Sprintf(`{"store": {"bucket": %q, "endpoint": "%s://s3.localhost:%s", "region": "auto", "pathStyle": %t}}`, bucket, scheme, port, pathStyle)
				c, err := upload.ParseContext([]byte(text))
				if err != nil {
					t.Fatal(err)
				}
				c.Resolved = c.Store.Resolved()
				throughStore(t, c, &http.Client{Transport: &http.Transport{
					TLSClientConfig: &tls.Config{RootCAs: trust},
					// Go's resolver knows no *.localhost.
					DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
						return (&net.Dialer{}).DialContext(ctx, network, address)
					},
				}})
			})
		}
	}
}

// grantsOf is the role's policy without a customer key, which other stores have not.
func grantsOf(t *testing.T) string {
	t.Helper()
	policy, err := upload.PolicyDocument(upload.Grants("arn:aws:s3:::"+bucket, []string{"uploads/"}, "", "auto"))
	if err != nil {
		t.Fatal(err)
	}
	return string(policy)
}

// throughStore makes every kind of call, and sends what is signed.
func throughStore(t *testing.T, c upload.Config, client *http.Client) {
	w := serviceWith(t, sharedGateway(t), func(o *api.Options) {
		o.Config, o.HTTP = c, client
		o.Credentials = func(context.Context) (presign.Credentials, error) {
			return presign.Credentials{AccessKeyID: "AKIASTORE", SecretAccessKey: "of-the-store"}, nil
		}
	})
	sub := caller(t)
	do := func(method, address string, headers map[string]string, body []byte) (int, []byte, http.Header) {
		t.Helper()
		r, err := http.NewRequest(method, address, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		if origin := c.Store.Origin(); r.URL.Scheme+"://"+r.URL.Host != origin {
			t.Errorf("%s is signed for %s, want %s", method, r.URL.Host, origin)
		}
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, text, answer.Header
	}

	one := must[api.Presigned](w)(w.as(sub).Presign(t.Context(), api.File{Name: "one.txt", Type: "text/plain", Size: size(5)}))
	if status, text, _ := do(one.Method, one.URL, one.Headers, []byte("hello")); status != 200 {
		t.Fatalf("PUT: %d %s", status, text)
	}
	large := random(9 * upload.MiB)
	u := must[api.Upload](w)(w.as(sub).CreateUpload(t.Context(), api.UploadRequest{Name: "이름.bin", Size: size(int64(len(large)))}))
	for n, part := range [][]byte{large[:u.PartSize], large[u.PartSize:]} {
		if status, text, _ := do("PUT", partURL(u.Sign, n+1), nil, part); status != 200 {
			t.Fatalf("part %d: %d %s", n+1, status, text)
		}
	}
	must[api.Completed](w)(w.as(sub).CompleteUpload(t.Context(), api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: size(int64(len(large)))}))
	there := must[api.FileURL](w)(w.as(sub).FileURL(t.Context(), u.Key, ""))
	if status, text, _ := do("GET", there.URL, nil, nil); status != 200 || sha256.Sum256(text) != sha256.Sum256(large) {
		t.Errorf("download: status %d, %d bytes that are not the file's", status, len(text))
	}

	session := w.companion(sub)
	begun := session.begin("b.bin")
	var part api.CompanionPart
	session.get(session.at(begun, "/1"), &part)
	_, _, header := do("PUT", part.URL, nil, []byte("part"))
	var object api.CompanionObject
	session.post(session.at(begun, "/complete"), fmt.Sprintf(`{"parts":[{"PartNumber":1,"ETag":%q}]}`, header.Get("ETag")), &object)
	if !strings.HasPrefix(object.Location, c.Store.Origin()+"/") {
		t.Errorf("the object is at %s, want it at %s", object.Location, c.Store.Origin())
	}
	files := must[api.FileList](w)(w.as(sub).ListFiles(t.Context(), api.FilesQuery{}))
	if len(files.Files) != 3 {
		t.Errorf("got %d files, want 3: %+v", len(files.Files), files.Files)
	}
}
