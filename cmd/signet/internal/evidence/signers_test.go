package evidence

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"signet/lambda/presign"
	"signet/lambda/upload"
)

// The signers that make the corpus.
const (
	bySignet   = "signet"
	bySDK      = "aws-sdk-go-v2"
	byBotocore = "botocore"
)

// wish is a request to sign in the query.
type wish struct {
	method  string
	base    string // scheme://host of the bucket, with a path before the key where it has one
	key     string // empty: the bucket
	query   []upload.Header
	headers []upload.Header // to be signed, besides host
	expires int             // seconds
	at      time.Time       // zero: now; botocore always signs now
	region  string
	service string // empty: s3
	keys    presign.Credentials
}

// signed is a request as its signer gave it away.
type signed struct {
	method, url string
	headers     []upload.Header
	host        string // other than the URL's; empty: the URL's
	body        string
}

// signers sign one wish each in their own way. botocore is a process that stays.
type signers struct {
	python *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Scanner
}

func newSigners(t *testing.T) *signers {
	t.Helper()
	python := "../../../../.venv/bin/python"
	if _, err := os.Stat(python); err != nil {
		python = "python3"
	}
	s := &signers{python: exec.Command(python, "testdata/sign.py")}
	var err error
	if s.in, err = s.python.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := s.python.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.out = bufio.NewScanner(out)
	s.out.Buffer(nil, 1<<20)
	s.python.Stderr = os.Stderr
	if err := s.python.Start(); err != nil {
		t.Fatalf("got no botocore (%v), want it as a signer: run make .venv/.boto3", err)
	}
	t.Cleanup(func() { _ = s.in.Close(); _ = s.python.Wait() })
	return s
}

func (s *signers) sign(t *testing.T, by string, w wish) signed {
	t.Helper()
	if w.at.IsZero() {
		w.at = time.Now()
	}
	if w.service == "" {
		w.service = "s3"
	}
	if w.expires == 0 {
		w.expires = 900
	}
	out := signed{method: w.method, headers: w.headers}
	switch by {
	case bySignet:
		out.url = signSignet(w)
	case bySDK:
		out.url = signSDK(t, w)
	default:
		out.url = s.signBotocore(t, w)
	}
	return out
}

func (w wish) path() string {
	if w.key == "" {
		return "/"
	}
	return "/" + presign.EscapePath(w.key)
}

// address is the URL before it is signed.
func (w wish) address() string {
	query := presign.Message{Query: w.query}.CanonicalQuery()
	if query == "" {
		return w.base + w.path()
	}
	return w.base + w.path() + "?" + query
}

// signSignet signs by the rules that package presign has.
func signSignet(w wish) string {
	_, host, _ := strings.Cut(w.base, "://")
	host, path, _ := strings.Cut(host, "/")
	if path != "" {
		path = "/" + path
	}
	scope := presign.Scope{Time: w.at, Region: w.region, Service: w.service}
	m := presign.Message{Method: w.method, Path: path + w.path(), Headers: append([]upload.Header{{Name: "host", Value: host}}, w.headers...)}
	m.Query = append(m.Query, w.query...)
	m.Query = append(m.Query, upload.Header{Name: "X-Amz-Algorithm", Value: presign.Algorithm},
		upload.Header{Name: "X-Amz-Credential", Value: w.keys.AccessKeyID + "/" + scope.String()},
		upload.Header{Name: "X-Amz-Date", Value: w.at.UTC().Format("20060102T150405Z")},
		upload.Header{Name: "X-Amz-Expires", Value: strconv.Itoa(w.expires)},
		upload.Header{Name: "X-Amz-SignedHeaders", Value: m.SignedHeaders()})
	if w.keys.SessionToken != "" {
		m.Query = append(m.Query, upload.Header{Name: "X-Amz-Security-Token", Value: w.keys.SessionToken})
	}
	signature := w.keys.Sign(scope, scope.StringToSign(m.CanonicalRequest()))
	return w.base + w.path() + "?" + m.CanonicalQuery() + "&X-Amz-Signature=" + signature
}

func signSDK(t *testing.T, w wish) string {
	t.Helper()
	r, err := http.NewRequest(w.method, w.address(), nil)
	if err != nil {
		t.Fatal(err)
	}
	query := r.URL.Query()
	query.Set("X-Amz-Expires", strconv.Itoa(w.expires))
	r.URL.RawQuery = query.Encode()
	for _, h := range w.headers {
		r.Header.Set(h.Name, h.Value)
		if strings.EqualFold(h.Name, "content-length") {
			r.ContentLength, _ = strconv.ParseInt(h.Value, 10, 64)
		}
	}
	keys := aws.Credentials{AccessKeyID: w.keys.AccessKeyID, SecretAccessKey: w.keys.SecretAccessKey, SessionToken: w.keys.SessionToken}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping, o.DisableHeaderHoisting = true, true })
	url, _, err := signer.PresignHTTP(t.Context(), keys, r, "UNSIGNED-PAYLOAD", w.service, w.region, w.at)
	if err != nil {
		t.Fatal(err)
	}
	return url
}

func (s *signers) signBotocore(t *testing.T, w wish) string {
	t.Helper()
	headers := map[string]string{}
	for _, h := range w.headers {
		headers[h.Name] = h.Value
	}
	job := map[string]any{"method": w.method, "url": w.address(), "headers": headers, "expires": w.expires, "region": w.region, "service": w.service,
		"accessKey": w.keys.AccessKeyID, "secret": w.keys.SecretAccessKey, "token": w.keys.SessionToken}
	line, err := json.Marshal(job)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.in.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
	if !s.out.Scan() {
		t.Fatalf("botocore ended: %v", s.out.Err())
	}
	var out string
	if err := json.Unmarshal(s.out.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// with gives the request another value of a query parameter; empty: none.
func (s signed) with(name, value string) signed {
	u, err := url.Parse(s.url)
	if err != nil {
		panic(err)
	}
	var parts []string
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		if n, _, _ := strings.Cut(part, "="); n != name {
			parts = append(parts, part)
		} else if value != "" {
			parts = append(parts, name+"="+value)
		}
	}
	head, _, _ := strings.Cut(s.url, "?")
	s.url = head + "?" + strings.Join(parts, "&")
	return s
}

// send gives the request another value of a header; empty: none.
func (s signed) send(name, value string) signed {
	var headers []upload.Header
	there := false
	for _, h := range s.headers {
		if strings.EqualFold(h.Name, name) {
			there = true
			h.Value = value
		}
		if h.Value != "" {
			headers = append(headers, h)
		}
	}
	if !there && value != "" {
		headers = append(headers, upload.Header{Name: name, Value: value})
	}
	s.headers = headers
	return s
}
