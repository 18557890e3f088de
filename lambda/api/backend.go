package api

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"signet/lambda/upload"
)

// The application's own server makes passes for its users and looks after their files.
// It is known by Signature Version 4 for execute-api, which API Gateway checks, or
// whoever serves in its place ([Options.Backend]); here its role is compared with those
// of the configuration.

// backendCalls are the calls below /backend.
func (h *Handler) backendCalls() []call {
	calls := []call{{method: "POST", path: "/backend/passes", kind: backendCall, serve: h.makeBackendPass}}
	for _, c := range h.calls() {
		if strings.HasPrefix(c.path, "/files") {
			c.path, c.kind = "/backend"+c.path, backendCall
			if c.query != nil {
				c.query = append([]string{"owner"}, c.query...)
			}
			calls = append(calls, c)
		}
	}
	return calls
}

// backend is the bearer of a request that the backend has signed, for the owner that it
// names. Anybody else's signature, and a call without one, is AccessDenied.
func (h *Handler) backend(r *http.Request) (upload.Bearer, error) {
	arn := ""
	if h.options.Backend != nil {
		arn = h.options.Backend(r)
	}
	if !h.options.Config.IsBackend(arn) {
		return upload.Bearer{}, upload.Errorf(upload.AccessDenied, "got nobody of backend.roles, want a request that one of them signed (SigV4, execute-api): see the configuration")
	}
	owner, err := ownerOf(r)
	if err != nil {
		return upload.Bearer{}, err
	}
	caller, err := upload.NewCaller(owner)
	if err != nil {
		return upload.Bearer{}, required("owner")
	}
	return upload.Bearer{Caller: caller, Backend: true}, nil
}

// ownerOf takes the owner out of a request: a parameter, or a field of the body, for
// what answers it to see the request as a caller's.
func ownerOf(r *http.Request) (string, error) {
	if r.Method != http.MethodPost {
		return parameter(r, "owner", true)
	}
	body, err := readBody(r)
	if err != nil {
		return "", err
	}
	if err := checkNames(body); err != nil {
		return "", err
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(body, &fields); err != nil {
		return "", badJSON(err)
	}
	var owner string
	if raw, ok := fields["owner"]; ok {
		if json.Unmarshal(raw, &owner) != nil {
			return "", upload.Errorf(upload.InvalidRequest, "got an owner that is no text, want one such as user-42: correct it")
		}
		delete(fields, "owner")
		if body, err = json.Marshal(fields); err != nil {
			return "", err
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return owner, nil
}

// makeBackendPass makes a pass for any owner.
func (h *Handler) makeBackendPass(x *exchange) (any, error) {
	var m PassRequest
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	return h.newPass(x, &m, x.bearer.Caller, upload.Place{Space: m.Space, Folder: m.Folder})
}
