// Package explain says why a request to S3 failed, from what is known of it: the
// URL and headers as sent, and S3's answer. It is a pure function of that: no
// network, no clock, no secret.
//
// Evidence is weighed by what can be shown. An answer that names its reason
// counts most; then a difference between the request and the CanonicalRequest
// that S3's error carries; then what the request shows by itself, such as a
// signed header that was not sent; and last what such failures usually are.
//
// Nothing that it returns holds a whole signature, token or access key.
package explain

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"signet/lambda/upload"
)

// Request is what is known of a request and its answer. Everything but URL may
// be left out; a form may even be without that.
type Request struct {
	Method string `json:"method,omitempty"`
	URL    string `json:"url"`
	// Headers as they were sent, in any case. Nil: not known.
	Headers []upload.Header `json:"headers,omitzero"`
	// BodySize is the length of the body in bytes. Nil: not known.
	BodySize *int64 `json:"bodySize,omitempty"`
	// Form holds the fields of a POST form in their order, the file among them
	// under the name file where its place is known. Nil: no form.
	Form []upload.Header `json:"form,omitzero"`
	// FormCut says that the form's body ended without its closing boundary.
	FormCut bool `json:"formCut,omitempty"`
	// FileSize is the length of the form's file. Nil: not known.
	FileSize *int64 `json:"fileSize,omitempty"`

	// Time is when the request was sent. Zero: not known; the answer's own time
	// counts then, or else Now.
	Time time.Time `json:"time,omitzero"`
	Now  time.Time `json:"-"`

	// Status is HTTP's. 0: not known, or no answer when NetworkError is set.
	Status          int             `json:"status,omitempty"`
	ResponseHeaders []upload.Header `json:"responseHeaders,omitzero"` // nil: not known
	Response        string          `json:"response,omitempty"`       // the answer's body
	// NetworkError is what the client says when it has no answer, such as
	// net::ERR_FAILED. A browser says so of answers that CORS hides, too.
	NetworkError string `json:"networkError,omitempty"`
	// Browser says that a browser sent the request.
	Browser bool `json:"browser,omitempty"`
	// Preflight is the OPTIONS request that went before. Nil: not known.
	Preflight *Preflight `json:"preflight,omitempty"`
	// Signed is the request as its signer gave it away. Nil: not known.
	Signed *Signed `json:"signed,omitempty"`
}

// Preflight is a browser's question whether it may send a request.
type Preflight struct {
	Status          int
	Headers         []upload.Header // of the question
	ResponseHeaders []upload.Header
	Response        string
}

// Signed is a request as its signer gave it away. Empty fields are not known.
type Signed struct {
	Method  string
	URL     string
	Headers []upload.Header
}

// Cause is one reason why the request failed. A confidence above 0.9 means that
// S3 says so or that a difference shows it, above 0.6 that the request looks like
// it, and below that it is possible.
type Cause struct {
	Code       Code     `json:"cause"`
	Confidence float64  `json:"confidence"` // 0 to 1
	Evidence   []string `json:"evidence"`
	Fix        string   `json:"fix"`
}

// Explanation is the best cause, and all that were found, best first. Of a
// request with nothing wrong the cause is OK and the list empty.
type Explanation struct {
	URL string `json:"url"` // shortened: see [Shorten]
	Cause
	Causes []Cause `json:"causes"`
}

// Explain finds the causes.
func Explain(r Request) Explanation {
	f := newFacts(r)
	f.judge()
	out := Explanation{URL: Shorten(r.URL), Causes: f.sorted()}
	switch {
	case len(out.Causes) > 0:
		out.Cause = out.Causes[0]
	case f.failed():
		out.Cause = Cause{Code: Unknown, Confidence: 0.5, Evidence: f.unknownEvidence(), Fix: Unknown.Fix()}
		out.Causes = []Cause{out.Cause}
	default:
		out.Cause = Cause{Code: OK, Confidence: f.okConfidence(), Evidence: []string{f.okEvidence()}, Fix: OK.Fix()}
	}
	return out
}

// judge asks in the order of how much can be shown: an answer that is none of
// S3's, a success, the answer's own words, and then the request by itself.
func (f *facts) judge() {
	switch {
	case f.answer.accepted():
		f.judgeAccepted()
	case f.judgeCORS():
	case f.answer.code != "":
		f.judgeAnswer()
	case f.Status != 0:
		f.judgeStatus()
	case f.NetworkError != "":
		f.judgeNetwork()
	default:
		f.judgeRequest()
	}
}

// failed tells whether the request is known to have failed.
func (f *facts) failed() bool {
	return !f.answer.accepted() && (f.Status != 0 || f.answer.code != "" || f.NetworkError != "")
}

func (f *facts) okConfidence() float64 {
	if f.answer.accepted() {
		return 0.99
	}
	return 0.7
}

func (f *facts) okEvidence() string {
	if f.answer.accepted() {
		return fmt.Sprintf("S3 answered %d", f.Status)
	}
	return "no answer was given, and the request shows nothing wrong"
}

func (f *facts) unknownEvidence() []string {
	switch {
	case f.answer.code != "":
		return []string{fmt.Sprintf("S3 says %s: %s", Shorten(f.answer.code), Shorten(f.answer.message))}
	case f.NetworkError != "":
		return []string{"the client says " + Shorten(f.NetworkError)}
	default:
		return []string{fmt.Sprintf("the answer has status %d and no error of S3", f.Status)}
	}
}

// add notes a cause. The same one again keeps the better confidence and gathers
// the evidence.
func (f *facts) add(code Code, confidence float64, format string, args ...any) {
	evidence := Shorten(fmt.Sprintf(format, args...))
	confidence = math.Round(100*confidence) / 100
	for i := range f.causes {
		if c := &f.causes[i]; c.Code == code {
			c.Confidence = max(c.Confidence, confidence)
			if !slices.Contains(c.Evidence, evidence) {
				c.Evidence = append(c.Evidence, evidence)
			}
			return
		}
	}
	f.causes = append(f.causes, Cause{Code: code, Confidence: confidence, Evidence: []string{evidence}, Fix: code.Fix()})
}

func (f *facts) sorted() []Cause {
	slices.SortStableFunc(f.causes, func(a, b Cause) int { return cmp.Compare(b.Confidence, a.Confidence) })
	if f.causes == nil {
		return []Cause{}
	}
	return f.causes
}
