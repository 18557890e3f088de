package verify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"signet/cmd/signet/internal/wait"
)

// errNoPasses skips what a deployment without passes has not.
const errNoPasses = skipped("the configuration has no passes")

// How long a revoked pass may be taken by an instance that has just seen it, with some
// room for a cold one, and how often that is looked at.
const (
	revokedWait = 45 * time.Second
	revokedPoll = time.Second
)

// pass is one that this run has made.
type pass struct{ ID, Token string }

// makePass makes a pass, which cleaning up takes back.
func (c *conversation) makePass(ctx context.Context, message map[string]any) (p pass, err error) {
	if !c.Passes {
		return p, errNoPasses
	}
	message["expires"] = "10m"
	if err = c.api(ctx, http.MethodPost, "/passes", message, &p); err == nil {
		c.passes = append(c.passes, p.ID)
	}
	return p, err
}

// guest calls the API by a pass alone.
func (c *conversation) guest(ctx context.Context, token, method, path string, message, out any) error {
	return c.call(ctx, []string{"Signet-Pass", token}, method, c.Site+"/api/pass"+path, message, out)
}

// sendAsGuest signs and sends a small file by a pass, and gives its key.
func (c *conversation) sendAsGuest(ctx context.Context, token, name string, content []byte) (string, error) {
	var s signed
	if err := c.guest(ctx, token, http.MethodPost, "/presign", map[string]any{"name": name, "type": c.ownType(), "size": len(content)}, &s); err != nil {
		return "", err
	}
	c.keys = append(c.keys, s.Key)
	a, err := c.put(ctx, s, content)
	_, err = want(a, err, http.StatusOK)
	return s.Key, err
}

// passUpload makes a pass for one file into a folder, and uses it as a guest.
func (c *conversation) passUpload(ctx context.Context) (string, error) {
	p, err := c.makePass(ctx, map[string]any{"do": "upload", "folder": c.run, "files": 1, "title": "signet verify"})
	if err != nil {
		return "", err
	}
	var shown struct{ Do, Title string }
	if err := c.guest(ctx, p.Token, http.MethodGet, "", nil, &shown); err != nil || shown.Do != "upload" || shown.Title != "signet verify" {
		return "", errors.Join(err, fmt.Errorf("got a pass that shows itself as %+v, want one to upload", shown))
	}
	content := []byte("by a guest")
	key, err := c.sendAsGuest(ctx, p.Token, "guest.txt", content)
	if err != nil {
		return "", err
	}
	c.used = p
	return key, c.compare(ctx, key, content)
}

// passRefused tries by the pass that is used up what no guest of it may.
func (c *conversation) passRefused(ctx context.Context) (string, error) {
	if !c.Passes {
		return "", errNoPasses
	}
	if c.used.Token == "" || c.small.key == "" {
		return "", errNoFile
	}
	changed := "A" + c.used.Token[1:]
	if changed == c.used.Token {
		changed = "B" + c.used.Token[1:]
	}
	another := map[string]any{"name": "another.txt", "type": c.ownType(), "size": 1}
	for _, row := range []struct {
		what, token, method, path string
		message                   any
	}{
		{"a second file", c.used.Token, http.MethodPost, "/presign", another},
		{"what is in the folder", c.used.Token, http.MethodGet, "/files", nil},
		{"another file of the owner's", c.used.Token, http.MethodGet, "/files/url?key=" + url.QueryEscape(c.small.key), nil},
		{"a changed token", changed, http.MethodGet, "", nil},
		{"no token", "", http.MethodGet, "", nil},
	} {
		if err := refusedCall(c.guest(ctx, row.token, row.method, row.path, row.message, nil)); err != nil {
			return "", fmt.Errorf("%s: %w", row.what, err)
		}
	}
	return "five requests", nil
}

// refusedCall wants a call refused as if nothing were there, or as not allowed.
func refusedCall(err error) error {
	var r refusal
	if !errors.As(err, &r) {
		return errors.Join(err, errors.New("got a success, want it refused"))
	}
	switch r.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return nil
	}
	return fmt.Errorf("got %s, want 401, 403 or 404", r.answer)
}

// passRead makes a pass for one file, and reads it as a guest, and no other.
func (c *conversation) passRead(ctx context.Context) (string, error) {
	if c.Passes && c.small.key == "" {
		return "", errNoFile
	}
	p, err := c.makePass(ctx, map[string]any{"do": "read", "keys": []string{c.small.key}})
	if err != nil {
		return "", err
	}
	var list struct{ Files []struct{ Key string } }
	if err := c.guest(ctx, p.Token, http.MethodGet, "/files", nil, &list); err != nil {
		return "", err
	}
	if len(list.Files) != 1 || list.Files[0].Key != c.small.key {
		return "", fmt.Errorf("got the files %+v, want %s alone", list.Files, c.small.key)
	}
	var s signed
	if err := c.guest(ctx, p.Token, http.MethodGet, "/files/url?key="+url.QueryEscape(c.small.key), nil, &s); err != nil {
		return "", err
	}
	if err := c.fetch(ctx, s, c.bytes); err != nil {
		return "", err
	}
	c.shared = p
	if c.parts.key == "" {
		return "equal", nil
	}
	return "equal", refusedCall(c.guest(ctx, p.Token, http.MethodGet, "/files/url?key="+url.QueryEscape(c.parts.key), nil, nil))
}

// passRevoked takes passes back and waits until nobody gets in any more: an instance
// that has just seen one takes it for 30 seconds.
func (c *conversation) passRevoked(ctx context.Context) (string, error) {
	if !c.Passes {
		return "", errNoPasses
	}
	if c.shared.Token == "" {
		return "", errNoFile
	}
	if err := c.api(ctx, http.MethodDelete, "/passes?id="+url.QueryEscape(c.shared.ID), nil, nil); err != nil {
		return "", err
	}
	began := time.Now()
	for {
		err := c.guest(ctx, c.shared.Token, http.MethodGet, "/files", nil, nil)
		if err != nil {
			return fmt.Sprintf("gone after %.0f s", time.Since(began).Seconds()), refusedCall(err)
		}
		if time.Since(began) > revokedWait {
			return "", fmt.Errorf("got a success %s after it was revoked, want 404 within 30 s", revokedWait)
		}
		if err := wait.For(ctx, revokedPoll); err != nil {
			return "", err
		}
	}
}

// takeBack ends the passes that this run has made; they end by themselves soon.
func (c *conversation) takeBack(ctx context.Context) {
	for _, id := range c.passes {
		_ = c.api(ctx, http.MethodDelete, "/passes?id="+url.QueryEscape(id), nil, nil)
	}
}
