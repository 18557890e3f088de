package upload

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// withSpaces is a configuration with these spaces.
func withSpaces(t testing.TB, spaces string) Config {
	t.Helper()
	c, err := ParseContext([]byte(`{"spaces": ` + spaces + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSpaceDefaults(t *testing.T) {
	c := withSpaces(t, `{"avatars": {"read": ["public"], "maxObjectSize": "2 MiB"}, "team": {"per": "group"}, "board": {"per": "all", "write": [], "prefix": "b/"}}`)
	all := c.AllSpaces()
	if want := []string{"uploads/", "avatars/", "b/", "team/"}; !slices.Equal(c.Prefixes(), want) {
		t.Errorf("prefixes %q, want %q", c.Prefixes(), want)
	}
	for i, row := range []struct {
		name                string
		per                 Per
		read, write, delete string
		size                Size
		several, public     bool
	}{
		{"", PerCaller, "[owner]", "[owner]", "[owner]", 5 * GiB, false, false},
		{"avatars", PerCaller, "[public]", "[owner]", "[owner]", 2 * MiB, false, true},
		{"board", PerAll, "[everyone]", "[]", "[uploader]", 5 * GiB, true, false},
		{"team", PerGroup, "[owner]", "[owner]", "[owner]", 5 * GiB, true, false},
	} {
		s := all[i]
		if s.Name != row.name || s.Per != row.per || fmt.Sprint(s.Read) != row.read || fmt.Sprint(s.Write) != row.write || fmt.Sprint(s.Delete) != row.delete ||
			s.MaxObjectSize != row.size || s.Several() != row.several || s.Public() != row.public || s.MaxFiles != 1000 || len(s.AllowedTypes) != 1 {
			t.Errorf("got %+v, want %+v", s, row)
		}
	}
}

// An empty list is nobody, here and after it was handed on; it is not the default.
func TestNobodyStaysNobody(t *testing.T) {
	c := withSpaces(t, `{"archive": {"per": "all", "write": [], "delete": []}}`)
	c.Resolved = Resolved{Bucket: "b", Region: "r"}
	text, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseConfig(text)
	if s := back.Spaces["archive"]; err != nil || s.Write == nil || len(s.Write) != 0 || s.Delete == nil || s.Read != nil {
		t.Errorf("%s reads back as %+v, %v", text, s, err)
	}
}

func TestSpacesRefused(t *testing.T) {
	for _, row := range []struct{ spaces, want string }{
		{`[]`, `spaces: got [], want a JSON object`},
		{`{"Team": {}}`, `spaces: got "Team", want names of spaces: a lower-case letter`},
		{`{"api": {}}`, `spaces: got "api"`}, {`{"assets": {}}`, `spaces:`}, {`{"public": {}}`, `spaces:`}, {`{"p": {}}`, `spaces:`}, {`{"quarantine": {}}`, `spaces:`},
		{`{"logs": {}}`, `spaces:`}, {`{"uploads": {}}`, `spaces: got "uploads"`}, {`{"": {}}`, `spaces:`}, {`{"a/b": {}}`, `spaces:`}, {`{"1a": {}}`, `spaces:`},
		{`{"` + strings.Repeat("a", 32) + `": {}}`, `spaces:`},
		{`{"api-reference": {}}`, `spaces.api-reference.prefix: got "api-reference/", want a prefix that begins with none of api,`},
		{`{"team": 1}`, `spaces.team: got 1, want a JSON object`},
		{`{"team": {"reed": []}}`, `unknown field "spaces.team.reed", want one of per, read, write`},
		{`{"team": {"per": "tenant"}}`, `spaces.team.per: got "tenant", want "caller", "group" or "all"`}, {`{"team": {"per": ""}}`, `spaces.team.per:`},
		{`{"team": {"read": ["member"]}}`, `spaces.team.read: got ["member"], want a list of "owner", "everyone", "public" and "group:NAME"`},
		{`{"team": {"read": "owner"}}`, `spaces.team.read: got "owner"`}, {`{"team": {"read": ["owner", "owner"]}}`, `spaces.team.read:`},
		{`{"team": {"write": ["public"]}}`, `spaces.team.write: got ["public"], want a list of "owner", "everyone" and "group:NAME"`},
		{`{"team": {"delete": ["public"]}}`, `spaces.team.delete: got ["public"], want a list of "owner", "everyone", "uploader"`},
		{`{"team": {"read": ["uploader"]}}`, `spaces.team.read:`}, {`{"team": {"write": ["uploader"]}}`, `spaces.team.write:`}, {`{"team": {"write": ["group:"]}}`, `spaces.team.write:`},
		{`{"team": {"per": "group", "read": ["public"]}}`, `spaces.team.read: got ["public"], want no "public" with per "group"`},
		{`{"team": {"allowedTypes": []}}`, `spaces.team.allowedTypes: got [], want media types`}, {`{"team": {"allowedTypes": ["png"]}}`, `spaces.team.allowedTypes:`},
		{`{"team": {"maxObjectSize": 0}}`, `spaces.team.maxObjectSize: got 0, want 1 B to 48.8 TiB`}, {`{"team": {"maxObjectSize": "60 TB"}}`, `spaces.team.maxObjectSize:`},
		{`{"team": {"maxFiles": 0}}`, `spaces.team.maxFiles: got 0, want 1 to 1000`}, {`{"team": {"maxFiles": 1001}}`, `spaces.team.maxFiles:`},
		{`{"team": {"metadata": {"must": ["a b"]}}}`, `spaces.team.metadata: got {"must": ["a b"]}, want`}, {`{"team": {"metadata": {"must": ["a"], "may": ["A"]}}}`, `spaces.team.metadata:`},
		{`{"team": {"metadata": {"may": ["signet-by"]}}}`, `spaces.team.metadata:`}, {`{"team": {"metadata": {"shall": []}}}`, `unknown field "spaces.team.metadata.shall"`},
		{`{"team": {"confirm": "0d"}}`, `spaces.team.confirm: got "0d", want 1d to 365d`}, {`{"team": {"confirm": "24h"}}`, `spaces.team.confirm: got "24h"`}, {`{"team": {"confirm": 1}}`, `spaces.team.confirm:`},
		{`{"team": {"confirm": "366d"}}`, `spaces.team.confirm:`}, {`{"team": {"confirm": true}}`, `spaces.team.confirm:`},
		{`{"team": {"confirm": "1d"}}, "malwareScan": true`, `spaces.team.confirm: got "1d", want none beside malwareScan`},
		{`{"team": {"lifecycle": {"transition": 30, "expire": 30}}}`, `spaces.team.lifecycle: got {"transition": 30, "expire": 30}`}, {`{"team": {"lifecycle": {"abort": 1}}}`, `unknown field "spaces.team.lifecycle.abort"`},
		{`{"team": {"prefix": "team"}}`, `spaces.team.prefix: got "team", want a key prefix`}, {`{"team": {"prefix": "quarantine/team/"}}`, `spaces.team.prefix: got "quarantine/team/", want a prefix outside of quarantine/`},
		{`{"team": {"prefix": "api/team/"}}`, `spaces.team.prefix: got "api/team/", want a prefix that begins with none of api,`},
		{`{"team": {"prefix": "uploads/team/"}}`, `spaces.team.prefix: got "uploads/team/", want one that is not within another's, nor another's within it: prefix has "uploads/"`},
		{`{"a": {"prefix": "x/"}, "b": {"prefix": "x/"}}`, `spaces.b.prefix: got "x/", want one that is not within another's, nor another's within it: spaces.a has "x/"`},
		{`{"a": {"prefix": "x/y/"}, "b": {"prefix": "x/"}}`, `spaces.b.prefix:`}, {`{"a": {}, "b": {"prefix": "a/b/"}}`, `spaces.b.prefix:`},
	} {
		_, err := ParseContext([]byte(`{"spaces": ` + row.spaces + `}`))
		if CodeOf(err) != ConfigError || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want %s", row.spaces, err, row.want)
		}
	}
	for n, ok := range map[int]bool{50: true, 51: false} {
		many := map[string]struct{}{}
		for i := range n {
			many[fmt.Sprintf("s%d", i)] = struct{}{}
		}
		text, _ := json.Marshal(map[string]any{"spaces": many})
		if _, err := ParseContext(text); (err == nil) != ok {
			t.Errorf("%d spaces: %v", n, err)
		}
	}
}

func TestGroupsClaim(t *testing.T) {
	for text, want := range map[string]string{
		`{}`: "cognito:groups", `{"auth": {"issuer": "https://id.example", "audience": ["x"]}}`: "groups",
		`{"auth": {"issuer": "https://id.example", "audience": ["x"], "groupsClaim": "roles"}}`: "roles", `{"auth": {"cognito": {}, "groupsClaim": "teams"}}`: "teams",
	} {
		if c, err := ParseContext([]byte(text)); err != nil || c.Auth.Groups() != want {
			t.Errorf("%s: %s, %v, want %s", text, c.Auth.Groups(), err, want)
		}
	}
}

// FuzzSpaces: whatever spaces are taken, no two prefixes overlap, no key is in two
// spaces, none takes over a path of the site or what malware is in, and every key that
// the policy makes is found again where it was made.
func FuzzSpaces(f *testing.F) {
	f.Add(`{"team": {"per": "group"}, "avatars": {"read": ["public"]}, "board": {"per": "all", "prefix": "b/c/"}}`, "b/", "alice", "design", "a.txt")
	f.Add(`{"a": {"prefix": "x/y/"}, "b": {"prefix": "x/"}}`, "uploads/", "..", "a/b", "~")
	f.Add(`{"x": {"per": "all", "write": ["group:design"]}}`, "x/", "all", "all", "x~abcdefgh-abcdef.txt")
	f.Fuzz(func(t *testing.T, spaces, prefix, sub, group, name string) {
		text, _ := json.Marshal(prefix)
		c, err := ParseContext([]byte(`{"prefix": ` + string(text) + `, "spaces": ` + spaces + `}`))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("%q has several lines", err)
			}
			return
		}
		prefixes := c.Prefixes()
		for i, a := range prefixes {
			for _, b := range prefixes[i+1:] {
				if strings.HasPrefix(a, b) || strings.HasPrefix(b, a) {
					t.Fatalf("%q and %q overlap", a, b)
				}
			}
			if strings.HasPrefix(a, QuarantinePrefix) || slices.Contains(SitePaths(), firstSegment(a)) {
				t.Fatalf("%q is not ours", a)
			}
		}
		b, err := NewBearer(sub, group)
		if err != nil {
			return
		}
		p := NewPolicy(c)
		for _, a := range p.Spaces(b) {
			holdSpace(t, p, b, a, name)
		}
	})
}

