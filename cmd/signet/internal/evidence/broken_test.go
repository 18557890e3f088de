package evidence

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"signet/cmd/signet/gateway"
	"signet/lambda/explain"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

const content = "123456789"

func contentType(value string) upload.Header {
	return upload.Header{Name: "content-type", Value: value}
}

// typed is a PUT with its content type and length signed.
func (g *generator) typed() wish {
	return g.put(g.main, contentType("application/octet-stream"), upload.Header{Name: "content-length", Value: "9"})
}

func (g *generator) sign(by string, w wish) signed {
	s := g.signers.sign(g.t, by, w)
	if w.method == "PUT" {
		s.body = content
	}
	return s
}

// brokenByClient changes one thing between signing and sending, where the
// request itself shows it.
func (g *generator) brokenByClient(by string) {
	put := g.put(g.main)
	one := g.sign(by, put)
	one.method, one.body = "DELETE", ""
	g.failed("a signed PUT sent as DELETE", explain.WrongMethod, by, g.ask(one))

	one = g.sign(by, g.typed())
	one.method, one.body = "GET", ""
	g.failed("a PUT's URL opened in the browser", explain.WrongMethod, by, g.ask(one))

	get := g.get(g.main, g.key())
	get.query = []upload.Header{{Name: "response-content-disposition", Value: "attachment"}}
	one = g.sign(by, get)
	one.method, one.body = "PUT", content
	g.failed("a GET's URL used to upload", explain.WrongMethod, by, g.ask(one))

	one = g.sign(by, g.put(g.main))
	one.url += "&" + pick(g, "utm_source=mail", "_="+fmt.Sprint(g.random.IntN(1e9)), "cb="+g.word(), "fbclid="+g.word())
	g.failed("a tracker appended a parameter", explain.QueryChanged, by, g.ask(one))

	one = g.sign(by, g.put(g.main))
	one.url = one.url[:len(one.url)-pick(g, 1, 4, 20)]
	g.failed("the URL was cut when copied", explain.QueryChanged, by, g.ask(one))

	one = g.sign(by, g.put(g.main))
	one.url = strings.ReplaceAll(one.url, "&", "&amp;")
	g.failed("the URL was escaped as HTML", explain.QueryChanged, by, g.ask(one))

	one = g.sign(by, g.put(g.main, upload.Header{Name: "if-none-match", Value: "*"})).send("if-none-match", "")
	g.failed("a signed if-none-match was not sent", explain.HeaderMissing, by, g.ask(one))

	one = g.sign(by, g.put(g.main, upload.Header{Name: corpusMetadata, Value: g.word()})).send(corpusMetadata, "")
	g.failed("signed metadata was not sent", explain.HeaderMissing, by, g.ask(one))

	one = g.sign(by, g.put(g.main, upload.Header{Name: corpusSSE, Value: "aws:kms"})).send(corpusSSE, "")
	g.failed("the signed encryption was not sent", explain.SSEHeaderMissing, by, g.ask(one))

	one = g.sign(by, g.put(g.main)).send(pick(g, "x-amz-acl", "x-amz-storage-class", "x-amz-meta-extra"), "private")
	g.failed("an unsigned header was sent", explain.HeaderUnsigned, by, g.ask(one))

	one = g.sign(by, g.typed()).send("content-type", pick(g, "application/x-www-form-urlencoded", "application/octet-stream; charset=UTF-8"))
	g.failed("the library put in a content type", explain.ContentTypeMismatch, by, g.ask(one))
}

// brokenOnTheWay changes one thing after the client has let go, which S3's
// CanonicalRequest shows against the request as it was to be sent.
func (g *generator) brokenOnTheWay(by string) {
	record := func(name string, want explain.Code, sent, arrived signed) {
		r := g.ask(arrived)
		r.Method, r.URL, r.Headers, r.BodySize = sent.method, sent.url, sent.headers, nil
		g.failed(name, want, by, r)
	}
	sent := g.sign(by, g.put(g.main))
	arrived := sent
	arrived.url = strings.Replace(sent.url, "/uploads/ada/", "/uploads/bob/", 1)
	record("a proxy rewrote the path", explain.WrongKey, sent, arrived)

	sent = g.sign(by, g.typed())
	arrived = sent.send("content-type", "text/plain")
	record("a proxy set the content type", explain.ContentTypeMismatch, sent, arrived)

	sent = g.sign(by, g.typed())
	arrived = sent.send("content-length", "")
	arrived.body += "!"
	record("the body has another length", explain.ContentLengthMismatch, sent, arrived)

	sent = g.sign(by, g.put(g.main, upload.Header{Name: corpusMetadata, Value: "one"}))
	arrived = sent.send(corpusMetadata, "two")
	record("a proxy changed metadata", explain.HeaderChanged, sent, arrived)

	sent = g.sign(by, g.put(g.main))
	arrived = sent
	arrived.url = strings.Replace(sent.url, "X-Amz-Expires=900", "X-Amz-Expires=9000", 1)
	record("a longer life was put in", explain.QueryChanged, sent, arrived)

	w := g.put(g.main)
	w.key = "uploads/ada/" + g.word() + "/a b.txt"
	sent = g.sign(by, w)
	arrived = sent
	arrived.url = strings.Replace(sent.url, "%20", "%2520", 1)
	record("a framework encoded the path again", explain.DoubleEncoded, sent, arrived)
	arrived.url = strings.Replace(sent.url, "%20", "%2B", 1)
	record("a space became a plus", explain.PlusOrSpace, sent, arrived)

	sent = g.sign(by, g.put(g.main))
	arrived = sent
	arrived.host = "uploads.example.org"
	record("a proxy set Host", explain.WrongHost, sent, arrived)

	sent = g.sign(by, g.put(g.main))
	arrived = sent
	arrived.method = "POST"
	record("a redirect changed the method", explain.WrongMethod, sent, arrived)
}

