package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"signet/lambda/upload"
)

// signedCalls lie under a path whose callers sign for the API's own host, and so
// cannot come through CloudFront; API Gateway's authorizer is their check.
const signedCalls = Base + "/backend/"

// throughEdge refuses what did not come through CloudFront, where [Options.Edge] says
// by which word it is known: else the firewall before it could be walked around.
func (h *Handler) throughEdge(r *http.Request) error {
	if h.options.Edge == "" || strings.HasPrefix(r.URL.Path, signedCalls) {
		return nil
	}
	got, want := sha256.Sum256([]byte(r.Header.Get(upload.EdgeHeader))), sha256.Sum256([]byte(h.options.Edge))
	if subtle.ConstantTimeCompare(got[:], want[:]) == 1 {
		return nil
	}
	return upload.Errorf(upload.AccessDenied, "got a call at the API's own address, want it at the site's: put the site's host before /api")
}
