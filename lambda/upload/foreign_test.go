package upload

import (
	"strings"
	"testing"
)

const uploadOfAlice = "uploads/alice/a~0123456789abcdef.bin"

func foreignPolicy() *Policy {
	c := DefaultConfig()
	c.MaxObjectSize = 100
	return NewPolicy(c)
}

func TestAuthorizePart(t *testing.T) {
	p := foreignPolicy()
	for _, n := range []int{1, 2, MaxParts} {
		r, err := p.AuthorizePart(alice, uploadOfAlice, "u-1", n)
		if err != nil || r.Operation() != UploadPart || r.Key() != uploadOfAlice || len(r.Headers()) != 0 {
			t.Errorf("part %d: got %+v, %v", n, r, err)
		}
	}
	for _, row := range []struct {
		caller   Caller
		key, id  string
		n        int
		wantCode Code
	}{
		{"alice", uploadOfAlice, "u-1", 0, InvalidArgument},
		{"alice", uploadOfAlice, "u-1", -1, InvalidArgument},
		{"alice", uploadOfAlice, "u-1", MaxParts + 1, InvalidArgument},
		{"alice", uploadOfAlice, "", 1, InvalidArgument},
		{"alice", uploadOfAlice, "../x", 1, InvalidArgument},
		{"bob", uploadOfAlice, "u-1", 1, NoSuchKey},
		{"bob", uploadOfAlice, "u-1", MaxParts + 1, NoSuchKey}, // nothing more is learned
		{"alice", "elsewhere/alice/x/a", "u-1", 1, NoSuchKey},
		{"alice", "uploads/alice/../bob/a", "u-1", 1, NoSuchKey},
	} {
		if _, err := p.AuthorizePart(Bearer{Caller: row.caller}, row.key, row.id, row.n); CodeOf(err) != row.wantCode {
			t.Errorf("%+v: got %v", row, err)
		}
	}
}

func TestAuthorizeUnsized(t *testing.T) {
	p := foreignPolicy()
	m, err := p.AuthorizeUnsized(alice, Place{}, File{Name: "a b.txt", Type: "text/plain", Size: 1 << 60, Metadata: map[string]string{"A": "é"}})
	if err != nil {
		t.Fatal(err)
	}
	r := m.Create()
	if r.Operation() != CreateMultipartUpload || NameOf(r.Key()) != "a b.txt" || !strings.HasPrefix(r.Key(), "uploads/alice/a b~r") || m.Plan() != (Plan{}) ||
		headerValue(r.Headers(), "content-type") != "text/plain" || headerValue(r.Headers(), "x-amz-meta-a") != "=?utf-8?b?w6k=?=" {
		t.Errorf("got %+v", r)
	}
	if query := r.Query(); len(query) != 1 || query[0].Name != "uploads" {
		t.Errorf("got query %v, want uploads", query)
	}
	if _, err := p.AuthorizeUnsized(alice, Place{}, File{Name: ".."}); CodeOf(err) != InvalidArgument {
		t.Errorf("got %v for a name that is none", err)
	}
}

func TestAuthorizeComplete(t *testing.T) {
	p := foreignPolicy()
	for _, row := range []struct {
		size int64
		code Code
	}{{0, ""}, {100, ""}, {101, EntityTooLarge}, {-1, InvalidArgument}} {
		r, err := p.AuthorizeComplete(alice, uploadOfAlice, "u-1", row.size)
		if row.code == "" && (err != nil || headerValue(r.Headers(), "if-none-match") != "*" || headerValue(r.Headers(), "x-amz-mp-object-size") == "") {
			t.Errorf("%d bytes: got %+v, %v", row.size, r, err)
		}
		if row.code != "" && CodeOf(err) != row.code {
			t.Errorf("%d bytes: got %v, want %s", row.size, err, row.code)
		}
	}
	c := DefaultConfig()
	c.Overwrite = true
	if r, err := NewPolicy(c).AuthorizeComplete(alice, uploadOfAlice, "u-1", 1); err != nil || headerValue(r.Headers(), "if-none-match") != "" {
		t.Errorf("with overwrite: got %+v, %v", r, err)
	}
}

func TestAuthorizeSession(t *testing.T) {
	p := foreignPolicy()
	r, err := p.AuthorizeSession(alice)
	if err != nil || r.Operation() != UploadPart || !strings.HasPrefix(r.Key(), "uploads/alice/") || r.Expires() != p.expires() {
		t.Errorf("got %+v, %v", r, err)
	}
	// No file can lie there, and no folder on the way to one.
	if k, ok := p.ParseKey(r.Key()); ok {
		t.Errorf("the session's key reads as %+v", k)
	}
	if _, err := p.AuthorizePlace(alice, Place{Folder: sessionName}); CodeOf(err) != InvalidArgument {
		t.Errorf("the session's key as a folder: got %v", err)
	}
	if _, err := p.AuthorizeSession(Bearer{}); CodeOf(err) != Unauthorized {
		t.Errorf("nobody's session: got %v", err)
	}
	for _, sub := range []string{"alice", "a.b_c-1", "someone@example.com", strings.Repeat("x", 200)} {
		caller, err := NewCaller(sub)
		if back, ok := ParseCaller(string(caller)); err != nil || !ok || back != caller {
			t.Errorf("%s: %q does not read back", sub, caller)
		}
	}
	for _, bad := range []string{"", ".", "..", "a/b", "a\nb", "é", strings.Repeat("x", 66)} {
		if _, ok := ParseCaller(bad); ok {
			t.Errorf("%q reads as a caller", bad)
		}
	}
}

func TestStore(t *testing.T) {
	c, err := ParseContext([]byte(`{"store": {"bucket": "files", "endpoint": "https://minio.example.com:9000"}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := Resolved{Bucket: "files", Region: "us-east-1", Endpoint: "https://minio.example.com:9000"}
	if c.Store.Resolved() != want || c.Store.Origin() != want.Endpoint {
		t.Errorf("got %+v at %s, want %+v in path style", c.Store.Resolved(), c.Store.Origin(), want)
	}
	c.Store.PathStyle = false
	if !c.Store.Resolved().VirtualHost || c.Store.Origin() != "https://files.minio.example.com:9000" {
		t.Errorf("got %+v at %s, want virtual-host style", c.Store.Resolved(), c.Store.Origin())
	}
	for _, bad := range []string{
		`{"store": {"bucket": "files"}}`,
		`{"store": {"endpoint": "https://minio.example.com"}}`,
		`{"store": {"bucket": "fi", "endpoint": "https://minio.example.com"}}`,
		`{"store": {"bucket": "a/b", "endpoint": "https://minio.example.com"}}`,
		`{"store": {"bucket": "files", "endpoint": "minio.example.com"}}`,
		`{"store": {"bucket": "files", "endpoint": "https://minio.example.com/path"}}`,
		`{"store": {"bucket": "files", "endpoint": "https://minio.example.com", "region": ""}}`,
		`{"store": {"bucket": "files.x", "endpoint": "https://minio.example.com", "pathStyle": false}}`,
		`{"store": {"bucket": "files", "endpoint": "https://minio.example.com", "accessKey": "x"}}`,
		`{"store": "https://minio.example.com"}`,
	} {
		if _, err := ParseContext([]byte(bad)); CodeOf(err) != ConfigError || !strings.Contains(err.Error(), "store") {
			t.Errorf("%s: got %v, want an error about store", bad, err)
		}
	}
}