// brokenBySigner signs the wrong thing.
func (g *generator) brokenBySigner(by string) {
	w := g.put(g.main)
	w.keys.SecretAccessKey += "x"
	g.failed("another secret", explain.WrongSecret, by, g.ask(g.sign(by, w)))

	w = g.typed()
	w.key = "uploads/ada/" + g.word()
	w.keys.SecretAccessKey = strings.TrimSuffix(w.keys.SecretAccessKey, w.keys.SecretAccessKey[len(w.keys.SecretAccessKey)-1:])
	g.failed("a secret that was cut", explain.WrongSecret, by, g.ask(g.sign(by, w)))

	w = g.put(g.main)
	w.keys = presign.Credentials{AccessKeyID: "AKIA" + strings.ToUpper(g.word()) + "EXAMPLE000", SecretAccessKey: "s"}
	g.failed("a key that nobody knows", explain.UnknownAccessKey, by, g.ask(g.sign(by, w)))

	w = g.put(g.main)
	w.region = pick(g, "us-east-1", "eu-central-1")
	g.failed("signed for another region", explain.WrongRegion, by, g.ask(g.sign(by, w)))

	w = g.put(g.main)
	w.service = pick(g, "execute-api", "s3-outposts")
	g.failed("signed for another service", explain.WrongService, by, g.ask(g.sign(by, w)))

	w = g.put(g.main)
	w.expires = 604800 + 1 + g.random.IntN(99999)
	g.failed("a life of more than a week", explain.ExpiresTooLong, by, g.ask(g.sign(by, w)))

	one := g.sign(by, g.put(g.main)).with("X-Amz-Security-Token", "")
	g.failed("the session token was left out", explain.SessionTokenMissing, by, g.ask(one))

	w = g.put(g.main, upload.Header{Name: "x-amz-checksum-crc32", Value: "AAAAAA=="}, upload.Header{Name: "x-amz-sdk-checksum-algorithm", Value: "CRC32"})
	g.failed("the SDK's checksum of an empty body", explain.EmptyBodyChecksum, by, g.ask(g.sign(by, w)))

	w = g.put(g.main, upload.Header{Name: "x-amz-checksum-crc64nvme", Value: "AAAAAAAAAAE="})
	g.failed("a wrong CRC64NVME", explain.BadChecksum, by, g.ask(g.sign(by, w)))

	w = g.put(g.main)
	w.key = "elsewhere/" + g.word()
	g.failed("a key outside of the role's prefix", explain.Permission, by, g.ask(g.sign(by, w)))

	w = g.put(g.main)
	w.base = g.main.URL() + "/no-such-bucket-" + g.word()
	g.failed("a bucket that is not there", explain.NoSuchBucket, by, g.ask(g.sign(by, w)))

	w = g.put(g.main, upload.Header{Name: corpusSSE, Value: "AES256"})
	g.failed("an encryption that the policy refuses", explain.BucketPolicyEncryption, by, g.ask(g.sign(by, w)))

	w = g.put(g.main)
	w.query = []upload.Header{{Name: "partNumber", Value: "1"}, {Name: "uploadId", Value: "7d8c2f3a-0000-4000-8000-" + fmt.Sprintf("%012d", g.random.IntN(1e9))}}
	g.failed("an upload that is gone", explain.NoSuchUpload, by, g.ask(g.sign(by, w)))

	w = g.put(g.main, upload.Header{Name: "if-none-match", Value: "*"})
	one = g.sign(by, w)
	g.ask(one)
	g.failed("the object is already there", explain.PreconditionFailed, by, g.ask(one))
}

// brokenByTime needs a signer with a clock; botocore has only the machine's.
func (g *generator) brokenByTime(by string) {
	w := g.put(g.main)
	w.at = time.Now().Add(-time.Hour)
	g.failed("a URL of an hour ago", explain.Expired, by, g.ask(g.sign(by, w)))

	w = g.get(g.main, g.key())
	w.at, w.expires = time.Now().Add(-10*time.Minute), 60
	r := g.ask(g.sign(by, w))
	r.Response, r.ResponseHeaders = "", nil
	g.failed("an old URL, of whose answer only the status is known", explain.Expired, by, r)

	old := g.gateway(gateway.Config{Now: func() time.Time { return time.Now().Add(-7 * time.Hour) }})
	w = g.put(old)
	g.failed("a session that has ended", explain.CredentialsExpired, by, g.ask(g.sign(by, w)))

	strict := g.gateway(gateway.Config{MaxSignatureAge: 5 * time.Minute})
	w = g.put(strict)
	w.at, w.expires = time.Now().Add(-time.Duration(20+g.random.IntN(200))*time.Minute), 43200
	g.failed("a signature older than the policy allows", explain.BucketPolicySignatureAge, by, g.ask(g.sign(by, w)))
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
