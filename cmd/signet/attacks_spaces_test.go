package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signet/lambda/api"
)

// otherNames are names of a team's part as somebody may write them who is not in it, or
// who looks for another way in.
func otherNames() []string {
	sum := sha256.Sum256([]byte("design"))
	return []string{
		"team/design", "team", "team/", "team//design", "/team/design", "team/design/", "team/design/x", "TEAM/design", "team/DESIGN", "team/./design", "team/../team/design", "team/%64esign",
		"team/design\x00", "team/desi\u200bgn", "team/\uff44esign", "team/h" + hex.EncodeToString(sum[:]), `team\design`, " team/design", "team/design ", "team/admins/../design", "avatars/../team/design",
		"quarantine", "public", "uploads", "uploads/alice", "/alice", "alice", "all", "forms/all", "avatars/", "avatars//alice", "logs", "passes", "by/alice",
	}
}

// Carol is in no group: whatever she calls the team's part, and by whatever call, nothing
// of it is told, taken, brought back or moved, and nothing comes to lie there.
func TestAttacksInSpaces(t *testing.T) {
	c := startSpaces(t, t.TempDir())
	const words = "what the team alone may read"
	plan := c.storeFile(t, "alice", api.File{Name: "plan.txt", Space: "team/design"}, words)
	gone := c.storeFile(t, "alice", api.File{Name: "gone.txt", Space: "team/design"}, words)
	own := c.storeFile(t, "carol", api.File{Name: "own.txt"}, "carol's own")
	versions, err := c.as("alice").ListVersions(t.Context(), gone)
	if err == nil {
		err = c.as("alice").DeleteFile(t.Context(), gone)
	}
	if err != nil {
		t.Fatal(err)
	}
	v := &victim{api: c.API, alice: c.Tokens["carol"], contents: []byte(words), version: versions.Versions[0].VersionID}
	for _, space := range otherNames() {
		in := url.QueryEscape(space)
		for _, row := range []struct{ method, path, body string }{
			{"GET", "/files?recursive=true&space=" + in, ""}, {"GET", "/files?deleted=true&space=" + in, ""}, {"GET", "/files?search=plan&space=" + in, ""}, {"GET", "/uploads?space=" + in, ""},
			{"POST", "/presign", fmt.Sprintf(`{"name":"x.txt","size":1,"space":%q}`, space)}, {"POST", "/presign/form", fmt.Sprintf(`{"name":"x.txt","space":%q}`, space)},
			{"POST", "/uploads", fmt.Sprintf(`{"name":"x.txt","size":1,"space":%q}`, space)}, {"POST", "/uploads", fmt.Sprintf(`{"name":"x.txt","stream":true,"space":%q}`, space)},
			{"POST", "/files/move", fmt.Sprintf(`{"key":%q,"space":%q}`, own, space)}, {"POST", "/s3/session", fmt.Sprintf(`{"space":%q}`, space)},
		} {
			status, text := v.ask(t, v.alice, row.method, row.path, row.body)
			nobodys := row.method == "GET" && strings.Contains(text, `"files":[],"complete":true`) // everybody may look at avatars
			if status < 400 && !nobodys || status >= 500 || strings.Contains(text, "plan.txt") || strings.Contains(text, words) {
				t.Errorf("%s %s %s: got %d %.300s", row.method, row.path, row.body, status, text)
			}
		}
	}
	for _, key := range []string{plan, gone, strings.Replace(plan, "team/", "team//", 1), strings.Replace(plan, "team/", "avatars/../team/", 1), strings.Replace(plan, "design", "./design", 1), "uploads/carol/../../" + plan} {
		for _, row := range onlyByRight(key, v.version) {
			status, text := v.ask(t, v.alice, row.method, row.path, row.body)
			harm := status < 400 && !strings.Contains(text, `"error"`)
			if harm && strings.HasPrefix(row.path, "/files/url?") && strings.HasPrefix(key, "uploads/carol/") {
				harm = false // a name of her own, to which there is nothing
			}
			if harm || status >= 500 || strings.Contains(text, words) || strings.Contains(text, v.version) && !strings.Contains(row.body, v.version) {
				t.Errorf("%s %s %s: got %d %.300s", row.method, row.path, row.body, status, text)
			}
		}
	}
	for _, folder := range []string{"../../team/design", "../../../team/design", "/team/design", `..\..\team\design`} {
		if status, text := v.ask(t, v.alice, "POST", "/files/move", fmt.Sprintf(`{"key":%q,"folder":%q}`, own, folder)); status == http.StatusOK && !strings.Contains(text, `"uploads/carol/`) || status >= 500 {
			t.Errorf("a move to folder %q: got %d %s", folder, status, text)
		}
	}
	list, err := c.as("alice").ListFiles(t.Context(), api.FilesQuery{Space: "team/design", Recursive: true})
	if err != nil || len(list.Files) != 1 || list.Files[0].Key != plan {
		t.Errorf("the team has %+v (%v), want its plan", list.Files, err)
	}
	if versions, err = c.as("alice").ListVersions(t.Context(), gone); err != nil || !versions.Versions[0].Deleted {
		t.Errorf("what was deleted has become %+v (%v)", versions, err)
	}
}

