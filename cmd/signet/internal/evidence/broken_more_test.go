package evidence

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"strings"

	"signet/lambda/explain"
	"signet/lambda/upload"
)

// brokenUploads breaks multipart uploads.
func (g *generator) brokenUploads(by string) {
	id, key := g.begin(by)
	part := func(n, size int) string {
		w := g.put(g.main)
		w.key, w.query = key, []upload.Header{{Name: "partNumber", Value: fmt.Sprint(n)}, {Name: "uploadId", Value: id}}
		one := g.sign(by, w)
		one.body = strings.Repeat("x", size)
		r := g.ask(one)
		for _, h := range r.ResponseHeaders {
			if strings.EqualFold(h.Name, "etag") {
				return h.Value
			}
		}
		g.t.Fatalf("part %d: got %d %s", n, r.Status, r.Response)
		return ""
	}
	complete := func(list string) explain.Request {
		w := g.put(g.main)
		w.method, w.key, w.query = "POST", key, []upload.Header{{Name: "uploadId", Value: id}}
		one := g.sign(by, w)
		one.body = "<CompleteMultipartUpload>" + list + "</CompleteMultipartUpload>"
		return g.ask(one)
	}
	line := func(n int, tag string) string {
		return fmt.Sprintf("<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>", n, tag)
	}
	first, second := part(1, 1000), part(2, 5<<20)
	g.failed("a part that was not uploaded", explain.InvalidPart, by, complete(line(3, second)))
	g.failed("parts out of order", explain.InvalidPart, by, complete(line(2, second)+line(1, first)))
	g.failed("a part below 5 MiB", explain.PartTooSmall, by, complete(line(1, first)+line(2, second)))
}

// begin creates a multipart upload.
func (g *generator) begin(by string) (id, key string) {
	w := g.put(g.main)
	w.method, w.query = "POST", []upload.Header{{Name: "uploads"}}
	r := g.ask(g.sign(by, w))
	var created struct{ UploadId string } //nolint:revive // S3's name
	if err := xml.Unmarshal([]byte(r.Response), &created); err != nil || created.UploadId == "" {
		g.t.Fatalf("CreateMultipartUpload: got %d %s", r.Status, r.Response)
	}
	return created.UploadId, w.key
}

// brokenCORS asks as a browser does.
func (g *generator) brokenCORS(by string) {
	one := g.sign(by, g.put(g.main))
	preflight := signed{method: "OPTIONS", url: one.url, headers: []upload.Header{
		{Name: "Origin", Value: "https://" + g.word() + ".example.net"}, {Name: "Access-Control-Request-Method", Value: "PUT"}}}
	asked := g.ask(preflight)
	g.failed("a preflight from a foreign origin", explain.CORSPreflight, by, asked)

	hidden := explain.Request{Method: "PUT", URL: one.url, Headers: preflight.headers[:1], Time: asked.Time, NetworkError: "net::ERR_FAILED", Browser: true,
		Preflight: &explain.Preflight{Status: asked.Status, Headers: asked.Headers, ResponseHeaders: asked.ResponseHeaders, Response: asked.Response}}
	g.samples = append(g.samples, sample{Name: "the upload after that preflight", Want: string(explain.CORSPreflight), Signer: by, Answer: fromGateway, Request: hidden})

	// The gateway exposes the ETag whatever its rule says; AWS does as it says.
	r := g.ask(g.sign(by, g.put(g.main)).send("Origin", corpusOrigin))
	r.Browser = true
	for i, h := range r.ResponseHeaders {
		if strings.EqualFold(h.Name, "access-control-expose-headers") {
			r.ResponseHeaders[i].Value = "x-amz-request-id"
		}
	}
	g.samples = append(g.samples, sample{Name: "an upload whose ETag the page may not read", Want: string(explain.ETagNotExposed), Signer: by, Answer: fromDocuments, Source: fetchStandard, Request: r})

	one = g.sign(by, g.put(g.main)).send("Origin", "https://"+g.word()+".example.net")
	r = g.ask(one)
	r.Browser = true
	g.failed("an answer without Access-Control-Allow-Origin", explain.CORSOrigin, by, r)
}

// brokenWithKnownSignature takes the signer's own answer along, as a HAR does.
func (g *generator) brokenWithKnownSignature(by string) {
	record := func(name string, want explain.Code, was, sent signed) {
		r := g.ask(sent)
		r.Browser = true
		r.Signed = &explain.Signed{Method: was.method, URL: was.url, Headers: was.headers}
		g.failed(name, want, by, r)
	}
	was := g.sign(by, g.typed())
	sent := was
	sent.body += "more"
	record("a longer file than was signed", explain.ContentLengthMismatch, was, sent.send("content-length", ""))
	record("another type than was signed", explain.ContentTypeMismatch, was, was.send("content-type", "image/png"))
	sent = was
	u, err := url.Parse(was.url)
	if err != nil {
		g.t.Fatal(err)
	}
	sent.url = strings.Replace(was.url, u.EscapedPath(), u.EscapedPath()+"x", 1)
	record("another key than was signed", explain.WrongKey, was, sent)
}
