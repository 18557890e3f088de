package transfer

import (
	"context"
	"crypto/tls"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// Remedy is what a failed request means for the transfer that made it; the
// browser's engine has the same ones (frontend/src/engine/errors.ts).
type Remedy int

// The remedies. Fail: sending it again cannot help. Retry: passing trouble, the
// same again after a pause. Resign: the signature or its credentials are over.
// Exists: the object is there under this very id. Restart: the upload is gone or
// not what it was taken for, so begin again with what S3 holds.
const (
	Fail Remedy = iota
	Retry
	Resign
	Exists
	Restart
)

// Error is a failure with what to do about it. Its text never holds a URL.
type Error struct {
	Status int    // of HTTP; 0: no answer came
	Code   string // S3's; Changed, Lost and Stalled are our own
	Detail string // for people
	Remedy Remedy
	Key    string // with Exists, where it is known
	Region string // where the bucket is, when S3 says so
	// Skew is how far ahead of ours S3's clock is, where a refusal can come of it.
	Skew time.Duration
	// Lasting is trouble that rarely passes: nobody listens there, no such host, a
	// certificate that nobody here trusts.
	Lasting bool
	Err     error // the inner error
}

// mostSkew is how far two clocks may be apart: S3 refuses from 15 minutes on, and what
// is signed late in its life sooner.
const mostSkew = 4 * time.Minute

// regionHeader names the bucket's region in S3's answers
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html).
const regionHeader = "x-amz-bucket-region"

// Error is the detail.
func (e *Error) Error() string { return e.Detail }

// Unwrap gives the inner error.
func (e *Error) Unwrap() error { return e.Err }

// IsOver says of a failed call for an upload that the upload is completed or dropped.
func IsOver(err error) bool {
	p, ok := errors.AsType[*api.Problem](err)
	return ok && p.Code == upload.NoSuchUpload || codeOf(err) == string(upload.NoSuchUpload)
}

// remedyOf is Fail for what is not our own error.
func remedyOf(err error) Remedy {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Remedy
	}
	return Fail
}

// codeOf is the code of our own error, empty for another.
func codeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

// expired lists what S3 says of a signature or of credentials whose time is over
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
func expired(code string) bool {
	return slices.Contains([]string{"ExpiredToken", "ExpiredPresignRequest", "TokenRefreshRequired", "RequestTimeTooSkewed", "InvalidToken"}, code)
}

// passing lists the 4xx that speak of a broken transfer or a passing state.
func passing(code string) bool {
	return slices.Contains([]string{"RequestTimeout", "SlowDown", "IncompleteBody", "BadDigest", "OperationAborted", "ConditionalRequestConflict"}, code)
}

func passingStatus(status int) bool {
	return status == 0 || status == 408 || status == 429 || status >= 500
}

// s3Error reads S3's answer to a request that it refused.
func s3Error(status int, body []byte) *Error {
	var answer struct{ Code, Message, Region string }
	if xml.Unmarshal(body, &answer) != nil || answer.Code == "" {
		answer.Code = fmt.Sprint("HTTP", status)
	}
	if answer.Message == "" {
		answer.Message = fmt.Sprintf("the storage answered with status %d", status)
	}
	e := classify(status, answer.Code, answer.Message)
	e.Region = answer.Region
	return e
}

// unknownChecksum says that a store has refused a header of S3's checksums.
func unknownChecksum(status int, message string) bool {
	message = strings.ToLower(message)
	return (status == http.StatusBadRequest || status == http.StatusNotImplemented) &&
		(strings.Contains(message, "x-amz-checksum") || strings.Contains(message, "x-amz-sdk-checksum"))
}

// refused reads an answer of status 300 or more.
func refused(answer *http.Response) *Error {
	text, _ := io.ReadAll(io.LimitReader(answer.Body, 64<<10)) // what is cut is judged by the status
	if leadsElsewhere(answer.StatusCode) {
		return errElsewhere(answer.StatusCode)
	}
	e := s3Error(answer.StatusCode, text)
	if region := answer.Header.Get(regionHeader); region != "" {
		e.Region = region
	}
	if now, err := http.ParseTime(answer.Header.Get("Date")); err == nil && answer.StatusCode == http.StatusForbidden {
		if ahead := time.Until(now); ahead.Abs() > mostSkew {
			e.Skew = ahead
		}
	}
	return e
}

