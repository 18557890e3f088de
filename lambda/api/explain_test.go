package api_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/explain"
)

// TestExplain has the API explain what a page may meet: its own signed PUT, sent
// with one thing changed, and S3's real answer.
func TestExplain(t *testing.T) {
	w := service(t)
	c := w.as(caller(t))
	for _, tt := range []struct {
		name   string
		change func(*api.Presigned)
		body   string
		want   explain.Code
	}{
		{"nothing", func(*api.Presigned) {}, "hello", explain.OK},
		{"the header's condition", func(p *api.Presigned) { delete(p.Headers, "if-none-match") }, "hello", explain.HeaderMissing},
		{"an extra parameter", func(p *api.Presigned) { p.URL += "&utm_source=x" }, "hello", explain.QueryChanged},
		{"another header", func(p *api.Presigned) { p.Headers["x-amz-acl"] = "public-read" }, "hello", explain.HeaderUnsigned},
		{"the type", func(p *api.Presigned) { p.Headers["content-type"] = "application/x-www-form-urlencoded" }, "hello", explain.ContentTypeMismatch},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := must[api.Presigned](w)(c.Presign(t.Context(), api.File{Name: "a " + tt.name, Type: "text/plain", Size: size(5)}))
			tt.change(&p)
			status, response := put(t, p, tt.body)
			got := must[api.Explained](w)(c.Explain(t.Context(), api.ExplainRequest{Method: "PUT", URL: p.URL, Headers: p.Headers, Size: size(5), Status: status, Response: response}))
			if got.Causes[0].Cause != tt.want {
				t.Errorf("got %+v, want %s", got.Causes[0], tt.want)
			}
			_, signature, _ := strings.Cut(p.URL, "X-Amz-Signature=")
			for _, cause := range got.Causes {
				if cause.Meaning == "" || cause.Fix == "" || strings.Contains(strings.Join(cause.Evidence, " "), signature[:64]) {
					t.Errorf("got %+v, want words and no signature", cause)
				}
			}
			if strings.Contains(w.log.String(), signature[:16]) {
				t.Error("the log has the signature")
			}
		})
	}
}

func put(t *testing.T, p api.Presigned, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), p.Method, p.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range p.Headers {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(said)
}

func TestExplainRefuses(t *testing.T) {
	c := service(t).as(caller(t))
	for _, m := range []api.ExplainRequest{
		{Method: "PUT", URL: "ftp://x", Status: 403},
		{Method: "PUT", URL: "", Status: 403},
		{URL: "https://x", Status: 403},
		{Method: "PUT", URL: "https://x", Status: 600},
		{Method: "PUT", URL: "https://x", Status: -1},
		{Method: "PUT", URL: "https://x/" + strings.Repeat("x", 16<<10), Status: 403},
		{Method: "PUT", URL: "https://x", Status: 403, Response: strings.Repeat("x", 64<<10+1)},
	} {
		_, err := c.Explain(t.Context(), m)
		if p, ok := errors.AsType[*api.Problem](err); !ok || p.Code != "InvalidArgument" {
			t.Errorf("%+v: got %v, want InvalidArgument", m, err)
		}
	}
}