func holdSpace(t *testing.T, p *Policy, b Bearer, a Area, name string) {
	r, err := p.Authorize(b, Place{Space: a.Label()}, File{Name: name, Type: "image/png"})
	if may := a.Rights().Has(Write); (CodeOf(err) == AccessDenied) != !may {
		t.Fatalf("%s: %v, where one may write: %v", a.Label(), err, may)
	}
	if err != nil {
		return
	}
	in := 0
	for _, s := range p.spaces {
		if strings.HasPrefix(r.Key(), s.Prefix) {
			in++
		}
	}
	k, ok := p.ParseKey(r.Key())
	if in != 1 || !ok || k.Space != a.Space().Name || k.Owner != a.owner || textOf(p, k) != r.Key() {
		t.Fatalf("%q is in %d spaces and reads as %+v", r.Key(), in, k)
	}
	if at, err := p.PlaceOf(b, r.Key()); err != nil {
		t.Fatalf("%q: %v", r.Key(), err)
	} else if again, err := p.AuthorizeUploads(b, at); err != nil || again.Root() != a.Root() {
		t.Fatalf("%q is in %q, which is %q, %v", r.Key(), at.Space, again.Root(), err)
	}
	if _, err := p.AuthorizeUpload(b, r.Key(), "id"); err != nil {
		t.Fatalf("own upload %q: %v", r.Key(), err)
	}
	stranger := Bearer{Caller: "z" + segmentOf(string(b.Caller))[:1], Groups: b.Groups}
	if _, err := p.AuthorizeUpload(stranger, r.Key(), "id"); stranger.Caller != b.Caller && CodeOf(err) != NoSuchKey && CodeOf(err) != AccessDenied {
		t.Fatalf("a stranger's upload %q: %v", r.Key(), err)
	}
}

