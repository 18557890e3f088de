package evidence

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"signet/lambda/explain"
	"signet/lambda/upload"
)

// asHAR writes a sample as Chromium does: a preflight is an entry of its own, the
// signer's answer another, and there are entries that are none of S3's.
func asHAR(t *testing.T, r explain.Request, encode bool) []byte {
	t.Helper()
	started := r.Time.Format("2006-01-02T15:04:05.000Z07:00")
	entry := func(method, url string, sent []upload.Header, status int, received []upload.Header, body, failed string) map[string]any {
		content := map[string]any{"text": body}
		if encode {
			content = map[string]any{"text": base64.StdEncoding.EncodeToString([]byte(body)), "encoding": "base64"}
		}
		response := map[string]any{"status": status, "headers": pairs(received), "content": content}
		if failed != "" {
			response["_error"] = failed
		}
		return map[string]any{"startedDateTime": started, "response": response,
			"request": map[string]any{"method": method, "url": url, "headers": pairs(sent), "bodySize": -1}}
	}
	entries := []any{entry("GET", "https://app.example.org/main.js", nil, 200, nil, "let x;", "")}
	if s := r.Signed; s != nil {
		headers := map[string]string{}
		for _, h := range s.Headers {
			headers[h.Name] = h.Value
		}
		body, err := json.Marshal(map[string]any{"method": s.Method, "url": s.URL, "headers": headers})
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, entry("POST", "https://app.example.org/api/presign", nil, 200, nil, string(body), ""))
	}
	if p := r.Preflight; p != nil {
		entries = append(entries, entry("OPTIONS", r.URL, p.Headers, p.Status, p.ResponseHeaders, p.Response, ""))
	}
	entries = append(entries, entry(r.Method, r.URL, r.Headers, r.Status, r.ResponseHeaders, r.Response, r.NetworkError))
	data, err := json.Marshal(map[string]any{"log": map[string]any{"version": "1.2", "entries": entries}})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func pairs(headers []upload.Header) []pair {
	list := []pair{{":method", "x"}}
	for _, h := range headers {
		list = append(list, pair(h))
	}
	return list
}

// TestCorpusAsHAR explains the corpus by way of HAR files.
func TestCorpusAsHAR(t *testing.T) {
	var right, all int
	for i, s := range readCorpus(t) {
		if s.Request.Form != nil || s.Request.Headers == nil || s.Request.Status == 0 && s.Request.NetworkError == "" {
			continue // a browser sends and records more than that
		}
		list, err := HAR(asHAR(t, s.Request, i%2 == 0))
		if err != nil || len(list) != 1 {
			t.Errorf("%s: got %d requests and %v, want 1", s.Name, len(list), err)
			continue
		}
		all++
		if got := Explain(list).Requests[0]; string(got.Code) == s.Want {
			right++
		} else {
			t.Logf("%s (%s): got %s %q, want %s", s.Name, s.Signer, got.Code, got.Evidence, s.Want)
		}
	}
	t.Logf("%d of %d right", right, all)
	if all < 200 || 100*right < 97*all {
		t.Errorf("got %d of %d right, want 97 %% of at least 200", right, all)
	}
}

// TestSignedPart finds a part's URL in a signature table.
func TestSignedPart(t *testing.T) {
	signature := strings.Repeat("ab", 32)
	sent := "https://b.s3.eu-west-1.amazonaws.com/k?X-Amz-Date=20261124T120000Z&uploadId=u&partNumber=8&X-Amz-Signature=" + signature
	table := `{"sign":{"url":"https://b.s3.eu-west-1.amazonaws.com/k?X-Amz-Date=20261124T120000Z&uploadId=u","first":6,"signatures":["x","` + signature + `"]}}`
	entries := []entry{{}, {}}
	entries[0].Response.Content.Text, entries[1].Request.URL = table, sent
	got := findSigned(entries, 1)
	if want := strings.Replace(sent, "partNumber=8", "partNumber=7", 1); got == nil || got.URL != want {
		t.Errorf("got %+v, want %s", got, want)
	}
}

func TestHARRefuses(t *testing.T) {
	for _, text := range []string{"", "{}", "[]", "<html>", `{"log":3}`, `{"log":{"entries":"x"}}`} {
		if list, err := HAR([]byte(text)); err == nil || !strings.Contains(err.Error(), "want") {
			t.Errorf("%q: got %v and %v, want an error that says what is wanted", text, list, err)
		}
	}
	if list, err := HAR([]byte(`{"log":{"entries":[]}}`)); err != nil || len(list) != 0 {
		t.Errorf("got %v and %v, want nothing", list, err)
	}
}

func TestForm(t *testing.T) {
	body := "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na/b\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n"
	for _, tt := range []struct{ text, want string }{
		{`{"key":"a","policy":"p"}`, "key=a policy=p"},
		{`{"url":"https://b/","fields":{"z":"1","a":"2"}}`, "z=1 a=2"},
		{`{"url":"https://b/","fields":[["z","1"],["a","2"]]}`, "z=1 a=2"},
		{`[["key","a"],["file",""]]`, "key=a file="},
		{`[{"name":"key","value":"a"},{"name":"n","value":5}]`, "key=a n=5"},
		{body, "key=a/b file="},
		{strings.ReplaceAll(body, "\r\n", "\n"), "key=a/b file="},
	} {
		form, err := Form([]byte(tt.text))
		var got []string
		for _, f := range form.Fields {
			got = append(got, f.Name+"="+f.Value)
		}
		if err != nil || strings.Join(got, " ") != tt.want {
			t.Errorf("%s: got %q and %v, want %s", tt.text, got, err, tt.want)
		}
	}
	whole, err := Form([]byte(body))
	if err != nil || whole.Cut || whole.FileSize == nil || *whole.FileSize != 5 {
		t.Errorf("got %+v and %v, want a whole body with 5 bytes of a file", whole, err)
	}
	if cut, err := Form([]byte(body[:len(body)-10])); err != nil || !cut.Cut {
		t.Errorf("got %+v and %v, want a body that is cut", cut, err)
	}
	for _, text := range []string{"", "x", "{", "[1]", "{}", `[{"value":"x"}]`, "--"} {
		if form, err := Form([]byte(text)); err == nil {
			t.Errorf("%q: got %+v, want an error", text, form)
		}
	}
}

func TestAnswer(t *testing.T) {
	for _, tt := range []struct {
		text, body string
		status     int
	}{
		{"<Error/>", "<Error/>", 0},
		{"HTTP/1.1 403 Forbidden\r\nX-A: b\r\n\r\n<Error/>", "<Error/>", 403},
		{"HTTP/2 403\nx-a: b\n\n<Error/>", "<Error/>", 403},
		{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nX-A: b\r\n\r\n<Error/>", "<Error/>", 403},
		{"HTTP/1.1 404 Not Found\r\nX-A: b\r\n\r\n", "", 404},
	} {
		var r explain.Request
		if err := Answer([]byte(tt.text), &r); err != nil || r.Response != tt.body || r.Status != tt.status {
			t.Errorf("%q: got %d %q and %v, want %d %q", tt.text, r.Status, r.Response, err, tt.status, tt.body)
		}
	}
	for _, text := range []string{"HTTP/1.1", "HTTP/1.1 abc\n\n", "HTTP/1.1 403\nnot a header\n\n"} {
		if err := Answer([]byte(text), &explain.Request{}); err == nil {
			t.Errorf("%q: got no error, want one", text)
		}
	}
}
