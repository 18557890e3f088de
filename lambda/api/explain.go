package api

import (
	"slices"
	"strings"
	"time"

	"signet/lambda/explain"
	"signet/lambda/upload"
)

// ExplainRequest is a failed request to S3 as a page knows it. URL may lack what
// the page does not have; nothing of it is kept or logged.
type ExplainRequest struct {
	Method   string            `json:"method"`
	URL      string            `json:"url"`
	Headers  map[string]string `json:"headers,omitempty"`
	Size     *int64            `json:"size,omitempty"`
	Status   int               `json:"status"` // 0: no answer came
	Response string            `json:"response,omitempty"`
	Error    string            `json:"error,omitempty"` // of the client, without an answer
	Origin   string            `json:"origin,omitempty"`
	Time     time.Time         `json:"time,omitzero"`
}

// Explained names the most likely cause first.
type Explained struct {
	Causes []ExplainedCause `json:"causes"`
}

// ExplainedCause is a cause with what shows it and what to do.
type ExplainedCause struct {
	Cause      explain.Code `json:"cause"`
	Meaning    string       `json:"meaning"`
	Confidence float64      `json:"confidence"`
	Evidence   []string     `json:"evidence"`
	Fix        string       `json:"fix"`
}

// explainedCauses is how many causes an answer has at most.
const explainedCauses = 5

// explain says why a request to S3 failed. It asks nobody: neither S3 nor a
// network, so that a page cannot make the service call anything.
func (h *Handler) explain(x *exchange) (any, error) {
	var m ExplainRequest
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	said := explain.Explain(m.facts(h.options.Now()))
	causes := said.Causes
	if len(causes) == 0 {
		causes = []explain.Cause{said.Cause}
	}
	var out Explained
	for _, c := range causes[:min(len(causes), explainedCauses)] {
		out.Causes = append(out.Causes, ExplainedCause{Cause: c.Code, Meaning: c.Code.Meaning(), Confidence: c.Confidence, Evidence: c.Evidence, Fix: c.Fix})
	}
	return out, nil
}

// What a question may hold: more than S3 takes of a request, or says in an error.
const (
	explainURL      = 16 << 10 // bytes
	explainResponse = 64 << 10 // bytes
	explainHeaders  = 100
)

func (m ExplainRequest) check() error {
	switch {
	case !strings.HasPrefix(m.URL, "https://") && !strings.HasPrefix(m.URL, "http://"):
		return upload.Errorf(upload.InvalidArgument, "got a url without https://, want the address that the request was sent to: give all of it")
	case m.Method == "" || m.Status < 0 || m.Status > 599:
		return upload.Errorf(upload.InvalidArgument, "got method %.20q and status %d, want both, the status 0 to 599: correct them", m.Method, m.Status)
	case len(m.URL) > explainURL || len(m.Response) > explainResponse || len(m.Headers) > explainHeaders:
		return upload.Errorf(upload.InvalidArgument, "got a url of %d bytes, a response of %d and %d headers, want at most %d, %d and %d: shorten them",
			len(m.URL), len(m.Response), len(m.Headers), explainURL, explainResponse, explainHeaders)
	}
	return nil
}

// facts is the message as package explain has it.
func (m ExplainRequest) facts(now time.Time) explain.Request {
	r := explain.Request{Method: m.Method, URL: m.URL, BodySize: m.Size, Time: m.Time, Now: now, Status: m.Status, Response: m.Response, NetworkError: m.Error, Browser: true, Origin: m.Origin}
	if m.Headers == nil {
		return r
	}
	r.Headers = []upload.Header{}
	for name, value := range m.Headers {
		r.Headers = append(r.Headers, upload.Header{Name: name, Value: value})
	}
	slices.SortFunc(r.Headers, func(a, b upload.Header) int { return strings.Compare(a.Name, b.Name) })
	return r
}