// What a guest's pass says of metadata is what the space's rules are held to, and the
// limits of a pass narrow those of the space alone.
func TestBoundMetadataAndLimits(t *testing.T) {
	p := NewPolicy(withSpaces(t, `{"cases": {"per": "all", "metadata": {"must": ["case"]}, "maxObjectSize": 100, "allowedTypes": ["image/*"], "maxFiles": 5}}`))
	guest := func(metadata map[string]string, limits *Limits) Bearer {
		return Bearer{Bound: &Bound{Space: "cases", Owner: "all", Folder: "in", Rights: Write, By: "pass:1", Metadata: metadata, Limits: limits}}
	}
	given := map[string]string{"case": "1"}
	for _, row := range []struct {
		name string
		b    Bearer
		file File
		code Code
	}{
		{"the pass has it", guest(given, nil), File{Name: "a", Type: "image/png", Size: 100}, ""},
		{"and the guest too", guest(given, nil), File{Name: "a", Type: "image/png", Metadata: given}, InvalidArgument},
		{"the guest has it", guest(nil, nil), File{Name: "a", Type: "image/png", Metadata: given}, ""},
		{"nobody has it", guest(nil, nil), File{Name: "a", Type: "image/png"}, InvalidArgument},
		{"the pass has less", guest(map[string]string{}, nil), File{Name: "a", Type: "image/png"}, InvalidArgument},
		{"more than the space takes", guest(given, &Limits{MaxObjectSize: 1000}), File{Name: "a", Type: "image/png", Size: 101}, EntityTooLarge},
		{"more than the pass takes", guest(given, &Limits{MaxObjectSize: 10}), File{Name: "a", Type: "image/png", Size: 11}, EntityTooLarge},
		{"a type of the pass's alone", guest(given, &Limits{AllowedTypes: []string{"text/plain"}}), File{Name: "a", Type: "text/plain"}, TypeForbidden},
		{"a type of the space's alone", guest(given, &Limits{AllowedTypes: []string{"image/png"}}), File{Name: "a", Type: "image/gif"}, TypeForbidden},
		{"a type of both", guest(given, &Limits{AllowedTypes: []string{"image/png"}}), File{Name: "a", Type: "image/png"}, ""},
	} {
		r, err := p.Authorize(row.b, Place{Folder: "sub"}, row.file)
		if code := CodeOf(err); err != nil && code != row.code || (err == nil) != (row.code == "") {
			t.Errorf("%s: got %v, want %q", row.name, err, row.code)
		}
		if err == nil && (!strings.HasPrefix(r.Key(), "cases/all/in/sub/a~") || headerValue(r.Headers(), "x-amz-meta-case") != "1" || headerValue(r.Headers(), "x-amz-meta-signet-by") != "pass:1") {
			t.Errorf("%s: %s, %v", row.name, r.Key(), r.Headers())
		}
	}
	if n := p.MaxFiles(guest(nil, &Limits{MaxFiles: 2}), ""); n != 2 {
		t.Errorf("files in a call: %d", n)
	}
}

