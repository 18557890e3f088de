package api_test

import (
	_ "embed"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"signet/lambda/upload"
)

// kinds are spaces of every kind, as a configuration has them.
//
//go:embed testdata/kinds.json
var kinds []byte

// Those who ask. alice's is the part, or she is in the group whose it is.
var people = map[string][]string{"alice": {"design"}, "bob": {"design"}, "ann": {"admins"}, "dave": {"ops"}}

// whoever asks, in the order of the answers below.
var bearers = []string{"alice", "bob", "ann", "dave", "nobody", "guest", "reader", "backend"}

// spaceAnswer is a row of answers.
type spaceAnswer struct {
	space, place, others string
	may                  string
}

// answers are what each may do, written by hand: r to read, w to write, d to delete
// whatever is there, o to delete what one has uploaded oneself; - is nothing at all, as
// if the place were not there. The place is as alice names it, and as others do.
var answers = []spaceAnswer{
	//                                       alice bob  ann  dave nobody guest reader backend
	{"", "", "/alice", "                     rwd   -    -    -    -      w     r      rwd"},
	{"avatars", "avatars", "avatars/alice", "rwd   r    r    r    -      w     r      rwd"},
	{"docs", "docs", "docs/alice", "         rwd   -    rd   -    -      w     r      rwd"},
	{"inbox", "inbox", "inbox/alice", "      rwd   w    w    w    -      w     r      rwd"},
	{"payslips", "payslips", "payslips/alice", "r  -    wd   -    -      w     r      rwd"},
	{"team", "team/design", "team/design", " rwd   rwd  -    -    -      w     r      rwd"},
	{"desk", "desk/design", "desk/design", " rwo   rwo  rd   -    -      w     r      rwd"},
	{"archive", "archive/design", "archive/design", "r r -   -    -      w     r      rwd"},
	{"shared", "shared", "shared", "         rwo   rwo  rwo  rwo  -      w     r      rwd"},
	{"news", "news", "news", "               r     r    rwd  r    -      w     r      rwd"},
	{"drop", "drop", "drop", "               w     w    rwd  w    -      w     r      rwd"},
	{"forms", "forms", "forms", "            rwd   rwd  rwd  rwd  -      w     r      rwd"},
	{"cases", "cases/design", "cases/design", "rwd rwd  -    -    -      w     r      rwd"},
}

// spaceOperation is what may be asked of a file of alice's or of a place, and what it
// takes.
type spaceOperation struct {
	name  string
	takes string // one of these rights
	as    func(p *upload.Policy, b upload.Bearer, at upload.Place, key string) error
	call  func(at, key string) (method, path, body string)
}

