package evidence

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"signet/lambda/explain"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

// awsMismatch is AWS's answer to a request as it arrived: with the canonical
// request that S3 makes of it, a signed header that did not arrive being empty.
func (g *generator) awsMismatch(arrived signed) string {
	u, err := url.Parse(arrived.url)
	if err != nil {
		g.t.Fatal(err)
	}
	m := presign.Message{Method: arrived.method, Path: presign.EscapePath(u.Path)}
	for name, values := range u.Query() {
		if name != "X-Amz-Signature" {
			m.Query = append(m.Query, upload.Header{Name: name, Value: values[0]})
		}
	}
	for name := range strings.SplitSeq(u.Query().Get("X-Amz-SignedHeaders"), ";") {
		h := upload.Header{Name: name}
		if i := slices.IndexFunc(arrived.headers, func(h upload.Header) bool { return strings.EqualFold(h.Name, name) }); i >= 0 {
			h.Value = arrived.headers[i].Value
		} else if name == "host" {
			h.Value = u.Host
		}
		m.Headers = append(m.Headers, h)
	}
	canonical := m.CanonicalRequest()
	scope := strings.Split(u.Query().Get("X-Amz-Credential"), "/")
	key, region := scope[0], scope[2]
	at, err := time.Parse("20060102T150405Z", u.Query().Get("X-Amz-Date"))
	if err != nil {
		g.t.Fatal(err)
	}
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace
	return fmt.Sprintf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message>"+
		"<AWSAccessKeyId>%s</AWSAccessKeyId><StringToSign>%s</StringToSign><SignatureProvided>%s</SignatureProvided><CanonicalRequest>%s</CanonicalRequest><RequestId>%s</RequestId><HostId>%s</HostId></Error>",
		key, presign.Scope{Time: at, Region: region}.StringToSign(canonical), u.Query().Get("X-Amz-Signature"), escape(canonical), strings.ToUpper(g.word()), g.word())
}

// onAWS breaks requests to AWS's hosts of every kind, and answers as AWS does.
func (g *generator) onAWS(by string) {
	for i, h := range g.hosts()[:7] {
		w := wish{method: "PUT", base: h.base, key: "uploads/ada/" + g.word(), region: h.region, keys: g.awsKeys(),
			headers: []upload.Header{contentType("application/octet-stream"), {Name: "content-length", Value: "9"}, {Name: corpusMetadata, Value: "x"}}}
		was := g.sign(by, w)
		for j, change := range awsChanges() {
			if (i+j)%3 != 0 { // a third for each host
				continue
			}
			sent, arrived := change.make(was)
			r := explain.Request{Method: sent.method, URL: sent.url, Headers: sent.headers, Time: time.Now().UTC().Truncate(time.Second), Status: 403, Response: g.awsMismatch(arrived)}
			g.samples = append(g.samples, sample{Name: change.name + " at " + h.base, Want: string(change.want), Signer: by, Answer: fromDocuments, Source: errorResponses, Request: r})
		}
	}
}

type awsChange struct {
	name string
	want explain.Code
	make func(was signed) (sent, arrived signed)
}

func awsChanges() []awsChange {
	both := func(s signed) (signed, signed) { return s, s }
	return []awsChange{
		{"nothing changed, the secret is another", explain.WrongSecret, both},
		{"metadata was not sent", explain.HeaderMissing, func(s signed) (signed, signed) { return both(s.send(corpusMetadata, "")) }},
		{"metadata arrived changed", explain.HeaderChanged, func(s signed) (signed, signed) { return s, s.send(corpusMetadata, "y") }},
		{"the type arrived changed", explain.ContentTypeMismatch, func(s signed) (signed, signed) { return s, s.send("content-type", "text/html") }},
		{"the length arrived changed", explain.ContentLengthMismatch, func(s signed) (signed, signed) { return s, s.send("content-length", "10") }},
		{"the path arrived changed", explain.WrongKey, func(s signed) (signed, signed) {
			arrived := s
			arrived.url = strings.Replace(s.url, "/ada/", "/eve/", 1)
			return s, arrived
		}},
		{"the host arrived changed", explain.WrongHost, func(s signed) (signed, signed) {
			arrived := s
			arrived.url = strings.Replace(s.url, "amazonaws.com", "example.org", 1)
			return s, arrived
		}},
		{"the method arrived changed", explain.WrongMethod, func(s signed) (signed, signed) {
			arrived := s
			arrived.method = "GET"
			return s, arrived
		}},
		{"the token was lost", explain.SessionTokenMissing, func(s signed) (signed, signed) { return s, s.with("X-Amz-Security-Token", "") }},
		{"the day arrived changed", explain.QueryChanged, func(s signed) (signed, signed) { return s, s.with("X-Amz-Expires", "901") }},
		{"the token's plus became a space", explain.PlusOrSpace, func(s signed) (signed, signed) {
			sent := s
			sent.url = strings.ReplaceAll(s.url, "%2B", "+")
			return both(sent)
		}},
		{"the query was encoded twice", explain.DoubleEncoded, func(s signed) (signed, signed) {
			arrived := s
			arrived.url = strings.ReplaceAll(s.url, "%2B", "%252B")
			return s, arrived
		}},
	}
}
