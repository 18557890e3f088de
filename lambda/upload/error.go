package upload

import (
	"errors"
	"fmt"
)

// Code names what went wrong. It is S3's own error code where S3 has one
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
type Code string

// The codes this service answers with.
const (
	AccessDenied               Code = "AccessDenied"
	BadDigest                  Code = "BadDigest"
	ConditionalRequestConflict Code = "ConditionalRequestConflict"
	EntityTooLarge             Code = "EntityTooLarge"
	EntityTooSmall             Code = "EntityTooSmall"
	ExpiredToken               Code = "ExpiredToken"
	InternalError              Code = "InternalError"
	InvalidArgument            Code = "InvalidArgument"
	InvalidDigest              Code = "InvalidDigest"
	InvalidPart                Code = "InvalidPart"
	InvalidRequest             Code = "InvalidRequest"
	KeyTooLongError            Code = "KeyTooLongError"
	MaxMessageLengthExceeded   Code = "MaxMessageLengthExceeded"
	MetadataTooLarge           Code = "MetadataTooLarge"
	MethodNotAllowed           Code = "MethodNotAllowed"
	NoSuchKey                  Code = "NoSuchKey"
	NoSuchUpload               Code = "NoSuchUpload"
	NoSuchVersion              Code = "NoSuchVersion"
	PreconditionFailed         Code = "PreconditionFailed"
	ServiceUnavailable         Code = "ServiceUnavailable"
	SlowDown                   Code = "SlowDown"

	// S3 has no code for these eight.
	ConfigError   Code = "ConfigError"   // a bad configuration
	NoSuchPass    Code = "NoSuchPass"    // a pass that is not there, was revoked, is used up or over
	NoSuchRoute   Code = "NoSuchRoute"   // a path the API does not have
	NoSuchSpace   Code = "NoSuchSpace"   // a space that is not there for whoever asks
	QuotaExceeded Code = "QuotaExceeded" // more than the owner, or a pass, may have
	TypeForbidden Code = "TypeForbidden" // a media type outside allowedTypes
	Unauthorized  Code = "Unauthorized"  // no valid token
	WrongPassword Code = "WrongPassword" // of a pass: another one, or none
)

// Status is the HTTP status of a code: S3's own for S3's codes, but 413 for
// MaxMessageLengthExceeded (400 at S3), as HTTP has it. 500 for unknown codes.
func (c Code) Status() int {
	switch c {
	case BadDigest, EntityTooLarge, EntityTooSmall, ExpiredToken, InvalidArgument, InvalidDigest, InvalidPart,
		InvalidRequest, KeyTooLongError, MetadataTooLarge, TypeForbidden:
		return 400
	case Unauthorized, WrongPassword:
		return 401
	case AccessDenied, QuotaExceeded:
		return 403
	case NoSuchKey, NoSuchPass, NoSuchRoute, NoSuchSpace, NoSuchUpload, NoSuchVersion:
		return 404
	case MethodNotAllowed:
		return 405
	case ConditionalRequestConflict:
		return 409
	case PreconditionFailed:
		return 412
	case MaxMessageLengthExceeded:
		return 413
	case ServiceUnavailable, SlowDown:
		return 503
	default:
		return 500
	}
}

// Error is the one error type of the service: a code for machines and a detail
// for people, which says what was got, what is allowed and what to do.
type Error struct {
	Code   Code
	Detail string
	Err    error // the inner error: logged, never sent
}

// Errorf makes an Error with a formatted detail.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// Error is the detail.
func (e *Error) Error() string { return e.Detail }

// Unwrap gives the inner error.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf is the code of the first Error in err's chain, InternalError for any
// other error.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return InternalError
}
