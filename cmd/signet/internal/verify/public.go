package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"signet/lambda/upload"
)

// publicFiles reads what this run has stored in public spaces as anybody does, and wants
// no other file there.
func (c *conversation) publicFiles(ctx context.Context) (string, error) {
	var hosts []string
	for _, s := range c.inSpaces {
		if s.Public == "" {
			continue
		}
		host, err := c.publicFile(ctx, s.key)
		if err != nil {
			return "", fmt.Errorf("%s: %w", s.Space.Space, err)
		}
		hosts = append(hosts, host)
	}
	if len(hosts) == 0 {
		return "", skipped("no space is public into which this person may upload")
	}
	a, err := c.send(ctx, http.MethodGet, hosts[0]+"/"+c.small.key, nil)
	if err == nil && a.status/100 == 2 {
		err = errors.New("got a person's own file there, want it refused")
	}
	return hosts[0], err
}

// publicFile reads one, and gives the origin that it is at.
func (c *conversation) publicFile(ctx context.Context, key string) (string, error) {
	var info struct{ Public string }
	if err := c.api(ctx, http.MethodGet, "/files/info?key="+url.QueryEscape(key), nil, &info); err != nil {
		return "", err
	}
	at, err := url.Parse(info.Public)
	if err != nil || at.Host == "" || strings.HasPrefix(info.Public, c.Site+"/") {
		return "", errors.Join(err, fmt.Errorf("got the address %q, want one at a host that is not the site's", info.Public))
	}
	a, err := c.read(ctx, info.Public, nil)
	if _, err := want(a, err, http.StatusOK); err != nil {
		return "", err
	}
	if !bytes.Equal(a.body, c.bytes) {
		return "", fmt.Errorf("got %d bytes that are others, want the %d that were sent", len(a.body), len(c.bytes))
	}
	for _, h := range upload.PublicHeaders() {
		if got := a.header.Get(h.Name); got != h.Value {
			return "", fmt.Errorf("got the header %s: %q, want %q", h.Name, got, h.Value)
		}
	}
	return at.Scheme + "://" + at.Host, nil
}
