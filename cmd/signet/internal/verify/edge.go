package verify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// errNoEdge says that there is nothing to try.
const errNoEdge = skipped("the API names no way through the site's own origin (edge in the configuration)")

// byEdge signs a small file and gives its PUT through the site's own origin.
func (c *conversation) byEdge(ctx context.Context, name string, content []byte) (signed, error) {
	s, err := c.sign(ctx, name, len(content))
	if err == nil && s.Edge == "" {
		err = errNoEdge
	}
	s.URL = s.Edge
	return s, err
}

// sendByEdge is what nobody had tried when it was written: that S3 takes a PUT to which
// CloudFront has added its X-Amz-Cf-Id, unsigned, when the signature is in the query.
func (c *conversation) sendByEdge(ctx context.Context) (string, error) {
	content := []byte("through the site's own origin")
	s, err := c.byEdge(ctx, c.run+"-edge.txt", content)
	if err != nil {
		return "", err
	}
	a, err := c.put(ctx, s, content)
	if _, err := want(a, err, http.StatusOK); err != nil {
		return "", fmt.Errorf("%w: uploads go directly then; set edge to off to spare browsers the try", err)
	}
	if a.header.Get("ETag") == "" {
		return "", errors.New("got 200 without an ETag, want S3's own answer: something else answers on that path")
	}
	expected := http.StatusPreconditionFailed
	if c.replaces(s) {
		expected = http.StatusOK
	}
	if again, err := c.put(ctx, s, content); err != nil || again.status != expected {
		return "", errors.Join(err, fmt.Errorf("the same PUT again: got %s, want %d: CloudFront drops If-None-Match", again, expected))
	}
	return s.Key, c.compare(ctx, s.Key, content)
}

// readByEdge wants every other method refused on the path of a file, signed or not.
func (c *conversation) readByEdge(ctx context.Context) (string, error) {
	s, err := c.byEdge(ctx, c.run+"-edge.txt", []byte("never sent"))
	if err != nil {
		return "", err
	}
	addresses := []string{s.URL}
	if c.small.key != "" {
		var read signed
		if err := c.api(ctx, http.MethodGet, "/files/url?key="+url.QueryEscape(c.small.key), nil, &read); err != nil {
			return "", err
		}
		if u, err := url.Parse(read.URL); err == nil {
			addresses = append(addresses, c.Site+strings.TrimPrefix(read.URL, u.Scheme+"://"+u.Host))
		}
	}
	for _, address := range addresses {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete, http.MethodOptions} {
			a, err := c.send(ctx, method, address, nil)
			if _, err := want(a, err, http.StatusMethodNotAllowed); err != nil {
				return "", fmt.Errorf("%s: %w", method, err)
			}
		}
	}
	return "405 to everything but PUT", nil
}
