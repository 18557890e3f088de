package api

import (
	"context"
	"net/http"
	"net/url"
)

// ListUploadsIn is ListUploads in a part of a space. A page may be empty and have a
// next.
func (c *Client) ListUploadsIn(ctx context.Context, space, cursor string) (out Uploads, err error) {
	query := url.Values{"space": {space}}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	return out, c.call(ctx, http.MethodGet, "/uploads", query, nil, &out)
}

// CreateSessionIn is CreateSession for another place than the caller's own files.
func (c *Client) CreateSessionIn(ctx context.Context, r SessionRequest) (out Session, err error) {
	return out, c.post(ctx, "/s3/session", r, &out)
}

// ConfirmFiles makes up to 1,000 files stay; each is answered for itself, in order.
func (c *Client) ConfirmFiles(ctx context.Context, keys []string) (out ConfirmedFiles, err error) {
	return out, c.post(ctx, "/files/confirm", ConfirmRequest{keys}, &out)
}
