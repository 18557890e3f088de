package evidence

import (
	"time"

	"signet/lambda/explain"
	"signet/lambda/upload"
)

// valid makes requests with nothing wrong, of all kinds and with keys that need care.
func (g *generator) valid(by string) {
	for _, key := range []string{"a b+c", "100%25", "ünï/ß.txt", "'()*!$&,;=:@.x", "日本語 😀", "plain"} {
		w := g.put(g.main, contentType("text/plain"), upload.Header{Name: "content-length", Value: "9"})
		w.key = "uploads/ada/" + g.word() + "/" + key
		g.failed("PUT of "+key, explain.OK, by, g.ask(g.sign(by, w)))
		get := g.get(g.main, w.key)
		get.query = []upload.Header{{Name: "response-content-disposition", Value: `attachment; filename="a b"`}}
		g.failed("GET of "+key, explain.OK, by, g.ask(g.sign(by, get)))
	}
	w := g.put(g.main, contentType("image/png"), upload.Header{Name: "if-none-match", Value: "*"}, upload.Header{Name: corpusMetadata, Value: "x"})
	one := g.sign(by, w)
	unsent := func(name string, at time.Time, headers []upload.Header) {
		g.samples = append(g.samples, sample{Name: name, Want: string(explain.OK), Signer: by, Answer: withoutAnswer,
			Request: explain.Request{Method: one.method, URL: one.url, Headers: headers, Time: at}})
	}
	now := time.Now().UTC().Truncate(time.Second)
	unsent("a URL by itself", now, nil)
	unsent("a URL with its headers", now, one.headers)
	unsent("a URL short of its end", now.Add(14*time.Minute), one.headers)

	browser := g.ask(one.send("Origin", corpusOrigin))
	browser.Browser = true
	g.failed("PUT of a browser", explain.OK, by, browser)

	id, key := g.begin(by)
	part := g.put(g.main)
	part.key, part.query = key, []upload.Header{{Name: "partNumber", Value: "1"}, {Name: "uploadId", Value: id}}
	g.failed("a part", explain.OK, by, g.ask(g.sign(by, part).send("Origin", corpusOrigin)))
	list := g.get(g.main, key)
	list.query = []upload.Header{{Name: "uploadId", Value: id}}
	g.failed("ListParts", explain.OK, by, g.ask(g.sign(by, list)))
	stop := list
	stop.method = "DELETE"
	g.failed("AbortMultipartUpload", explain.OK, by, g.ask(g.sign(by, stop)))
	g.validOnAWS(by)
}

// validOnAWS are URLs for hosts of AWS and others, which nobody sends from here.
func (g *generator) validOnAWS(by string) {
	for _, host := range g.hosts() {
		w := wish{method: "PUT", base: host.base, key: g.key(), region: host.region, service: host.service, keys: g.awsKeys(), headers: []upload.Header{contentType("image/jpeg")}}
		one := g.sign(by, w)
		g.samples = append(g.samples, sample{Name: "a URL for " + host.base, Want: string(explain.OK), Signer: by, Answer: withoutAnswer,
			Request: explain.Request{Method: "PUT", URL: one.url, Headers: one.headers, Time: time.Now().UTC().Truncate(time.Second)}})
	}
}
