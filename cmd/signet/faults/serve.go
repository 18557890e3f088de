package faults

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// errCut ends a body in the middle.
var errCut = errors.New("the connection is cut on purpose")

// ServeHTTP passes a request on, with what is armed done to it.
func (l *Layer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request := record(r)
	l.begin(request)
	defer l.end(request)
	l.mu.Lock()
	ready := l.inside || l.upstream != nil
	l.mu.Unlock()
	if !ready {
		panic(http.ErrAbortHandler)
	}
	// An answer may come before the body's end; without this, the server would
	// close the connection under a browser that still sends.
	_ = http.NewResponseController(w).EnableFullDuplex()
	l.expire(r, request)
	b := &body{ReadCloser: r.Body, layer: l, request: request}
	r.Body = b
	f, ok := l.take(func(f Fault) bool { return l.fits(f, request) })
	if ok && f.Kind == SlowDown {
		l.slowDown(w, r, request)
		return
	}
	a := &answer{ResponseWriter: w, layer: l, request: request, lose: ok && f.Kind == AnswerLost}
	switch {
	case a.lose:
		defer l.unlessLost(a, f)
	case ok:
		b.fault = &f
		defer l.unlessDone(b, f)
	}
	l.next.ServeHTTP(a, r)
	if !a.begun {
		a.WriteHeader(http.StatusOK) // as net/http says for a handler that says nothing
	}
	_, _ = io.Copy(io.Discard, b) // what a refusal left
}

// unlessDone arms a fault again that did nothing: the request ended before the
// byte in question, or S3 neither took the part with the flipped byte nor found
// it out (400 BadDigest).
func (l *Layer) unlessDone(b *body, f Fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	judged := b.request.Status/100 == 2 || b.request.Status == http.StatusBadRequest
	if b.fault != nil || f.Kind == Flip && !judged {
		l.armed = append(l.armed, f)
	}
}

// unlessLost arms a fault again whose answer was none worth losing.
func (l *Layer) unlessLost(a *answer, f Fault) {
	if !a.lose {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed = append(l.armed, f)
}

// failed ends the client's connection too: a server that cannot be reached, or
// that dropped the connection, gives no answer.
func (l *Layer) failed(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }

// slowDown answers as S3 does when requests come too fast
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
func (l *Layer) slowDown(w http.ResponseWriter, r *http.Request, request *Request) {
	l.strike(SlowDown, request)
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		panic(http.ErrAbortHandler)
	}
	l.answered(request, http.StatusServiceUnavailable)
	if origin := r.Header.Get("Origin"); origin != "" {
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Vary", "Origin")
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message><RequestId>0000000000000000</RequestId></Error>`)
}

func (l *Layer) answered(r *Request, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.Status = status
}

// answer notes an answer's status, and loses it where that was armed.
type answer struct {
	http.ResponseWriter
	layer   *Layer
	request *Request
	lose    bool // false: it is not to be lost, or it was
	begun   bool
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if status >= http.StatusOK && !a.begun {
		a.begun = true
		if a.lose && status/100 == 2 {
			a.lose = false
			a.layer.strike(AnswerLost, a.request)
			panic(http.ErrAbortHandler)
		}
		a.layer.answered(a.request, status)
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	if !a.begun {
		a.WriteHeader(http.StatusOK)
	}
	return a.ResponseWriter.Write(p)
}

// body counts what comes in, and does to it what its fault says.
type body struct {
	io.ReadCloser
	layer   *Layer
	request *Request
	fault   *Fault // nil: none, or done
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	f := b.fault
	if f != nil && f.Kind != Flip {
		left := f.Offset - b.received()
		if left <= 0 {
			b.fault = nil
			b.layer.strike(f.Kind, b.request)
			if f.Kind == Offline {
				b.layer.Lines.pause(f.Milliseconds)
			}
			return 0, errCut
		}
		p = p[:min(int64(len(p)), left)]
	}
	before := b.received()
	n, err := b.ReadCloser.Read(p)
	if f != nil && f.Kind == Flip && f.Offset >= before && f.Offset < before+int64(n) {
		p[f.Offset-before] ^= 1
		b.fault = nil
		b.layer.strike(Flip, b.request)
	}
	b.layer.mu.Lock()
	b.request.Received += int64(n)
	b.layer.mu.Unlock()
	return n, err
}

func (b *body) received() int64 {
	b.layer.mu.Lock()
	defer b.layer.mu.Unlock()
	return b.request.Received
}

// Line is what can be cut and put back.
type Line interface {
	// Offline cuts what is open and what comes.
	Offline()
	// Online ends Offline.
	Online()
}

// Lines are cut and put back together.
type Lines []Line

// Offline implements Line.
func (all Lines) Offline() {
	for _, l := range all {
		l.Offline()
	}
}

// Online implements Line.
func (all Lines) Online() {
	for _, l := range all {
		l.Online()
	}
}

// pause cuts them for so long; 0: defaultPause.
func (all Lines) pause(milliseconds int64) {
	d := time.Duration(milliseconds) * time.Millisecond
	if d == 0 {
		d = defaultPause
	}
	all.Offline()
	time.AfterFunc(d, all.Online)
}
