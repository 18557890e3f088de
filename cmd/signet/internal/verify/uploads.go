package verify

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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
	err := c.api(ctx, http.MethodPost, "/presign", map[string]any{"name": name, "type": c.ownType(), "size": size}, &s)
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
	if !c.replaces(*c.small.put) {
		return want(a, err, http.StatusPreconditionFailed)
	}
	if _, err := want(a, err, http.StatusOK); err != nil {
		return "", err
	}
	c.replaced++
	c.small.version = a.header.Get("X-Amz-Version-Id")
	return "it does, as the configuration says (overwrite)", nil
}

// replaces says that what was signed may replace what is there: by the configuration, or
// where that is not known by what was signed.
func (c *conversation) replaces(s signed) bool {
	if c.Config != nil {
		return c.Config.Overwrite
	}
	return !slices.ContainsFunc(slices.Collect(maps.Keys(s.Headers)), func(name string) bool { return strings.EqualFold(name, "If-None-Match") })
}

func (c *conversation) sendParts(ctx context.Context) (string, error) {
	if err := c.fits(partsSize); err != nil {
		return "", err
	}
	whole := make([]byte, partsSize)
	if _, err := rand.Read(whole); err != nil {
		return "", err
	}
	var u struct {
		Key, UploadID       string
		PartSize, PartCount int
		Sign                presign.Table
	}
	if err := c.api(ctx, http.MethodPost, "/uploads", map[string]any{"name": c.run + ".bin", "type": c.ownType(), "size": partsSize}, &u); err != nil {
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
	err := c.api(ctx, http.MethodPost, "/presign/form", map[string]any{"name": c.run + "-form.txt", "type": c.ownType(), "maxSize": formSize}, &s)
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

// sendByRelay sends a file as a script does that knows one address alone.
func (c *conversation) sendByRelay(ctx context.Context) (string, error) {
	if c.Relay == "" {
		return "", skipped("there is no relay, or --stack does not say where")
	}
	address, content := c.Relay+"/"+c.run+"-relay.txt", []byte("through the relay")
	a, err := c.send(ctx, http.MethodPut, address, content, "Content-Type", c.ownType())
	if _, err := want(a, err, http.StatusUnauthorized); err != nil {
		return "", fmt.Errorf("without a token: %w", err)
	}
	a, err = c.send(ctx, http.MethodPut, address, content, "Content-Type", c.ownType(), "Authorization", "Bearer "+c.Token)
	if _, err := want(a, err, http.StatusCreated); err != nil {
		return "", err
	}
	var done struct{ Key string }
	if err := json.Unmarshal(a.body, &done); err != nil || done.Key == "" {
		return "", errors.Join(err, fmt.Errorf("got %.200s, want the key of what is stored", a.body))
	}
	c.keys = append(c.keys, done.Key)
	return done.Key, c.compare(ctx, done.Key, content)
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
	if err := call(http.MethodPost, "/s3/multipart", map[string]any{"filename": c.run + "-uppy.txt", "type": c.ownType()}, &upload); err != nil {
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
