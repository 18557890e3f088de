package verify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"signet/lambda/api"
)

// errNoSpaces skips what a deployment without spaces has not.
const errNoSpaces = skipped("there is no space that this person may upload into")

// inSpace is a file of this run in a space.
type inSpace struct {
	api.Space
	key string
}

// allow is what a space takes: a media type, and the metadata that it must have.
func allow(s api.Space) (mediaType string, metadata map[string]string) {
	mediaType = "text/plain"
	if len(s.AllowedTypes) > 0 && s.AllowedTypes[0] != "*/*" {
		mediaType = strings.Replace(s.AllowedTypes[0], "*", "png", 1)
	}
	metadata = map[string]string{}
	if s.Metadata != nil {
		for _, name := range s.Metadata.Must {
			metadata[name] = "verify"
		}
	}
	return mediaType, metadata
}

// spaceFiles uploads into each space in which the person may, and finds it there and not
// among his own files.
func (c *conversation) spaceFiles(ctx context.Context) (string, error) {
	var all api.Spaces
	if err := c.api(ctx, http.MethodGet, "/spaces", nil, &all); err != nil {
		return "", err
	}
	var names []string
	for _, s := range all.Spaces {
		if s.Space == "" || !s.Write {
			continue
		}
		key, err := c.sendInto(ctx, s)
		if err != nil {
			return "", fmt.Errorf("%s: %w", s.Space, err)
		}
		c.inSpaces = append(c.inSpaces, inSpace{s, key})
		names = append(names, s.Space)
	}
	if len(names) == 0 {
		return "", errNoSpaces
	}
	return strings.Join(names, ", "), nil
}

func (c *conversation) sendInto(ctx context.Context, s api.Space) (string, error) {
	mediaType, metadata := allow(s)
	var signed signed
	message := map[string]any{"name": c.run + ".txt", "type": mediaType, "size": len(c.bytes), "space": s.Space, "metadata": metadata}
	if err := c.api(ctx, http.MethodPost, "/presign", message, &signed); err != nil {
		return "", err
	}
	c.keys = append(c.keys, signed.Key)
	a, err := c.put(ctx, signed, c.bytes)
	if _, err := want(a, err, http.StatusOK); err != nil {
		return "", err
	}
	for place, there := range map[string]bool{s.Space: s.Read, "": false} {
		found, err := c.listedIn(ctx, c.Token, place, signed.Key)
		if err != nil && (place == "" || s.Read) {
			return "", err
		}
		if found != there {
			return "", fmt.Errorf("got %s among the files of space %q: %t, want %t", signed.Key, place, found, there)
		}
	}
	return signed.Key, nil
}

// listedIn looks for a key among the first files of a space.
func (c *conversation) listedIn(ctx context.Context, token, space, key string) (bool, error) {
	var page struct{ Files []struct{ Key string } }
	if err := c.apiAs(ctx, token, http.MethodGet, "/files?prefix="+url.QueryEscape(c.run)+"&space="+url.QueryEscape(space), nil, &page); err != nil {
		return false, err
	}
	for _, f := range page.Files {
		if f.Key == key {
			return true, nil
		}
	}
	return false, nil
}

// spaceLimits asks each space to sign what its rules refuse.
func (c *conversation) spaceLimits(ctx context.Context) (string, error) {
	if len(c.inSpaces) == 0 {
		return "", errNoSpaces
	}
	for _, s := range c.inSpaces {
		mediaType, metadata := allow(s.Space)
		message := map[string]any{"name": c.run + ".txt", "type": mediaType, "size": s.MaxObjectSize + 1, "space": s.Space.Space, "metadata": metadata}
		if err := unsignedCall(c.api(ctx, http.MethodPost, "/presign", message, nil)); err != nil {
			return "", fmt.Errorf("%s: a file above %d bytes: %w", s.Space.Space, s.MaxObjectSize, err)
		}
		if mediaType == "text/plain" {
			continue
		}
		message["type"], message["size"] = "application/x-signet-verify", len(c.bytes)
		if err := unsignedCall(c.api(ctx, http.MethodPost, "/presign", message, nil)); err != nil {
			return "", fmt.Errorf("%s: another type: %w", s.Space.Space, err)
		}
	}
	return fmt.Sprintf("%d spaces", len(c.inSpaces)), nil
}

