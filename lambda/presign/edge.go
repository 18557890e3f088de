package presign

import (
	"context"
	"strings"

	"signet/lambda/upload"
)

// longestEdgeURL is the longest URL that CloudFront takes, in bytes
// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html).
const longestEdgeURL = 8192

// resolveEdge finds the way by the site: its paths are those of the bucket's own host
// in virtual-host style, which is the host that S3 sees and that is signed for. nil:
// there is none, as for a bucket without such a host.
func resolveEdge(o Options) (*endpoint, error) {
	if o.Edge == "" {
		return nil, nil
	}
	scheme, host, _, err := address("edge", o.Edge)
	if err != nil {
		return nil, err
	}
	behind := o
	switch {
	case o.Endpoint != "" && o.EdgeEndpoint == "" || o.Endpoint == "" && !isHostLabel(o.Bucket):
		return nil, nil
	case o.Endpoint != "":
		behind.Endpoint, behind.VirtualHost = o.EdgeEndpoint, true
	default:
		behind.Accelerate, behind.DualStack = false, false
	}
	e, err := resolve(behind)
	e.origin = scheme + "://" + host
	return &e, err
}

// HasEdge says whether there is a way by the site.
func (s *Signer) HasEdge() bool { return s.edge != nil }

// URLByEdge signs as URL does, for the way by the edge too where there is one.
func (s *Signer) URLByEdge(ctx context.Context, r upload.Request) (URL, error) {
	return s.url(ctx, r, s.edge)
}

// byEdge is a request that was signed for the bucket's first host, by the edge: the
// same one where that is the host behind it, else one of its own.
func (s *Signer) byEdge(t ticket, e *endpoint, signed, method, key string, query, headers []upload.Header) string {
	if e == nil {
		return ""
	}
	by := e.origin + strings.TrimPrefix(signed, s.endpoint.origin)
	if !s.endpoint.same(*e) {
		by = s.sign(t, *e, method, e.keyPath, key, query, headers)
	}
	if len(by) > longestEdgeURL {
		return ""
	}
	return by
}

// same says that what is signed for one endpoint holds for the other.
func (e endpoint) same(other endpoint) bool {
	return e.host == other.host && e.keyPath == other.keyPath
}