var spaceOperations = []spaceOperation{
	{"list", "r", func(p *upload.Policy, b upload.Bearer, at upload.Place, _ string) error {
		_, err := p.AuthorizePlace(b, at)
		return err
	}, func(at, _ string) (string, string, string) { return "GET", "/files?space=" + at, "" }},
	{"info", "r", readKey, onKey("GET", "/files/info")},
	{"url", "r", readKey, onKey("GET", "/files/url")},
	{"versions", "r", readKey, onKey("GET", "/files/versions")},
	{"presign", "w", func(p *upload.Policy, b upload.Bearer, at upload.Place, _ string) error {
		_, err := p.Authorize(b, at, file("a.png"))
		return err
	}, inPlace("/presign", `"name":"a.png","type":"image/png","size":3`)},
	{"known content", "w", func(p *upload.Policy, b upload.Bearer, at upload.Place, _ string) error {
		f := file("a.png")
		f.SHA256 = abcSHA256
		_, err := p.AuthorizeContent(b, at, f)
		return err
	}, inPlace("/presign", `"name":"a.png","type":"image/png","size":3,"checksum":{"sha256":"`+abcSHA256+`"}`)},
	{"form", "w", func(p *upload.Policy, b upload.Bearer, at upload.Place, _ string) error {
		_, err := p.AuthorizeForm(b, at, upload.FormWish{Name: "a.png", Type: "image/png", Metadata: caseOf})
		return err
	}, inPlace("/presign/form", `"name":"a.png","type":"image/png"`)},
	{"begin", "w", func(p *upload.Policy, b upload.Bearer, at upload.Place, _ string) error {
		_, err := p.AuthorizeMultipart(b, at, file("a.png"))
		return err
	}, inPlace("/uploads", `"name":"a.png","type":"image/png","size":3`)},
	{"begin a stream", "w", func(p *upload.Policy, b upload.Bearer, at upload.Place, _ string) error {
		f := file("a.txt")
		f.Type = "image/png"
		if p.MaxFiles(b, at.Space) == 3 { // avatars are smaller than a part
			_, err := p.AuthorizeStream(b, at, f)
			return err
		}
		_, err := p.AuthorizeOpen(b, at, f, 0)
		return err
	}, nil},
	{"signRequest", "w", func(p *upload.Policy, b upload.Bearer, at upload.Place, _ string) error {
		_, err := p.AuthorizeUnsized(b, at, file("a.png"))
		return err
	}, inPlace("/s3/sign", `"method":"POST","key":"a.png","contentType":"image/png"`)},
	{"session", "w", func(p *upload.Policy, b upload.Bearer, at upload.Place, _ string) error {
		_, err := p.Bind(b, at, upload.Write)
		return err
	}, func(at, _ string) (string, string, string) { return "POST", "/s3/session", `{"space":"` + at + `"}` }},
	{"unfinished", "w", func(p *upload.Policy, b upload.Bearer, at upload.Place, _ string) error {
		_, err := p.AuthorizeUploads(b, at)
		return err
	}, func(at, _ string) (string, string, string) { return "GET", "/uploads?space=" + at, "" }},
	{"delete", "d", func(p *upload.Policy, b upload.Bearer, _ upload.Place, key string) error {
		return mustBe(p.AuthorizeDelete(b, key))
	}, onKey("DELETE", "/files")},
	{"move", "d", func(p *upload.Policy, b upload.Bearer, at upload.Place, key string) error {
		move, err := p.AuthorizeMove(b, key, at, "b.png", upload.Moving{Type: "image/png", Size: 3})
		if err == nil {
			err = mustBe(move.From, nil)
		}
		return err
	}, func(at, key string) (string, string, string) {
		return "POST", "/files/move", fmt.Sprintf(`{"key":%q,"name":"b.png"}`, key)
	}},
}

func readKey(p *upload.Policy, b upload.Bearer, _ upload.Place, key string) error {
	_, err := p.AuthorizeKey(b, key)
	return err
}

// mustBe is what the handler makes of an approval for one's own uploads: alice's they are.
func mustBe(o upload.Object, err error) error {
	if err == nil && o.MustBeBy() != "" && o.MustBeBy() != "alice" {
		return upload.Errorf(upload.AccessDenied, "another's")
	}
	return err
}

func onKey(method, path string) func(at, key string) (string, string, string) {
	return func(_, key string) (string, string, string) { return method, path + "?key=" + url.QueryEscape(key), "" }
}

func inPlace(path, fields string) func(at, key string) (string, string, string) {
	return func(at, _ string) (string, string, string) {
		return "POST", path, `{"space":"` + at + `","metadata":{"case":"4711"},` + fields + `}`
	}
}

const abcSHA256 = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="

var caseOf = map[string]string{"case": "4711"}

func file(name string) upload.File {
	return upload.File{Name: name, Type: "image/png", Size: 3, Metadata: caseOf}
}

// wantAnswer is what has to come of an operation: by rights, whose file it is, and
// whether the bearer is anybody.
func wantAnswer(bearer, may, takes, operation string) upload.Code {
	has := strings.Contains(may, takes) || takes == "d" && strings.Contains(may, "o") && bearer == "alice"
	if operation == "move" { // which reads the file, and writes where it was
		has = has && strings.Contains(may, "r") && strings.Contains(may, "w")
	}
	switch {
	case bearer == "nobody":
		return upload.Unauthorized
	case has:
		return ""
	case may == "-" && (takes == "d" || operation == "info" || operation == "url" || operation == "versions"):
		return upload.NoSuchKey
	case may == "-":
		return upload.NoSuchSpace
	}
	return upload.AccessDenied
}

