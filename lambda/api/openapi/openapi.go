// Package openapi is the API's contract: the OpenAPI 3.1 document, and the
// routes that it describes. It stands apart from the handler, so that whoever
// needs to know the routes, such as the stack, does not link S3's SDK.
package openapi

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

//go:embed openapi.json
var document []byte

// Base is the path that every route lies under; it is the document's server.
const Base = "/api"

// Document is the OpenAPI document, as JSON.
func Document() []byte { return bytes.Clone(document) }

// Route is one call of the API.
type Route struct {
	Method string // GET, POST, DELETE
	Path   string // with Base
	Public bool   // answered without a token
}

// Routes lists the calls of the document, by path and method.
func Routes() ([]Route, error) {
	var parsed struct {
		Paths map[string]map[string]struct {
			Security *[]map[string][]string `json:"security"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(document, &parsed); err != nil {
		return nil, err
	}
	var routes []Route
	for _, path := range slices.Sorted(maps.Keys(parsed.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(parsed.Paths[path])) {
			security := parsed.Paths[path][method].Security
			routes = append(routes, Route{strings.ToUpper(method), Base + path, security != nil && len(*security) == 0})
		}
	}
	return routes, nil
}