// The backend asks for somebody: what is anybody else's is not there, whatever key or
// place it was given by him.
func TestBackendAsksForOne(t *testing.T) {
	p := NewPolicy(withSpaces(t, `{"avatars": {}, "team": {"per": "group", "write": [], "delete": []}, "shared": {"per": "all"}}`))
	asks := Bearer{Backend: true, Caller: "alice"}
	for _, key := range []string{"uploads/alice/a~abcdefgh", "avatars/alice/in/a~abcdefgh", "shared/all/a~abcdefgh"} {
		if _, err := p.AuthorizeKey(asks, key); err != nil {
			t.Errorf("%s: %v", key, err)
		}
		if o, err := p.AuthorizeDelete(asks, key); err != nil || o.MustBeBy() != "" {
			t.Errorf("%s: %v", key, err)
		}
	}
	for _, key := range []string{"uploads/bob/a~abcdefgh", "avatars/bob/a~abcdefgh", "team/design/a~abcdefgh", "shared/alice/a~abcdefgh", "quarantine/uploads/alice/a"} {
		if _, err := p.AuthorizeKey(asks, key); CodeOf(err) != NoSuchKey {
			t.Errorf("%s: %v", key, err)
		}
	}
	for _, at := range []string{"avatars/bob", "team/design", "/alice", "nowhere"} {
		if _, err := p.AuthorizePlace(asks, Place{Space: at}); CodeOf(err) != NoSuchSpace {
			t.Errorf("%s: %v", at, err)
		}
	}
	group := Bearer{Backend: true, Caller: "design"}
	for _, at := range []string{"team", "team/design"} {
		if a, err := p.AuthorizePlace(group, Place{Space: at}); err != nil || a.Root() != "team/design/" {
			t.Errorf("%s: %q, %v", at, a.Root(), err)
		}
	}
	if _, err := p.AuthorizeKey(Bearer{Backend: true}, "uploads//a"); CodeOf(err) != Unauthorized {
		t.Errorf("for nobody: %v", err)
	}
}
