package local

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"signet/cmd/signet/internal/sigv4"
	"signet/cmd/signet/internal/token"
	"signet/lambda/api"
	"signet/lambda/apigw"
	"signet/lambda/upload"
)

// maxPayload is API Gateway's largest request, in bytes
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html).
const maxPayload = 10 << 20

// front plays API Gateway: it verifies the token, turns the request into an
// event of payload 2.0, hands that to the Lambda's function as JSON, and sends
// what comes back.
type front struct {
	origins []string // that CORS allows
	invoke  func(context.Context, apigw.Event) (apigw.Response, error)
	tokens  *token.Verifier
	backend *sigv4.Keys // of the application's server; nil: there is none
	passes  bool
	log     *slog.Logger
}

func newFront(o Options, issuerURL string, c *Cloud) *front {
	handler := api.New(api.Options{
		Config:      o.Config,
		Credentials: c.credentials,
		Subject:     func(r *http.Request) string { return apigw.Claim(r, "sub") },
		Groups:      func(r *http.Request) []string { return apigw.List(r, o.Config.Auth.Groups()) },
		Backend:     apigw.Signer,
		Log:         o.Log,
		S3:          c.direct,
	})
	rules := token.Rules{Issuer: issuerURL, Audience: []string{"signet"}, Scopes: upload.Auth{}.AccessScopes()}
	keys := token.NewIssuer(issuerURL)
	if c.certificate != nil {
		keys.Over(trusting(*c.certificate))
	}
	return &front{
		origins: o.Config.Origins,
		invoke:  apigw.Wrap(handler),
		tokens:  token.New(rules, keys),
		backend: c.Backend,
		passes:  o.Config.Passes,
		log:     o.Log,
	}
}

// ServeHTTP answers a request by way of an event. A request whose token does
// not verify arrives without claims, and the handler says 401 with a problem.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.cors(w, r) {
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload))
	if err != nil {
		http.Error(w, `{"message":"Request Entity Too Large"}`, http.StatusRequestEntityTooLarge)
		return
	}
	out, err := f.throughJSON(r, body)
	if err != nil {
		f.log.Error("invoke", "error", err)
		http.Error(w, `{"message":"Internal Server Error"}`, http.StatusInternalServerError)
		return
	}
	for name, value := range out.Headers {
		w.Header().Set(name, value)
	}
	for _, c := range out.Cookies {
		w.Header().Add("Set-Cookie", c)
	}
	answer := []byte(out.Body)
	if out.IsBase64Encoded {
		if answer, err = base64.StdEncoding.DecodeString(out.Body); err != nil {
			f.log.Error("response body", "error", err)
		}
	}
	if len(answer) > 0 { // as API Gateway does, whatever the length
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
	}
	w.WriteHeader(out.StatusCode)
	w.Write(answer)
}

// ownPage tells whether an origin is one of [ownPages].
func ownPage(origin string) bool {
	return slices.ContainsFunc(ownPages, func(pattern string) bool {
		port, ok := strings.CutPrefix(origin, strings.TrimSuffix(pattern, "*"))
		_, err := strconv.ParseUint(port, 10, 16)
		return ok && err == nil
	})
}

// cors gives pages of the configured origins what API Gateway's CORS settings
// give them, and says whether that was all: the answer to a preflight.
func (f *front) cors(w http.ResponseWriter, r *http.Request) (done bool) {
	origin := r.Header.Get("Origin")
	if !slices.Contains(f.origins, origin) && !ownPage(origin) {
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	w.Header().Set("Vary", "Origin")
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	w.Header().Set("Access-Control-Allow-Methods", strings.Join(upload.CORSAPIMethods(f.passes), ","))
	w.Header().Set("Access-Control-Allow-Headers", strings.Join(upload.CORSAPIHeaders(f.passes), ","))
	w.Header().Set("Access-Control-Max-Age", "7200")
	w.WriteHeader(http.StatusNoContent)
	return true
}

// throughJSON invokes the function as Lambda does, which carries nothing but
// JSON.
func (f *front) throughJSON(r *http.Request, body []byte) (out apigw.Response, err error) {
	sent, err := json.Marshal(f.event(r, body))
	if err != nil {
		return out, err
	}
	var event apigw.Event
	if err := json.Unmarshal(sent, &event); err != nil {
		return out, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), 30*time.Second) // API Gateway waits no longer
	defer cancel()
	answered, err := f.invoke(ctx, event)
	if err != nil {
		return out, err
	}
	received, err := json.Marshal(answered)
	if err != nil {
		return out, err
	}
	return out, json.Unmarshal(received, &out)
}

func (f *front) event(r *http.Request, body []byte) apigw.Event {
	headers := map[string]string{"host": r.Host}
	for name, values := range r.Header {
		if name != "Cookie" {
			headers[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	address, _, _ := net.SplitHostPort(r.RemoteAddr)
	e := apigw.Event{
		Version: "2.0", RawPath: r.URL.Path, RawQueryString: r.URL.RawQuery, Headers: headers,
		RequestContext: apigw.RequestContext{
			DomainName: r.Host, Stage: "$default",
			HTTP: apigw.HTTP{Method: r.Method, Path: r.URL.Path, Protocol: r.Proto, SourceIP: address},
		},
	}
	for _, c := range r.Cookies() {
		e.Cookies = append(e.Cookies, c.Name+"="+c.Value)
	}
	if claims := f.claims(r); claims != nil {
		e.RequestContext.Authorizer = &apigw.Authorizer{JWT: &apigw.JWT{Claims: claims}}
	}
	if strings.HasPrefix(r.URL.Path, api.Base+"/backend/") {
		if signer := f.signer(r, body); signer != nil {
			e.RequestContext.Authorizer = &apigw.Authorizer{IAM: signer}
		}
	}
	if e.Body = string(body); !utf8.Valid(body) {
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return e
}

// claims are those of a token that is taken, as strings, as API Gateway's JWT
// authorizer gives them; nil for any other.
func (f *front) claims(r *http.Request) map[string]string {
	read, err := f.tokens.Bearer(r.Context(), r.Header.Get("Authorization"))
	if err != nil {
		return nil
	}
	claims := make(map[string]string, len(read.Claims))
	for name, value := range read.Claims {
		var text string
		if json.Unmarshal(value, &text) != nil {
			text = string(value) // a number as it is written
		}
		claims[name] = text
	}
	return claims
}
