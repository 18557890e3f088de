// Package openapi is the API's contract: the OpenAPI 3.1 document, and the
// routes that it describes. It stands apart from the handler, so that whoever
// needs to know the routes, such as the stack, does not link S3's SDK.
package openapi

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
)

// packed is openapi.json without white space, compressed: a fifteenth of its
// size, which a cold start loads. `go test ./lambda/api/openapi -update` writes it.
//
//go:embed openapi.json.gz
var packed []byte

var document = sync.OnceValues(func() ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
})

// Base is the path that every route lies under; it is the document's server.
const Base = "/api"

// Document is the OpenAPI document, as JSON. The caller must not change it. An
// error means that this binary was put together wrongly.
func Document() ([]byte, error) { return document() }

// Route is one call of the API.
type Route struct {
	Method string // GET, POST, DELETE
	Path   string // with Base
	Public bool   // answered without a token
	// Guest is for whoever shows a pass, Backend for the application's server.
	Guest, Backend bool
}

// NeedsPasses says that the call is there with the configuration's passes alone.
func (r Route) NeedsPasses() bool { return r.Guest || r.Backend || r.Path == Base+"/passes" }

// Routes lists the calls of the document, by path and method.
func Routes() ([]Route, error) {
	var parsed struct {
		Paths map[string]map[string]struct {
			Security *[]map[string][]string `json:"security"`
		} `json:"paths"`
	}
	text, err := document()
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &parsed); err != nil {
		return nil, err
	}
	var routes []Route
	for _, path := range slices.Sorted(maps.Keys(parsed.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(parsed.Paths[path])) {
			security := parsed.Paths[path][method].Security
			r := Route{Method: strings.ToUpper(method), Path: Base + path, Public: security != nil && len(*security) == 0}
			if security != nil && len(*security) > 0 {
				_, r.Guest = (*security)[0]["pass"]
				_, r.Backend = (*security)[0]["backend"]
				r.Public = r.Guest
			}
			routes = append(routes, r)
		}
	}
	return routes, nil
}
