package evidence

import (
	"encoding/xml"
	"fmt"
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
	var created struct {
		UploadID string `xml:"UploadId"`
	}
	if err := xml.Unmarshal([]byte(r.Response), &created); err != nil || created.UploadID == "" {
		g.t.Fatalf("CreateMultipartUpload: got %d %s", r.Status, r.Response)
	}
	return created.UploadID, w.key
}