func kindsConfig(t testing.TB) upload.Config {
	c, err := upload.ParseContext(kinds)
	if err != nil {
		t.Fatal(err)
	}
	c.Resolved = upload.Resolved{Bucket: bucket, Region: region, KMSKey: kmsKey}
	return c
}

// bearerOf is one of those who ask; a guest and a reader have a pass for alice's place.
func bearerOf(name, space string, owner upload.Caller) upload.Bearer {
	switch name {
	case "nobody":
		return upload.Bearer{}
	case "backend":
		return upload.Bearer{Backend: true, Caller: owner}
	case "guest":
		return upload.Bearer{Bound: &upload.Bound{Space: space, Owner: owner, Rights: upload.Write, By: "pass:1"}}
	case "reader":
		return upload.Bearer{Bound: &upload.Bound{Space: space, Owner: owner, Rights: upload.Read, By: "pass:2"}}
	}
	b, _ := upload.NewBearer(name, people[name]...)
	return b
}

// placeFor is how a bearer names the place; ownerOf whose part it is.
func placeFor(bearer, place, others string) upload.Place {
	switch bearer {
	case "alice", "backend":
		return upload.Place{Space: place}
	case "guest", "reader":
		return upload.Place{}
	}
	return upload.Place{Space: others}
}

func ownerOf(place string) upload.Caller {
	switch _, group, _ := strings.Cut(place, "/"); {
	case group != "":
		return upload.Caller(group)
	case slices.Contains([]string{"shared", "news", "drop", "forms"}, place):
		return "all"
	}
	return "alice"
}

// hers is what of the table names alice, where she is called otherwise.
func hers(s string, alice upload.Caller) string { return strings.Replace(s, "alice", string(alice), 1) }

// keyOf is the key of a file that alice has uploaded there.
func keyOf(c upload.Config, space, place, name string) string {
	return keyBy(c, "alice", space, place, name)
}

// keyBy is keyOf where alice is called so.
func keyBy(c upload.Config, alice upload.Caller, space, place, name string) string {
	s, _ := c.Space(space)
	id := "raaaaaaaaaaaaaaaaaaaaaaaaaa"
	if s.Several() {
		id += "-" + upload.Bearer{Caller: alice}.Digits()
	}
	return s.Prefix + hers(string(ownerOf(place)), alice) + "/" + name + "~" + id + ".png"
}

// TestSpacesTable holds the policy to the answers, for everybody who asks and everything
// that is asked; and what it lets through to what the role may do, which is all of it
// and nothing beside the spaces.
func TestSpacesTable(t *testing.T) {
	c := kindsConfig(t)
	p := upload.NewPolicy(c)
	rows := 0
	for _, a := range answers {
		may := strings.Fields(a.may)
		if len(may) != len(bearers) {
			t.Fatalf("%s: %d answers, want %d", a.space, len(may), len(bearers))
		}
		for i, bearer := range bearers {
			b := bearerOf(bearer, a.space, ownerOf(a.place))
			for _, o := range spaceOperations {
				key := keyOf(c, a.space, a.place, "a")
				want := wantAnswer(bearer, may[i], o.takes, o.name)
				if b.Bound != nil && want != "" {
					want = upload.AccessDenied // he may see the place, if only that
				}
				rows++
				err := o.as(p, b, placeFor(bearer, a.place, a.others), key)
				if got := codeOr(err); got != want {
					t.Errorf("%s in %q, %s: got %q (%v), want %q", bearer, a.space, o.name, got, err, want)
				}
			}
		}
		holdRole(t, c, keyOf(c, a.space, a.place, "a"))
	}
	if rows < 400 {
		t.Errorf("%d rows, want 400", rows)
	}
	t.Logf("%d rows", rows)
}

func codeOr(err error) upload.Code {
	if err == nil {
		return ""
	}
	return upload.CodeOf(err)
}
