package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"signet/lambda/api/openapi"
	"signet/lambda/upload"
)

// Routes lists all calls that the handler answers. A test holds them to those of
// the document, [openapi.Routes].
func Routes() []openapi.Route {
	var list []openapi.Route
	h := (*Handler)(nil)
	for _, c := range append(h.calls(), h.sharing()...) {
		list = append(list, openapi.Route{
			Method: c.method, Path: Base + c.path,
			Public: c.public != nil || c.session || c.kind == passCall, Backend: c.kind == backendCall, Guest: c.kind == passCall,
		})
	}
	return list
}

// call is a route with what answers it: serve for a known bearer, or public.
type call struct {
	method, path string
	query        []string // the parameters that it knows; one that ends in [ begins several
	serve        func(*exchange) (any, error)
	public       http.HandlerFunc
	session      bool // the caller is known by the session in the path, not by a token
	kind         kind // who calls, if no caller
}

// kind is whom a call is for.
type kind uint8

const (
	callerCall  kind = iota // somebody with a token
	passCall                // a guest
	backendCall             // the application's server
)

func (h *Handler) calls() []call {
	return append([]call{
		{method: "GET", path: "/healthz", public: health},
		{method: "GET", path: "/openapi.json", public: document},
		{method: "POST", path: "/presign", serve: h.presign},
		{method: "POST", path: "/presign/form", serve: h.presignForm},
		{method: "POST", path: "/uploads", serve: h.createUpload},
		{method: "GET", path: "/uploads", query: []string{"space", "cursor"}, serve: h.listUploads},
		{method: "DELETE", path: "/uploads", query: []string{"key", "uploadId"}, serve: h.abortUpload},
		{method: "POST", path: "/uploads/sign", serve: h.signParts},
		{method: "GET", path: "/uploads/parts", query: []string{"key", "uploadId"}, serve: h.listParts},
		{method: "POST", path: "/uploads/complete", serve: h.completeUpload},
		{method: "GET", path: "/files", query: listParameters(), serve: h.listFiles},
		{method: "DELETE", path: "/files", query: []string{"key"}, serve: h.deleteFile},
		{method: "GET", path: "/files/url", query: []string{"key", "versionId", "checksum", "inline"}, serve: h.fileURL},
		{method: "POST", path: "/files/urls", serve: h.fileURLs},
		{method: "GET", path: "/files/info", query: []string{"key", "versionId"}, serve: h.fileInfo},
		{method: "GET", path: "/files/versions", query: []string{"key"}, serve: h.listVersions},
		{method: "POST", path: "/files/delete", serve: h.deleteFiles},
		{method: "POST", path: "/files/restore", serve: h.restoreFiles},
		{method: "POST", path: "/files/move", serve: h.moveFile},
		{method: "POST", path: "/files/confirm", serve: h.confirmFiles},
		{method: "GET", path: "/spaces", serve: h.listSpaces},
		{method: "POST", path: "/s3/session", serve: h.createSession},
		{method: "POST", path: "/s3/sign", serve: h.signUppy},
		{method: "POST", path: "/explain", serve: h.explain},
	}, h.companionCalls()...)
}

// paths gathers the calls of each path, so that a wrong method is told apart
// from a wrong path and both get a problem. A map is enough for paths without
// parameters, and does not cost a cold start what http.ServeMux does; the few
// that have some are compared one by one.
func (h *Handler) paths() map[string][]call {
	paths := map[string][]call{}
	calls := h.calls()
	if h.options.Config.Passes {
		calls = append(calls, h.sharing()...)
	}
	for _, c := range calls {
		paths[Base+c.path] = append(paths[Base+c.path], c)
	}
	return paths
}