// call is a request as it is sent.
type call struct{ method, path, body string }

// onlyByRight are the calls that name a file.
func onlyByRight(key, version string) []call {
	of := url.QueryEscape(key)
	return []call{
		{"GET", "/files/url?key=" + of, ""}, {"GET", "/files/url?key=" + of + "&versionId=" + version, ""}, {"GET", "/files/info?key=" + of, ""}, {"GET", "/files/versions?key=" + of, ""},
		{"DELETE", "/files?key=" + of, ""}, {"POST", "/files/urls", fmt.Sprintf(`{"keys":[%q]}`, key)}, {"POST", "/files/delete", fmt.Sprintf(`{"keys":[%q]}`, key)},
		{"POST", "/files/restore", fmt.Sprintf(`{"key":%q,"versionId":%q}`, key, version)}, {"POST", "/files/move", fmt.Sprintf(`{"key":%q,"space":""}`, key)},
		{"POST", "/files/move", fmt.Sprintf(`{"key":%q,"name":"mine.txt"}`, key)}, {"POST", "/files/confirm", fmt.Sprintf(`{"keys":[%q]}`, key)},
		{"POST", "/passes", fmt.Sprintf(`{"do":"read","keys":[%q],"expires":"1h"}`, key)},
	}
}

// Bob is in the team and not among the admins; he may read alice's avatar and not write
// it; and what he moves to a place has to be what may be uploaded there.
func TestAttacksBetweenSpaces(t *testing.T) {
	c := startSpaces(t, t.TempDir())
	hers := c.storeFile(t, "alice", api.File{Name: "a.png", Type: "image/png", Space: "avatars"}, "png")
	admins := c.storeFile(t, "alice", api.File{Name: "budget.txt", Space: "team/admins"}, "for admins")
	large := c.storeFile(t, "bob", api.File{Name: "large.bin"}, strings.Repeat("x", 3<<20))
	unconfirmed := c.storeFile(t, "bob", api.File{Name: "form.txt", Space: "forms"}, "x")
	v := &victim{api: c.API, alice: c.Tokens["bob"], contents: []byte("for admins")}
	for what, row := range map[string]call{
		"into alice's avatars":               {"POST", "/presign", `{"name":"x.png","size":1,"type":"image/png","space":"avatars/alice"}`},
		"a move into alice's avatars":        {"POST", "/files/move", fmt.Sprintf(`{"key":%q,"space":"avatars/alice"}`, large)},
		"a move of alice's avatar":           {"POST", "/files/move", fmt.Sprintf(`{"key":%q,"space":""}`, hers)},
		"deletion of alice's avatar":         {"DELETE", "/files?key=" + url.QueryEscape(hers), ""},
		"the admins' file":                   {"GET", "/files/url?key=" + url.QueryEscape(admins), ""},
		"a move of the admins' file":         {"POST", "/files/move", fmt.Sprintf(`{"key":%q,"space":"team/design"}`, admins)},
		"a move to the admins":               {"POST", "/files/move", fmt.Sprintf(`{"key":%q,"space":"team/admins"}`, large)},
		"too large a file, by a move":        {"POST", "/files/move", fmt.Sprintf(`{"key":%q,"space":"avatars"}`, large)},
		"what nobody has confirmed, moved":   {"POST", "/files/move", fmt.Sprintf(`{"key":%q,"space":""}`, unconfirmed)},
		"a confirmation of another's":        {"POST", "/files/confirm", fmt.Sprintf(`{"keys":[%q]}`, admins)},
		"a pass to alice's avatars":          {"POST", "/passes", `{"do":"upload","space":"avatars/alice","folder":"in","expires":"1h"}`},
		"a list of the admins":               {"GET", "/files?space=team/admins", ""},
		"a space that is no text":            {"POST", "/presign", `{"name":"x","size":1,"space":["team/design"]}`},
		"two spaces":                         {"GET", "/files?space=team/design&space=team/admins", ""},
		"a group that stands in the request": {"GET", "/files?space=team/admins&groups=admins", ""},
	} {
		status, text := v.ask(t, v.alice, row.method, row.path, row.body)
		if status < 400 && !strings.Contains(text, `"error"`) || status >= 500 || strings.Contains(text, "for admins") {
			t.Errorf("%s: got %d %.300s, want it refused", what, status, text)
		}
	}
	for who, want := range map[string]string{"alice": hers, "bob": large} {
		if _, err := c.as(who).FileInfo(t.Context(), want, ""); err != nil {
			t.Errorf("%s's %s: %v, want it where it was", who, want, err)
		}
	}
}

