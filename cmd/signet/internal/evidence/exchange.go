package evidence

import (
	"regexp"
	"strconv"
	"strings"

	"signet/lambda/explain"
	"signet/lambda/upload"
)

var (
	requestLine  = regexp.MustCompile(`^(GET|PUT|POST|HEAD|DELETE|OPTIONS|PATCH) (\S+) HTTP/[\d.]+\s*$`)
	responseLine = regexp.MustCompile(`^HTTP/[\d.]+ (\d{3})\b`)
	curlTime     = regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d+ `)
	headerLine   = regexp.MustCompile(`^:?[A-Za-z][A-Za-z0-9-]*: ?`)
)

// isExchange tells HTTP as it goes over the wire, with curl's marks or without.
func isExchange(text string) bool {
	for line := range strings.Lines(text) {
		line = unmark(strings.TrimRight(line, "\n"), true).text
		if requestLine.MatchString(line) || responseLine.MatchString(line) {
			return true
		}
	}
	return false
}

// mark is whose line it is.
type mark uint8

const (
	plain    mark = iota // of a body, or of a text without marks
	sent                 // curl's >
	received             // curl's <
	note                 // curl's *, or what curl says at its end
	noise                // byte counts
)

type marked struct {
	mark mark
	text string
}

// unmark takes curl's marks off a line.
func unmark(line string, curl bool) marked {
	bare := curlTime.ReplaceAllString(line, "")
	switch {
	case !curl:
	case strings.HasPrefix(bare, "> "), bare == ">":
		return marked{sent, strings.TrimPrefix(bare[1:], " ")}
	case strings.HasPrefix(bare, "< "), bare == "<":
		return marked{received, strings.TrimPrefix(bare[1:], " ")}
	case strings.HasPrefix(bare, "* "):
		return marked{note, bare[2:]}
	case strings.HasPrefix(bare, "curl: ("):
		return marked{note, bare}
	case strings.HasPrefix(bare, "{ ["), strings.HasPrefix(bare, "} ["), strings.HasPrefix(bare, "---------"):
		return marked{noise, ""}
	}
	return marked{plain, line}
}

// conversation gathers requests from lines.
type conversation struct {
	list  []explain.Request
	where int    // what the next plain line belongs to
	tls   bool   // the notes tell of TLS
	fault string // the last thing that a note complains of
	body  string // of the request whose answer has not come
}

const (
	nowhere = iota
	requestHead
	requestBody
	responseHead
	responseBody
)

// exchanges reads requests and answers in their order. An answer without its
// request stands for itself.
func exchanges(text string) []explain.Request {
	curl := strings.Contains("\n"+text, "\n> ") || strings.Contains("\n"+text, "\n< ") || strings.Contains("\n"+text, "\n* ")
	var c conversation
	for line := range strings.SplitSeq(text, "\n") {
		c.take(unmark(strings.TrimRight(line, "\r"), curl))
	}
	for i := range c.list {
		c.finish(&c.list[i], text)
	}
	return c.list
}

func (c *conversation) take(m marked) {
	switch {
	case m.mark == noise:
		return
	case m.mark == note:
		c.listen(m.text)
		return
	case requestLine.MatchString(m.text):
		parts := requestLine.FindStringSubmatch(m.text)
		c.list = append(c.list, explain.Request{Method: parts[1], URL: parts[2], Headers: []upload.Header{}})
		c.where = requestHead
		return
	case responseLine.MatchString(m.text):
		c.answer(responseLine.FindStringSubmatch(m.text)[1])
		return
	case len(c.list) == 0:
		return
	}
	r := &c.list[len(c.list)-1]
	switch {
	case m.text == "" && c.where == requestHead:
		c.where, c.body = requestBody, ""
	case c.where == requestBody:
		c.body += m.text + "\n"
	case m.text == "" && c.where == responseHead:
		c.where = responseBody
	case c.where == requestHead && headerLine.MatchString(m.text):
		r.Headers = append(r.Headers, split(m.text))
	case c.where == responseHead && headerLine.MatchString(m.text):
		r.ResponseHeaders = append(r.ResponseHeaders, split(m.text))
	case c.where == responseBody, c.where == responseHead && strings.HasPrefix(m.text, "<"):
		c.where = responseBody
		r.Response += m.text + "\n"
	}
}

// answer begins an answer: of the last request, or of one that is not shown.
func (c *conversation) answer(status string) {
	n, _ := strconv.Atoi(status) // three digits
	if n < 200 {
		c.where = nowhere // 100 Continue; its head says nothing
		return
	}
	if len(c.list) == 0 || c.list[len(c.list)-1].Status != 0 {
		c.list = append(c.list, explain.Request{})
	}
	if form, err := readMultipart(strings.TrimSpace(c.body)); err == nil && len(form.Fields) > 0 {
		form.Into(&c.list[len(c.list)-1])
	}
	if body := strings.TrimSpace(c.body); strings.HasPrefix(body, "<") {
		c.list[len(c.list)-1].Body = body
	}
	c.body = ""
	r := &c.list[len(c.list)-1]
	r.Status, r.ResponseHeaders = n, []upload.Header{}
	c.where = responseHead
}

func (c *conversation) listen(said string) {
	for _, word := range []string{"TLS", "SSL", "ALPN", "port 443"} {
		c.tls = c.tls || strings.Contains(said, word)
	}
	for _, word := range []string{"curl: (", "Could not resolve", "Failed to connect", "reset by peer", "Recv failure", "Empty reply", "certificate problem", "timed out", "no alternative certificate"} {
		if strings.Contains(said, word) {
			c.fault = said
		}
	}
}

func split(line string) upload.Header {
	name, value, _ := strings.Cut(strings.TrimPrefix(line, ":"), ":")
	if strings.EqualFold(name, "authority") {
		name = "host"
	}
	return upload.Header{Name: name, Value: strings.TrimSpace(value)}
}

// finish puts the URL together, and says how a request without an answer ended.
func (c *conversation) finish(r *explain.Request, text string) {
	if r.Status == 0 && c.fault != "" {
		r.NetworkError = c.fault
	}
	r.Response = strings.TrimSpace(r.Response)
	if r.URL == "" || strings.Contains(r.URL, "://") {
		return
	}
	host := find(r.Headers, "host")
	scheme := "https"
	switch {
	case strings.Contains(text, "http://"+host):
		scheme = "http"
	case strings.Contains(text, "https://"+host), c.tls:
	case strings.Contains(host, ":") && !strings.HasSuffix(host, ":443"):
		scheme = "http"
	}
	if host == "" {
		r.URL = ""
		return
	}
	r.URL = scheme + "://" + host + r.URL
}
