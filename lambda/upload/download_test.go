package upload

import (
	"slices"
	"strings"
	"testing"
)

func own(t *testing.T, key string) Object {
	t.Helper()
	o, err := NewPolicy(DefaultConfig()).AuthorizeKey(alice, key)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestGetAnswersAsAttachment(t *testing.T) {
	want := []Header{
		{"response-cache-control", "private, no-store"},
		{"response-content-disposition", `attachment; filename="_ _a_.html"; filename*=UTF-8''%ED%81%B0%20%22a%22.html`},
		{"response-content-encoding", "identity"},
		{"versionId", "v1"},
	}
	if got := own(t, `uploads/alice/큰 "a"~abcdefgh.html`).Get("v1").Query(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Only what cannot run script is shown, and only as what it was approved as.
func TestInlineTypes(t *testing.T) {
	o := own(t, "uploads/alice/a~abcdefgh")
	for given, want := range map[string]string{
		"image/png": "image/png", "IMAGE/PNG": "image/png", "image/png; name=\"x\"": "image/png", "application/pdf": "application/pdf",
		"text/plain": "text/plain; charset=utf-8", "text/plain; charset=EUC-KR": "text/plain; charset=euc-kr", "text/plain; charset=\"a;b\"": "text/plain; charset=utf-8",
		"text/html": "", "image/svg+xml": "", "text/xml": "", "application/xml": "", "application/xhtml+xml": "", "text/javascript": "", "text/css": "",
		"application/octet-stream": "", "multipart/mixed": "", "": "", "image/png, text/html": "", "image": "", "message/rfc822": "", "application/wasm": "",
	} {
		r, err := o.Inline("", given)
		if want == "" {
			if CodeOf(err) != TypeForbidden {
				t.Errorf("%s: got %v, want TypeForbidden", given, err)
			}
			continue
		}
		got := headerValue(r.Query(), "response-content-type")
		if err != nil || !strings.EqualFold(got, want) || !strings.HasPrefix(headerValue(r.Query(), "response-content-disposition"), "inline;") {
			t.Errorf("%s: got %v, %v, want %s", given, r.Query(), err, want)
		}
	}
}

func TestReceiptIsOfOneVersion(t *testing.T) {
	r := own(t, "uploads/alice/a~abcdefgh").Receipt("v1")
	if r.Operation() != HeadObject || !slices.Equal(r.Query(), []Header{{"versionId", "v1"}}) || !slices.Equal(r.Headers(), []Header{{"x-amz-checksum-mode", "ENABLED"}}) {
		t.Errorf("got %+v", r)
	}
}