// Of public files the current one alone is given, whatever stands in the query or the
// path; by no other method; and nothing that is not public.
func TestAttacksOnPublicFiles(t *testing.T) {
	c := startSpaces(t, t.TempDir())
	private := c.storeFile(t, "alice", api.File{Name: "private.txt"}, "private words")
	picture := c.storeFile(t, "alice", api.File{Name: "a.png", Type: "image/png", Space: "avatars"}, "public")
	gone := c.storeFile(t, "alice", api.File{Name: "gone.png", Type: "image/png", Space: "avatars"}, "gone words")
	versions, err := c.as("alice").ListVersions(t.Context(), gone)
	if err == nil {
		err = c.as("alice").DeleteFile(t.Context(), gone)
	}
	if err != nil {
		t.Fatal(err)
	}
	version := versions.Versions[0].VersionID
	paths := []string{
		private, gone + "?versionId=" + version, gone + "?versionId=" + url.QueryEscape(version) + "&x=1", picture + "/../../../" + private, "avatars/%2e%2e/" + private, "avatars/..%2f" + private, `avatars/..\` + private,
		"./" + private, "//" + private, "avatars//../" + private, "AVATARS/alice/", "avatars", "avatars?list-type=2", "?list-type=2&prefix=uploads", "?versions", picture + "?acl", picture + "?tagging", "team/design/", "quarantine/",
		"avatars/%00/" + private, "avatars/alice%2f..%2f..%2f" + private, c.Bucket + "/" + private, "api/files", "config.json", "oidc/.well-known/openid-configuration",
	}
	for _, path := range paths {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "COPY"} {
			status, header, text := answered(t, &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, method, c.Public+"/"+path, nil, nil)
			given := status < 400 && !strings.HasPrefix(path, picture+"?")
			if given || status >= 500 || strings.Contains(text, "words") || strings.Contains(text, "<Owner>") || strings.Contains(text, "TagSet") {
				t.Errorf("%s %s: got %d %.200s", method, path, status, text)
			}
			if header.Get("Content-Security-Policy") != "sandbox; default-src 'none'" && status != http.StatusBadRequest {
				t.Errorf("%s %s: got the policy %q, want a sandbox", method, path, header.Get("Content-Security-Policy"))
			}
		}
	}
	for name, value := range map[string]string{"Origin": "https://evil.example", "Range": "bytes=0-0,1-1,2-2", "If-Match": "*", "x-amz-copy-source": "/" + c.Bucket + "/" + private, "Host": "evil.example"} {
		status, header, text := answered(t, http.DefaultClient, "GET", c.Public+"/"+picture, map[string]string{name: value}, nil)
		if status >= 500 || strings.Contains(text, "words") || header.Get("Access-Control-Allow-Credentials") != "" || header.Get("Set-Cookie") != "" {
			t.Errorf("with %s: got %d %v %.200s", name, status, header, text)
		}
	}
}
