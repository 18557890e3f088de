package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"signet/lambda/upload"
)

// Problem is an RFC 9457 problem answer. Code is for machines and Detail for
// people.
type Problem struct {
	Type   string      `json:"type"`
	Title  string      `json:"title"`
	Status int         `json:"status"`
	Detail string      `json:"detail"`
	Code   upload.Code `json:"code"`
	// Key, Size and Checksum come with PreconditionFailed where S3 was asked about the
	// file that is already there. Only an equal checksum says that it is the same.
	Key      string    `json:"key,omitempty"`
	Size     *int64    `json:"size,omitempty"`     // bytes
	Checksum *Checksum `json:"checksum,omitempty"` // nil: the store has none
	// Used and Allowed come with QuotaExceeded: what is there or on its way, and the
	// quota, in which a missing number is no limit.
	Used    *Amount     `json:"used,omitempty"`
	Allowed *QuotaLimit `json:"allowed,omitempty"`
}

// Error is the detail, which makes a Problem the client's error.
func (p *Problem) Error() string { return p.Detail }

// exists is a PreconditionFailed that names the file that is already there.
type exists struct {
	cause error
	key   string
	there object
}

func existing(key string, there object) error {
	return exists{key: key, there: there, cause: upload.Errorf(upload.PreconditionFailed,
		"got a file that is already there with %d bytes, want a new one: compare its checksum, and nothing needs to be sent where it is equal", there.size)}
}

func (e exists) Error() string { return e.cause.Error() }
func (e exists) Unwrap() error { return e.cause }

// problemOf says of an error what may be sent: an upload.Error as it is, and of
// any other that it was unexpected. The inner error stays in the log.
func problemOf(err error) *Problem {
	e, ok := errors.AsType[*upload.Error](err)
	if !ok {
		e = upload.Errorf(upload.InternalError, "something unexpected happened: try again, and look into the service's log if it stays")
	}
	status := e.Code.Status()
	p := &Problem{
		Type: "urn:signet:error:" + string(e.Code), Title: http.StatusText(status), Status: status, Detail: e.Detail, Code: e.Code,
	}
	if there, ok := errors.AsType[exists](err); ok {
		p.Key, p.Size, p.Checksum = there.key, &there.there.size, there.there.checksum
	}
	if over, ok := errors.AsType[*upload.Exceeded](err); ok {
		p.Used = &Amount{over.Used.Files, over.Used.Bytes}
		p.Allowed = &QuotaLimit{over.Allowed.Files, over.Allowed.Bytes}
	}
	return p
}

// ProblemOf is the problem that answers for an error, and what the log may say of
// it: nothing of the caller's.
func ProblemOf(err error) (p *Problem, log string) { return problemOf(err), reason(err) }

// reason is what the log says of an error: the inner one. An error without one
// says what the caller did wrong and may quote a key, and a failed connection
// quotes its URL; neither belongs into a log.
func reason(err error) string {
	if e, ok := errors.AsType[*upload.Error](err); ok {
		if e.Err == nil {
			return ""
		}
		err = e.Err
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Op + " S3: " + e.Err.Error()
	}
	return err.Error()
}

// answer writes a call's result: its body, nothing (204), or a problem.
func answer(w http.ResponseWriter, body any, err error) {
	if err != nil {
		p := problemOf(err)
		if p.Status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", retryAfter(err))
		}
		var body any = p
		if rec, ok := w.(*recorder); ok {
			rec.err = err
			if rec.companion {
				body = &CompanionProblem{Problem: p, Err: "s3: " + p.Detail, Message: p.Detail}
			}
		}
		write(w, "application/problem+json", p.Status, body)
		return
	}
	if body == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	write(w, "application/json", http.StatusOK, body)
}

func write(w http.ResponseWriter, contentType string, status int, body any) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false) // a URL's & would take six bytes each
	_ = e.Encode(body)     // the client is gone: nobody is left to tell
}
