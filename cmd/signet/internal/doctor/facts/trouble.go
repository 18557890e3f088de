package facts

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// kinds are the answers that are about something else than a missing right, by
// their codes, with what to do. A code that is in none of them is taken for one.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
func kinds() []struct {
	codes  []string
	remedy string
} {
	return []struct {
		codes  []string
		remedy string
	}{
		{[]string{"NotImplemented", "MethodNotAllowed", "UnsupportedOperation", "UnknownOperationException", "InvalidAction", "UnknownAction", "UnrecognizedOperation", "NotFound"},
			"this store has no such call, and no right helps: --skip ID=reason leaves the check out"},
		{[]string{"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}, "the credentials have expired: get new ones"},
		{[]string{"InvalidAccessKeyId", "InvalidClientTokenId", "SignatureDoesNotMatch", "AuthFailure", "UnrecognizedClientException", "InvalidToken", "IncompleteSignature", "IncompleteSignatureException", "MissingAuthenticationToken", "OptInRequired"},
			"the credentials are not known there: check AWS_PROFILE, and that the service and region are the account's"},
		{[]string{"RequestTimeTooSkewed"}, "set this machine's clock"},
		{[]string{"SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "ServiceUnavailable", "InternalError", "InternalFailure", "InternalServerError", "BadGateway", "GatewayTimeout"}, "try again later"},
		{[]string{"ProxyAuthenticationRequired"}, checkNetwork},
	}
}

const checkNetwork = "the network failed, not a right: check name, proxy (HTTPS_PROXY) and firewall"

// trouble is an error without what differs from call to call, and what to do
// about it; an empty remedy is to allow the action.
func trouble(err error) (what, remedy string) {
	var api smithy.APIError
	var parse *policyError
	var status *smithyhttp.ResponseError
	switch {
	case errors.As(err, &parse):
		return parse.Error(), "read it by hand"
	case errors.Is(err, context.Canceled):
		return "it was interrupted", "try again"
	case errors.As(err, &api) && api.ErrorCode() != "UnknownError":
		return "AWS answered " + api.ErrorCode(), remedyOf(api.ErrorCode())
	}
	if what, remedy := connection(err); what != "" {
		return what, remedy
	}
	if errors.As(err, &status) {
		return answered(status.HTTPStatusCode())
	}
	inner := err
	for next := err; next != nil; next = errors.Unwrap(next) {
		inner = next
	}
	return "the call did not work (" + inner.Error() + ")", "check the credentials (aws sts get-caller-identity) and the region"
}

func remedyOf(code string) string {
	for _, k := range kinds() {
		if slices.Contains(k.codes, code) {
			return k.remedy
		}
	}
	return ""
}

// answered reads a status that came without a code of AWS's, as from a proxy or
// a store that knows no such call.
func answered(status int) (what, remedy string) {
	what = fmt.Sprintf("the answer was %d, without a code of S3's", status)
	switch {
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		return what, ""
	case status == http.StatusProxyAuthRequired:
		return what, checkNetwork
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed || status == http.StatusNotImplemented:
		return what, kinds()[0].remedy
	case status >= 500:
		return what, "try again later"
	}
	return what, "something in between may have answered: check the proxy"
}

// connection tells TLS and the network from what a service said.
func connection(err error) (what, remedy string) {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var host x509.HostnameError
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var name *net.DNSError
	var dial *net.OpError
	switch {
	case errors.As(err, &host):
		return "TLS failed (" + host.Error() + ")", "no right helps: check the endpoint's name, and who ends TLS on the way"
	case errors.As(err, &certificate), errors.As(err, &authority), errors.As(err, &invalid), errors.As(err, &record), errors.As(err, &alert):
		return "TLS failed (" + last(err) + ")", "no right helps: check AWS_CA_BUNDLE, and who ends TLS on the way"
	case errors.As(err, &name):
		return "the name is not known (" + name.Error() + ")", checkNetwork
	case errors.As(err, &dial), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return "the network failed (" + last(err) + ")", checkNetwork
	}
	return "", ""
}

func isTimeout(err error) bool {
	var slow net.Error
	return errors.As(err, &slow) && slow.Timeout()
}

// last is the innermost error, which names no URL.
func last(err error) string {
	for next := err; next != nil; next = errors.Unwrap(next) {
		err = next
	}
	return strings.TrimSpace(err.Error())
}
