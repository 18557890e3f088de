package faults

import (
	"context"
	"errors"
	"io"
	"net/http"
)

// errCut ends a body in the middle.
var errCut = errors.New("the connection is cut on purpose")

// ServeHTTP passes a request on, with what is armed done to it.
func (l *Layer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request := record(r)
	l.begin(request)
	defer l.end(request)
	l.mu.Lock()
	ready := l.upstream != nil
	l.mu.Unlock()
	if !ready {
		panic(http.ErrAbortHandler)
	}
	// An answer may come before the body's end; without this, the server would
	// close the connection under a browser that still sends.
	_ = http.NewResponseController(w).EnableFullDuplex()
	b := &body{ReadCloser: r.Body, layer: l, request: request}
	r.Body = b
	f, ok := l.take(request)
	if ok && f.Kind == SlowDown {
		l.slowDown(w, r, request)
		return
	}
	if ok {
		b.fault = &f
		defer l.unlessDone(b, f)
	}
	l.proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, request)))
	_, _ = io.Copy(io.Discard, b) // what a refusal left
}

// unlessDone arms a fault again that did nothing: the request ended before the
// byte in question, or S3 neither took the part with the flipped byte nor found
// it out (400 BadDigest).
func (l *Layer) unlessDone(b *body, f Fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	judged := b.request.Status == http.StatusOK || b.request.Status == http.StatusBadRequest
	if b.fault != nil || f.Kind == Flip && !judged {
		l.armed = append(l.armed, f)
	}
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
	l.mu.Lock()
	request.Status = http.StatusServiceUnavailable
	l.mu.Unlock()
	if origin := r.Header.Get("Origin"); origin != "" {
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Vary", "Origin")
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message><RequestId>0000000000000000</RequestId></Error>`)
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
	if f != nil && f.Kind == Cut {
		left := f.Offset - b.received()
		if left <= 0 {
			b.fault = nil
			b.layer.strike(Cut, b.request)
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
