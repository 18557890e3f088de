package apigw

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func recorded(t testing.TB, name string) Event {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var e Event
	if err := json.Unmarshal(text, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// seen is what a handler sees of a request.
func seen(t *testing.T, e Event) (*http.Request, string) {
	t.Helper()
	var r *http.Request
	var body []byte
	if _, err := Wrap(http.HandlerFunc(func(_ http.ResponseWriter, got *http.Request) {
		r = got
		body, _ = io.ReadAll(got.Body)
	}))(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	return r, string(body)
}

func TestRecordedEvents(t *testing.T) {
	for _, row := range []struct {
		event                                string
		method, path, host, sub, body, other string
	}{
		{"presign", "POST", "/api/presign", "abc123.execute-api.eu-west-1.amazonaws.com", "5f0c4e5e-0000-4000-8000-000000000001",
			`{"name":"큰 파일.bin","size":5}`, "content-type=application/json cookie= lang="},
		{"query", "GET", "/api/files/url", "files.example.com", "", "", "content-type= cookie=session=a=b; theme=dark lang=ko,en"},
		{"base64", "PUT", "/", "abc123.lambda-url.eu-west-1.on.aws", "", "\xff\x00\x80", "content-type=application/octet-stream cookie= lang="},
	} {
		r, body := seen(t, recorded(t, row.event))
		other := fmt.Sprintf("content-type=%s cookie=%s lang=%s", r.Header.Get("Content-Type"), r.Header.Get("Cookie"), r.Header.Get("Accept-Language"))
		got := []string{r.Method, r.URL.Path, r.Host, Claim(r, "sub"), body, other}
		if want := []string{row.method, row.path, row.host, row.sub, row.body, row.other}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", row.event, got, want)
		}
		if r.ContentLength != int64(len(row.body)) {
			t.Errorf("%s: content length %d, want %d", row.event, r.ContentLength, len(row.body))
		}
	}
}

func TestQueryIsReadOnce(t *testing.T) {
	r, _ := seen(t, recorded(t, "query"))
	q := r.URL.Query()
	if got, want := q.Get("key"), "uploads/alice/abc/a b+c%20d.txt"; got != want {
		t.Errorf("key is %q, want %q", got, want)
	}
	if !slices.Equal(q["tag"], []string{"1", "2"}) || !q.Has("empty") {
		t.Errorf("query is %v", q)
	}
	c, err := r.Cookie("session")
	if err != nil || c.Value != "a=b" {
		t.Errorf("cookie %v, %v", c, err)
	}
}

func TestPath(t *testing.T) {
	for _, row := range []struct{ raw, stage, want string }{
		{"/api/files", "$default", "/api/files"},
		{"/prod/api/files", "prod", "/api/files"},
		{"/prod", "prod", "/"},
		{"", "$default", "/"},
		{"/api/a%2Fb", "$default", "/api/a%2Fb"},
		{"/api//s3", "$default", "/api//s3"},
		{"/production/x", "prod", "/production/x"},
		{"/api/큰", "$default", "/api/큰"},
	} {
		e := recorded(t, "query")
		e.RawPath, e.RequestContext.Stage = row.raw, row.stage
		if r, _ := seen(t, e); r.URL.Path != row.want {
			t.Errorf("%s in stage %s is %q, want %q", row.raw, row.stage, r.URL.Path, row.want)
		}
	}
}

func TestResponse(t *testing.T) {
	for _, row := range []struct {
		name   string
		handle http.HandlerFunc
		want   string
	}{
		{"nothing", func(http.ResponseWriter, *http.Request) {}, `{"statusCode":200,"body":"","isBase64Encoded":false}`},
		{"status", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, `{"statusCode":204,"body":"","isBase64Encoded":false}`},
		{"text", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(404)
			w.WriteHeader(200)
			w.Header().Set("X-Late", "1")
			io.WriteString(w, `{"a":`)
			io.WriteString(w, `"한"}`)
		}, `{"statusCode":404,"headers":{"content-type":"application/json"},"body":"{\"a\":\"한\"}","isBase64Encoded":false}`},
		{"several values", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Add("Vary", "Origin")
			w.Header().Add("Vary", "Accept")
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
			http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
		}, `{"statusCode":200,"headers":{"vary":"Origin, Accept"},"cookies":["a=1","b=2"],"body":"","isBase64Encoded":false}`},
		{"bytes", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte{0xff, 0, 0x80}) },
			`{"statusCode":200,"body":"/wCA","isBase64Encoded":true}`},
	} {
		got, err := Wrap(row.handle)(t.Context(), recorded(t, "query"))
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
		if text, _ := json.Marshal(got); string(text) != row.want {
			t.Errorf("%s: got %s, want %s", row.name, text, row.want)
		}
	}
}

func TestRefused(t *testing.T) {
	good := recorded(t, "base64")
	for _, row := range []struct {
		name   string
		change func(*Event)
		handle http.HandlerFunc
	}{
		{"payload 1.0", func(e *Event) { e.Version = "1.0" }, nil},
		{"another event", func(e *Event) { *e = Event{} }, nil},
		{"not base64", func(e *Event) { e.Body = "!" }, nil},
		{"answer too long", func(*Event) {}, func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, strings.Repeat("x", MaxResponse+1))
		}},
	} {
		e := good
		row.change(&e)
		handle := row.handle
		if handle == nil {
			handle = func(http.ResponseWriter, *http.Request) { t.Errorf("%s reached the handler", row.name) }
		}
		if got, err := Wrap(handle)(t.Context(), e); err == nil {
			t.Errorf("%s: got %+v, want an error", row.name, got)
		}
	}
}

func TestForgedClaims(t *testing.T) {
	e := recorded(t, "query")
	e.Headers["x-amzn-authorizer-sub"], e.Headers["sub"] = "alice", "alice"
	if r, _ := seen(t, e); Claim(r, "sub") != "" {
		t.Error("a header was taken for a claim")
	}
}

// FuzzWrap sees that no event panics, and that what a client sent arrives.
func FuzzWrap(f *testing.F) {
	for _, name := range []string{"presign", "query", "base64"} {
		text, err := json.Marshal(recorded(f, name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	echo := Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.URL.Query()
		_ = r.Cookies()
		io.Copy(w, r.Body)
	}))
	f.Fuzz(func(t *testing.T, text []byte) {
		var e Event
		if json.Unmarshal(text, &e) != nil {
			return
		}
		out, err := echo(context.Background(), e)
		if err == nil && !e.IsBase64Encoded && (out.IsBase64Encoded || out.Body != e.Body) {
			t.Fatalf("sent %q, got %q", e.Body, out.Body)
		}
	})
}
