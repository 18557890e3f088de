package api_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"signet/lambda/api"
	"signet/lambda/api/openapi"
)

// document is the OpenAPI document, parsed once.
var document = sync.OnceValue(func() map[string]any {
	text, err := openapi.Document()
	if err != nil {
		panic(err)
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		panic(err)
	}
	return parsed.(map[string]any)
})

var compiler = sync.OnceValue(func() *jsonschema.Compiler {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("api.json", document()); err != nil {
		panic(err)
	}
	return c
})

var compiling sync.Mutex

// contract is a transport that holds every request that succeeds, and every
// answer, to the OpenAPI document.
type contract struct{ t testing.TB }

func (c contract) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil {
		sent, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	c.check(r, answer, sent, body)
	return answer, nil
}

func (c contract) check(r *http.Request, answer *http.Response, sent, body []byte) {
	path := documented(strings.TrimPrefix(r.URL.Path, api.Base))
	at := fmt.Sprintf("/paths/%s/%s", escapePointer(path), strings.ToLower(r.Method))
	name := fmt.Sprintf("%s %s → %d", r.Method, path, answer.StatusCode)
	operation, ok := lookup(at).(map[string]any)
	if !ok {
		if answer.StatusCode != 404 && answer.StatusCode != 405 {
			c.t.Errorf("%s is not in the document", name)
		}
		return
	}
	response, ok := lookup(fmt.Sprintf("%s/responses/%d", at, answer.StatusCode)).(map[string]any)
	if !ok {
		c.t.Errorf("%s: the document has no such answer: %s", name, body)
		return
	}
	if body, ok := operation["requestBody"].(map[string]any); ok && answer.StatusCode < 300 && (len(sent) > 0 || body["required"] == true) {
		c.validate(name+" (request)", at+"/requestBody/content/application~1json/schema", sent)
	}
	where := fmt.Sprintf("%s/responses/%d", at, answer.StatusCode)
	if ref, ok := response["$ref"].(string); ok {
		where = strings.TrimPrefix(ref, "#")
		response = lookup(where).(map[string]any)
	}
	if response["content"] == nil {
		if len(body) > 0 {
			c.t.Errorf("%s: got a body where the document has none: %s", name, body)
		}
		return
	}
	mediaType := answer.Header.Get("Content-Type")
	c.validate(name, fmt.Sprintf("%s/content/%s/schema", where, escapePointer(mediaType)), body)
	if answer.StatusCode >= 400 {
		var p api.Problem
		if err := json.Unmarshal(body, &p); err != nil || p.Status != answer.StatusCode ||
			!slices.Contains(codesIn(response), string(p.Code)) {
			c.t.Errorf("%s: code %s is not among the document's: %s", name, p.Code, response["description"])
		}
	}
}

// documented is the document's path for a request's: a session's calls have
// parameters in theirs.
func documented(path string) string {
	got := strings.Split(strings.ReplaceAll(path, "//", "/"), "/")
	if len(got) < 4 || got[1] != "s3" {
		return path
	}
	got[2] = "{session}"
	if len(got) > 5 {
		got[5] = "{uploadId}"
	}
	if len(got) > 6 && got[6] != "batch" && got[6] != "complete" {
		got[6] = "{partNumber}"
	}
	return strings.Join(got, "/")
}

func codesIn(response map[string]any) []string {
	if ref, ok := response["$ref"].(string); ok {
		response = lookup(strings.TrimPrefix(ref, "#")).(map[string]any)
	}
	list := strings.TrimPrefix(response["description"].(string), "Problem: ")
	return strings.Split(strings.TrimSuffix(list, "."), ", ")
}

func (c contract) validate(name, pointer string, text []byte) {
	compiling.Lock()
	defer compiling.Unlock()
	schema, err := compiler().Compile("api.json#" + pointer)
	if err != nil {
		c.t.Errorf("%s: %v", name, err)
		return
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		c.t.Errorf("%s: %v\n%.500s", name, err, text)
	}
}

func escapePointer(s string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(s)
}

// lookup follows a JSON pointer into the document.
func lookup(pointer string) any {
	var at any = document()
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		m, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		at = m[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
	}
	return at
}

func TestDocumentAndRoutesAgree(t *testing.T) {
	documented, err := openapi.Routes()
	if err != nil {
		t.Fatal(err)
	}
	routes := api.Routes()
	slices.SortFunc(routes, func(a, b openapi.Route) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
	})
	if !slices.Equal(routes, documented) {
		t.Errorf("routes %v\ndocument %v", routes, documented)
	}
	if server := document()["servers"].([]any)[0].(map[string]any)["url"]; server != openapi.Base {
		t.Errorf("the document's server is %v, want %s", server, openapi.Base)
	}
}

func TestPublicRoutesNeedNoToken(t *testing.T) {
	w := sharing(t)
	for _, r := range api.Routes() {
		for _, token := range []string{"", "Bearer "} {
			q, err := http.NewRequest(r.Method, strings.TrimSuffix(w.api, api.Base)+r.Path, strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			if token != "" {
				q.Header.Set("Authorization", token)
			}
			answer, err := contract{t}.RoundTrip(q)
			if err != nil {
				t.Fatal(err)
			}
			want := 401
			switch {
			case r.Guest:
				want = 404
			case r.Backend:
				want = 403
			case r.Public && !strings.Contains(r.Path, "{session}"):
				want = 200
			}
			if answer.StatusCode != want {
				t.Errorf("%s %s without a token: status %d, want %d", r.Method, r.Path, answer.StatusCode, want)
			}
		}
	}
}

// Everything that is asked or answered has an example, and every problem a
// closed list of its codes; `make check-api` holds the examples to their schemas.
func TestDocumentIsComplete(t *testing.T) {
	resolve := func(v any) map[string]any {
		m := v.(map[string]any)
		if ref, ok := m["$ref"].(string); ok {
			return lookup(strings.TrimPrefix(ref, "#")).(map[string]any)
		}
		return m
	}
	shown := func(where string, media any) {
		for kind, content := range media.(map[string]any) {
			m := content.(map[string]any)
			if m["example"] == nil && m["examples"] == nil {
				t.Errorf("%s: no example of %s", where, kind)
			}
		}
	}
	for path, calls := range document()["paths"].(map[string]any) {
		for method, call := range calls.(map[string]any) {
			where, operation := method+" "+path, call.(map[string]any)
			if body, ok := operation["requestBody"].(map[string]any); ok {
				shown(where, body["content"])
			}
			parameters, _ := operation["parameters"].([]any)
			for _, p := range parameters {
				if p := resolve(p); p["example"] == nil || p["description"] == nil {
					t.Errorf("%s: parameter %v has no example or description", where, p["name"])
				}
			}
			for status, r := range operation["responses"].(map[string]any) {
				response := resolve(r)
				if response["content"] == nil {
					continue
				}
				shown(where+" → "+status, response["content"])
				problem, ok := response["content"].(map[string]any)["application/problem+json"].(map[string]any)
				if !ok {
					continue
				}
				codes := problem["schema"].(map[string]any)["properties"].(map[string]any)["code"].(map[string]any)["enum"].([]any)
				for i, code := range codesIn(response) {
					if len(codes) != len(codesIn(response)) || codes[i] != code {
						t.Errorf("%s → %s: codes %v, described as %s", where, status, codes, response["description"])
						break
					}
				}
			}
		}
	}
}