// errNotS3 is an answer that says yes and lacks what S3's yes has.
func errNotS3(status int, lacks string) *Error {
	return &Error{Status: status, Code: "NotS3", Detail: "got an answer without " + lacks +
		", want S3's: something in between answered, such as a portal or a proxy, or the address is not S3's: nothing counts as stored"}
}

// leadsElsewhere says of an answer that it is none of S3's, which knows the redirects 301
// and 307 alone (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html).
func leadsElsewhere(status int) bool {
	return slices.Contains([]int{http.StatusFound, http.StatusSeeOther, http.StatusPermanentRedirect}, status)
}

func errElsewhere(status int) *Error {
	return errNotS3(status, fmt.Sprintf("a word of S3's (status %d leads elsewhere)", status))
}

func classify(status int, code, message string) *Error {
	e := &Error{Status: status, Code: code, Detail: code + ": " + message}
	if unknownChecksum(status, message) {
		e.Detail += ": add --no-checksum for a store that knows none of S3's"
	}
	switch {
	case expired(e.Code), status == 403 && strings.Contains(strings.ToLower(message), "expired"):
		e.Remedy = Resign
	case e.Code == "NoSuchUpload":
		e.Remedy = Restart
	case status == 412:
		e.Remedy = Exists
	case passing(e.Code), passingStatus(status):
		e.Remedy = Retry
	}
	return e
}

// apiError gives the API's problems their remedy, and hides the address in a
// failed connection.
func apiError(err error) error {
	if err == nil {
		return nil
	}
	p, ok := errors.AsType[*api.Problem](err)
	if !ok {
		return unanswered(err)
	}
	e := &Error{Status: p.Status, Code: string(p.Code), Detail: p.Detail, Key: p.Key, Err: err}
	switch {
	case p.Status == 412:
		e.Remedy = Exists
	case p.Code == upload.NoSuchUpload, p.Code == upload.InvalidPart, p.Code == upload.BadDigest:
		e.Remedy = Restart
	case p.Code == upload.ConditionalRequestConflict, passingStatus(p.Status):
		e.Remedy = Retry
	}
	return e
}

// unanswered is a call that the API gave no answer to: the line was lost, somebody else
// answered, or it was not made at all, as where nobody is signed in any more.
func unanswered(err error) error {
	_, network := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, api.ErrForeign):
		return &Error{Code: "Foreign", Detail: err.Error(), Remedy: Retry, Err: err, Lasting: true}
	case network || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, context.Canceled):
		return lost(err)
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Code: "InvalidRequest", Detail: err.Error(), Err: err}
}

// lost is a request without an answer. net/http puts the address, which is
// signed, into its error; only the reason is kept.
func lost(err error) error {
	reason := err
	if e, ok := errors.AsType[*url.Error](err); ok {
		reason = e.Err
	}
	if e, ok := errors.AsType[*Error](reason); ok {
		return e
	}
	e := &Error{Code: "Lost", Detail: "the connection was lost before an answer arrived: " + reason.Error(), Remedy: Retry, Err: reason, Lasting: lasting(reason)}
	if e.Lasting {
		e.Code, e.Detail = "Unreachable", "the storage cannot be reached: "+reason.Error()
	}
	return e
}

func lasting(err error) bool {
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		return true
	}
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "proxyconnect" {
		return true
	}
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	return untrusted || errors.Is(err, syscall.ECONNREFUSED)
}

func errChanged(f File) *Error {
	return &Error{Code: "Changed", Detail: f.Path + " changed while it was read, nothing was stored: send it again when nobody writes to it"}
}

// keyOf is the key of the file that is there already, where it is known.
func keyOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Key
	}
	return ""
}
