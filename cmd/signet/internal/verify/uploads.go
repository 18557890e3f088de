package verify

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"signet/lambda/presign"
)

// Sizes of what is sent: the file in parts is above what is sent whole.
const (
	smallSize = 17
	partsSize = 20 << 20
	leastPart = 5 << 20 // of S3
	formSize  = 1000
)

var errNoFile = errors.New("got no file of an earlier step, want one: see what failed there")

// sign asks for one PUT.
func (c *conversation) sign(ctx context.Context, name string, size int) (signed, error) {
	var s signed
	err := c.api(ctx, http.MethodPost, "/presign", map[string]any{"name": name, "type": "text/plain", "size": size}, &s)
	if err == nil {
		c.keys = append(c.keys, s.Key)
	}
	return s, err
}

func (c *conversation) sendSmall(ctx context.Context) (string, error) {
	c.bytes = []byte(random(smallSize)[:smallSize])
	s, err := c.sign(ctx, c.run+".txt", smallSize)
	if err != nil {
		return "", err
	}
	a, err := c.put(ctx, s, c.bytes)
	if _, err := want(a, err, http.StatusOK); err != nil {
		return "", err
	}
	c.small = stored{key: s.Key, version: a.header.Get("X-Amz-Version-Id"), put: &s}
	if c.small.version == "" {
		return "", errors.New("got no version of S3, want one: versioning is off")
	}
	return s.Key, nil
}

func (c *conversation) sendAgain(ctx context.Context) (string, error) {
	if c.small.put == nil {
		return "", errNoFile
	}
	a, err := c.put(ctx, *c.small.put, c.bytes)
	return want(a, err, http.StatusPreconditionFailed)
}

func (c *conversation) sendParts(ctx context.Context) (string, error) {
	whole := make([]byte, partsSize)
	if _, err := rand.Read(whole); err != nil {
		return "", err
	}
	var u struct {
		Key, UploadID       string
		PartSize, PartCount int
		Sign                presign.Table
	}
	if err := c.api(ctx, http.MethodPost, "/uploads", map[string]any{"name": c.run + ".bin", "type": "application/octet-stream", "size": partsSize}, &u); err != nil {
		return "", err
	}
	c.keys = append(c.keys, u.Key)
	if u.PartSize < leastPart || len(u.Sign.Signatures) != (partsSize+u.PartSize-1)/u.PartSize {
		return "", fmt.Errorf("got a plan of %d signatures for parts of %d bytes, want all parts of %d bytes signed", len(u.Sign.Signatures), u.PartSize, partsSize)
	}
	for i, part := range slices.Collect(slices.Chunk(whole, u.PartSize)) {
		to := u.Sign.URL + fmt.Sprintf("&partNumber=%d&X-Amz-Signature=%s", u.Sign.First+i, u.Sign.Signatures[i])
		if a, err := c.send(ctx, http.MethodPut, to, part); err != nil || a.status != http.StatusOK {
			return "", errors.Join(err, fmt.Errorf("part %d: got %s, want 200: %.200s", i+1, a, a.body))
		}
	}
	var done struct{ VersionID string }
	if err := c.api(ctx, http.MethodPost, "/uploads/complete", map[string]any{"key": u.Key, "uploadId": u.UploadID, "size": partsSize}, &done); err != nil {
		return "", err
	}
	c.parts = stored{key: u.Key, version: done.VersionID}
	return fmt.Sprintf("%d parts of %d bytes", u.PartCount, u.PartSize), c.compare(ctx, c.parts.key, whole)
}

// form asks for a form for files of at most formSize bytes.
func (c *conversation) form(ctx context.Context) (signed, error) {
	var s signed
	err := c.api(ctx, http.MethodPost, "/presign/form", map[string]any{"name": c.run + "-form.txt", "type": "text/plain", "maxSize": formSize}, &s)
	if err != nil {
		return s, err
	}
	var fields struct{ Key string }
	if err := json.Unmarshal(s.Fields, &fields); err != nil || fields.Key == "" {
		return s, fmt.Errorf("got the fields %s, want a key among them", s.Fields)
	}
	c.keys = append(c.keys, fields.Key)
	return s, nil
}

func (c *conversation) sendForm(ctx context.Context) (string, error) {
	s, err := c.form(ctx)
	if err != nil {
		return "", err
	}
	a, err := c.post(ctx, s, []byte("by a form"))
	return want(a, err, http.StatusOK, http.StatusCreated, http.StatusNoContent)
}

func (c *conversation) sendCompanion(ctx context.Context) (string, error) {
	var session struct{ CompanionEndpoint string }
	err := c.api(ctx, http.MethodPost, "/s3/session", nil, &session)
	if r := (refusal{}); errors.As(err, &r) && r.status == http.StatusForbidden && c.quota != nil {
		return "refused: with a quota nothing is signed whose length is not", nil
	}
	if err != nil {
		return "", err
	}
	base, err := url.Parse(c.Site)
	if err != nil {
		return "", err
	}
	endpoint, err := base.Parse(session.CompanionEndpoint)
	if err != nil {
		return "", err
	}
	call := func(method, path string, message, out any) error {
		body, err := json.Marshal(message)
		if err != nil {
			return err
		}
		a, err := c.send(ctx, method, strings.TrimRight(endpoint.String(), "/")+path, body, "Content-Type", "application/json")
		if _, err := want(a, err, http.StatusOK); err != nil {
			return err
		}
		return json.Unmarshal(a.body, out)
	}
	var upload struct{ Key, UploadID string }
	if err := call(http.MethodPost, "/s3/multipart", map[string]any{"filename": c.run + "-uppy.txt", "type": "text/plain"}, &upload); err != nil {
		return "", err
	}
	c.keys = append(c.keys, upload.Key)
	at, of := "/s3/multipart/"+url.PathEscape(upload.UploadID), "?key="+url.QueryEscape(upload.Key)
	var part struct{ URL string }
	if err := call(http.MethodGet, at+"/1"+of, nil, &part); err != nil {
		return "", err
	}
	a, err := c.send(ctx, http.MethodPut, part.URL, []byte("by Companion's protocol"))
	if _, err := want(a, err, http.StatusOK); err != nil {
		return "", err
	}
	var done struct{ Location string }
	err = call(http.MethodPost, at+"/complete"+of, map[string]any{"parts": []any{map[string]any{"PartNumber": 1, "ETag": a.header.Get("ETag")}}}, &done)
	return upload.Key, err
}

func (c *conversation) list(ctx context.Context) (string, error) {
	var missing []string
	for _, key := range []string{c.small.key, c.parts.key} {
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
	return "both", nil
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
	a, err := c.send(ctx, http.MethodGet, s.URL, nil, headers...)
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
	if len(all.Versions) != 2 || !all.Versions[0].Deleted || all.Versions[1].VersionID != c.small.version {
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
