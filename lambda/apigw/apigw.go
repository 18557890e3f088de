// Package apigw turns API Gateway HTTP API events of payload format 2.0 into
// requests for an http.Handler, and its answers into responses. It knows
// nothing else of Signet.
//
// Format: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
package apigw

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Event is the part of a payload 2.0 event that a request is made of.
type Event struct {
	Version         string            `json:"version"`
	RawPath         string            `json:"rawPath"`
	RawQueryString  string            `json:"rawQueryString"`
	Cookies         []string          `json:"cookies,omitempty"`
	Headers         map[string]string `json:"headers"`
	RequestContext  RequestContext    `json:"requestContext"`
	Body            string            `json:"body,omitempty"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
}

// RequestContext is what API Gateway knows of the request.
type RequestContext struct {
	Authorizer *Authorizer `json:"authorizer,omitempty"`
	DomainName string      `json:"domainName"`
	HTTP       HTTP        `json:"http"`
	RequestID  string      `json:"requestId"`
	Stage      string      `json:"stage"`
}

// HTTP is the request line and the client's address.
type HTTP struct {
	Method   string `json:"method"`
	Path     string `json:"path"`
	Protocol string `json:"protocol"`
	SourceIP string `json:"sourceIp"`
}

// Authorizer holds the result of the JWT authorizer, or of IAM's.
type Authorizer struct {
	JWT *JWT `json:"jwt,omitempty"`
	IAM *IAM `json:"iam,omitempty"`
}

// IAM is whoever signed the request with Signature Version 4.
type IAM struct {
	UserARN string `json:"userArn"` // of a role's session: arn:aws:sts::…:assumed-role/…
}

// JWT is a verified token. API Gateway gives every claim as a string.
type JWT struct {
	Claims map[string]string `json:"claims"`
	Scopes []string          `json:"scopes"`
}

// Response is a payload 2.0 response.
type Response struct {
	StatusCode      int               `json:"statusCode"`
	Headers         map[string]string `json:"headers,omitempty"`
	Cookies         []string          `json:"cookies,omitempty"`
	Body            string            `json:"body"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
}

// MaxResponse is the longest body that fits into Lambda's answer of 6 MB with
// its escaping, in bytes.
const MaxResponse = 5_500_000

type (
	claimsKey struct{}
	signerKey struct{}
)

// Claim is a claim of the verified token of a request that [Wrap] made; empty
// when there is none.
func Claim(r *http.Request, name string) string {
	claims, _ := r.Context().Value(claimsKey{}).(map[string]string)
	return claims[name]
}

// Signer is the ARN of whoever signed a request that [Wrap] made, as API Gateway's IAM
// authorizer has found it; empty when there is none.
func Signer(r *http.Request) string {
	arn, _ := r.Context().Value(signerKey{}).(string)
	return arn
}

// Wrap makes a function for lambda.Start out of a handler. Its error is always
// nil for an event of payload 2.0: what goes wrong in a request is an answer.
func Wrap(h http.Handler) func(context.Context, Event) (Response, error) {
	return func(ctx context.Context, e Event) (Response, error) {
		r, err := request(ctx, e)
		if err != nil {
			return Response{}, err
		}
		w := &response{header: http.Header{}, status: http.StatusOK}
		h.ServeHTTP(w, r)
		return w.event()
	}
}

var errVersion = errors.New("not an API Gateway event of payload format 2.0")

// request builds the request an event stands for. The path is taken from
// rawPath, which API Gateway has already decoded once, so it is not decoded
// again; a stage other than $default is not part of it.
func request(ctx context.Context, e Event) (*http.Request, error) {
	if e.Version != "2.0" {
		return nil, fmt.Errorf("%w: got version %q, want 2.0", errVersion, e.Version)
	}
	body := e.Body
	if e.IsBase64Encoded {
		raw, err := base64.StdEncoding.DecodeString(e.Body)
		if err != nil {
			return nil, fmt.Errorf("event body: %w", err)
		}
		body = string(raw)
	}
	path := e.RawPath
	if stage := e.RequestContext.Stage; stage != "" && stage != "$default" {
		if rest, ok := strings.CutPrefix(path, "/"+stage); ok && (rest == "" || rest[0] == '/') {
			path = rest
		}
	}
	if path == "" {
		path = "/"
	}
	if a := e.RequestContext.Authorizer; a != nil && a.JWT != nil {
		ctx = context.WithValue(ctx, claimsKey{}, a.JWT.Claims)
	} else if a != nil && a.IAM != nil {
		ctx = context.WithValue(ctx, signerKey{}, a.IAM.UserARN)
	}
	r := &http.Request{
		Method: e.RequestContext.HTTP.Method, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		URL:    &url.URL{Path: path, RawQuery: e.RawQueryString},
		Header: header(e), Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
		RemoteAddr: e.RequestContext.HTTP.SourceIP,
	}
	if r.Host = r.Header.Get("Host"); r.Host == "" {
		r.Host = e.RequestContext.DomainName
	}
	r.Header.Del("Host")
	r.RequestURI = r.URL.RequestURI()
	return r.WithContext(ctx), nil
}

// header gives the event's headers back. API Gateway joins several values of
// one header with a comma, which means the same; cookies stand apart.
func header(e Event) http.Header {
	header := make(http.Header, len(e.Headers)+1)
	for name, value := range e.Headers {
		header.Set(name, value)
	}
	if len(e.Cookies) > 0 {
		header.Set("Cookie", strings.Join(e.Cookies, "; "))
	}
	return header
}

// response collects an answer. Like net/http's it freezes status and header at
// the first write.
type response struct {
	header http.Header
	sent   http.Header
	status int
	body   strings.Builder
}

// Header is the answer's header.
func (w *response) Header() http.Header { return w.header }

// WriteHeader sends the status; only the first call counts.
func (w *response) WriteHeader(status int) {
	if w.sent == nil {
		w.status, w.sent = status, w.header.Clone()
	}
}

// Write adds to the body.
func (w *response) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

func (w *response) event() (Response, error) {
	w.WriteHeader(http.StatusOK)
	out := Response{StatusCode: w.status, Headers: make(map[string]string, len(w.sent)), Cookies: w.sent.Values("Set-Cookie"), Body: w.body.String()}
	if len(out.Body) > MaxResponse {
		return Response{}, fmt.Errorf("answer of %d bytes, Lambda takes at most %d", len(out.Body), MaxResponse)
	}
	for name, values := range w.sent {
		if name != "Set-Cookie" {
			out.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
		}
	}
	if !utf8.ValidString(out.Body) {
		out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte(out.Body)), true
	}
	return out, nil
}
