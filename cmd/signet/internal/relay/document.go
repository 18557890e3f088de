package relay

import _ "embed"

//go:embed openapi.json
var document []byte

// Document is the OpenAPI document of the two upload routes, as JSON. The caller must
// not change it.
func Document() []byte { return document }
