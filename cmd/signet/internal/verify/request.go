package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"signet/cmd/signet/internal/wait"
)

// most is how many bytes of an answer are read: more than any file of a run.
const most = 64 << 20

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// code is the error's name in an answer: of a problem (RFC 9457), or of S3's XML.
func (a answer) code() string {
	var problem struct {
		Code string `json:"code" xml:"Code"`
	}
	if json.Unmarshal(a.body, &problem) == nil && problem.Code != "" {
		return problem.Code
	}
	_ = xml.Unmarshal(a.body, &problem) // no code, then
	return problem.Code
}

func (a answer) String() string { return strings.TrimSpace(fmt.Sprint(a.status, " ", a.code())) }

// send makes a request; headers come in pairs.
func (c *conversation) send(ctx context.Context, method, url string, body []byte, headers ...string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return c.do(request)
}

func (c *conversation) do(request *http.Request) (answer, error) {
	response, err := c.HTTP.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, most))
	return answer{response.StatusCode, response.Header, data}, err
}

// api calls the API as the person who signed in; message and out are JSON, and
// nil where there is none.
func (c *conversation) api(ctx context.Context, method, path string, message, out any) error {
	return c.apiAs(ctx, c.Token, method, path, message, out)
}

func (c *conversation) apiAs(ctx context.Context, token, method, path string, message, out any) error {
	return c.call(ctx, []string{"Authorization", "Bearer " + token}, method, c.Site+"/api"+path, message, out)
}

// call calls the API with what headers say of who calls.
func (c *conversation) call(ctx context.Context, headers []string, method, address string, message, out any) error {
	var body []byte
	if message != nil {
		var err error
		if body, err = json.Marshal(message); err != nil {
			return err
		}
		headers = append(headers, "Content-Type", "application/json")
	}
	a, err := c.send(ctx, method, address, body, headers...)
	for end := time.Now().Add(throttled); err == nil && a.status == http.StatusTooManyRequests && time.Now().Before(end) && wait.For(ctx, throttlePoll) == nil; {
		a, err = c.send(ctx, method, address, body, headers...)
	}
	if err != nil {
		return err
	}
	path := strings.TrimPrefix(address, c.Site)
	if a.status/100 != 2 {
		return refusal{method + " " + path, a}
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(a.body, out); err != nil {
		return fmt.Errorf("%s %s: got %.100q, want JSON: %w", method, path, a.body, err)
	}
	return nil
}

// throttled is how long a call is tried again that comes too soon after others, for
// whoever has set throttle low; throttlePoll is the pause between.
const (
	throttled    = 10 * time.Second
	throttlePoll = 500 * time.Millisecond
)

// refusal is an answer that is no success.
type refusal struct {
	what string
	answer
}

func (r refusal) Error() string {
	return fmt.Sprintf("%s: got %s, want a success: %.200s", r.what, r.answer, r.body)
}

// signed is a request that the API has signed.
type signed struct {
	Key     string
	URL     string
	Edge    string // the same PUT through the site's own origin; empty: there is no such way
	Headers map[string]string
	Fields  json.RawMessage
}

// put sends what was signed, with changes: a header set to "" is left out.
func (c *conversation) put(ctx context.Context, s signed, body []byte, changes ...string) (answer, error) {
	var headers []string
	for name, value := range s.Headers {
		if !strings.EqualFold(name, "content-length") {
			headers = append(headers, name, value)
		}
	}
	return c.send(ctx, http.MethodPut, s.URL, body, append(headers, changes...)...)
}

// post sends a form: its fields in their order, changed or added to, then the file.
func (c *conversation) post(ctx context.Context, s signed, file []byte, changes ...string) (answer, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	d := json.NewDecoder(bytes.NewReader(s.Fields))
	if _, err := d.Token(); err != nil {
		return answer{}, fmt.Errorf("got the fields %s, want an object: %w", s.Fields, err)
	}
	changed := map[string]string{}
	for i := 0; i < len(changes); i += 2 {
		changed[changes[i]] = changes[i+1]
	}
	for d.More() {
		name, _ := d.Token()
		value, err := d.Token()
		if err != nil {
			return answer{}, err
		}
		text := fmt.Sprint(value)
		if other, ok := changed[fmt.Sprint(name)]; ok {
			text = other
			delete(changed, fmt.Sprint(name))
		}
		if err := w.WriteField(fmt.Sprint(name), text); err != nil {
			return answer{}, err
		}
	}
	for name, value := range changed {
		if err := w.WriteField(name, value); err != nil {
			return answer{}, err
		}
	}
	part, err := w.CreateFormFile("file", "form.txt")
	if err != nil {
		return answer{}, err
	}
	if _, err := part.Write(file); err != nil {
		return answer{}, err
	}
	if err := w.Close(); err != nil {
		return answer{}, err
	}
	return c.send(ctx, http.MethodPost, s.URL, body.Bytes(), "Content-Type", w.FormDataContentType())
}

// want says of an answer that it has one of the statuses, and else the error.
func want(a answer, err error, statuses ...int) (string, error) {
	if err != nil {
		return "", err
	}
	for _, status := range statuses {
		if a.status == status {
			return a.String(), nil
		}
	}
	return "", fmt.Errorf("got %s, want %v: %.200s", a, statuses, a.body)
}

// denied wants a refusal: 403, or 400 with S3's name for what is wrong.
func denied(a answer, err error, codes ...string) (string, error) {
	if err != nil {
		return "", err
	}
	if a.status != http.StatusForbidden && a.status != http.StatusBadRequest {
		return "", fmt.Errorf("got %s, want it refused with %v", a, codes)
	}
	for _, code := range codes {
		if a.code() == code {
			return a.String(), nil
		}
	}
	return "", fmt.Errorf("got %s, want it refused with one of %v: %.200s", a, codes, a.body)
}
