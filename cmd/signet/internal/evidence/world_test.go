package evidence

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/gateway/gatewaytest"
	"signet/lambda/explain"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

func TestMain(m *testing.M) { gatewaytest.Main(m) }

// sample is a request with its label.
type sample struct {
	Name   string `json:"name"`
	Want   string `json:"want"`
	Signer string `json:"signer"`
	// Answer is gateway, for one that was really given, documented, for one that
	// AWS or the named page describes, or none.
	Answer  string          `json:"answer"`
	Source  string          `json:"source,omitempty"` // of a documented answer
	Request explain.Request `json:"request"`
}

const (
	fromGateway    = "gateway"
	fromDocuments  = "documented"
	withoutAnswer  = "none"
	corpusBucket   = "corpus-bucket"
	corpusRegion   = "ap-northeast-2"
	corpusKMS      = "arn:aws:kms:ap-northeast-2:" + gateway.AccountID + ":key/corpus"
	corpusOrigin   = "https://app.example.org"
	readerID       = "AKIAREADERREADER0000"
	readerSecret   = "reader-secret"
	corpusSSE      = "x-amz-server-side-encryption"
	corpusMetadata = "x-amz-meta-note"
)

// generator makes samples. All that varies comes from random.
type generator struct {
	t       *testing.T
	random  *rand.Rand
	signers *signers
	main    *gateway.Gateway
	samples []sample
}

func newGenerator(t *testing.T, seed uint64) *generator {
	t.Helper()
	g := &generator{t: t, random: rand.New(rand.NewPCG(seed, 0)), signers: newSigners(t)}
	g.main = g.gateway(gateway.Config{})
	return g
}

// gateway starts one more gateway, with what is particular about it.
func (g *generator) gateway(c gateway.Config) *gateway.Gateway {
	g.t.Helper()
	c.Bucket, c.Region, c.KMSKey, c.Role.Policy = corpusBucket, corpusRegion, corpusKMS, gatewaytest.UploadPolicy(g.t, corpusBucket, corpusKMS, corpusRegion)
	c.Origins = []string{corpusOrigin}
	c.Users = []gateway.User{{Name: "reader", AccessKeyID: readerID, SecretAccessKey: readerSecret}}
	return gatewaytest.Start(g.t, c)
}

func (g *generator) keys(at *gateway.Gateway) presign.Credentials {
	c, err := at.SigningCredentials(context.Background())
	if err != nil {
		g.t.Fatal(err)
	}
	return c
}

func pick[T any](g *generator, list ...T) T { return list[g.random.IntN(len(list))] }

// word is some letters, so that no two samples are alike.
func (g *generator) word() string {
	b := make([]byte, 6)
	for i := range b {
		b[i] = "abcdefghijklmnopqrstuvwxyz"[g.random.IntN(26)]
	}
	return string(b)
}

// key is one below the prefix that the role may use.
func (g *generator) key() string {
	return "uploads/ada/" + g.word() + "/" + pick(g, "photo.jpg", "report 2026.pdf", "ünïcode.txt", "a(1).png", "파일.zip", "film.mov")
}

// put is a PUT to the gateway, signed but for what a sample changes.
func (g *generator) put(at *gateway.Gateway, headers ...upload.Header) wish {
	return wish{method: "PUT", base: at.URL() + "/" + corpusBucket, key: g.key(), region: corpusRegion, keys: g.keys(at), headers: headers}
}

func (g *generator) get(at *gateway.Gateway, key string) wish {
	return wish{method: "GET", base: at.URL() + "/" + corpusBucket, key: key, region: corpusRegion, keys: g.keys(at)}
}

// ask sends a request and records it with its answer, as `--header`s and curl -i
// would have it.
func (g *generator) ask(s signed) explain.Request {
	g.t.Helper()
	r, err := http.NewRequestWithContext(g.t.Context(), s.method, s.url, strings.NewReader(s.body))
	if err != nil {
		g.t.Fatal(err)
	}
	if s.host != "" {
		r.Host = s.host
	}
	for _, h := range s.headers {
		r.Header.Set(h.Name, h.Value)
	}
	if s.body == "" && s.method != "PUT" {
		r.Body, r.ContentLength = nil, 0
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	size := int64(len(s.body))
	out := explain.Request{Method: s.method, URL: s.url, Headers: s.headers, Time: time.Now().UTC().Truncate(time.Second), BodySize: &size, Status: answer.StatusCode, Response: string(said)}
	if out.Headers == nil {
		out.Headers = []upload.Header{}
	}
	for name := range answer.Header {
		out.ResponseHeaders = append(out.ResponseHeaders, upload.Header{Name: name, Value: answer.Header.Get(name)})
	}
	return out
}

// failed records a sample that the gateway has to refuse.
func (g *generator) failed(name string, want explain.Code, by string, r explain.Request) {
	g.t.Helper()
	if want != explain.OK && r.Status < 300 && want != explain.CORSOrigin {
		g.t.Errorf("%s by %s: got %d, want a refusal", name, by, r.Status)
	}
	if want == explain.OK && (r.Status == 0 || r.Status >= 400) {
		g.t.Errorf("%s by %s: got %d %s, want it accepted", name, by, r.Status, r.Response)
	}
	g.samples = append(g.samples, sample{Name: name, Want: string(want), Signer: by, Answer: fromGateway, Request: r})
}

// all runs a sample for each signer.
func (g *generator) all(sample func(by string)) {
	for _, by := range []string{bySignet, bySDK, byBotocore} {
		sample(by)
	}
}
