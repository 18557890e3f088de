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
	// Origin is the page's, where the headers are not known. Empty: see Headers.
	Origin string `json:"origin,omitempty"`
	// Operation is S3's name of the call, such as PutObject, where a client said
	// it. Empty: not known.
	Operation string `json:"operation,omitempty"`
	// Client is what sent it, as far as that shows: see [Client]. Empty: not known.
	Client Client `json:"client,omitempty"`
	// Body is what was sent, where that is text of S3's own, such as a list of parts.
	// Empty: not known.
	Body string `json:"body,omitempty"`
	// Earlier are the attempts at this very request that went before, oldest first.
	Earlier []Attempt `json:"earlier,omitzero"`
}

// Attempt is how an attempt at a request ended.
type Attempt struct {
	Status       int    // HTTP's; 0: no answer came
	NetworkError string // empty: none
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
// S3 itself says exactly this (of what was never sent, the browser or client that
// did not send it), or that two things show it that do not depend on each other;
// above 0.6 that the request looks like it, and below that it is possible.
type Cause struct {
	Code       Code     `json:"cause"`
	Confidence float64  `json:"confidence"` // 0 to 1
	Evidence   []string `json:"evidence"`
	Fix        string   `json:"fix"`

	witnesses int      // whose word it is: the request's alone, or another's, too
	about     []string // headers, fields or parameters that it is about
}

// Explanation is the best cause, and all that were found, best first. Of a
// request with nothing wrong the cause is OK and the list empty.
type Explanation struct {
	URL string `json:"url"` // shortened: see [Shorten]
	Cause
	Causes []Cause `json:"causes"`
	// Said tells whether the best cause is S3's own word, rather than what the
	// request or a status shows.
	Said bool `json:"-"`
}

// Explain finds the causes.
func Explain(r Request) Explanation {
	f := newFacts(r)
	f.judge()
	out := Explanation{URL: Shorten(r.URL), Causes: f.sorted()}
	switch {
	case len(out.Causes) > 0:
		out.Cause = out.Causes[0]
		out.Said = out.witnesses > 1 && f.answer.spoke()
	case f.failed():
		out.Cause = Cause{Code: Unknown, Confidence: 0.5, Evidence: f.unknownEvidence(), Fix: Unknown.Fix()}
		out.Causes = []Cause{out.Cause}
	default:
		out.Cause = Cause{Code: OK, Confidence: f.okConfidence(), Evidence: []string{f.okEvidence()}, Fix: OK.Fix()}
	}
	return out
}

// judge asks in the order of how much can be shown: what a browser never sent, a
// success, what CORS hides, the answer's own words, who else answered, and then
// the request by itself.
func (f *facts) judge() {
	switch {
	case f.judgeUnsent():
	case f.answer.accepted():
		f.judgeAccepted()
	case f.judgeUnset(), f.judgeAddressed():
	case f.judgeCORS():
	case f.answer.spoke():
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
	return !f.answer.accepted() && (f.Status != 0 || f.answer.spoke() || f.NetworkError != "")
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
	case f.answer.spoke():
		return []string{Shorten(f.answer.said())}
	case f.NetworkError != "":
		return []string{"the client says " + Shorten(f.NetworkError)}
	default:
		return []string{fmt.Sprintf("the answer has status %d and no error of S3", f.Status)}
	}
}

// oneWitness is how sure a single piece of evidence can make.
const oneWitness = 0.9

// add notes a cause that the request shows. That is one piece of evidence; S3's
// refusal of the request is another. The same cause again keeps the better
// confidence and gathers the evidence.
func (f *facts) add(code Code, confidence float64, format string, args ...any) {
	witnesses := 1
	if f.answer.spoke() || f.Status >= 400 {
		witnesses = 2
	}
	f.note(Cause{Code: code, Confidence: confidence, witnesses: witnesses}, fmt.Sprintf(format, args...))
}

// says notes a cause that is S3's own word, or a difference between what S3 says
// that it got and what is known to have been sent.
func (f *facts) says(code Code, confidence float64, format string, args ...any) {
	f.note(Cause{Code: code, Confidence: confidence, witnesses: 2}, fmt.Sprintf(format, args...))
}

func (f *facts) note(c Cause, evidence string) {
	evidence = Shorten(evidence)
	c.Confidence = math.Round(100*c.Confidence) / 100
	if c.witnesses < 2 {
		c.Confidence = min(c.Confidence, oneWitness)
	}
	for i := range f.causes {
		if old := &f.causes[i]; old.Code == c.Code {
			old.Confidence = max(old.Confidence, c.Confidence)
			if !slices.Contains(old.Evidence, evidence) {
				old.Evidence = append(old.Evidence, evidence)
			}
			return
		}
	}
	c.Evidence = []string{evidence}
	f.causes = append(f.causes, c)
}

// about tells which header, field or parameter a cause that was noted is about.
func (f *facts) about(code Code, names ...string) {
	for i := range f.causes {
		c := &f.causes[i]
		for _, name := range names {
			if c.Code == code && name != "" && !slices.Contains(c.about, name) {
				c.about = append(c.about, name)
			}
		}
	}
}

// advise sets the fix of a cause that was noted: the sub-case's own.
func (f *facts) advise(code Code, format string, args ...any) {
	for i := range f.causes {
		if f.causes[i].Code == code {
			f.causes[i].Fix = Shorten(fmt.Sprintf(format, args...))
		}
	}
}

// sorted puts the best first, and gives each its fix.
func (f *facts) sorted() []Cause {
	slices.SortStableFunc(f.causes, func(a, b Cause) int { return cmp.Compare(b.Confidence, a.Confidence) })
	if f.causes == nil {
		return []Cause{}
	}
	for i := range f.causes {
		if c := &f.causes[i]; c.Fix == "" {
			c.Fix = Shorten(f.fixFor(*c))
		}
	}
	return f.causes
}
