// Package evidence reads what people have in hand of a failed request: a HAR
// from the browser's network panel, an answer saved by curl, the fields of a
// form. It makes of it what package explain judges, and prints the judgement.
package evidence

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"signet/lambda/explain"
	"signet/lambda/upload"
)

// archive is a HAR 1.2 file (http://www.softwareishard.com/blog/har-12-spec/)
// with what Chromium and Playwright add to it.
type archive struct {
	Log *struct {
		Entries []entry `json:"entries"`
	} `json:"log"`
}

type entry struct {
	Started  time.Time   `json:"startedDateTime"`
	Request  harRequest  `json:"request"`
	Response harResponse `json:"response"`
}

type harRequest struct {
	Method   string    `json:"method"`
	URL      string    `json:"url"`
	Headers  []pair    `json:"headers"`
	BodySize int64     `json:"bodySize"`
	PostData *postData `json:"postData"`
}

type harResponse struct {
	Status  int    `json:"status"`
	Headers []pair `json:"headers"`
	Content struct {
		Text     string `json:"text"`
		Encoding string `json:"encoding"`
	} `json:"content"`
	Error   string `json:"_error"`       // Chromium
	Failure string `json:"_failureText"` // Playwright
}

type postData struct {
	MimeType string      `json:"mimeType"`
	Text     string      `json:"text"`
	Params   []formParam `json:"params"`
}

type formParam struct {
	Name     string `json:"name"`
	Value    string `json:"value"`
	FileName string `json:"fileName"`
}

type pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// HAR lists the requests to S3 of a HAR file, in its order. A preflight belongs
// to the request it was for. What the file has of the signer's answer comes
// along, too.
func HAR(data []byte) ([]explain.Request, error) {
	var file archive
	err := json.Unmarshal(data, &file)
	if err == nil && file.Log == nil {
		err = errors.New("no log")
	}
	if err != nil {
		return nil, fmt.Errorf("got no HAR file (%w), want JSON with log.entries: save it anew from the network panel", err)
	}
	entries := file.Log.Entries
	var list []explain.Request
	for i, e := range entries {
		if !e.isS3() || e.Request.Method == "OPTIONS" && preflightOf(entries, e) {
			continue
		}
		r := e.request()
		if p := slices.IndexFunc(entries, func(o entry) bool { return o.isPreflightFor(e) }); p >= 0 {
			r.Preflight = entries[p].preflight()
		}
		r.Signed = findSigned(entries, i)
		list = append(list, r)
	}
	return list, nil
}

// isS3 tells a request to S3 by its signature, its host or its answer.
func (e entry) isS3() bool {
	u := e.Request.URL
	host, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(u, "https://"), "http://"), "/")
	switch {
	case strings.Contains(u, "X-Amz-Signature") || strings.Contains(u, "X-Amz-Credential") || strings.Contains(u, "X-Amz-Algorithm"),
		strings.Contains(u, "AWSAccessKeyId=") && strings.Contains(u, "Signature="),
		strings.Contains(host, ".amazonaws.com") && (strings.HasPrefix(host, "s3") || strings.Contains(host, ".s3")),
		strings.HasPrefix(valueOf(e.Request.Headers, "authorization"), "AWS"),
		valueOf(e.Response.Headers, "x-amz-request-id") != "",
		strings.Contains(e.body(), "<Error>") && strings.Contains(e.body(), "<Code>"):
		return true
	}
	return e.Request.PostData != nil && e.Request.PostData.isForm()
}

// isForm tells whether the body is a POST form of S3's: one with a policy.
func (p *postData) isForm() bool {
	return strings.Contains(p.Text, `name="policy"`) ||
		slices.ContainsFunc(p.Params, func(f formParam) bool { return strings.EqualFold(f.Name, "policy") })
}

func valueOf(list []pair, name string) string {
	for _, p := range list {
		if strings.EqualFold(p.Name, name) {
			return p.Value
		}
	}
	return ""
}

// isPreflightFor tells whether e is the question before o.
func (e entry) isPreflightFor(o entry) bool {
	asked := valueOf(e.Request.Headers, "access-control-request-method")
	return e.Request.Method == "OPTIONS" && o.Request.Method != "OPTIONS" && e.Request.URL == o.Request.URL &&
		(asked == "" || strings.EqualFold(asked, o.Request.Method))
}

func preflightOf(entries []entry, e entry) bool {
	return slices.ContainsFunc(entries, e.isPreflightFor)
}

func (e entry) preflight() *explain.Preflight {
	return &explain.Preflight{Status: e.status(), Headers: headers(e.Request.Headers), ResponseHeaders: e.responseHeaders(), Response: e.body()}
}

// status is HTTP's, 0 for none; Playwright writes -1.
func (e entry) status() int { return max(e.Response.Status, 0) }

func (e entry) responseHeaders() []upload.Header {
	if e.status() == 0 && len(e.Response.Headers) == 0 {
		return nil
	}
	return headers(e.Response.Headers)
}

func (e entry) body() string {
	content := e.Response.Content
	if content.Encoding == "base64" {
		if raw, err := base64.StdEncoding.DecodeString(content.Text); err == nil {
			return string(raw)
		}
	}
	return content.Text
}

func (e entry) request() explain.Request {
	r := explain.Request{
		Method: e.Request.Method, URL: e.Request.URL, Headers: headers(e.Request.Headers), Time: e.Started,
		Status: e.status(), ResponseHeaders: e.responseHeaders(), Response: e.body(), NetworkError: e.Response.Error, Browser: true,
	}
	if r.NetworkError == "" {
		r.NetworkError = e.Response.Failure
	}
	if len(r.Headers) == 0 {
		r.Headers = nil // not recorded; a browser sends some
	}
	if n := e.Request.BodySize; n > 0 {
		r.BodySize = &n
	}
	if post := e.Request.PostData; post != nil {
		post.into(&r)
	}
	return r
}

// into reads a form upload out of a request's recorded body.
func (p *postData) into(r *explain.Request) {
	if !strings.HasPrefix(strings.ToLower(p.MimeType), "multipart/form-data") {
		return
	}
	if p.Text != "" {
		if form, err := readMultipart(p.Text); err == nil {
			form.Into(r)
			return
		}
	}
	for _, param := range p.Params {
		name := param.Name
		if param.FileName != "" {
			name = "file"
		}
		r.Form = append(r.Form, upload.Header{Name: name, Value: param.Value})
	}
}

// headers leaves out HTTP/2's pseudo headers, but for the host among them.
func headers(list []pair) []upload.Header {
	out := make([]upload.Header, 0, len(list))
	for _, p := range list {
		switch {
		case strings.EqualFold(p.Name, ":authority"):
			out = append(out, upload.Header{Name: "host", Value: p.Value})
		case !strings.HasPrefix(p.Name, ":"):
			out = append(out, upload.Header{Name: p.Name, Value: p.Value})
		}
	}
	return out
}
