package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"signet/cmd/signet/internal/wait"
)

func (c *conversation) list(ctx context.Context) (string, error) {
	var missing []string
	if c.small.key == "" {
		return "", errNoFile
	}
	sent := slices.DeleteFunc([]string{c.small.key, c.parts.key}, func(key string) bool { return key == "" })
	for _, key := range sent {
		found, err := c.listed(ctx, key)
		if err != nil {
			return "", err
		}
		if !found {
			missing = append(missing, key)
		}
	}
	if len(missing) > 0 {
		return "", fmt.Errorf("got a list without %q, want them there", missing)
	}
	return fmt.Sprintf("all %d", len(sent)), nil
}

// listed looks for a key on all pages of the list.
func (c *conversation) listed(ctx context.Context, key string) (bool, error) {
	for cursor := ""; ; {
		var page struct {
			Files []struct{ Key string }
			Next  string
		}
		path := "/files"
		if cursor != "" {
			path += "?cursor=" + url.QueryEscape(cursor)
		}
		if err := c.api(ctx, http.MethodGet, path, nil, &page); err != nil {
			return false, err
		}
		for _, f := range page.Files {
			if f.Key == key {
				return true, nil
			}
		}
		if page.Next == "" || page.Next == cursor {
			return false, nil
		}
		cursor = page.Next
	}
}

func (c *conversation) get(ctx context.Context) (string, error) {
	if c.small.key == "" {
		return "", errNoFile
	}
	return "equal", c.compare(ctx, c.small.key, c.bytes)
}

// compare reads a file by a signed address and wants these bytes, as an attachment.
func (c *conversation) compare(ctx context.Context, key string, bytesSent []byte) error {
	var s signed
	if err := c.api(ctx, http.MethodGet, "/files/url?key="+url.QueryEscape(key), nil, &s); err != nil {
		return err
	}
	return c.fetch(ctx, s, bytesSent)
}

// fetch reads what was signed to be read.
func (c *conversation) fetch(ctx context.Context, s signed, bytesSent []byte) error {
	var headers []string
	for name, value := range s.Headers {
		headers = append(headers, name, value)
	}
	a, err := c.read(ctx, s.URL, headers)
	if _, err := want(a, err, http.StatusOK); err != nil {
		return err
	}
	if !bytes.Equal(a.body, bytesSent) {
		return fmt.Errorf("got %d bytes that are others, want the %d that were sent", len(a.body), len(bytesSent))
	}
	if got := a.header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") {
		return fmt.Errorf("got Content-Disposition %q, want attachment", got)
	}
	return nil
}

// scanWait is for the malware scan, of which AWS does not say how long it takes.
const scanWait = 90 * time.Second

// read asks for a file; where nothing is read before it is found clean, until it is.
func (c *conversation) read(ctx context.Context, address string, headers []string) (answer, error) {
	for end := time.Now().Add(c.scan); ; {
		a, err := c.send(ctx, http.MethodGet, address, nil, headers...)
		strict := c.Config != nil && c.Config.MalwareStrict
		if err != nil || !strict || a.status != http.StatusForbidden || time.Now().After(end) {
			return a, err
		}
		if err := wait.For(ctx, c.poll); err != nil {
			return a, err
		}
	}
}

func (c *conversation) remove(ctx context.Context) (string, error) {
	if c.small.key == "" {
		return "", errNoFile
	}
	of := "?key=" + url.QueryEscape(c.small.key)
	if err := c.api(ctx, http.MethodDelete, "/files"+of, nil, nil); err != nil {
		return "", err
	}
	if there, err := c.listed(ctx, c.small.key); err != nil || there {
		return "", errors.Join(err, errors.New("got a deleted file in the list, want it gone"))
	}
	var all struct {
		Versions []struct {
			VersionID string
			Deleted   bool
		}
	}
	if err := c.api(ctx, http.MethodGet, "/files/versions"+of, nil, &all); err != nil {
		return "", err
	}
	if len(all.Versions) != 2+c.replaced || !all.Versions[0].Deleted || all.Versions[1].VersionID != c.small.version {
		return "", fmt.Errorf("got the versions %+v, want a deletion and %s", all.Versions, c.small.version)
	}
	return "a deletion, and the file behind it", nil
}

func (c *conversation) restore(ctx context.Context) (string, error) {
	if c.small.key == "" {
		return "", errNoFile
	}
	var done struct{ VersionID string }
	if err := c.api(ctx, http.MethodPost, "/files/restore", map[string]any{"key": c.small.key, "versionId": c.small.version}, &done); err != nil {
		return "", err
	}
	return "version " + done.VersionID, c.compare(ctx, c.small.key, c.bytes)
}
