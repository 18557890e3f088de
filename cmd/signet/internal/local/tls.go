package local

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// Life of the site's certificate, and what has to be left of it at a start. Browsers
// take none of a longer life.
const (
	certificateLife = 397 * 24 * time.Hour
	certificateLeft = 24 * time.Hour
)

// uploadBuffer is what one HTTP/2 connection may have on its way to the site, in bytes:
// a browser's window does not narrow a line of 50 ms at 300 MB/s.
const uploadBuffer = 16 << 20

// certificate is that of the site, for this machine's own names, which the folder
// keeps so that who has taken it once need not again. file is it in PEM.
func certificate(dir string) (c tls.Certificate, file string, err error) {
	dir = filepath.Join(dir, "tls")
	file, keyFile := filepath.Join(dir, "site.pem"), filepath.Join(dir, "site-key.pem")
	if c, err = tls.LoadX509KeyPair(file, keyFile); err == nil && time.Until(c.Leaf.NotAfter) > certificateLeft {
		return c, file, nil
	}
	cert, key, err := newCertificate()
	if err != nil {
		return c, "", err
	}
	err = errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(file, cert, 0o644), os.WriteFile(keyFile, key, 0o600))
	if err != nil {
		return c, "", err
	}
	c, err = tls.X509KeyPair(cert, key)
	return c, file, err
}

func newCertificate() (cert, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "signet dev"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(certificateLife),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		// It signs itself, and SSL_CERT_FILE takes it as it is.
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return nil, nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), nil
}

// encrypt has the server speak TLS, and with it HTTP/2.
func encrypt(s *http.Server, c tls.Certificate) {
	s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{c}, MinVersion: tls.VersionTLS12}
	s.HTTP2 = &http.HTTP2Config{MaxReceiveBufferPerConnection: uploadBuffer, MaxReceiveBufferPerStream: uploadBuffer / 16}
}

// trusting makes requests to the site itself, whose certificate only it knows.
func trusting(c tls.Certificate) *http.Transport {
	pool := x509.NewCertPool()
	pool.AddCert(c.Leaf)
	return &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
}
