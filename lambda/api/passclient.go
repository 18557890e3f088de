package api

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"

	"golang.org/x/text/unicode/norm"
)

// Guest calls the API by a pass, in place of a caller's token.
type Guest struct {
	// Token is the pass's.
	Token string
	// Password is the pass's, if it has one.
	Password string
	// ID tells the guest from others to a pass that counts them; made up once, it makes
	// whoever goes on the same one. Empty: each look at the pass is a new guest's.
	ID string
}

// set puts the guest into a request.
func (g *Guest) set(r *http.Request) {
	r.Header.Set(passHeader, g.Token)
	if g.Password != "" {
		r.Header.Set(passwordHeader, base64.RawURLEncoding.EncodeToString([]byte(norm.NFC.String(g.Password))))
	}
	if g.ID != "" {
		r.Header.Set(guestHeader, g.ID)
	}
}

// MakePass makes a pass. Its token is in this answer alone.
func (c *Client) MakePass(ctx context.Context, p PassRequest) (out MadePass, err error) {
	err = c.post(ctx, "/passes", p, &out)
	return out, has(err, "url", out.URL != "")
}

// MakeBackendPass makes a pass for an owner. The client's HTTP has to sign as the backend.
func (c *Client) MakeBackendPass(ctx context.Context, p BackendPassRequest) (out MadePass, err error) {
	return out, c.post(ctx, "/backend/passes", p, &out)
}

// ListPasses gives a page of one's passes; the first has no cursor.
func (c *Client) ListPasses(ctx context.Context, cursor string) (out PassList, err error) {
	query := url.Values{}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	return out, c.get(ctx, "/passes", query, &out)
}

// FindPass gives one of one's passes.
func (c *Client) FindPass(ctx context.Context, id string) (out PassList, err error) {
	return out, c.get(ctx, "/passes", url.Values{"id": {id}}, &out)
}

// ChangePass changes title, end and limits of a pass.
func (c *Client) ChangePass(ctx context.Context, id string, p PassChange) (out PassInfo, err error) {
	return out, c.send(ctx, http.MethodPatch, "/passes", url.Values{"id": {id}}, p, &out)
}

// RevokePass ends a pass.
func (c *Client) RevokePass(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodDelete, "/passes", url.Values{"id": {id}}, nil, nil)
}

// ShowPass says what the guest's pass is for.
func (c *Client) ShowPass(ctx context.Context) (out GuestPass, err error) {
	return out, c.get(ctx, "", nil, &out)
}

// ListSpaces says what the caller may do where.
func (c *Client) ListSpaces(ctx context.Context) (out Spaces, err error) {
	return out, c.get(ctx, "/spaces", nil, &out)
}
