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
	for _, c := range (*Handler)(nil).calls() {
		list = append(list, openapi.Route{Method: c.method, Path: Base + c.path, Public: c.public != nil})
	}
	return list
}

// call is a route with what answers it: serve for a known caller, or public.
type call struct {
	method, path string
	serve        func(*exchange) (any, error)
	public       http.HandlerFunc
}

func (h *Handler) calls() []call {
	return []call{
		{method: "GET", path: "/healthz", public: health},
		{method: "GET", path: "/openapi.json", public: document},
		{method: "POST", path: "/presign", serve: h.presign},
		{method: "POST", path: "/presign/form", serve: h.presignForm},
		{method: "POST", path: "/uploads", serve: h.createUpload},
		{method: "GET", path: "/uploads", serve: h.listUploads},
		{method: "DELETE", path: "/uploads", serve: h.abortUpload},
		{method: "POST", path: "/uploads/sign", serve: h.signParts},
		{method: "GET", path: "/uploads/parts", serve: h.listParts},
		{method: "POST", path: "/uploads/complete", serve: h.completeUpload},
		{method: "GET", path: "/files", serve: h.listFiles},
		{method: "DELETE", path: "/files", serve: h.deleteFile},
		{method: "GET", path: "/files/url", serve: h.fileURL},
		{method: "GET", path: "/files/versions", serve: h.listVersions},
		{method: "POST", path: "/files/restore", serve: h.restoreVersion},
		{method: "POST", path: "/explain", serve: h.explain},
	}
}

// paths gathers the calls of each path, so that a wrong method is told apart
// from a wrong path and both get a problem. A map is enough for paths without
// parameters, and does not cost a cold start what http.ServeMux does.
func (h *Handler) paths() map[string][]call {
	paths := map[string][]call{}
	for _, c := range h.calls() {
		paths[Base+c.path] = append(paths[Base+c.path], c)
	}
	return paths
}

func (h *Handler) dispatch(w *recorder, r *http.Request) {
	calls, ok := h.routes[r.URL.Path]
	if !ok {
		answer(w, nil, upload.Errorf(upload.NoSuchRoute, "got %.200s, want a path of %s/openapi.json: correct it", r.URL.EscapedPath(), Base))
		return
	}
	w.route = r.URL.Path
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
	if calls[i].public != nil {
		calls[i].public(w, r)
		return
	}
	caller, err := upload.NewCaller(h.options.Subject(r))
	if err != nil {
		w.Header().Set("WWW-Authenticate", "Bearer")
		answer(w, nil, err)
		return
	}
	body, err := calls[i].serve(&exchange{r, caller})
	answer(w, body, err)
}

// exchange is a request of a known caller.
type exchange struct {
	*http.Request
	caller upload.Caller
}

func (e *exchange) ctx() context.Context { return e.Context() }

func health(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]string{"status": "ok"}, nil)
}

func document(w http.ResponseWriter, _ *http.Request) {
	answer(w, json.RawMessage(openapi.Document()), nil)
}