func (h *Handler) dispatch(w *recorder, r *http.Request) {
	if err := h.throughEdge(r); err != nil {
		answer(w, nil, err)
		return
	}
	route, values, calls := h.find(r.URL.Path)
	if calls == nil {
		w.companion = strings.HasPrefix(r.URL.Path, Base+"/s3/")
		answer(w, nil, upload.Errorf(upload.NoSuchRoute, "got %.200s, want a path of %s/openapi.json: correct it", r.URL.EscapedPath(), Base))
		return
	}
	w.route = route
	i := slices.IndexFunc(calls, func(c call) bool { return c.method == r.Method })
	if i < 0 {
		allowed := make([]string, len(calls))
		for i, c := range calls {
			allowed[i] = c.method
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		answer(w, nil, upload.Errorf(upload.MethodNotAllowed, "got %s, want %s: correct the method", r.Method, strings.Join(allowed, " or ")))
		return
	}
	w.companion = calls[i].session
	if calls[i].public != nil {
		if err := checkQuery(r, nil); err != nil {
			answer(w, nil, err)
			return
		}
		calls[i].public(w, r)
		return
	}
	x := &exchange{Request: r, path: values}
	if err := h.identify(x, calls[i]); err != nil {
		if !calls[i].session && calls[i].kind == callerCall {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		answer(w, nil, err)
		return
	}
	if err := checkQuery(r, calls[i].query); err != nil {
		answer(w, nil, err)
		return
	}
	body, err := calls[i].serve(x)
	answer(w, body, err)
}

// identify finds out who asks.
func (h *Handler) identify(x *exchange, c call) (err error) {
	switch {
	case c.kind == passCall:
		x.bearer, x.pass, err = h.guest(x.Request, c.path == "/pass")
	case c.kind == backendCall:
		x.bearer, err = h.backend(x.Request)
	default:
		x.bearer, err = h.bearer(x.Request, c, x.path)
	}
	if err == nil && strings.HasPrefix(c.path, "/s3/") && h.options.Config.Counts() {
		err = upload.Errorf(upload.AccessDenied, "got a call of a protocol that does not say how long files are, want POST %s/presign or %s/uploads: there is a quota here", Base, Base)
	}
	return err
}

func (h *Handler) bearer(r *http.Request, c call, values map[string]string) (upload.Bearer, error) {
	if c.session {
		return h.session(r.Context(), values["session"])
	}
	var groups []string
	if h.options.Groups != nil && (len(h.options.Config.Spaces) > 0 || len(h.options.Config.Quotas) > 0) {
		groups = h.options.Groups(r)
	}
	return upload.NewBearer(h.options.Subject(r), groups...)
}

// find gives the calls of a path, the route that it is, and the values of the
// route's parameters. Companion's clients put two slashes in a row where their
// endpoint ends in one, which counts as one.
func (h *Handler) find(path string) (route string, values map[string]string, calls []call) {
	if calls, ok := h.routes[path]; ok && !strings.Contains(path, "{") {
		return path, nil, calls
	}
	if !strings.HasPrefix(path, Base+"/s3/") {
		return "", nil, nil
	}
	got := strings.Split(strings.ReplaceAll(path, "//", "/"), "/")
	for _, c := range h.companionCalls() {
		if values, ok := match(strings.Split(Base+c.path, "/"), got); ok {
			return Base + c.path, values, h.routes[Base+c.path]
		}
	}
	return "", nil, nil
}

// match compares a path with a pattern, segment by segment; {name} takes any.
func match(pattern, path []string) (map[string]string, bool) {
	if len(pattern) != len(path) {
		return nil, false
	}
	values := map[string]string{}
	for i, want := range pattern {
		name, variable := strings.CutPrefix(want, "{")
		if !variable && want != path[i] || path[i] == "" && i > 0 {
			return nil, false
		}
		if variable {
			values[strings.TrimSuffix(name, "}")] = path[i]
		}
	}
	return values, true
}

// exchange is a request of a known bearer.
type exchange struct {
	*http.Request
	bearer upload.Bearer
	pass   *upload.Pass      // of a guest
	path   map[string]string // the values of the route's parameters
	looked bool              // the files were looked for already
	hosts  int               // of the bucket's, that the caller uses
}

func (e *exchange) setHosts(n int) error {
	if n < 0 || n > 2 {
		return upload.Errorf(upload.InvalidArgument, "got hosts %d, want 1 or 2: leave it out for one", n)
	}
	e.hosts = n
	return nil
}

func (e *exchange) ctx() context.Context { return e.Context() }

func health(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]string{"status": "ok"}, nil)
}

func document(w http.ResponseWriter, _ *http.Request) {
	text, err := openapi.Document()
	answer(w, json.RawMessage(text), err)
}
