package api_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// TestCompanionKeepsFolders: Uppy tells where a file was in its metadata; what was
// dropped begins with a slash, and what was chosen does not.
func TestCompanionKeepsFolders(t *testing.T) {
	sub := caller(t)
	c := service(t).companion(sub)
	for _, row := range []struct{ name, relativePath, want string }{
		{"index.html", "site/a/index.html", "site/a/index~"},
		{"index.html", "/site/b/index.html", "site/b/index~"},
		{"renamed.html", "site/a/index.html", "site/a/renamed~"},
		{"index.html", "null", "index~"},
		{"index.html", "", "index~"},
		{"index.html", "index.html", "index~"},
		{"index.html", "e\u0301/index.html", "é/index~"},
	} {
		var form api.CompanionForm
		c.get("/s3/params?"+url.Values{"filename": {row.name}, "metadata[relativePath]": {row.relativePath}}.Encode(), &form)
		if status, _ := submit(t, form.URL, form.Fields, []byte("hello")); status != 201 {
			t.Errorf("%+v: status %d, want 201", row, status)
		}
		var u api.CompanionUpload
		body, _ := json.Marshal(map[string]any{"filename": row.name, "metadata": map[string]any{"relativePath": row.relativePath}})
		c.post("/s3/multipart", string(body), &u)
		body, _ = json.Marshal(map[string]any{"method": "POST", "key": row.name, "metadata": map[string]any{"relativePath": row.relativePath}})
		signed := c.signUppy(sub, string(body))
		for way, key := range map[string]string{"form": form.Fields[0].Value, "parts": u.Key, "sign": signed.Key} {
			if !strings.HasPrefix(key, "uploads/"+sub+"/"+row.want+"r") {
				t.Errorf("%+v in a %s: got %s", row, way, key)
			}
		}
	}
	for _, path := range []string{"../../x/a", "a/../../x", "a//b", `..\a/b`} {
		c.refused("GET", "/s3/params?"+url.Values{"filename": {"a"}, "metadata[relativePath]": {path}}.Encode(), "", upload.InvalidArgument)
	}
}
