package api

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"

	"signet/lambda/upload"
)

// ownFile reads the parameter key.
func (h *Handler) ownFile(x *exchange) (upload.Object, error) {
	key, err := parameter(x.Request, "key", true)
	if err != nil {
		return upload.Object{}, err
	}
	return h.policy.AuthorizeKey(x.bearer, key)
}

// flag reads a parameter that is true, false or left out.
func flag(r *http.Request, name string) (bool, error) {
	given, err := oneOf(r, name, "false", "true")
	return given == "true", err
}

func query(r *http.Request) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, upload.Errorf(upload.InvalidArgument, "got a query string that cannot be read, want name=value pairs, percent-encoded: encode it")
	}
	return values, nil
}

// cursor reads the parameter cursor: n strings that an earlier answer's next
// held, or as many empty ones. It is only a place in the caller's own list, so
// a made-up one shows nothing that the caller may not see.
func cursor(r *http.Request, n int) ([]string, error) {
	given, err := parameter(r, "cursor", false)
	if err != nil || given == "" {
		return make([]string, n), err
	}
	var at []string
	text, err := base64.RawURLEncoding.DecodeString(given)
	if err != nil || json.Unmarshal(text, &at) != nil || len(at) != n {
		return nil, errCursor()
	}
	return at, nil
}

func errCursor() error {
	return upload.Errorf(upload.InvalidArgument, "got a cursor that is none of this list's, want next of the answer before: begin without a cursor")
}

func cursorAt(at ...string) string {
	text, _ := json.Marshal(at) // strings always marshal
	return base64.RawURLEncoding.EncodeToString(text)
}
