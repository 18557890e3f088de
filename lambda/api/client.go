package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// Client calls the API. Its errors are a *[Problem] where the service answered
// one.
type Client struct {
	// Base is the address of the API with its path, such as
	// https://example.com/api.
	Base string
	// Token gives the bearer token for a request. nil: there is none.
	Token func(context.Context) (string, error)
	// Guest calls by a pass. nil: Token says who calls.
	Guest *Guest
	// HTTP makes the requests. nil: http.DefaultClient.
	HTTP *http.Client
}

// Presign signs a PUT for one file.
func (c *Client) Presign(ctx context.Context, f File) (out Presigned, err error) {
	return out, c.post(ctx, "/presign", f, &out)
}

// PresignFiles signs a PUT for each of several files; each is answered for
// itself, in order.
func (c *Client) PresignFiles(ctx context.Context, files []File) (PresignedFiles, error) {
	return c.PresignMany(ctx, PresignRequest{Files: files})
}

// PresignContents signs a form of known content for each of several files, each
// answered for itself, in order; hosts is as of [PresignRequest].
func (c *Client) PresignContents(ctx context.Context, hosts int, files []File) (PresignedFiles, error) {
	return c.PresignMany(ctx, PresignRequest{Files: files, Form: true, Hosts: hosts})
}

// PresignMany signs several files as they are asked for, each answered for itself, in
// order.
func (c *Client) PresignMany(ctx context.Context, r PresignRequest) (out PresignedFiles, err error) {
	return out, c.post(ctx, "/presign", r, &out)
}

// PresignForm signs a POST policy.
func (c *Client) PresignForm(ctx context.Context, f FormRequest) (out Form, err error) {
	return out, c.post(ctx, "/presign/form", f, &out)
}

// CreateUpload begins an upload in parts, or continues the one of the file's ID.
func (c *Client) CreateUpload(ctx context.Context, u UploadRequest) (out Upload, err error) {
	return out, c.post(ctx, "/uploads", u, &out)
}

// SignParts signs parts again.
func (c *Client) SignParts(ctx context.Context, s SignRequest) (out Signed, err error) {
	return out, c.post(ctx, "/uploads/sign", s, &out)
}

// ListUploads gives a page of unfinished uploads; the first has no cursor.
func (c *Client) ListUploads(ctx context.Context, cursor string) (out Uploads, err error) {
	query := url.Values{}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	return out, c.get(ctx, "/uploads", query, &out)
}

// ListParts gives all stored parts of an upload.
func (c *Client) ListParts(ctx context.Context, key, uploadID string) (out Parts, err error) {
	return out, c.get(ctx, "/uploads/parts", url.Values{"key": {key}, "uploadId": {uploadID}}, &out)
}

// CompleteUpload puts an upload's parts together; it may be repeated.
func (c *Client) CompleteUpload(ctx context.Context, r CompleteRequest) (out Completed, err error) {
	err = c.post(ctx, "/uploads/complete", r, &out)
	return out, has(err, "etag", out.Key == r.Key && out.ETag != "")
}

// AbortUpload drops an upload and its parts.
func (c *Client) AbortUpload(ctx context.Context, key, uploadID string) error {
	return c.call(ctx, http.MethodDelete, "/uploads", url.Values{"key": {key}, "uploadId": {uploadID}}, nil, nil)
}

// CreateSession begins a session of Companion's protocol.
func (c *Client) CreateSession(ctx context.Context) (out Session, err error) {
	return out, c.call(ctx, http.MethodPost, "/s3/session", nil, nil, &out)
}

// SignUppy signs what Uppy's signRequest asks for.
func (c *Client) SignUppy(ctx context.Context, r UppyRequest) (out UppySigned, err error) {
	return out, c.post(ctx, "/s3/sign", r, &out)
}

// SignUppyRequests signs several; each is answered for itself, in order.
func (c *Client) SignUppyRequests(ctx context.Context, r []UppyRequest) (out UppySignedAll, err error) {
	return out, c.post(ctx, "/s3/sign", UppyRequests{Requests: r}, &out)
}

// Explain says why a request to S3 failed.
func (c *Client) Explain(ctx context.Context, r ExplainRequest) (out Explained, err error) {
	return out, c.post(ctx, "/explain", r, &out)
}

func (c *Client) get(ctx context.Context, path string, query url.Values, out any) error {
	return c.call(ctx, http.MethodGet, path, query, nil, out)
}

func (c *Client) post(ctx context.Context, path string, message, out any) error {
	return c.send(ctx, http.MethodPost, path, nil, message, out)
}

func (c *Client) send(ctx context.Context, method, path string, query url.Values, message, out any) error {
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	return c.call(ctx, method, path, query, body, out)
}

func (c *Client) call(ctx context.Context, method, path string, query url.Values, body []byte, out any) error {
	target := c.Base + path
	if c.Guest != nil {
		target = c.Base + "/pass" + path
	}
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if err := c.identify(ctx, r); err != nil {
		return err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	client := http.Client{}
	if c.HTTP != nil {
		client = *c.HTTP
	}
	// The API redirects nobody, and a token is for its host alone.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return read(answer, out)
}

// identify says who calls. Without a token it is for HTTP to do.
func (c *Client) identify(ctx context.Context, r *http.Request) error {
	if c.Guest != nil {
		c.Guest.set(r)
		return nil
	}
	if c.Token == nil {
		return nil
	}
	token, err := c.Token(ctx)
	if err == nil {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return err
}

// maxAnswer is the longest answer that is read, in bytes, unpacked: more than the 6 MB
// that a Lambda gives
// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
const maxAnswer = 8 << 20

// read decodes an answer: into out, or as a Problem. API Gateway's own errors
// are no problems; they become one with the status alone.
func read(answer *http.Response, out any) error {
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err != nil {
		return err
	}
	if len(body) > maxAnswer {
		return fmt.Errorf("got an answer of more than %d bytes, want Signet's: see that the address is its API's", maxAnswer)
	}
	if answer.StatusCode >= 300 && answer.StatusCode < 400 {
		return fmt.Errorf("got a redirect (status %d), want an answer: see that the address is the API's own", answer.StatusCode)
	}
	if answer.StatusCode >= 300 {
		p := &Problem{}
		if json.Unmarshal(body, p) != nil || p.Code == "" {
			*p = Problem{Title: http.StatusText(answer.StatusCode), Status: answer.StatusCode, Detail: fmt.Sprintf("got status %d from the API", answer.StatusCode)}
		}
		return p
	}
	// A portal says 200, or 204, to everything: what needs no answer has 204 of the API,
	// and what needs one has it.
	empty := answer.StatusCode == http.StatusNoContent
	switch {
	case out == nil && empty:
		return nil
	case out == nil || empty:
		return foreign(fmt.Errorf("status %d", answer.StatusCode))
	}
	if err := json.Unmarshal(body, out); err != nil {
		return foreign(err)
	}
	return nil
}

// ErrForeign is an answer that is not the API's.
var ErrForeign = errors.New("got an answer that is not the API's")

func foreign(why error) error {
	return fmt.Errorf("%w (%w), want its JSON: something in between answered, such as a portal or a proxy, or the address is another's", ErrForeign, why)
}

// has is nil for an answer that has what the API's always has.
func has(err error, field string, there bool) error {
	if err == nil && !there {
		return foreign(errors.New("no " + field))
	}
	return err
}
