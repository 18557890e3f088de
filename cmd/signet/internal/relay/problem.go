package relay

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// Codes that only the relay answers with. Those that S3 has too are S3's
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
const (
	IncompleteBody       upload.Code = "IncompleteBody"
	RequestTimeout       upload.Code = "RequestTimeout"
	HeaderFieldsTooLarge upload.Code = "HeaderFieldsTooLarge"
	MalwareFound         upload.Code = "MalwareFound"
)

// status is the HTTP status of a code. Where S3 answers 400 of a body that HTTP
// has a status of its own for, it is that: what is too large here is the request.
func status(code upload.Code) int {
	switch code {
	case IncompleteBody:
		return http.StatusBadRequest
	case RequestTimeout:
		return http.StatusRequestTimeout
	case upload.EntityTooLarge:
		return http.StatusRequestEntityTooLarge
	case MalwareFound:
		return http.StatusUnprocessableEntity
	case HeaderFieldsTooLarge:
		return http.StatusRequestHeaderFieldsTooLarge
	}
	return code.Status()
}

// unavailable is a 503 with its cause, which is logged.
func unavailable(detail string, cause error) error {
	return &upload.Error{Code: upload.ServiceUnavailable, Detail: detail, Err: cause}
}

func errDraining() error {
	return unavailable("the server is about to stop: try again in a few seconds", nil)
}

// refuse answers with a problem, or with a page for somebody who uses one.
func (h *Relay) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p, _ := api.ProblemOf(err)
	p.Status = status(p.Code)
	p.Title = http.StatusText(p.Status)
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	switch p.Status {
	case http.StatusServiceUnavailable:
		header.Set("Retry-After", "5")
	case http.StatusUnauthorized:
		header.Set("WWW-Authenticate", "Bearer")
	}
	if h.page != nil && wantsPage(r) {
		h.page.problem(w, r, p)
		return
	}
	write(w, "application/problem+json", p.Status, p)
}

// wantsPage tells a browser that sends a form from a program: it asks for HTML, and
// it has no token.
func wantsPage(r *http.Request) bool {
	return r.Header.Get("Authorization") == "" && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// write sends JSON. Its length is told, so that nobody waits for more while the rest
// of his own request is still being read.
func write(w http.ResponseWriter, contentType string, status int, body any) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil { // of strings and numbers
		status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", contentType)
	send(w, status, text.Bytes())
}

func send(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client is gone: nobody is left to tell
}
