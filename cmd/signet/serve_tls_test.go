package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// certify writes a certificate of 127.0.0.1 and its key, and gives who trusts it.
func certify(t *testing.T, dir string, serial int64) (cert, key string, trust *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	public, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key, trust = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), x509.NewCertPool()
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: public})
	trust.AppendCertsFromPEM(text)
	// The key first: the server looks at the certificate.
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: secret}), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cert, text, 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(time.Duration(serial) * time.Second)
	if err := os.Chtimes(cert, at, at); err != nil {
		t.Fatal(err)
	}
	return cert, key, trust
}

// Over TLS, by HTTP/2 and HTTP/1.1; a renewed certificate is shown without a restart.
func TestServeTLS(t *testing.T) {
	dir := t.TempDir()
	cert, key, trust := certify(t, dir, 1)
	s := startServe(t, nil, "--tls-cert", cert, "--tls-key", key, "--stall", "1s")
	content := bytesOf(5, 12<<20)
	for proto, transport := range map[string]*http.Transport{
		"HTTP/2.0": {TLSClientConfig: &tls.Config{RootCAs: trust}, ForceAttemptHTTP2: true},
		"HTTP/1.1": {TLSClientConfig: &tls.Config{RootCAs: trust}},
	} {
		for what, body := range map[string]io.Reader{"known": bytes.NewReader(content), "unknown": io.MultiReader(bytes.NewReader(content))} {
			status, got, text := s.overTLS(t, transport, body)
			done := wantStored(t, status, text, int64(len(content)))
			if got != proto {
				t.Errorf("got %s, want %s", got, proto)
			}
			signed, err := s.client().FileURL(t.Context(), done.Key, "")
			if err != nil {
				t.Fatal(err)
			}
			if _, back, _ := get(t, signed.URL); hexSum(back) != hexSum(content) {
				t.Errorf("%s, of %s length: got other bytes back", proto, what)
			}
		}
		// A sender that stalls, and one that breaks off.
		stalled, writer := io.Pipe()
		go writer.Write(content[:6<<20])
		if status, _, text := s.overTLS(t, transport, stalled); status != http.StatusRequestTimeout {
			t.Errorf("%s: got %d %s for one that stalls, want 408", proto, status, text)
		}
		stalled.Close()
		broken := io.MultiReader(bytes.NewReader(content[:6<<20]), &failing{})
		r := s.tlsRequest(t, broken)
		if _, err := transport.RoundTrip(r); err == nil {
			t.Errorf("%s: got an answer for a body that broke off", proto)
		}
	}
	wantSoon(t, "no upload is under way", func() bool { return s.figure(t, "signet_relay_uploads_under_way") == 0 })
	page, err := s.client().ListUploads(t.Context(), "")
	if err != nil || len(page.Uploads) != 0 {
		t.Errorf("got %v (%v), want no unfinished upload", page, err)
	}
	_, _, renewed := certify(t, dir, 2)
	if status, _, text := s.overTLS(t, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: renewed}}, bytes.NewReader(content[:5])); status != http.StatusCreated {
		t.Errorf("got %d %s after the certificate was renewed, want 201", status, text)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

func (s *server) tlsRequest(t *testing.T, body io.Reader) *http.Request {
	t.Helper()
	r, err := http.NewRequest("PUT", "https://"+s.Address+"/api/relay/a.bin", body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.Token)
	return r
}

func (s *server) overTLS(t *testing.T, transport *http.Transport, body io.Reader) (status int, proto string, text []byte) {
	t.Helper()
	answer, err := transport.RoundTrip(s.tlsRequest(t, body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, err = io.ReadAll(answer.Body); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Proto, text
}
