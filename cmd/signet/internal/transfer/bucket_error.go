package transfer

import (
	"errors"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
)

// bucketError gives an error of the SDK its remedy; nil for nil.
func bucketError(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	status, region := 0, ""
	if e, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		status, region = e.HTTPStatusCode(), e.HTTPResponse().Header.Get(regionHeader)
	}
	code, message := "", ""
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		code, message = e.ErrorCode(), e.ErrorMessage()
	}
	if code == "" && status == 0 {
		// No answer: no credentials, no region, or no line.
		return &Error{Code: "Lost", Detail: "S3 was not asked: " + reason(err), Err: err}
	}
	if code == "" && status < 300 {
		return errNotS3(status, "XML that S3 writes")
	}
	if leadsElsewhere(status) {
		return errElsewhere(status)
	}
	e := classify(status, code, message)
	e.Err, e.Region = err, region
	return e
}

// reason is the innermost of the SDK's nested errors, which alone says something.
func reason(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}