// unsignedCall wants a call refused for what it asks.
func unsignedCall(err error) error {
	var r refusal
	if errors.As(err, &r) && r.status >= 400 && r.status < 500 {
		return nil
	}
	return errors.Join(err, errors.New("got a signature, want it refused"))
}

// spaceOther has another person look into the spaces that are not his: as if they were
// not there.
func (c *conversation) spaceOther(ctx context.Context) (string, error) {
	if len(c.inSpaces) == 0 {
		return "", errNoSpaces
	}
	if c.Other == "" {
		return "", skipped("set SIGNET_OTHER_TOKEN to try it")
	}
	var theirs api.Spaces
	if err := c.apiAs(ctx, c.Other, http.MethodGet, "/spaces", nil, &theirs); err != nil {
		return "", err
	}
	seen := map[string]bool{}
	for _, s := range theirs.Spaces {
		seen[s.Space] = true
	}
	var names []string
	for _, s := range c.inSpaces {
		if seen[s.Space.Space] {
			continue
		}
		names = append(names, s.Space.Space)
		space, key := url.QueryEscape(s.Space.Space), url.QueryEscape(s.key)
		mediaType, metadata := allow(s.Space)
		for _, row := range []struct {
			method, path string
			message      any
		}{
			{http.MethodGet, "/files?space=" + space, nil},
			{http.MethodGet, "/files/url?key=" + key, nil},
			{http.MethodGet, "/files/versions?key=" + key, nil},
			{http.MethodDelete, "/files?key=" + key, nil},
			{http.MethodPost, "/presign", map[string]any{"name": "a.txt", "type": mediaType, "size": 1, "space": s.Space.Space, "metadata": metadata}},
		} {
			if err := absent(c.apiAs(ctx, c.Other, row.method, row.path, row.message, nil)); err != nil {
				return "", fmt.Errorf("%s %s: %w", row.method, row.path, err)
			}
		}
	}
	if len(names) == 0 {
		return "", skipped("the other person sees the same spaces")
	}
	return strings.Join(names, ", "), nil
}

// absent wants an answer as if nothing were there.
func absent(err error) error {
	var r refusal
	if errors.As(err, &r) && r.status == http.StatusNotFound {
		return nil
	}
	return errors.Join(err, errors.New("got something else, want 404"))
}

// ownLimits asks how much the person may have, and has.
func (c *conversation) ownLimits(ctx context.Context) error {
	var all api.Spaces
	err := c.api(ctx, http.MethodGet, "/spaces", nil, &all)
	for _, s := range all.Spaces {
		if s.Space == "" {
			c.quota, c.own = s.Quota, s
		}
	}
	return err
}

// ownType is a media type that one's own files may have.
func (c *conversation) ownType() string {
	mediaType, _ := allow(c.own)
	return mediaType
}

// fits skips what needs a larger file than may be stored.
func (c *conversation) fits(size int64) error {
	room := c.own.MaxObjectSize
	if q := c.quota; q != nil && q.Limit.Bytes > 0 {
		room = min(room, q.Limit.Bytes-q.Used.Bytes)
	}
	if c.own.MaxObjectSize > 0 && room < size {
		return skipped(fmt.Sprintf("files here have %d bytes at most, and this one %d", room, size))
	}
	return nil
}

// overQuota asks for a file that is larger than what is left, and wants to be told what
// is used.
func (c *conversation) overQuota(ctx context.Context) (string, error) {
	if c.quota == nil {
		return "", skipped("the configuration has no quota for one's own files")
	}
	if err := c.ownLimits(ctx); err != nil {
		return "", err
	}
	switch q := c.quota; {
	case q.Limit.Bytes == 0 || q.Limit.Bytes-q.Used.Bytes >= c.own.MaxObjectSize:
		return "", skipped("no single file is above the quota")
	case q.Used.Files == 0:
		return "", fmt.Errorf("got %+v used, want what this run has stored counted", q.Used)
	default:
		err := c.api(ctx, http.MethodPost, "/presign", map[string]any{"name": c.run + "-large.txt", "type": c.ownType(), "size": min(q.Limit.Bytes+1, c.own.MaxObjectSize)}, nil)
		var r refusal
		if !errors.As(err, &r) || r.code() != "QuotaExceeded" {
			return "", errors.Join(err, errors.New("got no QuotaExceeded, want it"))
		}
		return fmt.Sprintf("%d of %d bytes used", q.Used.Bytes, q.Limit.Bytes), nil
	}
}
