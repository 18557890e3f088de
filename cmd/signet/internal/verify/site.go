package verify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

func (c *conversation) site(ctx context.Context) (string, error) {
	a, err := c.send(ctx, http.MethodGet, c.Site+"/", nil)
	if _, err := want(a, err, http.StatusOK); err != nil {
		return "", err
	}
	for name, part := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "Strict-Transport-Security": "max-age=", "X-Content-Type-Options": "nosniff",
		"X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
	} {
		if !strings.Contains(a.header.Get(name), part) {
			return "", fmt.Errorf("got the header %s: %q, want %s in it", name, a.header.Get(name), part)
		}
	}
	return fmt.Sprintf("%d bytes, five headers", len(a.body)), nil
}

// script finds one of the site's hashed files.
var script = regexp.MustCompile(`assets/[^"' ]+\.(?:js|css)`)

func (c *conversation) siteCache(ctx context.Context) (string, error) {
	page, err := c.send(ctx, http.MethodGet, c.Site+"/", nil)
	if err != nil {
		return "", err
	}
	file := script.FindString(string(page.body))
	if file == "" {
		return "", errors.New("got a page without a file of assets/, want one")
	}
	hashed, err := c.send(ctx, http.MethodGet, c.Site+"/"+file, nil)
	if err != nil {
		return "", err
	}
	settings, err := c.send(ctx, http.MethodGet, c.Site+"/config.json", nil)
	if _, err := want(settings, err, http.StatusOK); err != nil {
		return "", err
	}
	for _, row := range []struct{ what, got, want string }{
		{file, hashed.header.Get("Cache-Control"), "immutable"},
		{"config.json", settings.header.Get("Cache-Control"), "no-cache"},
	} {
		if !strings.Contains(row.got, row.want) {
			return "", fmt.Errorf("%s: got Cache-Control %q, want %s", row.what, row.got, row.want)
		}
	}
	return file, nil
}

func (c *conversation) noToken(ctx context.Context) (string, error) {
	a, err := c.send(ctx, http.MethodGet, c.Site+"/api/files", nil)
	return want(a, err, http.StatusUnauthorized)
}

func (c *conversation) changedToken(ctx context.Context) (string, error) {
	return c.refusedToken(ctx, c.Token[:max(0, len(c.Token)-5)]+"AAAAA")
}

func (c *conversation) idToken(ctx context.Context) (string, error) {
	if c.IDToken == "" {
		return "", skipped("set SIGNET_ID_TOKEN to try it")
	}
	return c.refusedToken(ctx, c.IDToken)
}

func (c *conversation) refusedToken(ctx context.Context, token string) (string, error) {
	a, err := c.send(ctx, http.MethodGet, c.Site+"/api/files", nil, "Authorization", "Bearer "+token)
	return want(a, err, http.StatusUnauthorized, http.StatusForbidden)
}

func (c *conversation) token(ctx context.Context) (string, error) {
	var page struct{ Files []struct{} }
	if err := c.api(ctx, http.MethodGet, "/files", nil, &page); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d files on the first page", len(page.Files)), c.ownLimits(ctx)
}

func (c *conversation) corsOwn(ctx context.Context) (string, error) {
	a, err := c.preflight(ctx, c.Site)
	if _, err := want(a, err, http.StatusOK, http.StatusNoContent); err != nil {
		return "", err
	}
	if got := a.header.Get("Access-Control-Allow-Origin"); got != c.Site {
		return "", fmt.Errorf("got Access-Control-Allow-Origin %q, want %s", got, c.Site)
	}
	return a.String(), nil
}

func (c *conversation) corsForeign(ctx context.Context) (string, error) {
	a, err := c.preflight(ctx, "https://elsewhere.example")
	if err == nil && a.header.Get("Access-Control-Allow-Origin") != "" {
		return "", fmt.Errorf("got Access-Control-Allow-Origin %q, want none", a.header.Get("Access-Control-Allow-Origin"))
	}
	return want(a, err, http.StatusForbidden)
}

func (c *conversation) preflight(ctx context.Context, origin string) (answer, error) {
	if c.small.put == nil {
		return answer{}, errNoFile
	}
	return c.send(ctx, http.MethodOptions, c.small.put.URL, nil, "Origin", origin, "Access-Control-Request-Method", http.MethodPut, "Access-Control-Request-Headers", "content-type,if-none-match")
}
