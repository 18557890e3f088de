package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// stage is where the table is played over HTTP: the handler before the local gateway, or
// a deployment.
type stage struct {
	api, backend string                             // addresses, with /api
	alice        upload.Caller                      // what she is called here
	way          http.RoundTripper                  // of calls of the API
	as           func(r *http.Request, who string)  // makes a call one of a person's
	sign         func(r *http.Request, body []byte) // makes a call the backend's
	put          func(key string)                   // puts a file of alice's there
	has          func(key string) bool              // whether a file can be read
	rows         atomic.Int64
}

// scene is one row of the answers on a stage.
type scene struct {
	*stage
	*testing.T
	spaceAnswer
	config upload.Config
	file   string            // a file of alice's that nobody may take away
	tokens map[string]string // of guest and reader
	kept   map[string]bool   // files of alice's that nobody has taken away yet
	names  int
}

// play has everybody ask everything in every space.
func (s *stage) play(t *testing.T) {
	c := kindsConfig(t)
	t.Run("spaces", func(t *testing.T) {
		for _, a := range answers {
			t.Run("in "+a.space, func(t *testing.T) {
				t.Parallel()
				sc := &scene{stage: s, T: t, spaceAnswer: a, config: c, tokens: map[string]string{}, kept: map[string]bool{}}
				sc.settle()
				for i, bearer := range bearers {
					for _, o := range spaceOperations {
						if o.call != nil {
							sc.ask(bearer, strings.Fields(a.may)[i], o)
						}
					}
				}
				if !s.has(sc.file) {
					t.Errorf("%s is gone", sc.file)
				}
			})
		}
	})
	if rows := s.rows.Load(); rows < 400 {
		t.Errorf("%d rows, want 400", rows)
	}
	t.Logf("%d rows", s.rows.Load())
}

func (s *scene) key(name string) string {
	return keyBy(s.config, s.alice, s.space, s.place, name)
}

// settle has alice's files put there, and the guests' passes made by the backend, which
// may do it where alice may not.
func (s *scene) settle() {
	s.file = s.key("there")
	s.put(s.file)
	about := map[string]any{"space": s.at("backend"), "owner": s.owner(), "expires": "1h"}
	for bearer, more := range map[string]map[string]any{"guest": {"do": "upload", "metadata": caseOf}, "reader": {"do": "read", "keys": []string{s.file}}} {
		for name, value := range about {
			more[name] = value
		}
		body, _ := json.Marshal(more)
		var made api.MadePass
		code, text := s.call("backend", "POST", "/passes", string(body))
		if code != "" || json.Unmarshal(text, &made) != nil {
			s.Fatalf("a pass for a %s: got %s %s", bearer, code, text)
		}
		s.tokens[bearer] = made.Token
	}
}

func (s *scene) owner() string { return hers(string(ownerOf(s.place)), s.alice) }

// at is how a bearer names the place.
func (s *scene) at(bearer string) string {
	return hers(placeFor(bearer, s.place, s.others).Space, s.alice)
}

// ask sends what an operation asks, holds the answer to the table, and has what was
// signed taken by S3.
func (s *scene) ask(bearer, may string, o spaceOperation) {
	s.rows.Add(1)
	key := s.file
	if o.takes == "d" {
		key = s.key(o.name)
		if !s.kept[key] {
			s.put(key)
		}
		s.kept[key] = true
	}
	s.names++
	name := fmt.Sprintf("%s%d.png", bearer, s.names)
	method, path, body := o.call(s.at(bearer), key)
	body = strings.NewReplacer(`"a.png"`, `"`+name+`"`, `"b.png"`, `"`+name+`"`).Replace(body)
	if bearer == "guest" { // whose metadata is the pass's
		body = strings.Replace(body, `"metadata":{"case":"4711"},`, "", 1)
	}
	code, text := s.call(bearer, method, path, body)
	what := fmt.Sprintf("%s in %q, %s (%s %s %s)", bearer, s.space, o.name, method, path, body)
	want := wantOverHTTP(bearer, may, o)
	switch {
	case code != want:
		s.Errorf("%s: got %q, want %q: %.300s", what, code, want, text)
	case want != "" && bytes.Contains(text, []byte("X-Amz-Signature")):
		s.Errorf("%s: refused and signed: %.300s", what, text)
	case want != "" && o.takes == "d" && !s.has(key):
		s.Errorf("%s: refused, and alice's file is gone", what)
	case want == "" && effects[o.name] != nil:
		s.kept[key] = o.takes != "d"
		if happened := effects[o.name](s, bearer, key, text); happened != "" {
			s.Errorf("%s: %s", what, happened)
		}
	}
}

// guestsCall and backendsCall say of an operation whether guests and the backend have a
// call for it.
func guestsCall(operation string) bool {
	switch operation {
	case "versions", "signRequest", "session", "delete", "move":
		return false
	}
	return true
}

func backendsCall(o spaceOperation) bool { return o.takes != "w" }

// wantOverHTTP is what has to come of an operation whose place a guest's pass names.
func wantOverHTTP(bearer, may string, o spaceOperation) upload.Code {
	want := wantAnswer(bearer, may, o.takes, o.name)
	switch guest := bearer == "guest" || bearer == "reader"; {
	case guest && !guestsCall(o.name), bearer == "backend" && !backendsCall(o):
		return upload.NoSuchRoute
	case guest && want != "":
		return upload.AccessDenied
	}
	return want
}

// call sends a call as one of those who ask, and gives its problem's code, "" for none.
func (s *scene) call(bearer, method, path, body string) (upload.Code, []byte) {
	base := s.api
	switch bearer {
	case "guest", "reader":
		base += "/pass"
		path = strings.Replace(path, "?space=", "?", 1) // the pass says it
	case "backend":
		base = s.backend + "/backend"
		if method != "POST" {
			path += "&owner=" + url.QueryEscape(s.owner())
		} else if !strings.Contains(body, `"owner"`) {
			body = strings.Replace(body, "{", fmt.Sprintf(`{"owner":%q,`, s.owner()), 1)
		}
	}
	r, err := http.NewRequestWithContext(s.Context(), method, base+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	switch bearer {
	case "guest", "reader":
		r.Header.Set("Signet-Pass", s.tokens[bearer])
	case "backend":
		s.sign(r, []byte(body))
	case "nobody":
	default:
		s.as(r, bearer)
	}
	answer, err := s.way.RoundTrip(r)
	if err != nil {
		s.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.Fatal(err)
	}
	return codeIn(answer.StatusCode, text), text
}

// codeIn is the code of an answer; of API Gateway's own, which has none, that of its
// status. Another method on a path is no route there.
func codeIn(status int, text []byte) upload.Code {
	var p api.Problem
	switch err := json.Unmarshal(text, &p); {
	case status < 300:
		return ""
	case status == http.StatusMethodNotAllowed, status == http.StatusNotFound && p.Code == "":
		return upload.NoSuchRoute
	case err == nil && p.Code != "":
		return p.Code
	case status == http.StatusUnauthorized:
		return upload.Unauthorized
	}
	return upload.Code(fmt.Sprintf("%d %.200s", status, text))
}
